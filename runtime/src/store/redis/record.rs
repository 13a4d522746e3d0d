use std::collections::HashMap;
use std::time::SystemTime;

use aws_lc_rs::digest;

use crate::clock::Seconds;
use crate::store::{KEPT_EXPIRED, SessionKey, StoreError, StoredSession, hex};

/// The version of the fields below.
pub(super) const VERSION: &str = "1";
/// Far enough ahead for any session, and near enough for Redis to count in milliseconds.
const FOREVER: i64 = 1_000_000_000_000;

/// A session as a hash of Redis.
pub(super) type Fields = HashMap<String, String>;

/// What is written of a session.
pub(super) fn fields(session: &StoredSession) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("version", VERSION.to_owned()),
        ("user_id", session.user_id.clone()),
        ("user_digest", user_digest(&session.user_id)),
        ("user", session.user.clone()),
        ("remember", u8::from(session.remember).to_string()),
        ("expires", Seconds::of(session.expires).0.to_string()),
    ];
    if let Some(auth_time) = session.auth_time {
        fields.push(("auth_time", Seconds::of(auth_time).0.to_string()));
    }
    if let Some(acr) = &session.acr {
        fields.push(("acr", acr.clone()));
    }
    fields
}

/// Reads it back.
pub(super) fn session(key: SessionKey, fields: Fields) -> Result<StoredSession, StoreError> {
    read(key, fields).ok_or_else(|| StoreError::corrupt("not a session of this version"))
}

fn read(key: SessionKey, mut fields: Fields) -> Option<StoredSession> {
    if fields.remove("version")? != VERSION {
        return None;
    }
    let moment = |seconds: String| Some(Seconds(seconds.parse().ok()?).to_system_time());
    let auth_time = match fields.remove("auth_time") {
        Some(seconds) => Some(moment(seconds)?),
        None => None,
    };
    let remember = match fields.remove("remember")?.as_str() {
        "0" => false,
        "1" => true,
        _ => return None,
    };
    let session = StoredSession::new(
        key,
        fields.remove("user_id")?,
        fields.remove("user")?,
        moment(fields.remove("expires")?)?,
    );
    Some(
        session
            .authenticated(auth_time, fields.remove("acr"))
            .remembered(remember),
    )
}

/// The second when Redis removes a session that ends at that one.
pub(super) fn kept_until(expires: SystemTime) -> i64 {
    Seconds::of(expires).plus(KEPT_EXPIRED).0.clamp(0, FOREVER)
}

/// What the Redis key of a session ends with.
pub(super) fn digits(key: &SessionKey) -> String {
    hex::encode(&key.fingerprint())
}

/// What the Redis key of a user's index ends with: the SHA-256 of the id.
pub(super) fn user_digest(user_id: &str) -> String {
    hex::encode(digest::digest(&digest::SHA256, user_id.as_bytes()).as_ref())
}

/// The key with those digits.
pub(super) fn key(digits: &str) -> Result<SessionKey, StoreError> {
    let key = hex::decode(digits).map(SessionKey::from_bytes);
    key.ok_or_else(|| StoreError::corrupt("not the key of a session"))
}
