//! Tokens against cross-site request forgery, as Auth.js makes them: the cookie has the token and a hash
//! that only we can make, and a form must send the token.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::keys;
use crate::config::{ConfigMistake, Profile, Secret};

/// What the hash in the cookie is made with.
pub(crate) struct CsrfKey(Zeroizing<Vec<u8>>);

/// A token that no visitor has yet.
pub(crate) struct FreshCsrf {
    pub(crate) token: String,
    /// The value of the cookie that goes with it.
    pub(crate) cookie: String,
}

impl CsrfKey {
    /// Auth.js takes the secret itself; version 5 takes all of them, as JavaScript prints a list.
    pub(crate) fn new(profile: Profile, secrets: &[Secret]) -> Result<Self, ConfigMistake> {
        let newest = secrets.get(..1).unwrap_or_default();
        let taken = match (profile, secrets) {
            (Profile::Native, [newest, ..]) => {
                let key = keys::derive(newest, &["csrf"])?;
                return Ok(Self(Zeroizing::new(key.to_vec())));
            }
            (Profile::NextAuthV4, _) => newest,
            (Profile::Native | Profile::AuthJsV5, _) => secrets,
        };
        let mut key = Zeroizing::new(Vec::new());
        for (number, secret) in taken.iter().enumerate() {
            if number > 0 {
                key.push(b',');
            }
            key.extend_from_slice(secret.as_bytes());
        }
        Ok(Self(key))
    }

    /// A new token, or `None` if the operating system has no randomness to give.
    pub(crate) fn fresh(&self) -> Option<FreshCsrf> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).ok()?;
        let token = hex(&bytes);
        let cookie = format!("{token}|{}", self.hash(&token));
        Some(FreshCsrf { token, cookie })
    }

    /// The token that a cookie has, if the cookie is ours.
    pub(crate) fn token_in<'a>(&self, cookie: &'a str) -> Option<&'a str> {
        let (token, rest) = cookie.split_once('|')?;
        let hash = rest.split('|').next()?;
        let is_ours = is_same(hash, &self.hash(token));
        is_ours.then_some(token)
    }

    fn hash(&self, token: &str) -> String {
        let mut context = Context::new(&SHA256);
        context.update(token.as_bytes());
        context.update(&self.0);
        hex(context.finish().as_ref())
    }
}

impl fmt::Debug for CsrfKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfKey(..)")
    }
}

/// Compares in a time that does not tell where two texts differ.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
