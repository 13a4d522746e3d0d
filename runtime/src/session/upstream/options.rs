mod checked;

use std::fmt;
use std::time::Duration;

pub(crate) use self::checked::{Address, Checked};

/// A server that keeps the sessions: Auth.js, or another Portcullis. An [`Auth`](crate::Auth) that is made
/// by [`Auth::proxy`](crate::Auth::proxy) asks it whose a request is.
///
/// ```
/// use std::time::Duration;
///
/// use portcullis::{Auth, Profile, ProxyOptions};
///
/// let upstream = ProxyOptions::new("https://auth.internal.example")
///     .target_base_path("/auth")
///     .timeout(Duration::from_secs(1));
/// let auth = Auth::proxy(upstream)
///     .profile(Profile::AuthJsV5)
///     .origin("https://app.example")
///     .build()?;
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
#[derive(Clone)]
#[must_use = "options do nothing until an `Auth` is made of them"]
pub struct ProxyOptions {
    base_url: String,
    target_base_path: Option<String>,
    headers: Vec<(String, String)>,
    forwarded_headers: Vec<String>,
    provider_origins: Vec<String>,
    strategy: UpstreamStrategy,
    root_certificates: Vec<Vec<u8>>,
    timeout: Duration,
    route_timeout: Duration,
    cache_ttl: Duration,
}

/// How an upstream keeps its sessions: what Auth.js calls `session.strategy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UpstreamStrategy {
    /// In tokens, which the upstream's secret decodes.
    #[default]
    Jwt,
    /// In its database: a credential is an id that only the upstream understands.
    Database,
}

impl ProxyOptions {
    /// A server at `base_url`, which is `scheme://host[:port]`: `https`, or `http` on the same machine. The path of
    /// its endpoints is the [`target_base_path`](Self::target_base_path).
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            target_base_path: None,
            headers: Vec::new(),
            forwarded_headers: Vec::new(),
            provider_origins: Vec::new(),
            strategy: UpstreamStrategy::default(),
            root_certificates: Vec::new(),
            timeout: Duration::from_secs(2),
            route_timeout: Duration::from_secs(10),
            cache_ttl: Duration::from_secs(5),
        }
    }

    /// Where the endpoints of Auth.js are over there. Default: where they are here
    /// ([`AuthBuilder::base_path`](crate::AuthBuilder::base_path)).
    pub fn target_base_path(mut self, path: impl Into<String>) -> Self {
        self.target_base_path = Some(path.into());
        self
    }

    /// A header that every request to the upstream has, such as a key for its gateway. Each call adds one. Those
    /// that this crate sets, that are for one connection alone, or that ask for a part of an answer, a condition
    /// or an encoding (`Range`, `If-None-Match`, `Accept-Encoding`) are a mistake here and below.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// A header that is handed on from the visitor's request, and that no [`header`](Self::header) sets. Each
    /// call adds one. What the upstream answers counts for requests with the same values. Default: none; the
    /// session cookie, or the bearer token, goes in any case.
    ///
    /// A header that the request names in `Connection` is for one connection alone (RFC 9110 section 7.6.1) and is
    /// left out. So a visitor can keep one away that a proxy in front of this application sets, unless that proxy
    /// passes no visitor's `Connection` on.
    pub fn forward_header(mut self, name: impl Into<String>) -> Self {
        self.forwarded_headers.push(name.into());
        self
    }

    /// An origin that signing in leads visitors to, such as `https://accounts.google.com`: `https`, or `http` on
    /// the same machine. Each call adds one.
    ///
    /// The routes that [`Auth::router`](crate::Auth::router) forwards send visitors there, and else only
    /// within this application: whatever else the upstream's `Location` says is answered with 502
    /// (`upstream_location`). A page of that origin may also send its answer as a form to
    /// `/callback/{provider}`, as Apple does (`response_mode=form_post`), but not to `/callback/credentials`; every
    /// other request from another site stays refused.
    pub fn provider_origin(mut self, origin: impl Into<String>) -> Self {
        self.provider_origins.push(origin.into());
        self
    }

    /// How the upstream keeps its sessions. It matters to [`get_token`](crate::Auth::get_token) alone: with
    /// [`UpstreamStrategy::Jwt`] and the upstream's secret, as [`AuthBuilder::secret`](crate::AuthBuilder::secret),
    /// tokens are decoded here and nobody is asked; else it tells what the upstream shows of the
    /// session. Default: `Jwt`.
    pub fn strategy(mut self, strategy: UpstreamStrategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// The certificate, in PEM, of an authority that the upstream is certified by, besides those that the
    /// system trusts. Each call adds one.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// How long the upstream may take to say whose a request is, all in all: 1 millisecond to 60 seconds. Default:
    /// 2 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long it may take to begin the answer to a request that [`Auth::router`](crate::Auth::router)
    /// forwards, once the whole of that is there, and then for each further piece of it: it may have to ask a
    /// provider first. A visitor's body may pause for as long, and then is 408 (`request_timeout`). 1 millisecond
    /// to 60 seconds. Default: 10 seconds.
    pub fn route_timeout(mut self, timeout: Duration) -> Self {
        self.route_timeout = timeout;
        self
    }

    /// How long an answer about a session counts: what the upstream ends, or changes, is seen here that much
    /// later at most. Zero asks with each request, and 60 seconds is the longest. Default: 5 seconds.
    pub fn cache_ttl(mut self, ttl: Duration) -> Self {
        self.cache_ttl = ttl;
        self
    }

    /// Whether its sessions are tokens that a secret decodes.
    pub(crate) fn has_tokens(&self) -> bool {
        self.strategy == UpstreamStrategy::Jwt
    }
}

impl fmt::Debug for ProxyOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyOptions")
            .field("timeout", &self.timeout)
            .field("route_timeout", &self.route_timeout)
            .field("cache_ttl", &self.cache_ttl)
            .finish_non_exhaustive()
    }
}
