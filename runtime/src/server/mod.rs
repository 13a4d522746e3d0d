//! Sessions where no guard is: in layers, in handlers of a plain router, in tests. What Auth.js calls
//! `getServerSession` and `getToken`.

mod cookies;
mod forward;
mod input;
mod options;
mod raw;
#[cfg(test)]
mod tests;
mod visit;

use std::future::Future;

use http::HeaderValue;
use serde_json::Value;

pub use self::cookies::SessionCookies;
pub use self::forward::{ForwardError, Forwarding, OutgoingRequest};
pub use self::input::HeadersInput;
pub use self::options::{TokenOptions, get_raw_token_with, get_token_with};
pub use self::raw::{RawToken, UnverifiedRawToken};
use self::visit::{Missing, Visit};
use crate::auth::Auth;
use crate::session::{ResponseHalf, ServerSession, ServerSessionError, Untrusted};
use crate::token::Token;

/// What a request for the session is answered.
#[derive(Default)]
pub(crate) struct SessionAnswer {
    /// The session; `None` if nobody is signed in.
    pub(crate) session: Option<ServerSession>,
    /// `Set-Cookie` values: the session goes on with them, or they remove what is of no more use.
    pub(crate) cookies: Vec<HeaderValue>,
}

impl Auth {
    /// The session of a request, as Auth.js shows it; `None` if nobody is signed in, and if the credential is
    /// not valid, has expired or arrived twice with two values. The first credential that is present decides
    /// alone, in the order of the [`Profile`](crate::Profile), or in that of `via` below a guard that has one.
    ///
    /// `input` is anything that carries headers; see [`HeadersInput`]. The head of a request, or the
    /// request itself, is best: what the guard has found out is not found out again, the callbacks are asked
    /// once, and the session is refreshed with the response, in a [`Router`](crate::Router) and under a
    /// [`SessionLayer`](crate::SessionLayer). Elsewhere this reads and never refreshes;
    /// [`get_server_session_with_cookies`](Self::get_server_session_with_cookies) does.
    ///
    /// ```
    /// # use axum::http::request::Parts;
    /// # use axum::extract::State;
    /// # use portcullis::{Auth, ServerSessionError};
    /// async fn greeting(State(auth): State<Auth>, parts: Parts) -> Result<String, ServerSessionError> {
    ///     let session = auth.get_server_session(&parts).await?;
    ///     let name = session.as_ref().and_then(|session| session.user.get("name")?.as_str());
    ///     Ok(format!("hello {}", name.unwrap_or("stranger")))
    /// }
    /// ```
    ///
    /// # Errors
    /// When awaited, a [`ServerSessionError`] if nobody knows: the store, or an upstream, did not answer, what it
    /// has cannot be read, a callback failed, or this is [`Auth::global`] and nothing is configured.
    pub fn get_server_session(
        &self,
        input: impl HeadersInput,
    ) -> impl Future<Output = Result<Option<ServerSession>, ServerSessionError>> + Send {
        let visit = Visit::of(self, input);
        async move {
            let response = match visit.is_attended() {
                true => ResponseHalf::Attended,
                false => ResponseHalf::Missing,
            };
            match visit.identity().await {
                Ok(identity) => {
                    let read = visit.auth.read_session(&identity, None, response).await;
                    Ok(read?.0)
                }
                Err(Missing::Nobody { .. }) => Ok(None),
                Err(Missing::Unknown(error)) => Err(error),
            }
        }
    }

    /// The same, where nobody being signed in and nobody knowing makes no difference. The log has the reason.
    pub fn get_server_session_or_none(
        &self,
        input: impl HeadersInput,
    ) -> impl Future<Output = Option<ServerSession>> + Send {
        let session = self.get_server_session(input);
        async move { session.await.ok().flatten() }
    }

    /// The same with the response half, for where nobody else has it: the session is refreshed if that is due,
    /// and the cookies go in front of the response.
    ///
    /// ```
    /// # use axum::http::HeaderMap;
    /// # use axum::extract::State;
    /// # use axum::response::IntoResponse;
    /// # use portcullis::{Auth, ServerSessionError};
    /// async fn greeting(
    ///     State(auth): State<Auth>,
    ///     headers: HeaderMap,
    /// ) -> Result<impl IntoResponse, ServerSessionError> {
    ///     let (session, cookies) = auth.get_server_session_with_cookies(&headers).await?;
    ///     Ok((cookies, axum::Json(session)))
    /// }
    /// ```
    ///
    /// # Errors
    /// As for [`get_server_session`](Self::get_server_session).
    pub fn get_server_session_with_cookies(
        &self,
        input: impl HeadersInput,
    ) -> impl Future<Output = Result<(Option<ServerSession>, SessionCookies), ServerSessionError>> + Send
    {
        let answer = self.session_action(input, None);
        async move {
            let SessionAnswer { session, cookies } = answer.await?;
            Ok((session, SessionCookies::new(cookies)))
        }
    }

    /// What the session's credential says, in the claims of Auth.js: no callback is asked, and nothing is
    /// written. `None` as for [`get_server_session`](Self::get_server_session). It works for sessions in a
    /// store as well. With an upstream it is the token itself where the upstream's secret is configured and
    /// decodes it, and nobody is asked; else it is what the upstream shows of the session.
    ///
    /// # Errors
    /// When awaited, [`ServerSessionError::Unavailable`], [`ServerSessionError::Corrupt`] or, of [`Auth::global`]
    /// as long as nothing is configured, [`ServerSessionError::Unconfigured`].
    pub fn get_token(
        &self,
        input: impl HeadersInput,
    ) -> impl Future<Output = Result<Option<Token>, ServerSessionError>> + Send {
        let visit = Visit::of(self, input);
        async move {
            if let Some(token) = visit.decoded() {
                return Ok(Some(token));
            }
            match visit.identity().await {
                Ok(identity) => {
                    visit.auth.mention_undecoded();
                    let token = visit.auth.token_of(&identity);
                    token.map(Some).ok_or(ServerSessionError::Corrupt)
                }
                Err(Missing::Nobody { .. }) => Ok(None),
                Err(Missing::Unknown(error)) => Err(error),
            }
        }
    }

    /// The text of the credential, if there is one: nobody has looked into it, and it may be anything. None is
    /// found as long as [`Auth::global`] is not configured.
    pub fn get_raw_token(&self, input: impl HeadersInput) -> Option<UnverifiedRawToken> {
        let visit = Visit::of(self, input);
        visit.token().map(UnverifiedRawToken::new)
    }

    /// The text of the credential of a session that stands: what to hand on to another service that the visitor
    /// is signed in at. Whoever has it is the visitor. `None` as for
    /// [`get_server_session`](Self::get_server_session).
    ///
    /// # Errors
    /// When awaited, [`ServerSessionError::Unavailable`], [`ServerSessionError::Corrupt`] or, of [`Auth::global`]
    /// as long as nothing is configured, [`ServerSessionError::Unconfigured`].
    pub fn get_verified_raw_token(
        &self,
        input: impl HeadersInput,
    ) -> impl Future<Output = Result<Option<RawToken>, ServerSessionError>> + Send {
        let visit = Visit::of(self, input);
        async move {
            match visit.identity().await {
                Ok(_) => Ok(visit.token().map(RawToken::new)),
                Err(Missing::Nobody { .. }) => Ok(None),
                Err(Missing::Unknown(error)) => Err(error),
            }
        }
    }

    /// What `GET /session` does, and with an `update` what `POST /session` does: the session is read, changed and
    /// refreshed, and a cookie that is of no more use is removed.
    pub(crate) fn session_action(
        &self,
        input: impl HeadersInput,
        update: Option<Untrusted<Value>>,
    ) -> impl Future<Output = Result<SessionAnswer, ServerSessionError>> + Send {
        let visit = Visit::of(self, input);
        async move {
            match visit.identity().await {
                Ok(identity) => visit.read(&identity, update.as_ref()).await,
                Err(Missing::Nobody { clears_cookie }) => Ok(SessionAnswer {
                    session: None,
                    cookies: match clears_cookie {
                        true => visit.clearing(),
                        false => Vec::new(),
                    },
                }),
                Err(Missing::Unknown(error)) => Err(error),
            }
        }
    }
}
