use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::mapping::{ClaimMapping, GRANTS};
use super::{SessionClaims, shape};
use crate::clock::Seconds;

/// The claim with what only we have a use for: every other name may mean something to an application.
const OURS: &str = "portcullis";

/// Claims that say something about the session; all others are the user's.
const OF_THE_SESSION: [&str; 8] = ["sub", "iat", "exp", "nbf", "jti", "auth_time", "acr", OURS];

/// The last second that has a date.
const LATEST: i64 = 253_402_300_799;

/// How Auth.js and we call the same.
const RENAMED: [(&str, &str); 3] = [("name", "name"), ("email", "email"), ("picture", "image")];

/// What only we have a use for.
#[derive(Default, Deserialize, Serialize)]
struct Ours {
    /// Auth.js moves its own with each look at a session, and keeps this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    began: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checked: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remember: Option<bool>,
}

/// The claims of a token, called as Auth.js calls them.
#[derive(Clone)]
pub(crate) struct Payload(Map<String, Value>);

impl Payload {
    /// The claims in the content of a token; `None` if that is no JSON object with every claim once.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        Self::checked(shape::object(text)?)
    }

    /// Claims that somebody else has put together; `None` if they lie too deep in each other.
    pub(super) fn checked(claims: Map<String, Value>) -> Option<Self> {
        Some(Self(claims)).filter(Self::is_flat)
    }

    pub(super) fn is_flat(&self) -> bool {
        shape::is_flat(&self.0)
    }

    pub(crate) fn claims(&self) -> &Map<String, Value> {
        &self.0
    }

    pub(crate) fn claims_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.0
    }

    pub(super) fn to_json(&self) -> Option<String> {
        serde_json::to_string(&self.0).ok()
    }

    /// The session that the claims are about; `None` if a registered claim is of another type, or if
    /// they are about nobody. Those that do not say when they end do so `max_age` after they were issued.
    pub(super) fn read(&self, mapping: &ClaimMapping, max_age: Duration) -> Option<SessionClaims> {
        let Self(claims) = self;
        let text = |name| match claims.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::String(text)) => Some(Some(text.clone())),
            Some(_) => None,
        };
        let date = |name| match claims.get(name) {
            None => Some(None),
            Some(value) => numeric_date(value).map(Some),
        };
        // Whole seconds lie before such a moment if they lie before the next whole second.
        let limit = |name| Some(date(name)?.map(f64::ceil).map(whole));
        let ours: Ours = match claims.get(OURS) {
            Some(ours) => Ours::deserialize(ours).ok()?,
            None => Ours::default(),
        };
        let sub = text("sub")?.filter(|sub| !sub.is_empty())?;
        let iat = date("iat")?.map(whole);
        let longest = iat.map(|iat| Seconds(iat).plus(max_age).0);
        Some(SessionClaims {
            user: self.user(&sub, mapping)?,
            // Who leaves out when a token was issued has it taken back with the first change.
            iat: ours.iat.or(iat).unwrap_or(0),
            dated: iat,
            began: ours.began,
            exp: limit("exp")?.or(longest)?,
            jti: text("jti")?,
            sid: ours.sid,
            // Nobody has looked who the user is, or it was not said when.
            checked: Some(ours.checked.unwrap_or(0)),
            since: ours.since,
            nbf: limit("nbf")?,
            // What an identity provider said of another type was not said to us.
            auth_time: date("auth_time").flatten().map(whole),
            acr: text("acr").flatten(),
            remember: ours.remember.unwrap_or(true),
            original: Some(to_raw_value(claims).ok()?),
            sub,
        })
    }

    /// The user of these claims, as sessions keep them.
    fn user(&self, sub: &str, mapping: &ClaimMapping) -> Option<Box<RawValue>> {
        let mut user = self.members(mapping);
        user.insert("id".to_owned(), sub.into());
        to_raw_value(&user).ok()
    }

    /// What the claims say of the user, all but the id.
    pub(super) fn members(&self, mapping: &ClaimMapping) -> Map<String, Value> {
        let Self(claims) = self;
        let mut user = Map::new();
        for (name, claim) in claims {
            let is_ours = OF_THE_SESSION.contains(&name.as_str())
                || RENAMED
                    .iter()
                    .any(|(theirs, ours)| name == theirs || name == ours)
                || name == "id"
                || GRANTS.iter().any(|grant| name == grant.member());
            if !is_ours {
                user.insert(name.clone(), claim.clone());
            }
        }
        for (theirs, ours) in RENAMED {
            if let Some(text @ Value::String(_)) = claims.get(theirs) {
                user.insert(ours.to_owned(), text.clone());
            }
        }
        for grant in GRANTS {
            let granted = mapping.read(grant, claims);
            if !granted.is_empty() {
                user.insert(grant.member().to_owned(), granted.into());
            }
        }
        user
    }

    /// Whether both say the same, but for what is said of the session itself.
    pub(super) fn has_content_of(&self, other: &Self) -> bool {
        self.content().eq(other.content())
    }

    fn content(&self) -> impl Iterator<Item = (&String, &Value)> {
        let claims = self.0.iter();
        claims.filter(|(name, _)| !OF_THE_SESSION.contains(&name.as_str()))
    }

    /// What a session says of its user. What a token said that Auth.js wrote stays, as far as it is not
    /// about what has changed.
    pub(crate) fn about(
        sub: &str,
        user: &RawValue,
        original: Option<&RawValue>,
        mapping: &ClaimMapping,
    ) -> Option<Self> {
        let original = match original {
            Some(original) => serde_json::from_str(original.get()).ok()?,
            None => Map::new(),
        };
        let mut payload = Self(original);
        let before = match payload.0.is_empty() {
            true => None,
            false => payload.user(sub, mapping),
        };
        if before.as_ref().map(|user| user.get()) != Some(user.get()) {
            payload.take_over(user, before.as_deref(), mapping)?;
        }
        payload.0.insert("sub".to_owned(), sub.into());
        Some(payload)
    }

    /// Lets the claims say of the session itself what these say of it, and nothing else.
    pub(super) fn keep_session_of(&mut self, other: &Self) {
        for name in OF_THE_SESSION {
            match other.0.get(name) {
                Some(claim) => self.0.insert(name.to_owned(), claim.clone()),
                None => self.0.remove(name),
            };
        }
    }

    /// The same without what only we have a use for.
    pub(super) fn without_ours(mut self) -> Self {
        self.0.remove(OURS);
        self
    }

    /// The claims of a session.
    pub(super) fn of(session: &SessionClaims, mapping: &ClaimMapping) -> Option<Self> {
        let SessionClaims { sub, user, .. } = session;
        let mut payload = Self::about(sub, user, session.original.as_deref(), mapping)?;
        let Self(claims) = &mut payload;
        let dated = session.dated.unwrap_or(session.iat);
        claims.insert("iat".to_owned(), dated.into());
        claims.insert("exp".to_owned(), session.exp.into());
        let ours = Ours {
            iat: Some(session.iat),
            began: session.began,
            sid: session.sid.clone(),
            checked: session.checked.or(Some(session.iat)),
            since: session.since,
            remember: (!session.remember).then_some(false),
        };
        claims.insert(OURS.to_owned(), serde_json::to_value(ours).ok()?);
        for (name, value) in [
            ("jti", session.jti.clone().map(Value::from)),
            ("auth_time", session.auth_time.map(Value::from)),
            ("acr", session.acr.clone().map(Value::from)),
        ] {
            if let Some(value) = value {
                claims.insert(name.to_owned(), value);
            }
        }
        Some(payload)
    }

    /// Writes another view of the user over the one that the claims had.
    fn take_over(
        &mut self,
        user: &RawValue,
        before: Option<&RawValue>,
        mapping: &ClaimMapping,
    ) -> Option<()> {
        let Self(claims) = self;
        let mut user: Map<String, Value> = serde_json::from_str(user.get()).ok()?;
        let before: Map<String, Value> = match before {
            Some(before) => serde_json::from_str(before.get()).ok()?,
            None => Map::new(),
        };
        for (theirs, ours) in RENAMED {
            match user.remove(ours) {
                Some(value) => claims.insert(theirs.to_owned(), value),
                None => claims.remove(theirs),
            };
        }
        user.remove("id");
        let mut granted = Vec::new();
        for grant in GRANTS {
            let texts = user.remove(grant.member()).unwrap_or(Value::Null);
            granted.push((grant, serde_json::from_value(texts).unwrap_or_default()));
        }
        let is_granted_by = |name: &str| {
            let mut grants = GRANTS.iter();
            grants.any(|grant| mapping.is_read_from(*grant, name))
        };
        for name in before.keys().filter(|name| !is_granted_by(name)) {
            if !user.contains_key(name) && !RENAMED.iter().any(|(theirs, _)| name == theirs) {
                claims.remove(name);
            }
        }
        for (name, value) in user {
            if !is_granted_by(&name) && !OF_THE_SESSION.contains(&name.as_str()) {
                claims.insert(name, value);
            }
        }
        for (grant, granted) in granted {
            let granted: Vec<String> = granted;
            mapping.write(grant, &granted, claims);
        }
        Some(())
    }
}

/// The seconds of a `NumericDate` (RFC 7519 section 2), which may have a fraction.
fn numeric_date(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .filter(|seconds| seconds.is_finite() && *seconds >= 0.0)
}

/// Whole seconds, as far as there are dates.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the fraction is not looked at, and beyond the end of time `as` stays there"
)]
fn whole(seconds: f64) -> i64 {
    (seconds as i64).min(LATEST)
}
