//! Sessions that are not this process's to begin and to end.

use std::sync::Arc;

use http::{HeaderMap, HeaderName};

use super::strategy::Unresolved;
#[cfg(feature = "proxy")]
use super::upstream::{Answer, Upstream};
use super::{AuthError, Failure, Identity, Strategy};
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::credential::{Companions, CookieSettings, Source};
use crate::token::{SessionTokens, Token};

/// Who else knows about sessions.
pub(crate) enum Elsewhere {
    /// The server that is asked about them.
    #[cfg(feature = "proxy")]
    Upstream(Box<Upstream>),
    /// Nobody yet: the process-wide runtime has not been configured.
    Unconfigured,
}

/// Why a token was not decoded.
pub(crate) enum NotDecoded {
    /// It is not valid.
    Refused,
    /// That is for somebody else to say.
    NotHere,
}

/// A credential, and the request that it came with.
#[cfg_attr(
    not(feature = "proxy"),
    expect(dead_code, reason = "an upstream reads it")
)]
pub(crate) struct Presented<'a> {
    pub(crate) source: Source,
    pub(crate) token: &'a str,
    pub(crate) cookie: &'a CookieSettings,
    /// What tells the visitor's browser from others.
    pub(crate) companions: &'a Companions,
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

    /// Whether there is an upstream.
    pub(super) fn is_upstream(&self) -> bool {
        !matches!(self, Self::Unconfigured)
    }

    /// What whoever is asked wants to know of a request, besides its credential.
    pub(crate) fn forwarded_headers(&self) -> &[HeaderName] {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(upstream) => upstream.forwarded_headers(),
            Self::Unconfigured => &[],
        }
    }

    /// Whether an upstream sends people to that origin to sign in.
    #[cfg_attr(
        not(feature = "proxy"),
        expect(
            unused_variables,
            reason = "nobody is sent anywhere without an upstream"
        )
    )]
    pub(super) fn has_provider(&self, origin: &[u8]) -> bool {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(upstream) => {
                let mut providers = upstream.provider_origins().iter();
                providers.any(|provider| provider.is(origin))
            }
            Self::Unconfigured => false,
        }
    }

    /// What decodes the tokens of an upstream, if its secret is known.
    pub(super) fn tokens(&self) -> Option<&SessionTokens> {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(upstream) => upstream.tokens(),
            Self::Unconfigured => None,
        }
    }

    /// Why a session cannot be begun, changed or ended here.
    pub(crate) fn error(&self) -> AuthError {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(_) => AuthError::Upstream,
            Self::Unconfigured => AuthError::Unconfigured,
        }
    }

    /// Drops what is remembered.
    pub(super) fn forget_everything(&self) -> Result<(), AuthError> {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(upstream) => {
                upstream.forget_everything();
                Ok(())
            }
            Self::Unconfigured => Err(AuthError::Unconfigured),
        }
    }

    #[cfg_attr(
        not(feature = "proxy"),
        expect(
            clippy::unused_async,
            unused_variables,
            reason = "nobody is asked without an upstream"
        )
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
                let answer = upstream
                    .session(presented, live, now)
                    .await
                    .map_err(|error| {
                        tracing::error!(target: "portcullis::upstream", %error);
                        Unresolved::Failed(Failure::Unavailable)
                    })?;
                match answer {
                    Answer::Session(told) if now < told.identity.expires => Ok(told.identity),
                    Answer::Session(told) => Err(Unresolved::Unknown(told.identity.given.clone())),
                    Answer::Nobody { given } => Err(Unresolved::Unknown(given)),
                }
            }
            Self::Unconfigured => Err(Unresolved::Failed(Failure::Unconfigured)),
        }
    }
}

impl Auth {
    /// What a token of an upstream says, where its secret is known here.
    pub(crate) fn decoded_here(&self, token: &str) -> Result<Token, NotDecoded> {
        let runtime = self.runtime();
        let Strategy::Elsewhere(elsewhere) = &runtime.strategy else {
            return Err(NotDecoded::NotHere);
        };
        let tokens = elsewhere.tokens().ok_or(NotDecoded::NotHere)?;
        let claims = tokens.decode(token, self.now());
        let claims = claims.map_err(|_| NotDecoded::Refused)?;
        Token::of(&claims, &runtime.claims).ok_or(NotDecoded::Refused)
    }
}
