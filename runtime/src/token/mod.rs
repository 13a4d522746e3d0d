//! Self-contained session tokens of the native profile.

mod claims;
mod jwe;
mod jws;
mod keys;

pub(crate) use self::claims::SessionClaims;
pub(crate) use self::jws::{InvalidToken, SessionTokens};
