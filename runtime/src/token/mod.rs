//! Self-contained session tokens.

mod authjs;
mod claims;
mod jwe;
mod jws;
mod keys;

use zeroize::Zeroizing;

pub(crate) use self::authjs::{AuthjsTokens, ClaimMapping, Dialect, Grants};
pub(crate) use self::claims::SessionClaims;
pub(crate) use self::jws::{InvalidToken, NativeTokens};
use crate::clock::Seconds;

/// Writes and reads session tokens, as the profile has them.
#[expect(clippy::large_enum_variant, reason = "an `Auth` has one, in a box")]
pub(crate) enum SessionTokens {
    Native(NativeTokens),
    Authjs(AuthjsTokens),
}

impl SessionTokens {
    /// A token, or `None` if the claims cannot be written as JSON.
    pub(crate) fn encode(&self, claims: &SessionClaims) -> Option<Zeroizing<String>> {
        match self {
            Self::Native(tokens) => tokens.encode(claims).map(Zeroizing::new),
            Self::Authjs(tokens) => tokens.encode(claims),
        }
    }

    /// The claims of a token of ours that is in its time at `now`.
    pub(crate) fn decode(&self, token: &str, now: Seconds) -> Result<SessionClaims, InvalidToken> {
        match self {
            Self::Native(tokens) => tokens.decode(token, now),
            Self::Authjs(tokens) => tokens.decode(token, now),
        }
    }
}
