//! What a request has to do with sessions that are kept elsewhere, or nowhere.

use http::{HeaderMap, HeaderValue};

use super::Exchange;
use crate::credential::{Credential, find};
use crate::global::mention_unconfigured;
use crate::session::{Outcome, Strategy};
use crate::token::Token;

impl Exchange {
    /// Whether the process-wide runtime is asked for, and there is none.
    pub(super) fn is_unconfigured(&self) -> bool {
        let is_so = self.auth.is_unconfigured();
        if is_so {
            mention_unconfigured();
        }
        is_so
    }

    /// Says that the request is one that the page of a provider may make a browser send.
    pub(crate) fn welcome_providers(&self) {
        self.course.now().welcomes_providers = true;
    }

    /// Whether it is one, and that is the origin of a provider.
    pub(super) fn is_from_provider(&self, origin: &[u8]) -> bool {
        let is_welcome = self.course.now().welcomes_providers;
        is_welcome && self.auth.runtime().strategy.has_provider(origin)
    }

    /// Whether the handler that runs now asks for what nobody keeps. A router says so when it gets its state;
    /// what is configured for the process may be another by then.
    pub(super) fn asks_for_what_is_not_kept(&self) -> bool {
        let is_signed = matches!(self.auth.runtime().strategy, Strategy::Jwt { .. });
        let is_so = self.is_live() && is_signed;
        if is_so {
            tracing::error!(
                target: "portcullis::config",
                "a handler is `live`, but there is no store to read its session from"
            );
        }
        is_so
    }

    /// What the token says that counts, where an upstream's can be decoded here.
    pub(crate) fn decoded(&self, headers: &HeaderMap) -> Option<Token> {
        if !self.auth.decodes_tokens() {
            return None;
        }
        match find(headers, &self.sent(headers), self.via()) {
            Credential::Present { token, .. } => self.auth.decoded(token),
            Credential::Absent | Credential::Unusable { .. } => None,
        }
    }

    /// What an upstream gives the visitor for a session cookie that it does not know.
    pub(crate) fn given_to_refused(&self) -> Vec<HeaderValue> {
        match self.outcome_of_cookie() {
            Some(Outcome::Refused { given, .. }) => given.take(),
            _ => Vec::new(),
        }
    }
}
