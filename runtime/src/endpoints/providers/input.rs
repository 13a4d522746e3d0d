//! What a visitor posted.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use http::HeaderMap;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::fields::RESERVED;
use super::peer::connected;

/// How many fields are kept.
const MOST_FIELDS: usize = 100;

/// What somebody posted to prove who they are, for [`Credentials`](super::Credentials). `Debug` shows the
/// names of the fields only.
pub struct CredentialsInput {
    fields: BTreeMap<String, Zeroizing<String>>,
    identifier: Option<String>,
    headers: HeaderMap,
    peer: Option<IpAddr>,
}

impl CredentialsInput {
    /// The fields of a form, and the head of the request that brought them, for
    /// [`Auth::authenticate`](crate::Auth::authenticate). Of two fields of one name the last counts.
    /// `csrfToken`, `callbackUrl`, `json` and `redirect` are left out: they are the clients' own. So is
    /// what comes after 100 fields.
    pub fn new<N, V>(fields: impl IntoIterator<Item = (N, V)>, head: &Parts) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let mut kept = BTreeMap::new();
        for (name, value) in fields {
            let (name, value) = (name.into(), Zeroizing::new(value.into()));
            let has_room = kept.len() < MOST_FIELDS || kept.contains_key(&name);
            if has_room && !RESERVED.contains(&name.as_str()) {
                kept.insert(name, value);
            }
        }
        Self {
            fields: kept,
            identifier: None,
            headers: head.headers.clone(),
            peer: connected(&head.extensions),
        }
    }

    /// A field as it was posted.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|value| value.as_str())
    }

    /// Whom the visitor claims to be, in one spelling for all that look the same: without space around it,
    /// in small letters, and without compatibility characters (Unicode's NFKC), so that a full-width `＠` is
    /// an `@`. Look accounts up by it alone, and keep it with them: then the name that is slowed is the name that
    /// is found. `None` if the field was not posted or is empty, or there is none.
    pub fn identifier(&self) -> Option<&str> {
        self.identifier.as_deref()
    }

    /// All fields as a `T`, each of them text: a number is a `String`, and a field that may be missing an
    /// `Option<String>`. `None` if they are no `T`; whoever asks is to reject them then.
    ///
    /// ```
    /// # use portcullis::{CredentialsInput, User};
    /// #[derive(serde::Deserialize)]
    /// struct Login { email: String, password: String }
    ///
    /// async fn authorize(input: CredentialsInput) -> Result<Option<User>, std::io::Error> {
    ///     let Some(Login { email, password }) = input.deserialize() else { return Ok(None) };
    ///     # let _ = (email, password);
    ///     Ok(None)
    /// }
    /// ```
    pub fn deserialize<T: DeserializeOwned>(&self) -> Option<T> {
        let text = |value: &Zeroizing<String>| Value::String(value.as_str().to_owned());
        let fields = self.fields.iter();
        let fields: Map<_, _> = fields
            .map(|(name, value)| (name.clone(), text(value)))
            .collect();
        serde_json::from_value(Value::Object(fields)).ok()
    }

    /// The headers of the request.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The address that the request came from: the visitor's, if every proxy between is one of
    /// [`trusted_proxies`](crate::AuthBuilder::trusted_proxies). `None` if the server does not tell addresses;
    /// see [`Credentials`](super::Credentials).
    pub fn peer(&self) -> Option<IpAddr> {
        self.peer
    }

    pub(super) fn leave_out(&mut self, name: &str) {
        self.fields.remove(name);
    }

    pub(super) fn identified(mut self, identifier: Option<String>, peer: Option<IpAddr>) -> Self {
        self.identifier = identifier;
        self.peer = peer;
        self
    }
}

impl fmt::Debug for CredentialsInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.fields.keys()).finish()
    }
}
