//! Changing sessions that go on.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;

use axum::response::{IntoResponseParts, ResponseParts};

use super::issue::NewSession;
use super::strategy::within;
use super::{AuthError, Identity, JwtEvent, Session, SignedIn, Strategy, User};
use crate::auth::Auth;
use crate::credential::Source;

impl Auth {
    /// Gives `session` another view of its user: a new name, another role. The answer goes in front of
    /// the handler's response. What `session` itself says does not change.
    ///
    /// When only the name, the e-mail address or the picture change, a stored session changes in place.
    /// Else it gets a new id and the old one is dead: everywhere with a store, without one in this
    /// process.
    ///
    /// # Errors
    /// [`AuthError::OtherUser`] if the id is another user's, [`AuthError::SessionEnded`] if the session
    /// has ended meanwhile, or was changed once already in this request, else as for [`sign_in`](Self::sign_in).
    pub async fn update<U>(
        &self,
        session: &Session<U>,
        user: impl Into<User>,
    ) -> Result<Updated, AuthError> {
        let (auth, identity) = (self.that_read(session), session.identity());
        let user = user.into();
        if user.id != identity.user_id {
            return Err(AuthError::OtherUser);
        }
        let since = auth.last_change(&user.id);
        let json = user.to_json()?;
        if let (Strategy::Database { store, deadline }, Some(key)) =
            (&auth.runtime().strategy, &identity.stored)
        {
            match within(*deadline, store.update(key, json.get())).await {
                Ok(true) if has_same_grants(&user, identity) => return Ok(Updated::in_place()),
                Ok(true) => return auth.rotate(session).await,
                Ok(false) => return Err(AuthError::SessionEnded),
                Err(error) if error.is_unsupported() => {}
                Err(error) => return Err(error.into()),
            }
        }
        let new = NewSession {
            user: json,
            checked: auth.now(),
            ..NewSession::again(identity, since)
        };
        match auth.beginning(new, JwtEvent::Changed { user: &user }).await {
            Ok(new) => auth.replace(identity, new).await,
            Err(AuthError::Declined) => {
                if let Some(session) = identity.handle() {
                    auth.end(session).await?;
                }
                Err(AuthError::SessionEnded)
            }
            Err(error) => Err(error),
        }
    }

    /// Gives `session` a new id, and ends the old one: after a change that matters, such as a new
    /// password. The answer goes in front of the handler's response.
    ///
    /// Without a store the old one is dead in this process only. Other sessions of the user go on.
    ///
    /// # Errors
    /// [`AuthError::SessionEnded`] if the session has ended meanwhile, or was changed once already in
    /// this request, else as for [`sign_in`](Self::sign_in).
    pub async fn rotate<U>(&self, session: &Session<U>) -> Result<Updated, AuthError> {
        let (auth, identity) = (self.that_read(session), session.identity());
        let since = auth.last_change(&identity.user_id);
        if let (Strategy::Database { store, deadline }, Some(key)) =
            (&auth.runtime().strategy, &identity.stored)
        {
            match auth
                .rename(store.as_ref(), *deadline, (key, identity))
                .await
            {
                Err(AuthError::Store(error)) if error.is_unsupported() => {}
                renamed => return Ok(auth.updated(identity, renamed?)),
            }
        }
        auth.replace(identity, NewSession::again(identity, since))
            .await
    }

    /// Ends every session of a user: the account was disabled, or its password changed. Whoever is to go
    /// on is signed in anew, after this. With a store they are dead everywhere, as far as it can find them
    /// (`AuthjsRedisStore` knows the latest only); without one it is
    /// [`user_changed`](Self::user_changed).
    ///
    /// **Not for good where Auth.js has the same secret**: tokens that it made, and that were never refreshed
    /// here, count again when it issues them anew. See there.
    ///
    /// # Errors
    /// [`AuthError::Store`] if the store did not answer; the sessions then go on.
    pub async fn sign_out_everywhere(&self, user_id: &str) -> Result<(), AuthError> {
        match &self.runtime().strategy {
            Strategy::Jwt { .. } => self.user_changed(user_id).await,
            Strategy::Database { store, deadline } => {
                within(*deadline, store.delete_user(user_id)).await?;
                Ok(())
            }
            Strategy::Elsewhere(elsewhere) => Err(elsewhere.error()),
        }
    }

    /// Says that what is remembered of a user is out of date: a role was taken away.
    ///
    /// With a store, what its cache has of the user's sessions is dropped, here and in the other
    /// processes that it tells; the sessions go on, and are read anew. Stores of ours have the roles in
    /// the session: [`recheck_user`](crate::AuthBuilder::recheck_user) asks the application instead, and
    /// [`sign_out_everywhere`](Self::sign_out_everywhere) ends the sessions.
    ///
    /// Without one, tokens that this user was given before count no longer, in this process; signing in
    /// gives new ones. Other processes take them until they expire, and what they give the user within the
    /// [`leeway`](crate::AuthBuilder::leeway) from now does not count here: nobody could tell it from
    /// what a clock that runs ahead has dated earlier. Of 10,000 users this is remembered by name; when
    /// more change within `max_age` (with tokens of Auth.js, `absolute_max_age`), the older half's moment holds
    /// for everybody.
    ///
    /// **Tokens that Auth.js made count again when it issues them anew**, which it does with each look at its
    /// `/session`: they say no more than an `iat`, and that is moved. Tokens that were made or refreshed here
    /// carry a time of ours, which Auth.js keeps, and stay dead. To be sure of all of them, set
    /// [`recheck_user`](crate::AuthBuilder::recheck_user), or keep sessions in a store that both sides use.
    ///
    /// With an upstream, what is remembered of its answers is dropped, and it is asked anew.
    ///
    /// # Errors
    /// [`AuthError::Store`] if other processes could not be told.
    pub async fn user_changed(&self, user_id: &str) -> Result<(), AuthError> {
        let runtime = self.runtime();
        match &runtime.strategy {
            Strategy::Jwt { tokens, revoked } => {
                let longest = runtime.lifetime.longest(tokens);
                revoked.user_changed(user_id, self.now(), longest);
            }
            Strategy::Database { store, deadline } => {
                within(*deadline, store.user_changed(user_id)).await?;
            }
            Strategy::Elsewhere(elsewhere) => return elsewhere.forget_everything(),
        }
        Ok(())
    }

    /// Puts a session in the place of another, which is dead before the new one is given away.
    async fn replace(&self, old: &Identity, new: NewSession) -> Result<Updated, AuthError> {
        let strategy = &self.runtime().strategy;
        if let Strategy::Jwt { revoked, .. } = strategy
            && !revoked.admits_identity(old)
        {
            return Err(AuthError::SessionEnded);
        }
        let signed_in = self.issue(new).await?;
        let was_there = match old.handle() {
            Some(session) => self.end(session).await?,
            None => false,
        };
        if !was_there {
            // It ended meanwhile, and must not go on under another id.
            self.end_presented(signed_in.expose_token()).await;
            return Err(AuthError::SessionEnded);
        }
        Ok(self.updated(old, signed_in))
    }

    /// Notes what has taken the place of a session: it ends together with it in this request.
    fn updated(&self, old: &Identity, signed_in: SignedIn) -> Updated {
        if let Some(successor) = self.handle(signed_in.expose_token()) {
            // Only one can, for the first has ended it.
            let _ = old.successor.set(successor);
        }
        Updated {
            sets_cookie: old.source == Source::Cookie,
            signed_in: Some(signed_in),
        }
    }
}

/// Whether nothing changes that a rule could ask for: everything but how the user is shown.
fn has_same_grants(user: &User, identity: &Identity) -> bool {
    let Ok(before) = serde_json::from_str::<User>(identity.user.get()) else {
        return false;
    };
    let is_same = |one: &[String], other: &[String]| {
        one.iter().collect::<BTreeSet<_>>() == other.iter().collect::<BTreeSet<_>>()
    };
    is_same(&user.roles, &before.roles)
        && is_same(&user.permissions, &before.permissions)
        && is_same(&user.scopes, &before.scopes)
        && user.extra == before.extra
}

/// A session that has changed: as a part of a response it sets the session cookie, if there is a new
/// one.
#[must_use = "the visitor keeps the old cookie unless this is part of the response"]
pub struct Updated {
    /// Not for a session that came as a bearer token: a cookie beside it may be somebody else's.
    sets_cookie: bool,
    signed_in: Option<SignedIn>,
}

impl Updated {
    /// The session goes on under the same id.
    const fn in_place() -> Self {
        Self {
            sets_cookie: false,
            signed_in: None,
        }
    }

    /// The new credential, if there is one, for clients that keep no cookies: they send it as
    /// `Authorization: Bearer ..`. Whoever has it is the user.
    pub fn expose_token(&self) -> Option<&str> {
        self.signed_in.as_ref().map(SignedIn::expose_token)
    }
}

impl IntoResponseParts for Updated {
    type Error = Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        match self.signed_in.filter(|_| self.sets_cookie) {
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
