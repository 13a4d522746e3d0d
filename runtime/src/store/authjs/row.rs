//! What a row says, as a session.

use std::time::SystemTime;

use aws_lc_rs::rand;
use serde::Serialize;
use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::sql::Statements;
use super::{AuthjsId, AuthjsSessionId, AuthjsTables, AuthjsTablesError, AuthjsValue};
use crate::clock::Seconds;
use crate::store::{SessionKey, StoreError, StoredSession};

/// Why a row is no session. Without the words of parsers, which quote what they stumbled over.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error(transparent)]
    Column(#[from] sqlx::Error),
    #[error("a column of the user is not what it is said to be")]
    Json,
    #[error("the role column holds neither text nor an array of texts")]
    Role,
}

/// A row, as the statements of `sql` select it.
pub(super) struct Found {
    pub(super) token: String,
    pub(super) user_id: String,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) image: Option<String>,
    pub(super) expires: i64,
    pub(super) auth_time: Option<i64>,
    pub(super) acr: Option<String>,
    pub(super) role: Value,
    /// In the order of the tables' description.
    pub(super) members: Vec<Value>,
}

/// Where the columns of [`Found`] that may be of any type begin: the role, then the members.
pub(super) const FIRST_OF_ANY_TYPE: usize = 8;

/// The user of a session, as [`User`](crate::User) has them.
#[derive(Serialize)]
struct FoundUser {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(flatten)]
    members: Map<String, Value>,
}

/// All that a store knows of its tables.
pub(super) struct Layout {
    pub(super) statements: Statements,
    pub(super) has_auth_time: bool,
    pub(super) has_acr: bool,
    id_type: AuthjsId,
    session_ids: AuthjsSessionId,
    members: Vec<(String, Option<AuthjsValue>)>,
}

impl Layout {
    pub(super) fn new<D: Dialect>(tables: AuthjsTables) -> Result<Self, AuthjsTablesError> {
        Ok(Self {
            statements: Statements::compose::<D>(&tables)?,
            has_auth_time: tables.auth_time.is_some(),
            has_acr: tables.acr.is_some(),
            id_type: tables.id_type,
            session_ids: tables.session_ids,
            members: tables.members,
        })
    }

    pub(super) fn member_count(&self) -> usize {
        self.members.len()
    }

    /// The id as the database is asked for it; `None` for what no row has as its id, or has in another
    /// spelling.
    pub(super) fn user_id<'a>(&self, id: &'a str) -> Option<&'a str> {
        let is_one = match self.id_type {
            AuthjsId::Integer => id
                .parse()
                .is_ok_and(|integer: i64| integer.to_string() == id),
            AuthjsId::Text => !id.contains('\0'),
            AuthjsId::Uuid => is_uuid(id),
        };
        is_one.then_some(id)
    }

    /// The id of a new session's row, if the database does not make it.
    pub(super) fn new_session_id(&self) -> Result<Option<String>, StoreError> {
        let mut bytes = [0; 16];
        let no_randomness = |_| StoreError::unavailable("the operating system has no randomness");
        match self.session_ids {
            AuthjsSessionId::Database => Ok(None),
            AuthjsSessionId::Cuid => {
                rand::fill(&mut bytes).map_err(no_randomness)?;
                Ok(Some(cuid(bytes)))
            }
            AuthjsSessionId::Uuid => {
                rand::fill(&mut bytes).map_err(no_randomness)?;
                Ok(Some(uuid(bytes)))
            }
        }
    }

    /// The session that a row tells of; `None` if no cookie can carry its token.
    pub(super) fn session(&self, found: Found) -> Result<Option<StoredSession>, Unreadable> {
        let Some(key) = SessionKey::from_token(&found.token) else {
            return Ok(None);
        };
        let members = self.members.iter().zip(found.members);
        let members = members
            .map(|((name, kind), value)| Ok((name.clone(), converted(*kind, value)?)))
            .collect::<Result<_, Unreadable>>()?;
        let user = FoundUser {
            id: found.user_id.clone(),
            name: found.name,
            email: found.email,
            image: found.image,
            roles: roles(found.role)?,
            members,
        };
        let user = serde_json::to_string(&user).map_err(|_| Unreadable::Json)?;
        let moment = |seconds| Seconds(seconds).to_system_time();
        let session = StoredSession::new(key, found.user_id, user, moment(found.expires));
        Ok(Some(
            session.authenticated(found.auth_time.map(moment), found.acr),
        ))
    }
}

pub(super) fn seconds(moment: SystemTime) -> i64 {
    Seconds::of(moment).0
}

fn roles(value: Value) -> Result<Vec<String>, Unreadable> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) if text.starts_with('[') => {
            serde_json::from_str(&text).map_err(|_| Unreadable::Role)
        }
        Value::String(role) => Ok(vec![role]),
        Value::Array(_) => serde_json::from_value(value).map_err(|_| Unreadable::Role),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Err(Unreadable::Role),
    }
}

fn converted(kind: Option<AuthjsValue>, value: Value) -> Result<Value, Unreadable> {
    match (kind, value) {
        (None, value) | (Some(_), value @ Value::Null) => Ok(value),
        (Some(AuthjsValue::Boolean), Value::Bool(value)) => Ok(value.into()),
        (Some(AuthjsValue::Boolean), value) => {
            let number = value.as_i64().ok_or(Unreadable::Json)?;
            Ok((number != 0).into())
        }
        (Some(AuthjsValue::Json), Value::String(text)) => {
            serde_json::from_str(&text).map_err(|_| Unreadable::Json)
        }
        (Some(AuthjsValue::Json), value) => Ok(value),
    }
}

/// As databases print it: 36 characters, hexadecimal digits in lower case.
fn is_uuid(id: &str) -> bool {
    let is_part = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
    };
    id.len() == 36 && id.bytes().enumerate().all(is_part)
}

fn uuid(mut bytes: [u8; 16]) -> String {
    // Version 4, variant 1 (RFC 9562 section 5.4).
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = *version & 0x0f | 0x40;
    *variant = *variant & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

fn cuid(bytes: [u8; 16]) -> String {
    let digits = bytes.iter().take(12).map(|byte| format!("{byte:02x}"));
    std::iter::once("c".to_owned()).chain(digits).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_have_the_shape_that_others_expect() {
        let id = uuid([0xff; 16]);
        assert_eq!(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert!(is_uuid(&id));
        assert!(!is_uuid(&id.to_uppercase()) && !is_uuid(&id.replace('-', "0")));
        assert_eq!(cuid([0xab; 16]), format!("c{}", "ab".repeat(12)));
    }

    #[test]
    fn what_is_said_to_be_a_boolean_is_one_or_unreadable() {
        let read = |value| converted(Some(AuthjsValue::Boolean), value).ok();
        for (value, expected) in [
            (json!(0), json!(false)),
            (json!(1), json!(true)),
            (json!(-1), json!(true)),
            (json!(true), json!(true)),
            (json!(null), json!(null)),
        ] {
            assert_eq!(read(value), Some(expected));
        }
        for wrong in [json!(0.0), json!("false"), json!([]), json!({})] {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn roles_are_text_or_a_list_of_texts() {
        let read = |value| roles(value).ok();
        let both = Some(vec!["admin".to_owned(), "editor".to_owned()]);
        assert_eq!(read(json!(null)), Some(Vec::new()));
        assert_eq!(read(json!("")), Some(Vec::new()));
        assert_eq!(read(json!("admin")), Some(vec!["admin".to_owned()]));
        assert_eq!(read(json!(["admin", "editor"])), both);
        assert_eq!(read(json!(r#"["admin", "editor"]"#)), both);
        for wrong in [
            json!(1),
            json!(true),
            json!({}),
            json!([1]),
            json!("[admin]"),
        ] {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }
}
