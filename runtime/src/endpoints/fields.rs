//! What a request says in its body and in its query.

use std::fmt;

use axum::body::{Body, to_bytes};
use http::Method;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::action::Dialect;

/// The longest body that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Named values; of two with one name, the last.
pub(super) struct Fields(Map<String, Value>);

/// Why a body says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unreadable {
    TooLong,
    Malformed,
}

impl Fields {
    pub(super) fn of_query(parts: &Parts) -> Self {
        Self::of_form(parts.uri.query().unwrap_or_default().as_bytes())
    }

    /// The fields of a form, or the members of a JSON object. A body of any other type says nothing.
    pub(super) async fn of_body(
        parts: &Parts,
        body: Body,
        dialect: Dialect,
    ) -> Result<Self, Unreadable> {
        let nothing = Self(Map::new());
        if parts.method != Method::POST {
            return Ok(nothing);
        }
        // A body that breaks off gets no answer anyway.
        let body = to_bytes(body, LONGEST).await;
        let body = body.map_err(|_| Unreadable::TooLong)?;
        match media_type(parts) {
            Some("application/json") if body.is_empty() && dialect == Dialect::V4 => Ok(nothing),
            Some("application/json") => match serde_json::from_slice(&body) {
                Ok(Value::Object(members)) => Ok(Self(members)),
                Ok(_) => Ok(nothing),
                Err(_) => Err(Unreadable::Malformed),
            },
            Some("application/x-www-form-urlencoded") => Ok(Self::of_form(&body)),
            _ => Ok(nothing),
        }
    }

    fn of_form(form: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(form);
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
                .collect(),
        )
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All that are text, numbers or yes and no, as text.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().filter_map(|(name, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::Null | Value::Array(_) | Value::Object(_) => return None,
            };
            Some((name.as_str(), text))
        })
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }
}

/// Names and values are nobody's business in a log.
impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fields(..)")
    }
}

/// The type of the body, if it is one that is read.
fn media_type(parts: &Parts) -> Option<&'static str> {
    let said = parts.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let said = said.split(';').next().unwrap_or_default().trim();
    let mut read = ["application/json", "application/x-www-form-urlencoded"].into_iter();
    read.find(|media_type| said.eq_ignore_ascii_case(media_type))
}
