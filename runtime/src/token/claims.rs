use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::clock::Seconds;

/// The claims of a native session token (RFC 7519). Times are whole seconds since the epoch.
#[derive(Deserialize, Serialize)]
pub(crate) struct SessionClaims {
    pub(crate) sub: String,
    /// The user as the application signed it in, kept as text until a handler asks for it.
    pub(crate) user: Box<RawValue>,
    /// When it was issued; of a token of Auth.js that goes on from one of ours, when we issued that.
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    /// Random, so that no two tokens are the same, not even those of one second: one that has ended
    /// takes no other with it (RFC 7519 section 4.1.7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) jti: Option<String>,
    /// The session's own id, random: a refreshed token has the one of the token before, so that ending
    /// either ends both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<String>,
    /// When it was last found out what the user is, if that was before `iat`: a refresh copies it. Always
    /// there in a token of Auth.js, which may have another `iat` by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) checked: Option<i64>,
    /// The change of the user that it comes after, where `iat` is too close to show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<u64>,
    /// Never written; obeyed where it is (RFC 7519 section 4.1.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nbf: Option<i64>,
    /// When the user proved who they are; never moved by a refresh (OpenID Connect Core section 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<i64>,
    /// How strongly (OpenID Connect Core section 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    /// Since when the session is known, if nobody knows when the user proved who they are; never moved by a
    /// refresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) began: Option<i64>,
    /// Whether the cookie outlives the browser's session; it does unless told otherwise.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub(crate) remember: bool,
    /// Since when it lasts until `exp`, if it is Auth.js's: the `iat` that it says, which is moved over there.
    #[serde(skip)]
    pub(crate) dated: Option<i64>,
    /// All claims of the token that this was read from, if it was Auth.js's: what we know nothing of is
    /// written again.
    #[serde(skip)]
    pub(crate) original: Option<Box<RawValue>>,
}

impl SessionClaims {
    /// What the absolute limit counts from.
    pub(crate) fn counted_from(&self) -> Option<Seconds> {
        self.auth_time.or(self.began).map(Seconds)
    }
}

fn yes() -> bool {
    true
}

fn is_yes(remember: &bool) -> bool {
    *remember
}
