//! Self-contained session tokens.

mod authjs;
mod claims;
mod codec;
mod csrf;
mod jwe;
mod jws;
mod keys;
mod mapping;
mod payload;
mod rules;
mod shape;
mod view;

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

pub(crate) use self::authjs::{AuthjsTokens, Dialect, Salt};
pub(crate) use self::claims::SessionClaims;
pub(crate) use self::codec::CustomTokens;
pub use self::codec::{CodecContext, CodecError, TokenCodec};
pub(crate) use self::csrf::{CsrfKey, is_same};
pub(crate) use self::jws::{InvalidToken, NativeTokens};
pub(crate) use self::mapping::{ClaimMapping, Grants};
use self::payload::Payload;
pub(crate) use self::rules::ClaimRules;
pub use self::view::Token;
use crate::clock::Seconds;

/// Writes and reads session tokens, as the profile has them.
#[expect(clippy::large_enum_variant, reason = "an `Auth` has one, in a box")]
pub(crate) enum SessionTokens {
    Native(NativeTokens),
    Authjs(AuthjsTokens),
    Custom(CustomTokens),
}

impl SessionTokens {
    /// A token, or `None` if the claims cannot be written as JSON.
    pub(crate) fn encode(&self, claims: &SessionClaims) -> Option<Zeroizing<String>> {
        match self {
            Self::Native(tokens) => tokens.encode(claims).map(Zeroizing::new),
            Self::Authjs(tokens) => tokens.encode(claims),
            Self::Custom(tokens) => tokens.encode(claims),
        }
    }

    /// The claims of a token of ours that is in its time at `now`.
    pub(crate) fn decode(&self, token: &str, now: Seconds) -> Result<SessionClaims, InvalidToken> {
        match self {
            Self::Native(tokens) => tokens.decode(token, now),
            Self::Authjs(tokens) => tokens.decode(token, now),
            Self::Custom(tokens) => tokens.decode(token, now),
        }
    }

    /// Whether a token that ends then still counts, by the leeway that it is read with.
    pub(crate) fn lasts(&self, exp: Seconds, now: Seconds) -> bool {
        match self {
            Self::Native(_) => NativeTokens::lasts(exp, now),
            Self::Authjs(tokens) => tokens.rules.lasts(exp, now),
            Self::Custom(tokens) => tokens.rules.lasts(exp, now),
        }
    }

    /// What a session goes on with after a token of it was changed: the view of its user, and all claims.
    /// `None` if that is nothing new.
    pub(crate) fn changed(
        &self,
        (before, after): (&Token, &Token),
        user: &RawValue,
        mapping: &ClaimMapping,
    ) -> Option<Changed> {
        let (before, after) = (before.payload(), after.payload());
        let (was, is) = (before.members(mapping), after.members(mapping));
        let has_changed = match self {
            // They carry the user alone.
            Self::Native(_) => was != is,
            Self::Authjs(_) | Self::Custom(_) => !before.has_content_of(after),
        };
        if !has_changed {
            return None;
        }
        let mut user: Map<String, Value> = serde_json::from_str(user.get()).ok()?;
        // What no claim can say of the user stays as it is.
        user.retain(|name, _| is.contains_key(name) || !was.contains_key(name));
        user.extend(
            is.into_iter()
                .filter(|(name, value)| was.get(name) != Some(value)),
        );
        Some(Changed {
            user: to_raw_value(&user).ok()?,
            original: to_raw_value(after.claims()).ok()?,
        })
    }
}

/// What a session goes on with.
pub(crate) struct Changed {
    /// The view of its user.
    pub(crate) user: Box<RawValue>,
    /// All claims.
    pub(crate) original: Box<RawValue>,
}
