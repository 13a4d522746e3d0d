use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::{Failure, Fault, Identity, Outcome};
use crate::clock::Seconds;
use crate::credential::Credential;
use crate::store::{ErasedStore, SessionKey, StoreError};
use crate::token::{InvalidToken, SessionTokens};

/// Where sessions live.
pub(crate) enum Strategy {
    /// In the credential itself, signed.
    Jwt(Box<SessionTokens>),
    /// In a store; the credential is a random id. Every call ends within the deadline.
    Database {
        store: Arc<dyn ErasedStore>,
        deadline: Duration,
    },
}

impl Strategy {
    /// Finds out whom a credential stands for.
    pub(crate) async fn resolve(&self, credential: Credential<'_>, now: Seconds) -> Outcome {
        let (source, token) = match credential {
            Credential::Absent => return Outcome::Anonymous,
            Credential::Unusable { source, flaw } => {
                return Outcome::Refused {
                    source,
                    fault: flaw.into(),
                };
            }
            Credential::Present { source, token } => (source, token),
        };
        let resolved = match self {
            Self::Jwt(tokens) => verify(tokens, token, now),
            Self::Database { store, deadline } => match SessionKey::of(token) {
                Some(key) => load(store.as_ref(), *deadline, key, now).await,
                None => Err(Unresolved::Refused(Fault::Invalid)),
            },
        };
        match resolved {
            Ok(identity) => Outcome::Known(Arc::new(identity)),
            Err(Unresolved::Refused(fault)) => Outcome::Refused { source, fault },
            Err(Unresolved::Failed(failure)) => Outcome::Failed(failure),
        }
    }
}

enum Unresolved {
    Refused(Fault),
    Failed(Failure),
}

fn verify(tokens: &SessionTokens, token: &str, now: Seconds) -> Result<Identity, Unresolved> {
    let claims = tokens.decode(token, now).map_err(|error| match error {
        InvalidToken::Expired => Unresolved::Refused(Fault::Expired),
        InvalidToken::Refused => Unresolved::Refused(Fault::Invalid),
    })?;
    Identity::from_claims(claims).ok_or(Unresolved::Refused(Fault::Invalid))
}

async fn load(
    store: &dyn ErasedStore,
    deadline: Duration,
    key: SessionKey,
    now: Seconds,
) -> Result<Identity, Unresolved> {
    let session = match within(deadline, store.load(&key)).await {
        Ok(Some(session)) => session,
        Ok(None) => return Err(Unresolved::Refused(Fault::Invalid)),
        Err(error) => return Err(Unresolved::Failed(report(&error))),
    };
    if now >= Seconds::of(session.expires) {
        if let Err(error) = within(deadline, store.delete(&key)).await {
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
pub(super) async fn within<T>(
    deadline: Duration,
    call: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(deadline, call)
        .await
        .unwrap_or_else(|_| Err(StoreError::deadline()))
}

pub(super) fn report(error: &StoreError) -> Failure {
    tracing::error!(target: "portcullis::session", %error, source = ?std::error::Error::source(error));
    if error.is_corrupt() {
        Failure::Corrupt
    } else {
        Failure::Unavailable
    }
}
