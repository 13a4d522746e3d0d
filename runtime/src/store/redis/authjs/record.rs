use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::clock::Seconds;
use crate::store::{SessionKey, StoreError, StoredSession};

/// The members of a user that are ours under the same name.
const SHOWN: [&str; 4] = ["id", "name", "email", "image"];
/// The members of our users that no member of theirs becomes by itself.
const GRANTS: [&str; 3] = ["roles", "permissions", "scopes"];

/// A user as it is stored: every member to the letter.
pub(super) type StoredUser = BTreeMap<String, Box<RawValue>>;

/// A session as it is stored.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    session_token: &'a str,
    user_id: &'a str,
    expires: String,
}

/// What is read of one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Read {
    pub(super) user_id: String,
    expires: String,
}

/// What a member of a user that holds roles may be.
#[derive(Deserialize)]
#[serde(untagged)]
enum Roles {
    None(()),
    One(String),
    Many(Vec<String>),
}

/// What of a user is written: what is given.
#[derive(Deserialize)]
pub(super) struct Shown {
    name: Option<String>,
    pub(super) email: Option<String>,
    image: Option<String>,
}

/// Which members of a stored user become what in a session.
#[derive(Clone, Default)]
pub(super) struct Members {
    pub(super) role: Option<String>,
    pub(super) own: Vec<String>,
}

/// The text of a new session.
pub(super) fn written(
    token: &str,
    user_id: &str,
    expires: SystemTime,
) -> Result<String, StoreError> {
    let written = Written {
        session_token: token,
        user_id,
        expires: Seconds::of(expires).to_iso_8601(),
    };
    serde_json::to_string(&written).map_err(StoreError::unavailable)
}

/// An expiry up to its seconds, as every text of that second begins.
pub(super) fn second(expires: SystemTime) -> String {
    let mut text = Seconds::of(expires).to_iso_8601();
    text.truncate("2026-01-31T12:00:00".len());
    text
}

/// Reads the text of a session.
pub(super) fn read(session: &str) -> Result<Read, StoreError> {
    // Here and below without the parser's own words, which quote what they stumbled over.
    serde_json::from_str(session).map_err(|_| StoreError::corrupt("not a session of Auth.js"))
}

/// Reads the text of a user.
pub(super) fn read_user(user: &str) -> Result<StoredUser, StoreError> {
    serde_json::from_str(user).map_err(|_| StoreError::corrupt("not a user of Auth.js"))
}

/// Reads what of a user is to be written.
pub(super) fn shown(user: &str) -> Result<Shown, StoreError> {
    serde_json::from_str(user).map_err(|_| StoreError::corrupt("the user is not readable"))
}

/// The text of a member, if it is one.
pub(super) fn text(user: &StoredUser, member: &str) -> Option<String> {
    serde_json::from_str(user.get(member)?.get()).ok()
}

impl Shown {
    /// Writes what is given into a user.
    pub(super) fn write(&self, user: &mut StoredUser) -> Result<String, StoreError> {
        for (member, text) in [
            ("name", &self.name),
            ("email", &self.email),
            ("image", &self.image),
        ] {
            if let Some(text) = text {
                let text = to_raw_value(text).map_err(StoreError::unavailable)?;
                user.insert(member.to_owned(), text);
            }
        }
        serde_json::to_string(user).map_err(StoreError::unavailable)
    }
}

impl Members {
    /// The session that these two texts are, with the members of the user that are to be seen, and no
    /// others.
    pub(super) fn session(
        &self,
        key: SessionKey,
        session: Read,
        user: &str,
    ) -> Result<StoredSession, StoreError> {
        let user = read_user(user)?;
        if text(&user, "id").as_ref() != Some(&session.user_id) {
            return Err(StoreError::corrupt("a user of another id"));
        }
        let expires = Seconds::from_iso_8601(&session.expires)
            .ok_or_else(|| StoreError::corrupt("an expiry that is no time"))?;
        let user = self.seen(&user)?;
        Ok(StoredSession::new(
            key,
            session.user_id,
            user,
            expires.to_system_time(),
        ))
    }

    fn seen(&self, user: &StoredUser) -> Result<String, StoreError> {
        let own = self.own.iter().map(String::as_str);
        let own = own.filter(|member| !GRANTS.contains(member));
        let mut seen: BTreeMap<&str, &RawValue> = SHOWN
            .into_iter()
            .chain(own)
            .filter_map(|member| Some((member, user.get(member)?.as_ref())))
            .collect();
        let roles = to_raw_value(&self.roles(user)?).map_err(StoreError::unavailable)?;
        seen.insert("roles", &roles);
        serde_json::to_string(&seen).map_err(StoreError::unavailable)
    }

    fn roles(&self, user: &StoredUser) -> Result<Vec<String>, StoreError> {
        let Some(value) = self.role.as_ref().and_then(|role| user.get(role)) else {
            return Ok(Vec::new());
        };
        match serde_json::from_str(value.get()) {
            Ok(Roles::None(())) => Ok(Vec::new()),
            Ok(Roles::One(role)) if role.is_empty() => Ok(Vec::new()),
            Ok(Roles::One(role)) => Ok(vec![role]),
            Ok(Roles::Many(roles)) => Ok(roles),
            Err(_) => Err(StoreError::corrupt("roles that are no texts")),
        }
    }
}
