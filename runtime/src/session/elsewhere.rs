//! Sessions that are not this process's to begin and to end.

use std::sync::Arc;

use http::HeaderMap;

#[cfg(feature = "proxy")]
use super::Fault;
use super::strategy::Unresolved;
#[cfg(feature = "proxy")]
use super::upstream::Upstream;
use super::{AuthError, Failure, Identity};
use crate::clock::Seconds;
use crate::credential::{CookieSettings, Source};

/// Who else knows about sessions.
pub(crate) enum Elsewhere {
    /// The server that is asked about them.
    #[cfg(feature = "proxy")]
    Upstream(Box<Upstream>),
    /// Nobody yet: the process-wide runtime has not been configured.
    Unconfigured,
}

/// A credential, and the request that it came with.
pub(crate) struct Presented<'a> {
    pub(crate) source: Source,
    pub(crate) token: &'a str,
    pub(crate) cookie: &'a CookieSettings,
    pub(crate) headers: &'a HeaderMap,
}

impl Elsewhere {
    /// Whether a session may be answered from memory, though somebody else knows better by now.
    pub(super) fn is_cached(&self) -> bool {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(upstream) => upstream.is_cached(),
            Self::Unconfigured => false,
        }
    }

    /// Why a session cannot be begun, changed or ended here.
    pub(super) fn error(&self) -> AuthError {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(_) => AuthError::Upstream,
            Self::Unconfigured => AuthError::Unconfigured,
        }
    }

    #[cfg_attr(
        not(feature = "proxy"),
        expect(clippy::unused_async, reason = "nobody is asked without an upstream")
    )]
    pub(super) async fn ask(
        &self,
        presented: &Presented<'_>,
        live: bool,
        now: Seconds,
    ) -> Result<Arc<Identity>, Unresolved> {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(upstream) => {
                let answer = upstream.session(presented, live).await.map_err(|error| {
                    tracing::error!(target: "portcullis::upstream", %error);
                    Unresolved::Failed(Failure::Unavailable)
                })?;
                match answer.0 {
                    Some(identity) if now < identity.expires => Ok(identity),
                    Some(_) => Err(Unresolved::Refused(Fault::Expired)),
                    None => Err(Unresolved::Refused(Fault::Invalid)),
                }
            }
            Self::Unconfigured => Err(Unresolved::Failed(Failure::Unconfigured)),
        }
    }
}
