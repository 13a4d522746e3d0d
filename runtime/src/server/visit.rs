use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use serde_json::Value;

use super::{HeadersInput, SessionAnswer};
use crate::auth::Auth;
use crate::credential::{Credential, SentCookie, find};
use crate::denial::{Denial, identified};
use crate::guard::Exchange;
use crate::session::{Identity, ResponseHalf, ServerSessionError, Untrusted};
use crate::token::Token;

/// One look at the credentials of a request.
pub(super) struct Visit {
    pub(super) auth: Auth,
    headers: HeaderMap,
    /// What guards and layers have found out, if the input knows.
    exchange: Option<Arc<Exchange>>,
}

/// Why there is no identity.
pub(super) enum Missing {
    Nobody {
        /// Whether the session cookie is of no more use.
        clears_cookie: bool,
    },
    Unknown(ServerSessionError),
}

impl Visit {
    pub(super) fn of(auth: &Auth, input: impl HeadersInput) -> Self {
        let extensions = input.extensions();
        let exchange = extensions.and_then(|extensions| Exchange::known(extensions, auth));
        let auth = match &exchange {
            Some(exchange) => exchange.auth.clone(),
            None => auth.pinned().into_owned(),
        };
        let headers = input.credentials_and(auth.pinned_runtime().strategy.forwarded_headers());
        Self {
            auth,
            headers,
            exchange,
        }
    }

    /// Whether somebody sets cookies at the end of the request.
    pub(super) fn is_attended(&self) -> bool {
        let exchange = self.exchange.as_ref();
        exchange.is_some_and(|exchange| exchange.is_attended())
    }

    pub(super) async fn identity(&self) -> Result<Arc<Identity>, Missing> {
        let resolved;
        let outcome = match &self.exchange {
            Some(exchange) => exchange.outcome(&self.headers).await,
            None => {
                let sent = self.sent();
                let credential = find(&self.headers, &sent, &[]);
                credential.report();
                resolved = self.auth.resolve(credential, &self.headers, false).await;
                &resolved
            }
        };
        identified(outcome).cloned().map_err(Missing::from)
    }

    /// What the token says that counts, where an upstream's can be decoded here.
    pub(super) fn decoded(&self) -> Option<Token> {
        match self.auth.decodes_tokens() {
            true => self.auth.decoded(&self.token()?),
            false => None,
        }
    }

    /// What the request has of the session cookie.
    fn sent(&self) -> Cow<'_, SentCookie> {
        match &self.exchange {
            Some(exchange) => exchange.sent(&self.headers),
            None => Cow::Owned(self.auth.runtime().cookie.sent(&self.headers)),
        }
    }

    /// The text of the credential that counts.
    pub(super) fn token(&self) -> Option<String> {
        if self.auth.is_unconfigured() {
            return None;
        }
        let via = self.exchange.as_ref().map(|exchange| exchange.via());
        match find(&self.headers, &self.sent(), via.unwrap_or_default()) {
            Credential::Present { token, .. } => Some(token.to_owned()),
            Credential::Absent | Credential::Unusable { .. } => None,
        }
    }

    /// What removes the session cookie.
    pub(super) fn clearing(&self) -> Vec<HeaderValue> {
        let cookie = &self.auth.runtime().cookie;
        cookie.clearing(self.sent().names()).collect()
    }

    /// What is shown of a session, with the cookies that it goes on with.
    pub(super) async fn read(
        &self,
        identity: &Arc<Identity>,
        update: Option<&Untrusted<Value>>,
    ) -> Result<SessionAnswer, ServerSessionError> {
        let sent = self.sent();
        let response = ResponseHalf::Here(&sent);
        let read = self.auth.read_session(identity, update, response);
        let (session, mut cookies) = read.await?;
        let cookie = &self.auth.runtime().cookie;
        let written = cookie.written(&cookies);
        if !written.is_empty() {
            // What is left of longer tokens would be read together with this one.
            cookies.extend(cookie.clearing(sent.names().without(written)));
        }
        Ok(SessionAnswer { session, cookies })
    }
}

impl From<Denial> for Missing {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Unavailable => Self::Unknown(ServerSessionError::Unavailable),
            Denial::Corrupt => Self::Unknown(ServerSessionError::Corrupt),
            Denial::NotConfigured => Self::Unknown(ServerSessionError::Unconfigured),
            denial => Self::Nobody {
                clears_cookie: denial.clears_cookie(),
            },
        }
    }
}
