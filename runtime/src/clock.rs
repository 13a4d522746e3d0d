//! The one source of time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

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
}
