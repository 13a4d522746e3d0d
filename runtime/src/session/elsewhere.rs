//! Sessions that are not this process's to begin and to end.

use std::sync::Arc;

use http::{HeaderMap, HeaderName};

use super::strategy::Unresolved;
#[cfg(feature = "proxy")]
use super::upstream::{Answer, Upstream};
use super::{AuthError, Failure, Identity, Strategy};
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::config::Profile;
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

    fn mention_undecoded(&self) {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(upstream) => upstream.mention_undecoded(),
            Self::Unconfigured => {}
        }
    }

    #[cfg_attr(
        not(feature = "proxy"),
        expect(unused_variables, reason = "an upstream reads it")
    )]
    fn mention_cookie_of_authjs(&self, headers: &HeaderMap) {
        match self {
            #[cfg(feature = "proxy")]
            Self::Upstream(upstream) => upstream.mention_cookie_of_authjs(headers),
            Self::Unconfigured => {}
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
                        let upstream = &upstream.address().base;
                        tracing::error!(target: "portcullis::upstream", %upstream, %error);
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
    /// Whether it is the process-wide runtime, and there is none.
    pub(crate) fn is_unconfigured(&self) -> bool {
        let strategy = &self.runtime().strategy;
        matches!(strategy, Strategy::Elsewhere(Elsewhere::Unconfigured))
    }

    /// Whether tokens of an upstream are decoded here, since its secret is known.
    pub(crate) fn decodes_tokens(&self) -> bool {
        match &self.runtime().strategy {
            Strategy::Elsewhere(elsewhere) => elsewhere.tokens().is_some(),
            Strategy::Jwt { .. } | Strategy::Database { .. } => false,
        }
    }

    /// What a token of an upstream says; `None` if it cannot be decoded here.
    pub(crate) fn decoded(&self, token: &str) -> Option<Token> {
        let runtime = self.runtime();
        let Strategy::Elsewhere(elsewhere) = &runtime.strategy else {
            return None;
        };
        let claims = elsewhere.tokens()?.decode(token, self.now()).ok()?;
        Token::of(&claims, &runtime.claims)
    }

    /// Tells the log, once, that it looks as if the upstream's profile had been forgotten.
    pub(crate) fn mention_forgotten_profile(&self, headers: &HeaderMap) {
        let runtime = self.runtime();
        if let (Profile::Native, Strategy::Elsewhere(elsewhere)) =
            (runtime.profile, &runtime.strategy)
        {
            elsewhere.mention_cookie_of_authjs(headers);
        }
    }

    /// Tells the log, once, that a session of the upstream stands, and its token says nothing here.
    pub(crate) fn mention_undecoded(&self) {
        if let Strategy::Elsewhere(elsewhere) = &self.runtime().strategy {
            elsewhere.mention_undecoded();
        }
    }
}
