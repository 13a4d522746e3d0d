//! What the application has to say about sessions while they are made and read.

mod erased;
mod untrusted;

use std::fmt;
use std::future::{Future, ready};

use http::request::Parts;
use serde_json::Value;

pub(crate) use self::erased::ErasedCallbacks;
pub use self::untrusted::Untrusted;
use super::{ServerSession, User};
use crate::token::Token;

/// What Auth.js calls callbacks and events. Set by [`AuthBuilder::callbacks`](crate::AuthBuilder::callbacks); each
/// has a default, so that an application writes only those it needs.
///
/// # Callbacks and guards
/// Guards never run callbacks: `#[protected]` and `#[authorized(..)]` decide by the token, or the stored session,
/// as the request brought it. What [`jwt`](Self::jwt) changes counts for guards from the next request on, which
/// brings the changed token. To take a right away at once, use
/// [`user_changed`](crate::Auth::user_changed), [`recheck_user`](crate::AuthBuilder::recheck_user) or `live`.
///
/// | | `jwt` | `session` |
/// | --- | --- | --- |
/// | [`sign_in`](crate::Auth::sign_in), [`update`](crate::Auth::update) | signed sessions | |
/// | a refresh that is due | signed sessions | |
/// | [`get_server_session`](crate::Auth::get_server_session) and its like, `GET` and `POST /session` | signed sessions | always |
/// | guards, extractors, [`get_token`](crate::Auth::get_token) | | |
///
/// With the request, or its head, at hand both are asked once a request at most. About sessions that an upstream
/// keeps (`Auth::proxy`) neither is asked: such callbacks are the upstream's.
///
/// # Errors
/// A callback that fails never signs anybody out: the answer is 500, or for a refresh nothing, and the cookie is
/// left alone. The log says which callback it was, not what it said. Nothing limits how long one takes.
///
/// ```
/// use portcullis::{Auth, CallbackError, Callbacks, JwtEvent, ServerSession, SessionEvent, Token};
///
/// struct Shown;
///
/// impl Callbacks for Shown {
///     async fn jwt(&self, mut token: Token, event: JwtEvent<'_>) -> Result<Option<Token>, CallbackError> {
///         if let JwtEvent::SignIn { user } = event {
///             token.claims_mut().insert("plan".to_owned(), user.extra.get("plan").cloned().into());
///         }
///         Ok(Some(token))
///     }
///
///     async fn session(
///         &self,
///         mut session: ServerSession,
///         event: SessionEvent<'_>,
///     ) -> Result<ServerSession, CallbackError> {
///         if let SessionEvent::Token(token) = event {
///             session.user.insert("id".to_owned(), token.sub().into());
///         }
///         Ok(session)
///     }
/// }
///
/// let auth = Auth::builder().callbacks(Shown);
/// ```
pub trait Callbacks: Send + Sync + 'static {
    /// What the token of a signed session says from now on; `None` ends the session, and the visitor's cookie
    /// goes. Sessions in a store have no token, and are not asked about.
    ///
    /// What it changes is written: at sign-in with the new session, else anew into the cookie, where the
    /// response is at hand ([`Router`](crate::Router), [`SessionLayer`](crate::SessionLayer), the endpoints,
    /// [`get_server_session_with_cookies`](crate::Auth::get_server_session_with_cookies)). Whom the session is
    /// about (`sub`) cannot be changed, and what is done to `iat`, `exp`, `nbf`, `jti`, `auth_time`, `acr` and
    /// `portcullis` is of no effect. Our own tokens ([`Profile::Native`](crate::Profile)) carry
    /// the user, and of `id` and `image` the ones that the user has. Default: the token as it is.
    ///
    /// # Errors
    /// Whatever the application could not find out.
    fn jwt(
        &self,
        token: Token,
        event: JwtEvent<'_>,
    ) -> impl Future<Output = Result<Option<Token>, CallbackError>> + Send {
        let _ = event;
        ready(Ok(Some(token)))
    }

    /// What [`get_server_session`](crate::Auth::get_server_session) and the browser are shown of a session: by
    /// default the name, e-mail address and picture of the user, and when it ends. The browser's scripts
    /// read all of it. Default: as it is.
    ///
    /// # Errors
    /// Whatever the application could not find out.
    fn session(
        &self,
        session: ServerSession,
        event: SessionEvent<'_>,
    ) -> impl Future<Output = Result<ServerSession, CallbackError>> + Send {
        let _ = event;
        ready(Ok(session))
    }

    /// Whether a request may pass a [`require_session`](crate::Auth::require_session) layer: a plain yes or no, for
    /// signed sessions and stored ones alike. The token is `None` for who is not signed in, or has a cookie
    /// of no use; a yes lets them in as well. Not asked about a bearer token that is not valid, a form from another
    /// site and a store that is down, which are refused before, and by layers of
    /// [`require`](crate::Auth::require), whose rule decides. Default: whether somebody is signed in.
    fn authorized(
        &self,
        request: &Parts,
        token: Option<&Token>,
    ) -> impl Future<Output = bool> + Send {
        let _ = request;
        ready(token.is_some())
    }

    /// Where a visitor goes on to after signing in or out, who asked for `url`. `base_url` is the origin of the
    /// application. Default: paths of this site and addresses of its origin as they are, else `base_url`.
    ///
    /// It may give any address of `http` or `https`, and what is another kind of address becomes the start
    /// page. One that lets every site pass lets them use this one's name to send its visitors anywhere (an
    /// open redirect, CVE-2022-24858).
    fn redirect(&self, url: &str, base_url: &str) -> impl Future<Output = String> + Send {
        ready(same_site(url, base_url))
    }

    /// Somebody was signed in.
    fn signed_in(&self, user: &User) -> impl Future<Output = ()> + Send {
        let _ = user;
        ready(())
    }

    /// Somebody was signed out.
    fn signed_out(&self, user_id: &str) -> impl Future<Output = ()> + Send {
        let _ = user_id;
        ready(())
    }
}

/// Why [`Callbacks::jwt`] is asked.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum JwtEvent<'a> {
    /// A session is about to begin. The token is made from the user.
    SignIn {
        /// Who was signed in.
        user: &'a User,
    },
    /// The application gives a session another view of its user ([`Auth::update`](crate::Auth::update)).
    Changed {
        /// The user from now on.
        user: &'a User,
    },
    /// The visitor's browser asks for a change, as `update(data)` of `next-auth/react` does.
    Update {
        /// What it sent.
        data: &'a Untrusted<Value>,
    },
    /// The session is read, or refreshed.
    Read,
}

/// What [`Callbacks::session`] goes by. The token itself, as the cookie has it, is never there.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum SessionEvent<'a> {
    /// A signed session, as [`Callbacks::jwt`] left it.
    Token(&'a Token),
    /// A session in a store.
    Stored {
        /// The user as the store has them.
        user: &'a User,
        /// What the visitor's browser sent to change it, as `update(data)` of `next-auth/react` does.
        update: Option<&'a Untrusted<Value>>,
    },
}

/// A callback could not say. It can be made from every error, and keeps the type alone: what an error says may
/// quote what nobody should read in a log.
pub struct CallbackError {
    of: &'static str,
}

impl CallbackError {
    /// An error about which there is nothing to say.
    #[must_use]
    pub const fn new() -> Self {
        Self { of: "unspecified" }
    }
}

impl Default for CallbackError {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: std::error::Error> From<E> for CallbackError {
    fn from(_: E) -> Self {
        Self {
            of: std::any::type_name::<E>(),
        }
    }
}

/// Shows the type of the error.
impl fmt::Debug for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallbackError({})", self.of)
    }
}

/// Where Auth.js lets visitors go on to, unless told otherwise.
pub(crate) fn same_site(url: &str, base_url: &str) -> String {
    let base = base_url.trim_end_matches('/');
    if url.starts_with('/') {
        return format!("{base}{url}");
    }
    // An address of another kind may have our origin inside, such as `blob:https://app.example/`.
    let place = |text: &str| {
        let url = url::Url::parse(text).ok()?;
        Some((url.scheme().to_owned(), url.origin()))
    };
    match (place(url), place(base)) {
        (Some(asked), Some(own)) if asked == own => url.to_owned(),
        _ => base.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::same_site;

    #[test]
    fn visitors_stay_on_the_site() {
        let base = "https://app.example";
        for (url, expected) in [
            ("/a?b#c", "https://app.example/a?b#c"),
            ("//evil.example", "https://app.example//evil.example"),
            ("https://app.example/a", "https://app.example/a"),
            ("https://app.example:443/a", "https://app.example:443/a"),
            ("http://app.example/a", base),
            ("blob:https://app.example/a", base),
            ("https://app.example.evil.example", base),
            ("https://app.example@evil.example", base),
            ("https://evil.example", base),
            ("javascript:alert(1)", base),
            ("data:text/html,x", base),
            ("not an address", base),
            ("", base),
        ] {
            assert_eq!(same_site(url, base), expected, "{url}");
        }
    }
}
