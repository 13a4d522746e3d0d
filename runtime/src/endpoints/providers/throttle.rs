//! Who may try to sign in now, and who has to wait.

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;

use super::Slowing;
use super::counts::{Added, Bounded, Counts, Moment, Scale, millis};
use super::peer::masked;
use crate::config::ConfigMistake;

/// How many keys of each kind are remembered.
const CAPACITY: usize = 100_000;
/// How long it is remembered that somebody signed in from an address.
const FAMILIAR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Providers commonly give each of their customers that much of IPv6.
const SITE_PREFIX: u32 = 56;
/// The longest delay of a name for visitors who are not told apart. It is no whole number of seconds, so that who
/// guesses once a second is not always there first.
const LONGEST_SHARED: Duration = Duration::from_millis(4500);

/// Decides who may try, and remembers what came of it.
pub(super) struct Throttle {
    key: hmac::Key,
    memory: Mutex<Memory>,
}

struct Memory {
    visitors: Counts,
    /// Where visitors are not told apart.
    shared: Counts,
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
    added: [Added; 4],
}

#[derive(Debug, Clone, Copy)]
struct Keys {
    visitor: Option<u64>,
    shared: Option<u64>,
    identifier: Option<u64>,
    address: Option<u64>,
    device: Option<u64>,
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
        let Slowing {
            free,
            free_by_address,
            longest,
        } = slowing;
        let scale = |free, fades, longest| Scale {
            free,
            fades,
            longest,
        };
        let counts = |scale| Counts::new(scale, capacity);
        let visitors = scale(free, longest * 5, longest);
        let longest_shared = longest.min(LONGEST_SHARED);
        // More than one address makes by itself.
        let free_of_all = u32::try_from(visitors.most().saturating_mul(2)).unwrap_or(u32::MAX);
        Ok(Self {
            key,
            memory: Mutex::new(Memory {
                visitors: counts(visitors),
                shared: counts(scale(free, longest * 5, longest_shared)),
                identifiers: counts(scale(free_of_all, longest, longest_shared)),
                addresses: counts(scale(free_by_address, longest, longest)),
                familiar: Bounded::new(capacity),
            }),
        })
    }

    /// Whether an attempt may be made now; if not, how long it has to wait, in whole seconds. Visitors who are not
    /// told apart have no `peer`; `device` is what only one browser knows.
    pub(super) fn admit(
        &self,
        identifier: Option<&str>,
        peer: Option<IpAddr>,
        device: Option<&str>,
        now: Moment,
    ) -> Result<Attempt, Duration> {
        let mut keys = self.keys(identifier, peer, device);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.is_familiar(keys.device, now) {
            (keys.visitor, keys.shared) = (keys.device, None);
        }
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
            shared,
            identifier,
            address: _,
            device,
        } = attempt.keys;
        for known in [visitor, device].into_iter().flatten() {
            memory.visitors.forget(known);
            let until = attempt.at.saturating_add(millis(FAMILIAR));
            memory.familiar.insert(known, attempt.at, until);
        }
        if let Some(shared) = shared {
            memory.shared.forget(shared);
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
    fn keys(&self, identifier: Option<&str>, peer: Option<IpAddr>, device: Option<&str>) -> Keys {
        let address = peer.map(|peer| match peer.to_canonical() {
            IpAddr::V4(address) => address.octets().to_vec(),
            site @ IpAddr::V6(_) => masked(site, SITE_PREFIX).to_string().into_bytes(),
        });
        let address = address.as_deref();
        let identifier = identifier.map(str::as_bytes);
        let is_known = address.is_some();
        let of = |kind, whence| Some(self.hash(kind, whence, identifier?));
        Keys {
            visitor: address.and_then(|address| of(b'v', address)),
            shared: of(b's', b"").filter(|_| !is_known),
            identifier: of(b'i', b"").filter(|_| is_known),
            address: (is_known || identifier.is_none())
                .then(|| self.hash(b'a', address.unwrap_or(b""), b"")),
            device: device.and_then(|device| of(b'd', device.as_bytes())),
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
        // Where somebody signed in before, nothing but what failed there slows them.
        let counted = if self.is_familiar(keys.visitor, now) {
            1
        } else {
            4
        };
        let counts = self.counts(keys).into_iter().take(counted);
        let remaining = counts.map(|(counts, key)| key.map_or(0, |key| counts.remaining(key, now)));
        remaining.max().unwrap_or(0)
    }

    fn is_familiar(&self, key: Option<u64>, now: Moment) -> bool {
        let until = key.and_then(|key| self.familiar.get(key));
        until.is_some_and(|until| now < *until)
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

    /// The visitor's own first.
    fn counts(&mut self, keys: Keys) -> [(&mut Counts, Option<u64>); 4] {
        [
            (&mut self.visitors, keys.visitor),
            (&mut self.shared, keys.shared),
            (&mut self.identifiers, keys.identifier),
            (&mut self.addresses, keys.address),
        ]
    }
}
