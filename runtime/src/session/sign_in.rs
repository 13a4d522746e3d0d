//! Beginning and ending sessions.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::SystemTime;

use axum::response::{IntoResponseParts, ResponseParts};
use http::header::{HeaderValue, SET_COOKIE};
use zeroize::Zeroizing;

use super::issue::NewSession;
use super::{AuthError, Identity, JwtEvent, Session, Strategy, TakenBack, User};
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::credential::{CookieNames, Source};

impl Auth {
    /// Begins a session for `user`. The answer goes in front of the handler's response:
    ///
    /// ```
    /// # use axum::response::{IntoResponse, Redirect};
    /// # use portcullis::{Auth, AuthError, User};
    /// # async fn sign_in(auth: Auth) -> Result<impl IntoResponse, AuthError> {
    /// let user = User::new("42").named("Ada").with_roles(["editor"]);
    /// Ok((auth.sign_in(user).await?, Redirect::to("/")))
    /// # }
    /// ```
    ///
    /// The session has a new id. With a store, one that the visitor had before ends with this
    /// response, in a [`Router`](crate::Router) and under a [`SessionLayer`](crate::SessionLayer).
    ///
    /// # Errors
    /// When awaited, see [`AuthError`]: the user has no id or does not fit, or the store did not
    /// answer.
    pub fn sign_in(&self, user: impl Into<User>) -> SignIn<'_> {
        let auth = self.pinned();
        SignIn {
            auth_time: Some(auth.now()),
            auth,
            user: user.into(),
            acr: None,
            remember: true,
        }
    }

    /// Ends `session`. The answer goes in front of the handler's response and removes the cookie.
    ///
    /// With a store the session is dead at once, everywhere. Without one it is dead in this process,
    /// which remembers the last 100,000 tokens that were signed out; elsewhere a copy of the cookie
    /// works until it expires. Of a session that Auth.js began, and that has no id of ours yet, the token that
    /// the request carried is dead, and what follows from it: others that Auth.js has issued for it go on. A
    /// session that came as a bearer token ends without a word to the
    /// cookie.
    ///
    /// What [`rotate`](Self::rotate) or [`update`](Self::update) put in its place within this request
    /// ends with it. So does a new sign-in that comes before this answer in the same response, in a
    /// [`Router`](crate::Router) and under a [`SessionLayer`](crate::SessionLayer); only there, too, a
    /// cookie in chunks is removed as a whole.
    ///
    /// # Errors
    /// [`AuthError::Store`] if the store did not answer; the session then goes on.
    pub async fn sign_out<U>(&self, session: &Session<U>) -> Result<SignedOut, AuthError> {
        let auth = self.that_read(session);
        auth.sign_out_of(session.identity()).await
    }

    pub(crate) async fn sign_out_of(&self, identity: &Identity) -> Result<SignedOut, AuthError> {
        if let Strategy::Elsewhere(elsewhere) = &self.runtime().strategy {
            return Err(elsewhere.error());
        }
        let successor = identity.successor.get().cloned();
        for session in identity.handle().into_iter().chain(successor) {
            self.end(session).await?;
        }
        self.tell_signed_out(&identity.user_id).await;
        Ok(SignedOut {
            auth: self.clone(),
            // A cookie beside a bearer token may be somebody else's.
            removes_cookie: identity.source == Source::Cookie,
        })
    }
}

/// A session that is about to begin: made by [`Auth::sign_in`], and begun when awaited.
#[must_use = "nobody is signed in until this is awaited"]
pub struct SignIn<'a> {
    auth: Cow<'a, Auth>,
    user: User,
    acr: Option<String>,
    auth_time: Option<Seconds>,
    remember: bool,
}

impl<'a> SignIn<'a> {
    /// Says how strongly the user proved who they are, in the application's own terms: what
    /// `acr = ".."` asks for (`acr`, OpenID Connect Core section 2). Default: not said.
    pub fn acr(mut self, acr: impl Into<String>) -> Self {
        self.acr = Some(acr.into());
        self
    }

    /// Says when the user proved who they are, where that was earlier: for a session that follows from another
    /// one, so that it is no fresher than that. `None` if nobody knows. Default: now, and never later.
    pub fn auth_time(mut self, auth_time: impl Into<Option<SystemTime>>) -> Self {
        let now = self.auth.now();
        self.auth_time = auth_time.into().map(|time| Seconds::of(time).min(now));
        self
    }

    /// Whether the session outlives the browser's: a "remember me" box. If not, the cookie has no
    /// lifetime of its own and goes when the browser is closed; the session itself ends as any other.
    /// Default: it does.
    pub fn remember(mut self, remember: bool) -> Self {
        self.remember = remember;
        self
    }

    async fn begin(self) -> Result<SignedIn, AuthError> {
        let Self {
            auth,
            user,
            acr,
            auth_time,
            remember,
        } = self;
        let new = NewSession {
            since: auth.last_change(&user.id),
            sid: None,
            checked: auth.now(),
            user: user.to_json()?,
            user_id: user.id.clone(),
            auth_time,
            began: None,
            dated: None,
            acr,
            remember,
            original: None,
        };
        let new = auth
            .beginning(new, JwtEvent::SignIn { user: &user })
            .await?;
        let signed_in = auth.issue(new).await?;
        auth.tell_signed_in(&user).await;
        Ok(signed_in)
    }
}

impl<'a> IntoFuture for SignIn<'a> {
    type Output = Result<SignedIn, AuthError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.begin())
    }
}

impl fmt::Debug for SignIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A session that has begun: as a part of a response it sets the session cookie.
///
/// A session that one cookie cannot hold is set in up to eight chunks, `session.0` to `session.7`.
/// What the visitor had before under other names goes with the same response, in a
/// [`Router`](crate::Router) and under a [`SessionLayer`](crate::SessionLayer).
#[must_use = "the session begins for the visitor only when this is part of the response"]
pub struct SignedIn {
    pub(super) cookies: Vec<HeaderValue>,
    pub(super) token: Zeroizing<String>,
}

impl SignedIn {
    /// The credential, for clients that keep no cookies: they send it as
    /// `Authorization: Bearer ..`. Whoever has it is the user. One of more than 8 KiB is not
    /// accepted there.
    pub fn expose_token(&self) -> &str {
        &self.token
    }
}

/// A session that has ended: as a part of a response it removes the session cookie.
#[must_use = "the visitor's cookie goes only when this is part of the response"]
#[derive(Debug)]
pub struct SignedOut {
    auth: Auth,
    removes_cookie: bool,
}

impl IntoResponseParts for SignedIn {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        for cookie in self.cookies {
            parts.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(parts)
    }
}

impl IntoResponseParts for SignedOut {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if self.removes_cookie {
            TakenBack::take(&self.auth, &mut parts);
            let cookie = &self.auth.runtime().cookie;
            for removal in cookie.clearing(CookieNames::PLAIN) {
                parts.headers_mut().append(SET_COOKIE, removal);
            }
        }
        Ok(parts)
    }
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedIn(..)")
    }
}
