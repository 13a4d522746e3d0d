//! The one source of time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
#[cfg(any(feature = "proxy", feature = "redis"))]
use time::{Date, Month};

/// Tells the time. Every expiry and every age in this crate is measured by the clock of its
/// [`Auth`](crate::Auth), so that a test can move time instead of waiting for it.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> SystemTime;
}

/// The clock of the operating system: what an [`Auth`](crate::Auth) uses unless told otherwise.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// Whole seconds since the Unix epoch: what tokens (RFC 7519 `NumericDate`) and stores carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seconds(pub(crate) i64);

impl Seconds {
    pub(crate) fn of(moment: SystemTime) -> Self {
        let seconds = match moment.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |s| -s),
        };
        Self(seconds)
    }

    pub(crate) fn to_system_time(self) -> SystemTime {
        let distance = Duration::from_secs(self.0.unsigned_abs());
        let moment = if self.0 >= 0 {
            UNIX_EPOCH.checked_add(distance)
        } else {
            UNIX_EPOCH.checked_sub(distance)
        };
        moment.unwrap_or(UNIX_EPOCH)
    }

    pub(crate) fn plus(self, duration: Duration) -> Self {
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(seconds))
    }

    /// The form that JavaScript's `Date.prototype.toISOString` gives.
    pub(crate) fn to_iso_8601(self) -> String {
        let moment =
            OffsetDateTime::from_unix_timestamp(self.0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (date, time) = (moment.date(), moment.time());
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.000Z",
            date.year(),
            u8::from(date.month()),
            date.day(),
            time.hour(),
            time.minute(),
            time.second()
        )
    }

    /// Reads that form back, to the whole second. A moment in another time zone is none.
    #[cfg(any(feature = "proxy", feature = "redis"))]
    pub(crate) fn from_iso_8601(text: &str) -> Option<Self> {
        let (seconds, fraction) = text.strip_suffix('Z')?.split_at_checked(19)?;
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_fraction = |digits: &str| !digits.is_empty() && is_digits(digits);
        if !fraction.is_empty() && !fraction.strip_prefix('.').is_some_and(is_fraction) {
            return None;
        }
        let mut rest = seconds;
        let mut number = |length: usize, end: &str| {
            let (digits, after) = rest.split_at_checked(length)?;
            rest = after.strip_prefix(end)?;
            is_digits(digits).then(|| digits.parse::<u16>().ok())?
        };
        let year = i32::from(number(4, "-")?);
        let mut small = |end: &str| u8::try_from(number(2, end)?).ok();
        let month = Month::try_from(small("-")?).ok()?;
        let date = Date::from_calendar_date(year, month, small("T")?).ok()?;
        let moment = date.with_hms(small(":")?, small(":")?, small("")?).ok()?;
        Some(Self(moment.assume_utc().unix_timestamp()))
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_survive_the_ends_of_time() {
        for seconds in [i64::MIN, -1, 0, 1, i64::MAX] {
            let _ = Seconds(seconds).to_system_time();
            let _ = Seconds(seconds).plus(Duration::MAX);
            let _ = Seconds(seconds).since(Seconds(i64::MIN));
        }
        assert_eq!(Seconds::of(Seconds(-5).to_system_time()), Seconds(-5));
        assert_eq!(Seconds(7).since(Seconds(9)), Duration::ZERO);
    }

    #[test]
    fn times_are_printed_as_javascript_prints_them() {
        let printed = |seconds| Seconds(seconds).to_iso_8601();
        assert_eq!(printed(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(printed(1_709_210_096), "2024-02-29T12:34:56.000Z");
        assert_eq!(printed(i64::MAX), "1970-01-01T00:00:00.000Z");
    }

    #[cfg(any(feature = "proxy", feature = "redis"))]
    #[test]
    fn times_of_javascript_are_read_to_the_second() {
        let read = |text| Seconds::from_iso_8601(text).map(|seconds| seconds.0);
        assert_eq!(read("1970-01-01T00:00:00.000Z"), Some(0));
        assert_eq!(read("2024-02-29T12:34:56.999Z"), Some(1_709_210_096));
        assert_eq!(read("9999-12-31T23:59:59Z"), Some(253_402_300_799));
        for wrong in [
            "",
            "Z",
            "2024-02-29",
            "2024-02-30T12:34:56.000Z",
            "2024-02-29T24:34:56.000Z",
            "2024-02-29T12:34:56.Z",
            "2024-02-29T12:34:56000Z",
            "2024-02-29T12:34:56,000Z",
            "2024-02-29T12:34:56.000+01:00",
            "2024-02-29 12:34:56.000Z",
            "+024-02-29T12:34:56.000Z",
            "2024-02-29T12:34:5é.000Z",
            "+010000-01-01T00:00:00.000Z",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
