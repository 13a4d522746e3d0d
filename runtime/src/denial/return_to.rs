use std::fmt;
use std::sync::LazyLock;

use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use url::Url;

use crate::config::Origin;

/// A path on this site that a visitor may be sent to: the safe form of a `callbackUrl`.
///
/// Reading one never fails: what is missing, malformed or leads to another site becomes `/`.
/// What comes out is written anew from the parsed address, never passed through.
///
/// ```
/// # use portcullis::ReturnTo;
/// assert_eq!(ReturnTo::from("/posts?page=2").as_str(), "/posts?page=2");
/// assert_eq!(ReturnTo::from("https://evil.example").as_str(), "/");
/// assert_eq!(ReturnTo::from("//evil.example").as_str(), "/");
/// ```
///
/// As a handler's argument it is the query parameter `callbackUrl`, which may also be the whole address
/// of a page on this site's own origin, as clients of Auth.js send it; in a form it is a field like any
/// other, and always a path. As a response it is the redirect (303):
/// ```
/// # use axum::extract::{Form, State};
/// # use axum::response::IntoResponse;
/// # use portcullis::{Auth, AuthError, ReturnTo, User, public};
/// # #[derive(serde::Deserialize)]
/// # struct SignIn {}
/// #[public(reason = "this is where people sign in")]
/// async fn sign_in(
///     State(auth): State<Auth>,
///     return_to: ReturnTo,
///     Form(form): Form<SignIn>,
/// ) -> Result<impl IntoResponse, AuthError> {
///     # let user = User::new("42");
///     Ok((auth.sign_in(user).await?, return_to))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReturnTo(String);

const LONGEST: usize = 2048;

impl ReturnTo {
    /// The path, with query and fragment if it has them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of an address that visitors of `origin` may be sent to.
    pub(crate) fn on(origin: &Origin, address: &str) -> Self {
        Self::from(origin.path_of(address).unwrap_or(address))
    }

    /// The same path, if it is one on this site.
    pub(crate) fn checked(path: &str) -> Option<Self> {
        let bytes = path.as_bytes();
        let is_plain = |byte: &u8| matches!(byte, 0x21..=0x7e) && *byte != b'\\';
        if bytes.len() > LONGEST
            || !bytes.iter().all(is_plain)
            || !path.starts_with('/')
            || path.starts_with("//")
        {
            return None;
        }
        if path
            .split(['?', '#'])
            .next()
            .is_none_or(has_hidden_separator)
        {
            return None;
        }
        let base = ANY_ORIGIN.as_ref()?;
        let url = base.join(path).ok()?;
        let is_ours =
            url.origin() == base.origin() && url.username().is_empty() && url.password().is_none();
        if !is_ours || url.path().contains("//") {
            return None;
        }
        // Of a path on a site, only what follows the origin is left: `scheme://host` never comes back.
        let path = url[url::Position::BeforePath..].to_owned();
        (path.len() <= LONGEST).then_some(Self(path))
    }
}

/// A path means the same on every origin, so it is resolved on one that nobody has (RFC 6761).
static ANY_ORIGIN: LazyLock<Option<Url>> =
    LazyLock::new(|| Url::parse("http://return-to.invalid").ok());

/// Characters that a second decoding would turn into separators or line ends.
fn has_hidden_separator(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["%2f", "%5c", "%00", "%09", "%0a", "%0d", "%25"]
        .iter()
        .any(|hidden| path.contains(hidden))
}

impl Default for ReturnTo {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl From<&str> for ReturnTo {
    fn from(path: &str) -> Self {
        Self::checked(path).unwrap_or_default()
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 303, so that the browser opens the page with `GET`.
impl IntoResponse for ReturnTo {
    fn into_response(self) -> Response {
        Redirect::to(&self.0).into_response()
    }
}

impl<'de> Deserialize<'de> for ReturnTo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = Value::deserialize(deserializer)?;
        Ok(path.as_str().map(Self::from).unwrap_or_default())
    }
}

impl Serialize for ReturnTo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
