use std::sync::Arc;

use serde_json::value::to_raw_value;
use serde_json::{Map, Value};

use super::UpstreamError;
use super::question::Fingerprint;
use crate::clock::Seconds;
use crate::credential::Source;
use crate::session::{Given, Identity};
use crate::token::ClaimMapping;

/// What the upstream said about a credential.
#[derive(Clone)]
pub(crate) enum Answer {
    Session(Told),
    /// There is none.
    Nobody {
        /// What it gives the visitor for the session cookie: it removes what is of no more use.
        given: Given,
    },
}

/// A session.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) identity: Arc<Identity>,
    /// How long the body was, in bytes.
    pub(super) length: usize,
    pub(super) next: Option<Fingerprint>,
}

impl Answer {
    pub(super) fn going_on_with(self, next: Option<Fingerprint>) -> Self {
        match self {
            Self::Session(told) => Self::Session(Told { next, ..told }),
            nobody @ Self::Nobody { .. } => nobody,
        }
    }

    /// Reads the body of `GET /session`: `null` and `{}` are nobody's, and so is whatever else is no object.
    pub(super) fn read(
        body: &[u8],
        source: Source,
        given: Given,
        mapping: &ClaimMapping,
    ) -> Result<Self, UpstreamError> {
        let length = body.len();
        let body: Value = serde_json::from_slice(body).map_err(|_| UpstreamError::Unreadable)?;
        Ok(match body {
            Value::Object(body) if !body.is_empty() => {
                let identity = identity(body, mapping)?.came_by(source);
                Self::Session(Told {
                    identity: Arc::new(Identity { given, ..identity }),
                    length,
                    next: None,
                })
            }
            _ => Self::Nobody { given },
        })
    }
}

fn identity(told: Map<String, Value>, mapping: &ClaimMapping) -> Result<Identity, UpstreamError> {
    let unreadable = UpstreamError::Unreadable;
    let expires = told.get("expires").and_then(Value::as_str);
    let expires = expires.and_then(Seconds::from_iso_8601).ok_or(unreadable)?;
    let Some(Value::Object(user)) = told.get("user") else {
        return Err(unreadable);
    };
    let user_id = id_of(user).ok_or(UpstreamError::NoUserId)?;
    let grants = mapping.granted_by(user, &told);
    let mut user = user.clone();
    user.insert("id".to_owned(), user_id.clone().into());
    for (member, granted) in grants.members() {
        user.insert(member.to_owned(), granted.to_vec().into());
    }
    let seconds = told.get("auth_time").and_then(Value::as_i64);
    let acr = told.get("acr").and_then(Value::as_str);
    Ok(Identity {
        acr: acr.map(str::to_owned),
        auth_time: seconds.map(Seconds),
        ..Identity::new(
            user_id,
            to_raw_value(&user).map_err(|_| unreadable)?,
            grants,
            expires,
        )
    }
    .told(told))
}

/// What the user is known by: Auth.js itself tells the e-mail address only, unless `callbacks.session` adds
/// to it.
fn id_of(user: &Map<String, Value>) -> Option<String> {
    ["id", "sub", "email"].into_iter().find_map(|name| {
        let id = match user.get(name)? {
            Value::String(id) => id.clone(),
            Value::Number(id) => id.to_string(),
            _ => return None,
        };
        (!id.is_empty()).then_some(id)
    })
}
