//! Another server that keeps the sessions: asking it whose a request is.

mod answer;
mod ask;
mod cache;
mod options;

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Client;
use reqwest::redirect::Policy;
use tokio::time::{Instant, timeout_at};

pub(super) use self::answer::Answer;
use self::ask::{UpstreamError, fingerprint};
use self::cache::AnswerCache;
pub(crate) use self::options::Checked;
pub use self::options::{ProxyOptions, UpstreamStrategy};
use super::elsewhere::Presented;
use crate::clock::Seconds;
use crate::config::{ConfigMistake, Origin};
use crate::token::{ClaimMapping, SessionTokens};

/// The server that is asked, and what it said lately.
pub(crate) struct Upstream {
    client: Client,
    /// The address that paths of its endpoints follow on.
    base: String,
    /// What every request to it has.
    headers: HeaderMap,
    /// What is handed on from the visitor's request.
    forwarded_headers: Vec<HeaderName>,
    /// Where its endpoints may send a visitor, besides our own origin.
    provider_origins: Vec<Origin>,
    timeout: Duration,
    mapping: ClaimMapping,
    /// What decodes its tokens, if its secret is known.
    tokens: Option<SessionTokens>,
    cache: AnswerCache,
}

impl Upstream {
    /// The upstream of an application that visitors reach at `origin`.
    pub(crate) fn new(
        options: Checked,
        origin: &Origin,
        mapping: ClaimMapping,
        tokens: Option<SessionTokens>,
    ) -> Result<Self, ConfigMistake> {
        let mut client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(options.timeout)
            // What the environment says of proxies is not for credentials.
            .no_proxy();
        for certificate in options.root_certificates {
            client = client.add_root_certificate(certificate);
        }
        let client = client.build().map_err(|_| ConfigMistake::Cryptography {
            reason: "no TLS client",
        })?;
        let mut headers = options.headers;
        headers.extend(forwarded_origin(origin));
        Ok(Self {
            client,
            base: options.base,
            headers,
            forwarded_headers: options.forwarded_headers,
            provider_origins: options.provider_origins,
            timeout: options.timeout,
            mapping,
            tokens,
            cache: AnswerCache::new(options.cache_ttl),
        })
    }

    /// What is handed on from the visitor's request, besides the credential.
    pub(crate) fn forwarded_headers(&self) -> &[HeaderName] {
        &self.forwarded_headers
    }

    /// Whether what it says may be answered from memory.
    pub(crate) fn is_cached(&self) -> bool {
        !self.cache.is_off()
    }

    /// Whom a credential stands for, as the upstream says; `live`: past what it said lately.
    pub(super) async fn session(
        &self,
        presented: &Presented<'_>,
        live: bool,
        now: Seconds,
    ) -> Result<Answer, UpstreamError> {
        let deadline = Instant::now() + self.timeout;
        let asking = || self.ask(presented, deadline);
        let answer = self.cache.get(fingerprint(presented), live, now, asking);
        // Whoever waits for the answer to another request waits no longer than that.
        let answered = timeout_at(deadline, answer).await;
        answered.unwrap_or(Err(UpstreamError::Deadline))
    }

    /// What decodes its tokens, if its secret is known.
    pub(super) fn tokens(&self) -> Option<&SessionTokens> {
        self.tokens.as_ref()
    }

    /// Drops what was said about everybody.
    pub(super) fn forget_everything(&self) {
        self.cache.forget_everything();
    }

    /// Drops what was said about a credential: it was signed in, or out, through this process.
    pub(crate) async fn forget(&self, presented: &Presented<'_>) {
        self.cache.forget(fingerprint(presented)).await;
    }
}

/// Where the visitor is, for an upstream that trusts us to say so: never what the visitor says.
fn forwarded_origin(origin: &Origin) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let address = origin.to_string();
    let parts = address.split_once("://").and_then(|(scheme, host)| {
        Some([
            ("x-forwarded-host", HeaderValue::try_from(host).ok()?),
            ("x-forwarded-proto", HeaderValue::try_from(scheme).ok()?),
        ])
    });
    let parts = parts.into_iter().flatten();
    parts.map(|(name, value)| (HeaderName::from_static(name), value))
}
