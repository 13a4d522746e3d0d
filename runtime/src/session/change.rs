//! Changing sessions that go on.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;

use axum::response::{IntoResponseParts, ResponseParts};

use super::issue::NewSession;
use super::strategy::within;
use super::{AuthError, Identity, Session, SignedIn, Strategy, User};
use crate::auth::Auth;

impl Auth {
    /// Gives `session` another view of its user: a new name, another role. The answer goes in front of
    /// the handler's response. What `session` itself says does not change.
    ///
    /// When roles, permissions or scopes change, the session gets a new id and the old one is dead; with
    /// a store, everything else changes in place.
    ///
    /// # Errors
    /// [`AuthError::OtherUser`] if the id is another user's, [`AuthError::SessionEnded`] if the session
    /// is not in the store any more, else as for [`sign_in`](Self::sign_in).
    pub async fn update<U>(
        &self,
        session: &Session<U>,
        user: impl Into<User>,
    ) -> Result<Updated, AuthError> {
        let identity = session.identity();
        let user = user.into();
        if user.id != identity.user_id {
            return Err(AuthError::OtherUser);
        }
        let json = user.to_json()?;
        if let (Strategy::Database { store, deadline }, Some(key)) =
            (&self.runtime().strategy, &identity.stored)
            && has_same_grants(&user, identity)
        {
            return match within(*deadline, store.update(key, json.get())).await? {
                true => Ok(Updated(None)),
                false => Err(AuthError::SessionEnded),
            };
        }
        let new = NewSession {
            user: json,
            ..NewSession::again(identity)
        };
        self.replace(identity, new).await
    }

    /// Gives `session` a new id, and ends the old one: after a change that matters, such as a new
    /// password. The answer goes in front of the handler's response.
    ///
    /// Without a store a copy of the old cookie keeps working until it expires; see
    /// [`user_changed`](Self::user_changed).
    ///
    /// # Errors
    /// [`AuthError::SessionEnded`] if the session is not in the store any more, else as for
    /// [`sign_in`](Self::sign_in).
    pub async fn rotate<U>(&self, session: &Session<U>) -> Result<Updated, AuthError> {
        let identity = session.identity();
        self.replace(identity, NewSession::again(identity)).await
    }

    /// Says that what sessions know of a user is out of date: the account was disabled, or a role taken
    /// away.
    ///
    /// Signed tokens that this user was given before count no longer, in this process; signing in, and
    /// [`update`](Self::update), give new ones. Other processes take them until they expire. Sessions in
    /// a store are read anew with each request: change them with [`update`](Self::update), or end them.
    pub fn user_changed(&self, user_id: &str) {
        if let Strategy::Jwt { not_before, .. } = &self.runtime().strategy {
            not_before.user_changed(user_id, self.now());
        }
    }

    /// Puts a session in the place of another; the old one is dead before the new one is given away.
    async fn replace(&self, old: &Identity, new: NewSession) -> Result<Updated, AuthError> {
        let signed_in = self.issue(new).await?;
        if let (Strategy::Database { store, deadline }, Some(key)) =
            (&self.runtime().strategy, &old.stored)
            && !within(*deadline, store.delete(key)).await?
        {
            // It ended meanwhile, and must not go on under another id.
            self.end_replaced(signed_in.expose_token()).await;
            return Err(AuthError::SessionEnded);
        }
        Ok(Updated(Some(signed_in)))
    }
}

fn has_same_grants(user: &User, identity: &Identity) -> bool {
    let is_same = |one: &[String], other: &[String]| {
        one.iter().collect::<BTreeSet<_>>() == other.iter().collect::<BTreeSet<_>>()
    };
    is_same(&user.roles, &identity.roles)
        && is_same(&user.permissions, &identity.permissions)
        && is_same(&user.scopes, &identity.scopes)
}

/// A session that has changed: as a part of a response it sets the session cookie, if there is a new
/// one.
#[must_use = "the visitor keeps the old cookie unless this is part of the response"]
pub struct Updated(Option<SignedIn>);

impl Updated {
    /// The new credential, if there is one, for clients that keep no cookies: they send it as
    /// `Authorization: Bearer ..`. Whoever has it is the user.
    pub fn expose_token(&self) -> Option<&str> {
        self.0.as_ref().map(SignedIn::expose_token)
    }
}

impl IntoResponseParts for Updated {
    type Error = Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        match self.0 {
            Some(signed_in) => signed_in.into_response_parts(parts),
            None => Ok(parts),
        }
    }
}

impl fmt::Debug for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Updated(..)")
    }
}
