//! Writing a session down: the one place for all ways of beginning one.

use std::time::Duration;

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::strategy::within;
use super::{AuthError, Identity, SignedIn, Strategy};
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::credential::Kept;
use crate::store::{ErasedStore, SessionId, SessionKey, StoredSession};
use crate::token::{SessionClaims, SessionTokens};

/// A session that is to be written down under a new id.
pub(super) struct NewSession {
    pub(super) user_id: String,
    pub(super) user: Box<RawValue>,
    pub(super) auth_time: Option<Seconds>,
    /// Since when it is known; nothing for a new one.
    pub(super) began: Option<Seconds>,
    /// Since when its token lasts, if that ends when the one before did.
    pub(super) dated: Option<Seconds>,
    pub(super) acr: Option<String>,
    pub(super) remember: bool,
    /// All claims of the token that it goes on from, if that was Auth.js's.
    pub(super) original: Option<Box<RawValue>>,
    /// The id of the signed session that goes on; nothing for a new one.
    pub(super) sid: Option<String>,
    /// When it was found out what the user is.
    pub(super) checked: Seconds,
    /// The change of the user that was the last one before anything was looked at.
    pub(super) since: Option<u64>,
}

impl NewSession {
    /// The same session once more, under a new id.
    pub(super) fn again(identity: &Identity, since: Option<u64>) -> Self {
        Self {
            user_id: identity.user_id.clone(),
            user: identity.user.clone(),
            auth_time: identity.auth_time,
            began: identity.began.or(identity.dated),
            dated: None,
            acr: identity.acr.clone(),
            remember: identity.remember,
            original: identity.original.clone(),
            sid: None,
            checked: identity.checked,
            since,
        }
    }
}

impl Auth {
    /// Begins a session.
    pub(super) async fn issue(&self, new: NewSession) -> Result<SignedIn, AuthError> {
        let runtime = self.runtime();
        let now = self.now();
        let expires = runtime.lifetime.expires(now, new.auth_time.or(new.began));
        let remember = new.remember;
        let token = match &runtime.strategy {
            Strategy::Jwt { tokens, .. } => signed(tokens, new, now, expires)?,
            Strategy::Database { store, deadline } => {
                let (id, key) = self.new_id(store.as_ref())?;
                let auth_time = new.auth_time.map(Seconds::to_system_time);
                let session = StoredSession::new(
                    key,
                    new.user_id,
                    String::from(Box::<str>::from(new.user)),
                    expires.to_system_time(),
                )
                .authenticated(auth_time, new.acr)
                .remembered(remember);
                within(*deadline, store.create(&session)).await?;
                Zeroizing::new(id.as_str().to_owned())
            }
            Strategy::Elsewhere(elsewhere) => return Err(elsewhere.error()),
        };
        self.begun(token, remember.then(|| kept(now, expires)))
    }

    /// The last change of a user, to be asked for before anything about them is looked at: what happens in
    /// between is later than the token.
    pub(super) fn last_change(&self, user_id: &str) -> Option<u64> {
        match &self.runtime().strategy {
            Strategy::Jwt { revoked, .. } => revoked.issuing(user_id, self.now()),
            Strategy::Database { .. } | Strategy::Elsewhere(_) => None,
        }
    }

    /// The session of that id goes on under another, as it is in the store by now.
    pub(super) async fn rename(
        &self,
        store: &dyn ErasedStore,
        deadline: Duration,
        (key, identity): (&SessionKey, &Identity),
    ) -> Result<SignedIn, AuthError> {
        let now = self.now();
        let expires = self.runtime().lifetime.expires(now, identity.began);
        let (id, to) = self.new_id(store)?;
        let renaming = store.rename(key, &to, expires.to_system_time());
        if !within(deadline, renaming).await? {
            return Err(AuthError::SessionEnded);
        }
        let kept = identity.remember.then(|| kept(now, expires));
        self.begun(Zeroizing::new(id.as_str().to_owned()), kept)
    }

    fn new_id(&self, store: &dyn ErasedStore) -> Result<(SessionId, SessionKey), AuthError> {
        let id = SessionId::random().ok_or(AuthError::NoRandomness)?;
        let runtime = self.runtime();
        let cookie = runtime.cookie.name();
        let key = SessionKey::of(store.key_format(), cookie, id.as_str());
        Ok((id, key.ok_or(AuthError::NoRandomness)?))
    }

    /// A session whose cookie is kept, or goes when the browser is closed.
    fn begun(&self, token: Zeroizing<String>, kept: Option<Kept>) -> Result<SignedIn, AuthError> {
        let cookies = self.runtime().cookie.setting(&token, kept);
        let cookies = cookies.ok_or(AuthError::SessionTooLarge)?;
        Ok(SignedIn { cookies, token })
    }
}

/// How long the cookie of a session is kept that ends then.
pub(super) fn kept(now: Seconds, expires: Seconds) -> Kept {
    Kept {
        max_age: expires.since(now),
        until: expires,
    }
}

/// A session as a signed token.
pub(super) fn signed(
    tokens: &SessionTokens,
    new: NewSession,
    now: Seconds,
    expires: Seconds,
) -> Result<Zeroizing<String>, AuthError> {
    let sid = match new.sid {
        Some(sid) => sid,
        None => random_id().ok_or(AuthError::NoRandomness)?,
    };
    let claims = SessionClaims {
        sid: Some(sid),
        checked: (new.checked < now).then_some(new.checked.0),
        since: new.since,
        sub: new.user_id,
        user: new.user,
        iat: now.0,
        exp: expires.0,
        jti: Some(random_id().ok_or(AuthError::NoRandomness)?),
        nbf: None,
        auth_time: new.auth_time.map(|auth_time| auth_time.0),
        began: match new.auth_time {
            Some(_) => None,
            None => Some(new.began.unwrap_or(now).0),
        },
        dated: new.dated.map(|dated| dated.0),
        acr: new.acr,
        remember: new.remember,
        original: new.original,
    };
    tokens.encode(&claims).ok_or(match tokens {
        SessionTokens::Custom(_) => AuthError::Codec,
        SessionTokens::Native(_) | SessionTokens::Authjs(_) => AuthError::UserNotJson,
    })
}

/// 128 random bits, or `None` if the operating system has none to give.
fn random_id() -> Option<String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}
