//! Ending sessions: the one place for all ways of it.

use axum::response::ResponseParts;

use super::ended::Mark;
use super::strategy::{report, within};
use super::{Identity, Strategy};
use crate::auth::Auth;
use crate::store::{SessionKey, StoreError};

/// What a session is found by when it is to end.
#[derive(Clone)]
pub(crate) enum Handle {
    Stored(SessionKey),
    Signed(Mark),
}

impl Identity {
    pub(super) fn handle(&self) -> Option<Handle> {
        let signed = self.issued.map(|issued| Handle::Signed(issued.mark));
        self.stored.clone().map(Handle::Stored).or(signed)
    }
}

impl Auth {
    /// What the session is found by that a credential of ours stands for.
    pub(super) fn handle(&self, token: &str) -> Option<Handle> {
        let runtime = self.runtime();
        match &runtime.strategy {
            Strategy::Database { store, .. } => {
                let key = SessionKey::of(store.key_format(), runtime.cookie.name(), token);
                key.map(Handle::Stored)
            }
            Strategy::Jwt { tokens, .. } => {
                let claims = tokens.decode(token, self.now()).ok()?;
                Mark::of(claims.sid.as_deref(), token).map(Handle::Signed)
            }
            Strategy::Elsewhere(_) => None,
        }
    }

    /// Ends a session: with a store everywhere, without one in this process. Says whether it was
    /// there.
    pub(super) async fn end(&self, session: Handle) -> Result<bool, StoreError> {
        match (&self.runtime().strategy, session) {
            (Strategy::Database { store, deadline }, Handle::Stored(key)) => {
                within(*deadline, store.delete(&key)).await
            }
            (Strategy::Jwt { tokens, revoked }, Handle::Signed(mark)) => {
                // Another token of the session may have been given out just now.
                let (now, longest) = (self.now(), self.runtime().lifetime.longest(tokens));
                Ok(revoked.end(mark, now.plus(longest), now))
            }
            // Another configuration's.
            _ => Ok(false),
        }
    }

    /// Ends the session that a credential of ours stands for, as far as that can be done.
    pub(crate) async fn end_presented(&self, token: &str) {
        if let Some(session) = self.handle(token) {
            self.end_quietly(session).await;
        }
    }

    /// Ends a session, as far as that can be done.
    pub(super) async fn end_quietly(&self, session: Handle) {
        if let Err(error) = self.end(session).await {
            report(&error);
        }
    }
}

/// Sessions that a response began before it signed their visitor out. Travels in the extensions of
/// the response.
#[derive(Clone, Default)]
pub(crate) struct TakenBack(Vec<(Auth, Handle)>);

impl TakenBack {
    /// Takes what sets the session cookie out of a response.
    pub(super) fn take(auth: &Auth, parts: &mut ResponseParts) {
        let tokens = auth.runtime().cookie.take_back(parts.headers_mut());
        let sessions = tokens.iter().filter_map(|token| auth.handle(token));
        let sessions: Vec<_> = sessions.map(|session| (auth.clone(), session)).collect();
        if !sessions.is_empty() {
            let mut taken_back = parts.extensions_mut().remove::<Self>().unwrap_or_default();
            taken_back.0.extend(sessions);
            parts.extensions_mut().insert(taken_back);
        }
    }

    pub(crate) async fn end(self) {
        for (auth, session) in self.0 {
            auth.end_quietly(session).await;
        }
    }
}
