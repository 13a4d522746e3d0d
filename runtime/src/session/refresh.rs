//! What becomes of a session at the end of a request.

use http::HeaderValue;

use super::issue::{NewSession, kept, signed};
use super::strategy::{report, within};
use super::{Identity, Strategy};
use crate::auth::Auth;

impl Auth {
    /// The cookies that let a session go on, if that is due and nothing hinders it.
    pub(crate) async fn refreshed(
        &self,
        identity: &Identity,
        presented: Option<&str>,
    ) -> Option<Vec<HeaderValue>> {
        let runtime = self.runtime();
        if let Strategy::Elsewhere(_) = runtime.strategy {
            return Some(identity.given.clone());
        }
        let now = self.now();
        let since = self.last_change(&identity.user_id);
        let extended = runtime
            .lifetime
            .extended(identity.expires, now, identity.auth_time);
        // Who was read anew is written down, so that the next request need not ask again.
        let expires = extended.or(identity.is_rechecked.then_some(identity.expires))?;
        let kept = identity.remember.then(|| kept(now, expires));
        match (&runtime.strategy, &identity.stored, presented) {
            // What was taken back, or replaced, while the handler ran does not come back.
            (Strategy::Jwt { revoked, .. }, _, _) if !revoked.admits_identity(identity) => None,
            (Strategy::Jwt { tokens, .. }, _, _) => {
                let again = NewSession {
                    sid: identity.session_id(),
                    ..NewSession::again(identity, since)
                };
                let token = signed(tokens, again, now, expires).ok()?;
                runtime.cookie.setting(&token, kept)
            }
            (Strategy::Database { store, deadline }, Some(key), Some(id)) => {
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
