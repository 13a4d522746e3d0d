use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Clock;

/// A clock that stands still until it is told to move. Its clones are one clock.
///
/// It starts at 2027-01-15T08:00:00Z, so that tests print the same times every day.
///
/// ```
/// use std::time::Duration;
///
/// use portcullis::Auth;
/// use portcullis::testing::FakeClock;
///
/// let clock = FakeClock::default();
/// let auth = Auth::builder()
///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
///     .origin("https://app.example")
///     .clock(clock.clone())
///     .build()?;
/// clock.advance(Duration::from_secs(31 * 24 * 60 * 60)); // every session has ended
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<Mutex<SystemTime>>);

impl FakeClock {
    /// A clock that stands at `moment`: at the present time, for a store that removes what has expired by a
    /// clock of its own.
    pub fn at(moment: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(moment)))
    }

    /// Moves the clock on, as far as time goes.
    pub fn advance(&self, duration: Duration) {
        self.shift(|moment| moment.checked_add(duration));
    }

    /// Moves the clock back, as far as time goes.
    pub fn turn_back(&self, duration: Duration) {
        self.shift(|moment| moment.checked_sub(duration));
    }

    fn shift(&self, shifted: impl FnOnce(SystemTime) -> Option<SystemTime>) {
        let mut moment = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *moment = shifted(*moment).unwrap_or(*moment);
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::at(UNIX_EPOCH + Duration::from_secs(1_800_000_000))
    }
}

impl Clock for FakeClock {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
