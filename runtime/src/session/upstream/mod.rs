//! Another server that keeps the sessions: asking it whose a request is.

mod answer;
mod ask;
mod body;
mod cache;
mod forgotten;
mod forward;
mod options;
mod question;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::header::{CONNECTION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Client;
use reqwest::redirect::Policy;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

pub(super) use self::answer::Answer;
pub(crate) use self::ask::UpstreamError;
use self::cache::AnswerCache;
pub(crate) use self::forward::{ForwardError, Forwarded};
pub(crate) use self::options::{Address, Checked};
pub use self::options::{ProxyOptions, UpstreamStrategy};
use self::question::{Question, of_browser, of_token};
use super::elsewhere::Presented;
use crate::clock::Seconds;
use crate::config::{ConfigMistake, Origin, Profile, TransportSecurity};
use crate::credential::Companions;
use crate::token::{ClaimMapping, SessionTokens};

/// How long a connection may be of no use and be used again. Node.js closes it after 5 seconds, and what is sent
/// just then gets no answer.
const LONGEST_IDLE: Duration = Duration::from_secs(4);

/// How many questions about sessions are asked at the same time. Others wait, as long as they would for an
/// answer.
const MOST_QUESTIONS: usize = 256;

/// The server that is asked, and what it said lately.
pub(crate) struct Upstream {
    client: Client,
    address: Address,
    /// What every request to it has.
    headers: HeaderMap,
    /// What is handed on from the visitor's request.
    forwarded_headers: Vec<HeaderName>,
    /// Where its endpoints may send a visitor, besides our own origin.
    provider_origins: Vec<Origin>,
    timeout: Duration,
    /// Who asks about a session takes one, so that strangers with cookies of their own making do not open
    /// connections without end.
    turns: Semaphore,
    route_timeout: Duration,
    mapping: ClaimMapping,
    /// What decodes its tokens, if its secret is known.
    tokens: Option<SessionTokens>,
    cache: AnswerCache,
    has_mentioned_undecoded: AtomicBool,
    has_mentioned_cookie: AtomicBool,
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
            .pool_idle_timeout(LONGEST_IDLE)
            // What the environment says of proxies is not for credentials.
            .no_proxy();
        client = match options.address.origin.security {
            TransportSecurity::Https => client.tls_certs_merge(options.root_certificates),
            // Nobody's certificate is looked at: a machine that trusts no authority will do.
            TransportSecurity::Loopback | TransportSecurity::Insecure => client.tls_certs_only([]),
        };
        let client = client.build().map_err(|_| ConfigMistake::NoAuthorities)?;
        let mut headers = options.headers;
        headers.extend(forwarded_origin(origin));
        Ok(Self {
            client,
            address: options.address,
            headers,
            forwarded_headers: options.forwarded_headers,
            provider_origins: options.provider_origins,
            timeout: options.timeout,
            turns: Semaphore::new(MOST_QUESTIONS),
            route_timeout: options.route_timeout,
            mapping,
            tokens,
            cache: AnswerCache::new(options.cache_ttl),
            has_mentioned_undecoded: AtomicBool::new(false),
            has_mentioned_cookie: AtomicBool::new(false),
        })
    }

    /// What is handed on from the visitor's request, besides the credential.
    pub(crate) fn forwarded_headers(&self) -> &[HeaderName] {
        &self.forwarded_headers
    }

    /// What goes up besides the credential: of the visitor's request what is listed, then what every request
    /// has.
    pub(crate) fn headers_of(&self, visitor: &HeaderMap) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in self.listed(visitor) {
            headers.append(name, value.clone());
        }
        headers.extend(self.headers.clone());
        headers
    }

    /// What of a visitor's request is listed.
    fn listed<'a>(
        &'a self,
        visitor: &'a HeaderMap,
    ) -> impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)> {
        let names = self.forwarded_headers.iter();
        let names = names.filter(|name| !is_for_one_hop(visitor, name));
        names.flat_map(|name| visitor.get_all(name).iter().map(move |value| (name, value)))
    }

    /// Where its endpoints are.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Where they may send a visitor, besides our own origin.
    pub(crate) fn provider_origins(&self) -> &[Origin] {
        &self.provider_origins
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
        let asking = |asked| self.ask(presented, asked, deadline);
        let question = Question::new(presented, self.listed(presented.headers));
        let browser = || of_browser(presented.companions, presented.headers);
        let answer = self.cache.get(question, browser, (live, now), asking);
        // Whoever waits for the answer to another request waits no longer than that.
        let answered = timeout_at(deadline, answer).await;
        answered.unwrap_or(Err(UpstreamError::Deadline))
    }

    /// What decodes its tokens, if its secret is known.
    pub(super) fn tokens(&self) -> Option<&SessionTokens> {
        self.tokens.as_ref()
    }

    /// Tells the log, once, that a session stands whose token says nothing here, if it should.
    pub(super) fn mention_undecoded(&self) {
        let is_odd = self.tokens.is_some();
        if is_odd && !self.has_mentioned_undecoded.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "portcullis::upstream",
                "the upstream knows a session whose token cannot be decoded here: `secret` must be the upstream's, and \
                 where it keeps sessions in a database, `ProxyOptions::strategy` must say so"
            );
        }
    }

    /// Tells the log, once, that a visitor has brought a session cookie of Auth.js, whose name is not the one
    /// that is looked for.
    pub(super) fn mention_cookie_of_authjs(&self, headers: &HeaderMap) {
        if self.has_mentioned_cookie.load(Ordering::Relaxed) {
            return;
        }
        let names = [Profile::AuthJsV5, Profile::NextAuthV4].map(Profile::cookie_name);
        let has_one = |header: &HeaderValue| {
            let text = header.to_str().unwrap_or_default();
            names.iter().any(|name| text.contains(name))
        };
        let is_there = headers.get_all(COOKIE).iter().any(has_one);
        if is_there && !self.has_mentioned_cookie.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "portcullis::upstream",
                "a visitor without a session of ours has a session cookie of Auth.js: if that is the upstream, name its \
                 version with `.profile(Profile::AuthJsV5)` or `.profile(Profile::NextAuthV4)`"
            );
        }
    }

    /// Drops what was said about everybody.
    pub(super) fn forget_everything(&self) {
        self.cache.forget_everything();
    }

    /// Drops what was said about a credential: it was signed in, or out, through this process.
    pub(crate) fn forget(&self, token: &str) {
        self.cache.forget(&of_token(token));
    }

    /// Gives nothing for a credential for a while: its visitor has another by now, or none.
    pub(crate) fn outdate(&self, token: &str) {
        self.cache.outdate(&of_token(token));
    }

    /// Drops what the browser was to be given that a request comes from.
    pub(crate) fn forget_browser(&self, companions: &Companions, headers: &HeaderMap) {
        if let Some(browser) = of_browser(companions, headers) {
            self.cache.forget(&browser);
        }
    }
}

/// Whether a message says of one of its headers that it is for the next hop alone (RFC 9110 section 7.6.1).
pub(crate) fn is_for_one_hop(headers: &HeaderMap, name: &HeaderName) -> bool {
    let said = headers.get_all(CONNECTION).iter();
    let mut names = said.flat_map(|said| said.as_bytes().split(|byte| *byte == b','));
    names.any(|said| {
        said.trim_ascii()
            .eq_ignore_ascii_case(name.as_str().as_bytes())
    })
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
