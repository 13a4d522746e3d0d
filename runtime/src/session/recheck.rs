//! What a signed token says of its user may be out of date: it is asked anew from time to time.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::strategy::{Unresolved, report, within};
use super::{Fault, Identity, User};
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::store::StoreError;

type Reading = Pin<Box<dyn Future<Output = Result<Option<User>, StoreError>> + Send>>;

/// Reads users by their id, who may have changed since they were signed in.
pub(crate) struct Recheck {
    /// How old a token may be.
    pub(crate) max_staleness: Duration,
    read: Box<dyn Fn(&str) -> Reading + Send + Sync>,
}

impl Recheck {
    pub(crate) fn new<E, F, Fut>(max_staleness: Duration, read: F) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<User>, E>> + Send + 'static,
    {
        Self {
            max_staleness,
            read: Box::new(move |user_id| {
                let reading = read(user_id.to_owned());
                Box::pin(async move { reading.await.map_err(StoreError::unavailable) })
            }),
        }
    }
}

impl Auth {
    /// The identity with its user as they are by now, if what it says of them is old.
    pub(super) async fn rechecked(
        &self,
        identity: Identity,
        now: Seconds,
    ) -> Result<Identity, Unresolved> {
        let runtime = self.runtime();
        let Some(recheck) = &runtime.recheck else {
            return Ok(identity);
        };
        if now.since(identity.checked) < recheck.max_staleness {
            return Ok(identity);
        }
        let reading = (recheck.read)(&identity.user_id);
        match within(runtime.store_deadline, reading).await {
            Ok(Some(user)) if user.id == identity.user_id => {
                identity.of_user(&user, now).map_err(|_| {
                    Unresolved::Failed(report(&StoreError::corrupt("the user is no JSON")))
                })
            }
            Ok(_) => Err(Unresolved::Refused(Fault::Expired)),
            Err(error) => Err(Unresolved::Failed(report(&error))),
        }
    }
}
