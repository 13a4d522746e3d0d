//! Beginning, refreshing and ending sessions.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use axum::response::{IntoResponseParts, ResponseParts};
use http::header::{HeaderValue, SET_COOKIE};
use serde_json::value::to_raw_value;
use zeroize::Zeroizing;

use super::strategy::{report, within};
use super::user::OWN_MEMBERS;
use super::{AuthError, Identity, Session, Strategy, User};
use crate::auth::Auth;
use crate::store::{SessionId, SessionKey, StoredSession};
use crate::token::{SessionClaims, SessionTokens};

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
        SignIn {
            auth: self,
            user: user.into(),
            acr: None,
        }
    }

    /// Ends `session`. The answer goes in front of the handler's response and removes the cookie.
    ///
    /// With a store the session is dead at once, everywhere. Without one a copy of the cookie
    /// keeps working until it expires: a signed token cannot be taken back.
    ///
    /// # Errors
    /// [`AuthError::Store`] if the store did not answer; the session then goes on.
    pub async fn sign_out<U>(&self, session: &Session<U>) -> Result<SignedOut, AuthError> {
        if let (Strategy::Database { store, deadline }, Some(key)) =
            (&self.runtime().strategy, &session.identity().stored)
        {
            within(*deadline, store.delete(key)).await?;
        }
        Ok(SignedOut {
            cookie: self.runtime().cookie.clearing(),
        })
    }

    /// The cookie that lets a session go on, if that is due and nothing hinders it.
    pub(crate) async fn refreshed(
        &self,
        identity: &Identity,
        presented: Option<&str>,
    ) -> Option<HeaderValue> {
        let runtime = self.runtime();
        let now = self.now();
        if !runtime.lifetime.is_refresh_due(identity.expires, now) {
            return None;
        }
        match (&runtime.strategy, &identity.stored, presented) {
            (Strategy::Jwt(tokens), _, _) => {
                let claims = SessionClaims {
                    sub: identity.user_id.clone(),
                    user: identity.user.clone(),
                    iat: now.0,
                    exp: now.plus(runtime.lifetime.max_age).0,
                    auth_time: identity.auth_time.0,
                    acr: identity.acr.clone(),
                };
                let token = sign(tokens, &claims).ok()?;
                runtime.cookie.setting(&token, runtime.lifetime.max_age)
            }
            (Strategy::Database { store, deadline }, Some(key), Some(id)) => {
                let seen = identity.expires.to_system_time();
                let expires = now.plus(runtime.lifetime.max_age).to_system_time();
                match within(*deadline, store.extend(key, seen, expires)).await {
                    Ok(true) => runtime.cookie.setting(id, runtime.lifetime.max_age),
                    // Another request has moved the expiry, or the session has ended.
                    Ok(false) => None,
                    Err(error) => {
                        report(&error);
                        None
                    }
                }
            }
            _ => None,
        }
    }

    /// Ends the stored session that `presented` stood for: another has taken its place.
    pub(crate) async fn end_replaced(&self, presented: &str) {
        let Strategy::Database { store, deadline } = &self.runtime().strategy else {
            return;
        };
        if let Some(key) = SessionKey::of(presented)
            && let Err(error) = within(*deadline, store.delete(&key)).await
        {
            report(&error);
        }
    }
}

fn sign(tokens: &SessionTokens, claims: &SessionClaims) -> Result<Zeroizing<String>, AuthError> {
    tokens
        .encode(claims)
        .map(Zeroizing::new)
        .ok_or(AuthError::UserNotJson)
}

/// A session that is about to begin: made by [`Auth::sign_in`], and begun when awaited.
#[must_use = "nobody is signed in until this is awaited"]
pub struct SignIn<'a> {
    auth: &'a Auth,
    user: User,
    acr: Option<String>,
}

impl<'a> SignIn<'a> {
    /// Says how strongly the user proved who they are, in the application's own terms: what
    /// `acr = ".."` asks for (`acr`, OpenID Connect Core section 2). Default: not said.
    pub fn acr(mut self, acr: impl Into<String>) -> Self {
        self.acr = Some(acr.into());
        self
    }

    async fn begin(self) -> Result<SignedIn, AuthError> {
        let Self { auth, user, acr } = self;
        if user.id.is_empty() {
            return Err(AuthError::UserIdEmpty);
        }
        let is_taken = |name: &&str| user.extra.contains_key(*name);
        if let Some(name) = OWN_MEMBERS.into_iter().find(is_taken) {
            return Err(AuthError::ReservedMember(name));
        }
        let json = to_raw_value(&user).map_err(|_| AuthError::UserNotJson)?;
        let now = auth.now();
        let max_age = auth.runtime().lifetime.max_age;
        let token = match &auth.runtime().strategy {
            Strategy::Jwt(tokens) => sign(
                tokens,
                &SessionClaims {
                    sub: user.id,
                    user: json,
                    iat: now.0,
                    exp: now.plus(max_age).0,
                    auth_time: now.0,
                    acr,
                },
            )?,
            Strategy::Database { store, deadline } => {
                let id = SessionId::random().ok_or(AuthError::NoRandomness)?;
                let key = SessionKey::of(id.as_str()).ok_or(AuthError::NoRandomness)?;
                let session = StoredSession::new(
                    key,
                    user.id,
                    String::from(Box::<str>::from(json)),
                    now.to_system_time(),
                    now.plus(max_age).to_system_time(),
                )
                .with_acr(acr);
                within(*deadline, store.create(&session)).await?;
                Zeroizing::new(id.as_str().to_owned())
            }
        };
        let cookie = auth.runtime().cookie.setting(&token, max_age);
        let cookie = cookie.ok_or(AuthError::SessionTooLarge)?;
        Ok(SignedIn { cookie, token })
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
#[must_use = "the session begins for the visitor only when this is part of the response"]
pub struct SignedIn {
    cookie: HeaderValue,
    token: Zeroizing<String>,
}

impl SignedIn {
    /// The credential, for clients that keep no cookies: they send it as
    /// `Authorization: Bearer ..`. Whoever has it is the user.
    pub fn expose_token(&self) -> &str {
        &self.token
    }
}

/// A session that has ended: as a part of a response it removes the session cookie.
#[must_use = "the visitor's cookie goes only when this is part of the response"]
#[derive(Debug)]
pub struct SignedOut {
    cookie: HeaderValue,
}

impl IntoResponseParts for SignedIn {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().append(SET_COOKIE, self.cookie);
        Ok(parts)
    }
}

impl IntoResponseParts for SignedOut {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().append(SET_COOKIE, self.cookie);
        Ok(parts)
    }
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedIn(..)")
    }
}
