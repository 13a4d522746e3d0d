//! Whoever guesses passwords is slowed, and nobody is locked out.

use std::time::Duration;

/// How [`Credentials`](super::Credentials) slow those who guess passwords.
///
/// After five failures with one identifier from one address the next attempt has to wait for a second, after
/// another failure for two, then four, and so on up to a minute. An attempt that comes too early is answered 429
/// with `Retry-After`, whatever its password, and costs nothing more. An attempt counts from its beginning, so
/// several at once are as slow as one after the other.
///
/// Three things are counted, each by the same rule:
///
/// | failures of | free | longest delay | forgotten, one by one, every |
/// | --- | --- | --- | --- |
/// | an identifier from an address | 5 | a minute | 5 minutes |
/// | an identifier, from wherever | 22 | 4.5 seconds | minute |
/// | an address (of IPv6 a /56), as whomever | 50 | a minute | minute |
///
/// A success clears the first two, and takes nothing off the third: who guesses cannot clear it by
/// signing in as themselves. An attacker with one address never gets an identifier to be slow for everybody: the
/// second count leaves room for twice what an address comes to by the first. With three or more they may (a /48 of
/// IPv6 is 256 addresses here), but not for whoever signed in from an address within the last 30 days: they are
/// slowed there by the first count only. So are they, wherever they are, in a browser that still has the cookie
/// with the token of the [endpoints](crate::Auth::router) that it had when they signed in.
///
/// Names of nobody are counted as those of users are. So a 429 tells that there were failures, and not whether
/// there is such a user; only whoever shares an address with a user may find that they have been here.
///
/// All of it is kept in this process, in bounded memory: 100,000 entries of each kind, identifiers and addresses
/// as keyed hashes only. What means the least is forgotten first: to get rid of one count, an attacker has to
/// fail more often than it counts, with nearly 90,000 other names.
///
/// # Where addresses are not told apart
/// That is where the server does not tell them, or a proxy is not one of
/// [`trusted_proxies`](crate::AuthBuilder::trusted_proxies); the log says so, once. Then an identifier has five
/// failures free for all visitors together, and delays of no more than 4.5 seconds, and addresses are not slowed: the
/// user and whoever guesses at their name take turns, and who guesses without a pause takes most of them. Only a
/// browser that is known by its cookie, as above, is not in that queue. A proxy that nobody named is recognised if
/// it has a private address and sends `X-Forwarded-For` or `Forwarded`; behind any other all visitors are
/// one address, and one attacker slows them all. So tell addresses, and name proxies.
///
/// ```
/// use std::time::Duration;
///
/// use portcullis::Slowing;
///
/// let strict = Slowing::new().free_attempts(3).longest_delay(Duration::from_secs(5 * 60));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Slowing {
    pub(super) free: u32,
    pub(super) free_by_address: u32,
    pub(super) longest: Duration,
}

impl Slowing {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            free: 5,
            free_by_address: 50,
            longest: Duration::from_secs(60),
        }
    }

    /// How many attempts may fail, with one identifier from one address, before the first delay. From many addresses
    /// together twice as many may as bring one of them to its longest delay. At least one; default: 5.
    pub fn free_attempts(mut self, attempts: u32) -> Self {
        self.free = attempts;
        self
    }

    /// How many attempts may fail from one address, with whatever identifiers. A company's visitors may all have
    /// one address. At least one; default: 50.
    pub fn free_attempts_by_address(mut self, attempts: u32) -> Self {
        self.free_by_address = attempts;
        self
    }

    /// The longest delay, from one second to one hour. In that time one failure of an identifier, or of an
    /// address, is forgotten, and in five times that time one of an identifier from an address. Default: one
    /// minute.
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest = delay;
        self
    }

    pub(super) fn is_usable(&self) -> bool {
        let delays = Duration::from_secs(1)..=Duration::from_secs(60 * 60);
        self.free > 0 && self.free_by_address > 0 && delays.contains(&self.longest)
    }
}

impl Default for Slowing {
    fn default() -> Self {
        Self::new()
    }
}
