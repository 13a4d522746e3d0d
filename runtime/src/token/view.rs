use std::fmt;
use std::time::SystemTime;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{ClaimMapping, Payload, SessionClaims};
use crate::clock::Seconds;

/// What a session says of its visitor, in the claims of Auth.js: `sub`, `name`, `email`, `picture`, `iat`, `exp`,
/// `jti`, `roles`, and the application's own. It looks the same whatever the [`Profile`](crate::Profile) and
/// wherever sessions are kept; one in a store has neither `iat` nor `jti`.
///
/// As JSON it is an object with all claims. That is for the visitor's own eyes at most: whoever writes a page
/// picks what it needs.
#[derive(Clone)]
pub struct Token(Payload);

impl Token {
    /// What is said of a user, and nothing of a session.
    pub(crate) fn about(
        sub: &str,
        user: &RawValue,
        original: Option<&RawValue>,
        mapping: &ClaimMapping,
    ) -> Option<Self> {
        let payload = Payload::about(sub, user, original, mapping)?;
        Some(Self(payload.without_ours()))
    }

    /// What the claims of a token say.
    pub(crate) fn of(claims: &SessionClaims, mapping: &ClaimMapping) -> Option<Self> {
        let SessionClaims { sub, user, .. } = claims;
        let token = Self::about(sub, user, claims.original.as_deref(), mapping)?;
        Some(token.completed([
            ("iat", (claims.iat > 0).then(|| claims.iat.into())),
            ("exp", Some(claims.exp.into())),
            ("jti", claims.jti.clone().map(Value::from)),
            ("auth_time", claims.auth_time.map(Value::from)),
            ("acr", claims.acr.clone().map(Value::from)),
        ]))
    }

    /// The same, with claims that it does not have yet.
    pub(crate) fn completed<const N: usize>(mut self, claims: [(&str, Option<Value>); N]) -> Self {
        for (name, value) in claims {
            if let Some(value) = value {
                self.claims_mut().entry(name).or_insert(value);
            }
        }
        self
    }

    /// The same, with what that token says of the session itself: a callback has no say in it.
    pub(crate) fn of_session_of(mut self, other: &Self) -> Self {
        self.0.keep_session_of(&other.0);
        self
    }

    /// Whether it would be read again if it were written.
    pub(crate) fn is_readable(&self) -> bool {
        self.0.is_flat()
    }

    pub(crate) fn payload(&self) -> &Payload {
        &self.0
    }

    /// Whom it is about: the id of the user. Never empty where somebody is signed in.
    pub fn sub(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    /// The name to show.
    pub fn name(&self) -> Option<&str> {
        self.text("name")
    }

    /// The e-mail address.
    pub fn email(&self) -> Option<&str> {
        self.text("email")
    }

    /// The address of a picture.
    pub fn picture(&self) -> Option<&str> {
        self.text("picture")
    }

    /// When the session ends without further use, if that is said. Whole seconds.
    pub fn expires(&self) -> Option<SystemTime> {
        let exp = self.get("exp")?;
        // Beyond the end of time `as` stays there.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the fraction is not looked at"
        )]
        let seconds = exp
            .as_i64()
            .or_else(|| exp.as_f64().map(|exp| exp as i64))?;
        Some(Seconds(seconds).to_system_time())
    }

    /// The claim of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.claims().get(name)
    }

    /// All claims.
    pub fn claims(&self) -> &Map<String, Value> {
        self.0.claims()
    }

    /// All claims, for a callback to change. What is done to `iat`, `exp`, `nbf`, `jti`, `auth_time`, `acr` and
    /// `portcullis` is of no effect, and nobody can change `sub`.
    pub fn claims_mut(&mut self) -> &mut Map<String, Value> {
        self.0.claims_mut()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.claims().serialize(serializer)
    }
}

/// Shows whether it is about somebody, and nothing else.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("has_sub", &!self.sub().is_empty())
            .finish_non_exhaustive()
    }
}
