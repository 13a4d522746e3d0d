//! What the application's callbacks say of a session.

use std::sync::Arc;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::sync::OnceCell;

use super::issue::NewSession;
use super::{
    AuthError, CallbackError, Identity, JwtEvent, ServerSession, ServerSessionError, Session,
    SessionEvent, Shown, Strategy, Untrusted, User,
};
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::token::{Changed, Token};

/// What a request has asked the callbacks, once.
#[derive(Default)]
pub(crate) struct Asked {
    jwt: OnceCell<JwtAnswer>,
    shown: OnceCell<Result<Shown, ServerSessionError>>,
}

/// What is to become of a signed session.
pub(super) enum JwtAnswer {
    GoesOn {
        token: Token,
        /// What it goes on with, if that is something else than before.
        changed: Option<Changed>,
    },
    Over,
    Failed(ServerSessionError),
}

/// Nobody has asked about a copy.
impl Clone for Asked {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Asked {
    /// What was answered, if anybody has asked.
    pub(super) fn jwt(&self) -> Option<&JwtAnswer> {
        self.jwt.get()
    }
}

impl Auth {
    /// What a session says, in the claims of Auth.js.
    pub(crate) fn token_of(&self, identity: &Identity) -> Option<Token> {
        let Identity { user_id, user, .. } = identity;
        let original = identity.original.as_deref();
        let token = Token::about(user_id, user, original, &self.runtime().claims)?;
        let iat = identity.issued.map(|issued| issued.at.0);
        Some(token.completed([
            ("iat", iat.filter(|iat| *iat > 0).map(Value::from)),
            ("exp", Some(identity.expires.0.into())),
            ("jti", identity.jti.clone().map(Value::from)),
            ("auth_time", identity.auth_time.map(|time| time.0.into())),
            ("acr", identity.acr.clone().map(Value::from)),
        ]))
    }

    /// Whether there is anybody to ask about tokens, and are tokens to ask about.
    pub(super) fn asks_about_tokens(&self) -> bool {
        let runtime = self.runtime();
        runtime.callbacks.is_some() && matches!(runtime.strategy, Strategy::Jwt { .. })
    }

    /// What becomes of a session that is read, asked at most once a request.
    pub(super) async fn read_jwt<'a>(&self, identity: &'a Identity) -> &'a JwtAnswer {
        let asking = || self.jwt_of(identity, JwtEvent::Read);
        identity.asked.jwt.get_or_init(asking).await
    }

    /// What becomes of a session; one that is over has ended.
    pub(super) async fn jwt_of(&self, identity: &Identity, event: JwtEvent<'_>) -> JwtAnswer {
        let Some(token) = self.token_of(identity) else {
            return JwtAnswer::Failed(ServerSessionError::Corrupt);
        };
        let answer = self.ask_jwt(token, &identity.user, event).await;
        if let (JwtAnswer::Over, Some(session)) = (&answer, identity.handle()) {
            self.end_quietly(session).await;
        }
        answer
    }

    /// The session as the application lets it begin.
    pub(super) async fn beginning(
        &self,
        new: NewSession,
        event: JwtEvent<'_>,
    ) -> Result<NewSession, AuthError> {
        if !self.asks_about_tokens() {
            return Ok(new);
        }
        let original = new.original.as_deref();
        let token = Token::about(&new.user_id, &new.user, original, &self.runtime().claims);
        let token = token.ok_or(AuthError::UserNotJson)?;
        match self.ask_jwt(token, &new.user, event).await {
            JwtAnswer::GoesOn { changed: None, .. } => Ok(new),
            JwtAnswer::GoesOn {
                changed: Some(Changed { user, original }),
                ..
            } => Ok(NewSession {
                user,
                original: Some(original),
                ..new
            }),
            JwtAnswer::Over => Err(AuthError::Declined),
            JwtAnswer::Failed(_) => Err(AuthError::Callback),
        }
    }

    async fn ask_jwt(&self, token: Token, user: &RawValue, event: JwtEvent<'_>) -> JwtAnswer {
        let runtime = self.runtime();
        let (Some(callbacks), Strategy::Jwt { tokens, .. }) =
            (&runtime.callbacks, &runtime.strategy)
        else {
            let changed = None;
            return JwtAnswer::GoesOn { token, changed };
        };
        let before = token.clone();
        let after = match callbacks.jwt(token, event).await {
            Ok(Some(after)) => after,
            Ok(None) => return JwtAnswer::Over,
            Err(error) => return JwtAnswer::Failed(failed("jwt", &error)),
        };
        if after.sub() != before.sub() || !after.is_readable() {
            tracing::error!(
                target: "portcullis::callbacks",
                "the callback jwt gave a session to another user, or claims that lie too deep"
            );
            return JwtAnswer::Failed(ServerSessionError::Callback);
        }
        let after = after.of_session_of(&before);
        let changed = tokens.changed((&before, &after), user, &runtime.claims);
        JwtAnswer::GoesOn {
            token: after,
            changed,
        }
    }

    /// What is shown of a session that ends then, by default and by the application.
    pub(super) async fn show(
        &self,
        identity: &Arc<Identity>,
        answer: &JwtAnswer,
        update: Option<&Untrusted<Value>>,
        expires: Seconds,
    ) -> Result<ServerSession, ServerSessionError> {
        let user = signed_in(identity)?;
        let session = Session::new(user, Arc::clone(identity), self.clone());
        let showing = || self.shown(&session, answer, update, expires);
        let shown = match update {
            Some(_) => showing().await?,
            None => identity.asked.shown.get_or_init(showing).await.clone()?,
        };
        Ok(ServerSession::new(shown, session))
    }

    async fn shown(
        &self,
        session: &Session,
        answer: &JwtAnswer,
        update: Option<&Untrusted<Value>>,
        expires: Seconds,
    ) -> Result<Shown, ServerSessionError> {
        let runtime = self.runtime();
        if let Some(told) = &session.identity().told {
            return Ok(Shown::told(told.clone(), expires.to_system_time()));
        }
        let JwtAnswer::GoesOn { token, .. } = answer else {
            return Err(ServerSessionError::Callback);
        };
        let shown = Shown {
            user: public_view(token),
            expires: expires.to_system_time(),
            extra: Map::new(),
        };
        let Some(callbacks) = &runtime.callbacks else {
            return Ok(shown);
        };
        let event = match &runtime.strategy {
            Strategy::Jwt { .. } => SessionEvent::Token(token),
            Strategy::Database { .. } | Strategy::Elsewhere(_) => SessionEvent::Stored {
                user: &session.user,
                update,
            },
        };
        let shown = ServerSession::new(shown, session.clone());
        let shown = callbacks.session(shown, event).await;
        let shown = shown.map_err(|error| failed("session", &error))?;
        Ok(shown.into_shown())
    }
}

/// Name, e-mail address and picture, as far as they are known.
fn public_view(token: &Token) -> Map<String, Value> {
    let names = [("name", "name"), ("email", "email"), ("image", "picture")];
    let members = names.into_iter().filter_map(|(shown, claim)| {
        let value = token.get(claim)?.clone();
        Some((shown.to_owned(), value))
    });
    members.collect()
}

/// The user as they were signed in.
fn signed_in(identity: &Identity) -> Result<User, ServerSessionError> {
    serde_json::from_str(identity.user.get()).map_err(|error| {
        tracing::error!(
            target: "portcullis::session",
            category = ?error.classify(),
            "the user of a session is not readable"
        );
        ServerSessionError::Corrupt
    })
}

fn failed(callback: &'static str, error: &CallbackError) -> ServerSessionError {
    tracing::error!(target: "portcullis::callbacks", callback, ?error, "a callback failed");
    ServerSessionError::Callback
}
