//! Whoever guesses passwords is slowed, and nobody is locked out.

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;

use super::counts::{Added, Bounded, Counts, Moment, Scale, millis};
use super::peer::masked;
use crate::config::ConfigMistake;

/// How many keys of each kind are remembered.
const CAPACITY: usize = 100_000;
/// How long it is remembered that somebody signed in from an address.
const FAMILIAR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Providers commonly give each of their customers that much of IPv6.
const SITE_PREFIX: u32 = 64;

/// How [`Credentials`](super::Credentials) slow those who guess passwords.
///
/// After five failures with one identifier from one address the next attempt has to wait for a second, after
/// another failure for two, then four, and so on up to a minute. An attempt that comes too early is answered 429
/// with `Retry-After`, whatever its password, and costs nothing more. An attempt counts from its beginning, so
/// several at once are as slow as one after the other.
///
/// Three things are counted, each by the same rule:
///
/// | failures of | free | forgotten, one by one, every |
/// | --- | --- | --- |
/// | an identifier from an address | 5 | 5 minutes |
/// | an identifier, from wherever | 20 | minute |
/// | an address (of IPv6 a /64), as whomever | 50 | minute |
///
/// A success clears the first two, and takes nothing off the third: who guesses cannot clear it by
/// signing in as themselves. One attacker alone never gets an identifier to be slow for everybody. Many
/// together may, but whoever signed in from an address within the last 30 days is slowed there by the first
/// count only. Delays go no further than a minute, and nobody is locked out for good.
///
/// Names of nobody are counted as those of users are. So a 429 tells that there were failures, and not whether
/// there is such a user; only whoever shares an address with a user may find that they have been here.
///
/// All of it is kept in this process, in bounded memory: 100,000 entries of each kind, identifiers and addresses
/// as keyed hashes only. What means the least is forgotten first: to get rid of one count, an attacker has to
/// fail more often than it counts, with nearly 90,000 other names.
///
/// If the server does not tell addresses, each identifier is slowed by the first rule for all visitors
/// together, and addresses are not slowed.
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
    free: u32,
    free_by_address: u32,
    longest: Duration,
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

    /// How many attempts may fail, with one identifier from one address, before the first delay. Four
    /// times as many may from many addresses together. At least one; default: 5.
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

    fn is_usable(&self) -> bool {
        let delays = Duration::from_secs(1)..=Duration::from_secs(60 * 60);
        self.free > 0 && self.free_by_address > 0 && delays.contains(&self.longest)
    }
}

impl Default for Slowing {
    fn default() -> Self {
        Self::new()
    }
}

/// Decides who may try, and remembers what came of it.
pub(super) struct Throttle {
    key: hmac::Key,
    memory: Mutex<Memory>,
}

struct Memory {
    visitors: Counts,
    identifiers: Counts,
    addresses: Counts,
    /// Until when visitors are known to have signed in.
    familiar: Bounded<Moment>,
}

/// An attempt that may be made. It has failed unless something else is said.
#[derive(Debug)]
#[must_use]
pub(super) struct Attempt {
    keys: Keys,
    at: Moment,
    added: [Added; 3],
}

#[derive(Debug, Clone, Copy)]
struct Keys {
    visitor: Option<u64>,
    identifier: Option<u64>,
    address: Option<u64>,
}

impl Throttle {
    pub(super) fn new(slowing: Slowing) -> Result<Self, ConfigMistake> {
        Self::with_capacity(slowing, CAPACITY)
    }

    fn with_capacity(slowing: Slowing, capacity: usize) -> Result<Self, ConfigMistake> {
        if !slowing.is_usable() {
            return Err(ConfigMistake::SlowingInvalid);
        }
        let reason = "no randomness for the keys of failures";
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new())
            .map_err(|_| ConfigMistake::Cryptography { reason })?;
        let counts = |free, fades| {
            let longest = slowing.longest;
            Counts::new(
                Scale {
                    free,
                    fades,
                    longest,
                },
                capacity,
            )
        };
        Ok(Self {
            key,
            memory: Mutex::new(Memory {
                visitors: counts(slowing.free, slowing.longest * 5),
                identifiers: counts(slowing.free.saturating_mul(4), slowing.longest),
                addresses: counts(slowing.free_by_address, slowing.longest),
                familiar: Bounded::new(capacity),
            }),
        })
    }

    /// Whether an attempt may be made now; if not, how long it has to wait, in whole seconds.
    pub(super) fn admit(
        &self,
        identifier: Option<&str>,
        peer: Option<IpAddr>,
        now: Moment,
    ) -> Result<Attempt, Duration> {
        let keys = self.keys(identifier, peer);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        match memory.remaining(keys, now) {
            0 => Ok(memory.begin(keys, now)),
            milliseconds => Err(Duration::from_secs(milliseconds.div_ceil(1000))),
        }
    }

    /// The attempt has succeeded.
    pub(super) fn succeeded(&self, attempt: &Attempt) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.give_back(attempt);
        let Keys {
            visitor,
            identifier,
            address: _,
        } = attempt.keys;
        if let Some(visitor) = visitor {
            memory.visitors.forget(visitor);
            let until = attempt.at.saturating_add(millis(FAMILIAR));
            memory.familiar.insert(visitor, attempt.at, until);
        }
        if let Some(identifier) = identifier {
            memory.identifiers.forget(identifier);
        }
    }

    /// Nobody found out whether the attempt would have succeeded.
    pub(super) fn broke_off(&self, attempt: &Attempt) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.give_back(attempt);
    }

    /// Without an address all visitors are one, and that one does not stand for an address: it is slowed as
    /// such only where there is nothing else to go by.
    fn keys(&self, identifier: Option<&str>, peer: Option<IpAddr>) -> Keys {
        let address = peer.map(|peer| match peer.to_canonical() {
            IpAddr::V4(address) => address.octets().to_vec(),
            site @ IpAddr::V6(_) => masked(site, SITE_PREFIX).to_string().into_bytes(),
        });
        let address = address.as_deref();
        let identifier = identifier.map(str::as_bytes);
        let is_known = address.is_some();
        Keys {
            visitor: identifier
                .map(|identifier| self.hash(b'v', address.unwrap_or(b""), identifier)),
            identifier: identifier
                .filter(|_| is_known)
                .map(|identifier| self.hash(b'i', b"", identifier)),
            address: (is_known || identifier.is_none())
                .then(|| self.hash(b'a', address.unwrap_or(b""), b"")),
        }
    }

    fn hash(&self, kind: u8, address: &[u8], identifier: &[u8]) -> u64 {
        let mut context = hmac::Context::with_key(&self.key);
        let length = u8::try_from(address.len()).unwrap_or(u8::MAX);
        for part in [&[kind, length], address, identifier] {
            context.update(part);
        }
        let tag = context.sign();
        let first = tag.as_ref().first_chunk().copied();
        u64::from_be_bytes(first.unwrap_or_default())
    }
}

impl Memory {
    fn remaining(&mut self, keys: Keys, now: Moment) -> u64 {
        let Keys {
            visitor,
            identifier,
            address,
        } = keys;
        let of_visitor = visitor.map_or(0, |key| self.visitors.remaining(key, now));
        let until = visitor.and_then(|key| self.familiar.get(key));
        if until.is_some_and(|until| now < *until) {
            return of_visitor;
        }
        let of_identifier = identifier.map_or(0, |key| self.identifiers.remaining(key, now));
        let of_address = address.map_or(0, |key| self.addresses.remaining(key, now));
        of_visitor.max(of_identifier).max(of_address)
    }

    fn begin(&mut self, keys: Keys, now: Moment) -> Attempt {
        let counts = self.counts(keys);
        let add = |(counts, key): (&mut Counts, Option<_>)| key.map(|key| counts.add(key, now));
        let added = counts.map(|it| add(it).unwrap_or_default());
        Attempt {
            keys,
            at: now,
            added,
        }
    }

    fn give_back(&mut self, attempt: &Attempt) {
        let counts = self.counts(attempt.keys).into_iter();
        for ((counts, key), added) in counts.zip(attempt.added) {
            if let Some(key) = key {
                counts.give_back(key, attempt.at, added);
            }
        }
    }

    fn counts(&mut self, keys: Keys) -> [(&mut Counts, Option<u64>); 3] {
        [
            (&mut self.visitors, keys.visitor),
            (&mut self.identifiers, keys.identifier),
            (&mut self.addresses, keys.address),
        ]
    }
}
