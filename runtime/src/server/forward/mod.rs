//! The visitor's session, sent on to another service of the same application: what Nuxt calls
//! `useRequestHeaders(['cookie'])`, with one cookie and one place to go.

mod outgoing;
#[cfg(feature = "reqwest")]
mod reqwest;

use std::fmt;

use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderValue};
use url::{Host, Origin, Url};

pub use self::outgoing::OutgoingRequest;
use super::HeadersInput;
use crate::auth::Auth;
use crate::credential::bearer_of;

/// Sends the session of a visitor on to one origin, and to no other: for a server that renders a page, and
/// asks another service for its data on the visitor's behalf. Made by [`Auth::forward_to`].
///
/// It adds the session cookie, whole or in its chunks, and nothing else that the visitor's browser sent. The
/// other service has to know the session by the same cookie: share the secret, or the store, and the
/// [`Profile`](crate::Profile).
///
/// ```
/// use axum::http::Request;
/// use axum::http::request::Parts;
/// # use portcullis::{Auth, ForwardError};
///
/// # fn example(auth: Auth, visitor: Parts) -> Result<(), ForwardError> {
/// let news = auth.forward_to("https://news.example")?; // once, when the application starts
///
/// let request = Request::get("https://news.example/posts").body(()).unwrap_or_default();
/// let request = news.on_behalf_of(&visitor, request)?;
/// # Ok(())
/// # }
/// ```
///
/// With the feature `reqwest` it takes reqwest's requests and builders as well. A client that follows
/// redirects must not take cookies to another origin: reqwest does not.
#[derive(Clone)]
pub struct Forwarding {
    auth: Auth,
    origin: Origin,
    takes_bearer: bool,
}

/// Why a session is not sent on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForwardError {
    /// What sessions are sent to is an origin: scheme, host and port, and nothing else.
    #[error("sessions are sent on to an origin, such as `https://news.example`, without a path")]
    NotAnOrigin,
    /// Whoever can read the network between could take over sessions.
    #[error("sessions are sent on over `https`, or over `http` within the own machine")]
    Insecure,
    /// The request goes elsewhere.
    #[error("sessions are sent on to `{allowed}`, and this request goes elsewhere")]
    Elsewhere {
        /// The origin that they may be sent to.
        allowed: String,
    },
    /// The process-wide runtime is not configured (yet), so nobody knows what the session cookie is.
    #[error("`configure_auth_runtime` has not been called")]
    Unconfigured,
    /// The builder had a mistake already.
    #[cfg(feature = "reqwest")]
    #[error("the request cannot be built")]
    Request(#[source] ::reqwest::Error),
}

impl Auth {
    /// A way to send visitors' sessions on to that origin, such as `https://news.example`. Never name the host of
    /// somebody else: whoever gets a session cookie is the visitor.
    ///
    /// # Errors
    /// If it is no origin, or neither `https` nor on the own machine;
    /// [`dangerous::forward_in_the_clear`](crate::dangerous::forward_in_the_clear) takes those.
    pub fn forward_to(&self, origin: &str) -> Result<Forwarding, ForwardError> {
        let forwarding = Forwarding::in_the_clear(self, origin)?;
        match is_private(origin) {
            true => Ok(forwarding),
            false => Err(ForwardError::Insecure),
        }
    }

    /// The session cookies of a visitor, and only those, as the value of a `Cookie` header, for clients that
    /// [`Forwarding`] does not know. `None` if there are none, or if they are malformed, too long or arrived
    /// twice with two values; whether the session stands nobody has asked. `None` as well as long as
    /// [`Auth::global`] is not configured.
    ///
    /// Whoever gets it is the visitor. Send it to services of the same application alone, and follow no redirect
    /// with it.
    pub fn forward_cookies(&self, visitor: impl HeadersInput) -> Option<HeaderValue> {
        if self.is_unconfigured() {
            return None;
        }
        self.runtime().cookie.alone(&visitor.credentials())
    }
}

impl Forwarding {
    /// Whatever the network.
    pub(crate) fn in_the_clear(auth: &Auth, origin: &str) -> Result<Self, ForwardError> {
        let url = Url::parse(origin).map_err(|_| ForwardError::NotAnOrigin)?;
        let is_http = ["https", "http"].contains(&url.scheme());
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !is_http || !is_bare || has_user(&url) {
            return Err(ForwardError::NotAnOrigin);
        }
        Ok(Self {
            auth: auth.clone(),
            origin: url.origin(),
            takes_bearer: false,
        })
    }

    /// Sends the visitor's bearer token on as well, in `Authorization`. Default: the cookie alone.
    #[must_use]
    pub fn with_bearer(mut self) -> Self {
        self.takes_bearer = true;
        self
    }

    /// Makes a request one on behalf of the visitor. The session cookie takes the place of all cookies that the
    /// request has; with [`with_bearer`](Self::with_bearer), the visitor's token takes the place of its
    /// `Authorization`. A visitor without a session leaves none.
    ///
    /// # Errors
    /// If the request goes to another origin, or says of its address only the path.
    pub fn on_behalf_of<R: OutgoingRequest>(
        &self,
        visitor: impl HeadersInput,
        request: R,
    ) -> Result<R, ForwardError> {
        let credentials = visitor.credentials();
        request.changed(|url, headers| {
            if url.is_none_or(|url| url.origin() != self.origin || has_user(&url)) {
                return Err(ForwardError::Elsewhere {
                    allowed: self.origin.ascii_serialization(),
                });
            }
            if self.auth.is_unconfigured() {
                return Err(ForwardError::Unconfigured);
            }
            replace(headers, COOKIE, self.auth.forward_cookies(&credentials));
            if self.takes_bearer {
                replace(headers, AUTHORIZATION, bearer_of(&credentials));
            }
            Ok(())
        })
    }
}

fn replace(headers: &mut HeaderMap, name: http::HeaderName, value: Option<HeaderValue>) {
    headers.remove(&name);
    if let Some(value) = value {
        headers.insert(name, value);
    }
}

/// What stands before an `@` makes an address look like another.
fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Whether nobody on the network reads what is sent there.
fn is_private(origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| {
        url.scheme() == "https"
            || match url.host() {
                Some(Host::Domain(name)) => name == "localhost",
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                None => false,
            }
    })
}

impl fmt::Debug for Forwarding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forwarding")
            .field("origin", &self.origin.ascii_serialization())
            .field("takes_bearer", &self.takes_bearer)
            .finish_non_exhaustive()
    }
}
