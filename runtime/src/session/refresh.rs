//! What becomes of a session at the end of a request.

use std::sync::Arc;

use http::HeaderValue;
use serde_json::Value;

use super::asked::JwtAnswer;
use super::issue::{NewSession, kept, signed};
use super::strategy::{report, within};
use super::{
    AuthError, Identity, JwtEvent, ServerSession, ServerSessionError, Strategy, Untrusted,
};
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::credential::{Credential, SentCookie, Source};
use crate::token::Changed;

/// Where the cookies go that a session goes on with.
#[derive(Clone, Copy)]
pub(crate) enum ResponseHalf<'a> {
    /// Whoever reads the session takes them; this is what the request had of the session cookie.
    Here(&'a SentCookie),
    /// They are set at the end of the request.
    Attended,
    /// Nobody would set them.
    Missing,
}

impl Auth {
    /// What is shown of a session, unless the application says that it is over, and the cookies that it goes on
    /// with; `update` is what the visitor's browser sent to change it.
    pub(crate) async fn read_session(
        &self,
        identity: &Arc<Identity>,
        update: Option<&Untrusted<Value>>,
        response: ResponseHalf<'_>,
    ) -> Result<(Option<ServerSession>, Vec<HeaderValue>), ServerSessionError> {
        let by_update;
        let answer = match update {
            None => self.read_jwt(identity).await,
            Some(data) => {
                by_update = self.jwt_of(identity, JwtEvent::Update { data }).await;
                &by_update
            }
        };
        let takes_cookie = identity.source == Source::Cookie;
        let changed = match answer {
            JwtAnswer::Failed(error) => return Err(*error),
            JwtAnswer::Over => {
                let cookies = match response {
                    ResponseHalf::Here(sent) if takes_cookie => self.clearing(sent),
                    _ => Vec::new(),
                };
                return Ok((None, cookies));
            }
            JwtAnswer::GoesOn { changed, .. } => changed.as_ref(),
        };
        let ends = self
            .runtime()
            .lifetime
            .end(identity.expires, identity.began);
        let expires = match response {
            ResponseHalf::Here(_) | ResponseHalf::Attended if takes_cookie => {
                self.goes_on_until(identity, changed).unwrap_or(ends)
            }
            _ => ends,
        };
        let session = self.show(identity, answer, update, expires).await?;
        let cookies = match response {
            ResponseHalf::Here(sent) if takes_cookie => self.renewed(identity, changed, sent).await,
            _ => None,
        };
        Ok((Some(session), cookies.unwrap_or_default()))
    }

    /// The cookies that a session goes on with at the end of a request: none if nothing is due, or something
    /// hinders it.
    pub(crate) async fn refreshed(
        &self,
        identity: &Identity,
        sent: &SentCookie,
    ) -> Vec<HeaderValue> {
        if !self.asks_about_tokens() {
            return self.renewed(identity, None, sent).await.unwrap_or_default();
        }
        let is_due = || self.goes_on_until(identity, None).is_some();
        if identity.asked.jwt().is_none() && !is_due() {
            return Vec::new();
        }
        match self.read_jwt(identity).await {
            // Nobody is signed out because nobody could say.
            JwtAnswer::Failed(_) => Vec::new(),
            JwtAnswer::Over => self.clearing(sent),
            JwtAnswer::GoesOn { changed, .. } => {
                let renewed = self.renewed(identity, changed.as_ref(), sent);
                renewed.await.unwrap_or_default()
            }
        }
    }

    /// Whether the visitor is to get a cookie that the session goes on with.
    pub(crate) fn is_refresh_due(&self, identity: &Identity) -> bool {
        let runtime = self.runtime();
        match runtime.strategy {
            Strategy::Elsewhere(_) => identity.given.is_there(),
            _ => runtime.lifetime.extended(identity, self.now()).is_some(),
        }
    }

    fn clearing(&self, sent: &SentCookie) -> Vec<HeaderValue> {
        self.runtime().cookie.clearing(sent.names()).collect()
    }

    /// When the session should end from now on, if it is time to write that down.
    fn goes_on_until(&self, identity: &Identity, changed: Option<&Changed>) -> Option<Seconds> {
        let runtime = self.runtime();
        let (lifetime, now) = (&runtime.lifetime, self.now());
        // How long somebody else's session lasts is theirs to say.
        if let Strategy::Elsewhere(_) = runtime.strategy {
            return None;
        }
        let Identity { expires, began, .. } = *identity;
        // What is written anyway lasts as long as if it were new.
        let anew = changed.map(|_| lifetime.expires(now, began).max(expires));
        let extended = || lifetime.extended(identity, now);
        // Who was read anew is written down, so that the next request need not ask again.
        anew.or_else(extended)
            .or(identity.is_rechecked.then_some(expires))
    }

    async fn renewed(
        &self,
        identity: &Identity,
        changed: Option<&Changed>,
        sent: &SentCookie,
    ) -> Option<Vec<HeaderValue>> {
        let runtime = self.runtime();
        if let Strategy::Elsewhere(_) = runtime.strategy {
            return Some(identity.given.take());
        }
        let now = self.now();
        let since = self.last_change(&identity.user_id);
        let expires = self.goes_on_until(identity, changed)?;
        let kept = identity.remember.then(|| kept(now, expires));
        match (&runtime.strategy, &identity.stored, sent.credential()) {
            // What was taken back, or replaced, while the handler ran does not come back.
            (Strategy::Jwt { revoked, .. }, _, _) if !revoked.admits_identity(identity) => None,
            (Strategy::Jwt { tokens, .. }, _, _) => {
                let mut again = NewSession {
                    sid: identity.session_id(),
                    // It is as old as it was if it ends when it did.
                    dated: identity.dated.filter(|_| expires == identity.expires),
                    ..NewSession::again(identity, since)
                };
                if let Some(Changed { user, original }) = changed {
                    again.user = user.clone();
                    again.original = Some(original.clone());
                }
                let cookies = signed(tokens, again, now, expires).and_then(|token| {
                    let cookies = runtime.cookie.setting(&token, kept);
                    cookies.ok_or(AuthError::SessionTooLarge)
                });
                cookies
                    .inspect_err(|error| {
                        tracing::error!(target: "portcullis::session", %error, "a session is not refreshed");
                    })
                    .ok()
            }
            (
                Strategy::Database { store, deadline },
                Some(key),
                Credential::Present { token: id, .. },
            ) => {
                let seen = identity.expires.to_system_time();
                let extending = store.extend(key, seen, expires.to_system_time());
                match within(*deadline, extending).await {
                    Ok(true) => runtime.cookie.setting(id, kept),
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
}
