use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName};

use super::elsewhere::Presented;
use super::ended::Mark;
use super::revoked::{Issued, Revoked};
#[cfg(feature = "proxy")]
use super::upstream::Upstream;
use super::{AuthError, Elsewhere, Failure, Fault, Given, Identity, Lifetime, Outcome};
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::credential::Credential;
use crate::store::{ErasedStore, KEPT_EXPIRED, SessionKey, StoreError};
use crate::token::{InvalidToken, SessionTokens};

/// Where sessions live.
pub(crate) enum Strategy {
    /// In the credential itself, signed.
    Jwt {
        tokens: Box<SessionTokens>,
        revoked: Revoked,
    },
    /// In a store; the credential is a random id. Every call ends within the deadline.
    Database {
        store: Arc<dyn ErasedStore>,
        deadline: Duration,
    },
    /// With somebody else.
    Elsewhere(Elsewhere),
}

impl Strategy {
    /// Whether a session may be answered from memory, though its store knows better by now.
    pub(crate) fn is_cached(&self) -> bool {
        match self {
            Self::Jwt { .. } => false,
            Self::Database { store, .. } => store.is_cached(),
            Self::Elsewhere(elsewhere) => elsewhere.is_cached(),
        }
    }

    /// Whether visitors sign in at an upstream, whose page for that we have as well.
    pub(crate) fn is_upstream(&self) -> bool {
        match self {
            Self::Jwt { .. } | Self::Database { .. } => false,
            Self::Elsewhere(elsewhere) => elsewhere.is_upstream(),
        }
    }

    /// The server that keeps the sessions, if it is another.
    #[cfg(feature = "proxy")]
    pub(crate) fn upstream(&self) -> Option<&Upstream> {
        match self {
            Self::Elsewhere(Elsewhere::Upstream(upstream)) => Some(upstream),
            _ => None,
        }
    }

    /// Whether people sign in there: an upstream sends them.
    pub(crate) fn has_provider(&self, origin: &[u8]) -> bool {
        match self {
            Self::Jwt { .. } | Self::Database { .. } => false,
            Self::Elsewhere(elsewhere) => elsewhere.has_provider(origin),
        }
    }

    /// The store that sessions are in, and how long a call to it may take.
    pub(super) fn store(&self) -> Result<(&dyn ErasedStore, Duration), AuthError> {
        match self {
            Self::Jwt { .. } => Err(AuthError::NoStore),
            Self::Database { store, deadline } => Ok((store.as_ref(), *deadline)),
            Self::Elsewhere(elsewhere) => Err(elsewhere.error()),
        }
    }

    /// What has to be known of a request to find out whose it is, besides its credentials.
    pub(crate) fn forwarded_headers(&self) -> &[HeaderName] {
        match self {
            Self::Jwt { .. } | Self::Database { .. } => &[],
            Self::Elsewhere(elsewhere) => elsewhere.forwarded_headers(),
        }
    }
}

impl Auth {
    /// Finds out whom the credential of a request with these headers stands for; `live`: past every cache.
    pub(crate) async fn resolve(
        &self,
        credential: Credential<'_>,
        headers: &HeaderMap,
        live: bool,
    ) -> Outcome {
        let (runtime, now) = (self.runtime(), self.now());
        if let Strategy::Elsewhere(Elsewhere::Unconfigured) = runtime.strategy {
            return Outcome::Failed(Failure::Unconfigured);
        }
        let (source, token) = match credential {
            Credential::Absent => return Outcome::Anonymous,
            Credential::Unusable { source, flaw } => {
                return Outcome::refused(source, flaw.into());
            }
            Credential::Present { source, token } => (source, token),
        };
        let lifetime = &runtime.lifetime;
        let resolved = match &runtime.strategy {
            Strategy::Jwt { tokens, revoked } => verify(tokens, revoked, lifetime, token, now),
            Strategy::Database { store, deadline } => {
                let store = store.as_ref();
                match SessionKey::of(store.key_format(), runtime.cookie.name(), token) {
                    Some(key) => load(store, *deadline, lifetime, key, live, now).await,
                    None => Err(Unresolved::Refused(Fault::Invalid)),
                }
            }
            Strategy::Elsewhere(elsewhere) => {
                let presented = Presented {
                    source,
                    token,
                    cookie: &runtime.cookie,
                    companions: &runtime.companions,
                    headers,
                };
                match elsewhere.ask(&presented, live, now).await {
                    // It may be what others are answered with as well.
                    Ok(identity) if runtime.recheck.is_none() => return Outcome::Known(identity),
                    asked => asked.map(|identity| Identity::clone(&identity)),
                }
            }
        };
        let checked = match resolved {
            Ok(identity) => self.rechecked(identity, now).await,
            refused => refused,
        };
        match checked {
            Ok(identity) => Outcome::Known(Arc::new(identity.came_by(source))),
            Err(Unresolved::Refused(fault)) => Outcome::refused(source, fault),
            Err(Unresolved::Unknown(given)) => Outcome::Refused {
                source,
                fault: Fault::Unknown,
                given,
            },
            Err(Unresolved::Failed(failure)) => Outcome::Failed(failure),
        }
    }
}

pub(super) enum Unresolved {
    Refused(Fault),
    /// An upstream does not know it, and gives the visitor this for the session cookie.
    #[cfg_attr(
        not(feature = "proxy"),
        expect(dead_code, reason = "an upstream says so")
    )]
    Unknown(Given),
    Failed(Failure),
}

fn verify(
    tokens: &SessionTokens,
    revoked: &Revoked,
    lifetime: &Lifetime,
    token: &str,
    now: Seconds,
) -> Result<Identity, Unresolved> {
    let claims = tokens.decode(token, now).map_err(|error| match error {
        InvalidToken::Expired => Unresolved::Refused(Fault::Expired),
        InvalidToken::Refused => Unresolved::Refused(Fault::Invalid),
    })?;
    let invalid = || Unresolved::Refused(Fault::Invalid);
    let issued = Issued {
        at: Seconds(claims.iat),
        since: claims.since,
        mark: Mark::of(claims.sid.as_deref(), token).ok_or_else(invalid)?,
    };
    // Its own time was checked with the leeway that it has.
    let is_over = lifetime.is_over(now, claims.counted_from());
    if is_over || !revoked.admits(&claims.sub, issued) {
        return Err(Unresolved::Refused(Fault::Expired));
    }
    Identity::from_claims(claims, issued).ok_or_else(invalid)
}

async fn load(
    store: &dyn ErasedStore,
    deadline: Duration,
    lifetime: &Lifetime,
    key: SessionKey,
    live: bool,
    now: Seconds,
) -> Result<Identity, Unresolved> {
    let loading = match live {
        true => store.load_live(&key),
        false => store.load(&key),
    };
    let session = match within(deadline, loading).await {
        Ok(Some(session)) => session,
        Ok(None) => return Err(Unresolved::Refused(Fault::Invalid)),
        Err(error) => return Err(Unresolved::Failed(report(&error))),
    };
    let ends = lifetime.end_of(&session);
    if now >= ends {
        // A clock that was set forward by mistake, and back again, should lose nobody's session.
        if now.since(ends) >= KEPT_EXPIRED
            && let Err(error) = within(deadline, store.delete(&key)).await
        {
            report(&error);
        }
        return Err(Unresolved::Refused(Fault::Expired));
    }
    Identity::from_stored(session).map_err(|_| {
        // Without the parser's own words, which quote what they stumbled over.
        Unresolved::Failed(report(&StoreError::corrupt("the user is not readable")))
    })
}

/// Waits for the store no longer than `deadline`.
pub(crate) async fn within<T>(
    deadline: Duration,
    call: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(deadline, call)
        .await
        .unwrap_or_else(|_| Err(StoreError::deadline()))
}

pub(crate) fn report(error: &StoreError) -> Failure {
    tracing::error!(target: "portcullis::session", %error, source = ?std::error::Error::source(error));
    if error.is_corrupt() {
        Failure::Corrupt
    } else {
        Failure::Unavailable
    }
}
