mod credentials;
mod sessions;
mod tokens;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Profile;
use crate::clock::{Clock, SystemClock};
use crate::dangerous::DangerousChoice;
use crate::denial::{OnDeniedHook, Pages, Refusal, RefusalBody};
use crate::endpoints::{Credentials, ProxyHeader};
use crate::guard::{DecisionSink, Decisions};
#[cfg(feature = "proxy")]
use crate::session::ProxyOptions;
use crate::session::{ErasedCallbacks, Recheck, UserLoader};
use crate::store::ErasedStore;
use crate::token::{ClaimMapping, TokenCodec};

/// How long a session lasts without use, unless something else is said.
pub(super) const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What an outage of the store, or of the upstream, means for a handler that takes `Option<Session>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnStoreError {
    /// The request is refused with 503: nobody knows whose it is.
    #[default]
    Refuse,
    /// The handler runs with `None`, as if nobody were signed in. It can tell by
    /// [`Degraded`](crate::Degraded).
    Anonymous,
}

type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Collects the settings of an [`Auth`](crate::Auth). Made by
/// [`Auth::builder`](crate::Auth::builder).
#[must_use = "a builder does nothing until `build()`"]
pub struct AuthBuilder {
    pub(in crate::config) profile: Profile,
    pub(in crate::config) secret: Option<Zeroizing<String>>,
    pub(in crate::config) previous_secrets: Vec<Zeroizing<String>>,
    pub(in crate::config) origin: Option<String>,
    pub(in crate::config) base_path: Option<String>,
    pub(in crate::config) environment: Environment,
    pub(in crate::config) claims: ClaimMapping,
    pub(in crate::config) codec: Option<Arc<dyn TokenCodec>>,
    pub(in crate::config) callbacks: Option<Arc<dyn ErasedCallbacks>>,
    pub(in crate::config) cookie_name: Option<String>,
    pub(in crate::config) realm: String,
    pub(in crate::config) resource_metadata: Option<String>,
    pub(in crate::config) pages: Pages,
    pub(in crate::config) on_denied: Option<OnDeniedHook>,
    pub(in crate::config) max_age: Duration,
    pub(in crate::config) update_age: Option<Duration>,
    pub(in crate::config) absolute_max_age: Option<Duration>,
    pub(in crate::config) load_user: Option<UserLoader>,
    pub(in crate::config) recheck: Option<Recheck>,
    pub(in crate::config) on_store_error: OnStoreError,
    pub(in crate::config) leeway: Option<Duration>,
    pub(in crate::config) store_deadline: Duration,
    pub(in crate::config) is_unconfigured: bool,
    pub(in crate::config) store: Option<Arc<dyn ErasedStore>>,
    #[cfg(feature = "proxy")]
    pub(in crate::config) upstream: Option<ProxyOptions>,
    pub(in crate::config) credentials: Option<Credentials>,
    pub(in crate::config) trusted_proxies: Vec<String>,
    pub(in crate::config) proxy_header: ProxyHeader,
    pub(in crate::config) trusted_origins: Vec<String>,
    pub(in crate::config) strict_origin: bool,
    pub(in crate::config) insecure_cookies: bool,
    pub(in crate::config) acr_order: Vec<String>,
    pub(in crate::config) expose_requirements: bool,
    pub(in crate::config) decisions: Decisions,
    pub(in crate::config) clock: Arc<dyn Clock>,
}

impl AuthBuilder {
    pub(crate) fn new() -> Self {
        Self {
            profile: Profile::Native,
            secret: None,
            previous_secrets: Vec::new(),
            origin: None,
            base_path: None,
            environment: Arc::new(|name| std::env::var(name).ok()),
            claims: ClaimMapping::default(),
            codec: None,
            callbacks: None,
            cookie_name: None,
            realm: "app".to_owned(),
            resource_metadata: None,
            pages: Pages::new(),
            on_denied: None,
            max_age: MAX_AGE,
            update_age: None,
            absolute_max_age: None,
            load_user: None,
            recheck: None,
            on_store_error: OnStoreError::Refuse,
            leeway: None,
            store_deadline: Duration::from_secs(1),
            is_unconfigured: false,
            store: None,
            #[cfg(feature = "proxy")]
            upstream: None,
            credentials: None,
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
            trusted_origins: Vec::new(),
            strict_origin: false,
            insecure_cookies: false,
            acr_order: Vec::new(),
            expose_requirements: false,
            decisions: Decisions::default(),
            clock: Arc::new(SystemClock),
        }
    }

    /// The secret that all keys are derived from: at least 32 random bytes, such as
    /// `openssl rand -base64 32` prints. Default: from the environment, by the names that the
    /// [`Profile`] lists. It is asked for under the `database` strategy as well, where it protects the forms
    /// of [`Auth::router`](crate::Auth::router), so that changing the strategy is not a change of the
    /// configuration.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = Some(Zeroizing::new(secret.into()));
        self
    }

    /// Where visitors reach the application: `scheme://host[:port]`. It decides whether the session cookie
    /// is `Secure` and has a prefix, as the [`Profile`] says, and what counts as cross-site. Default: the
    /// origin of `AUTH_URL`, else of `NEXTAUTH_URL`; NextAuth 4 has it the other way round. It is never
    /// taken from a request, so `AUTH_TRUST_HOST` does not stand in for it.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Where the endpoints of Auth.js are, on this application's own site. Default: in the profiles of Auth.js
    /// the path of `AUTH_URL` or `NEXTAUTH_URL`, if it has one and the origin comes from there, as it is the
    /// endpoints' there; else `/api/auth`.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base_path = Some(path.into());
        self
    }

    /// Looks variables up with `lookup` instead of the process environment.
    pub fn environment(
        mut self,
        lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.environment = Arc::new(lookup);
        self
    }

    /// The `realm` of the `WWW-Authenticate` challenge (RFC 9110 section 11.5). Default: `app`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Where clients learn how to get a token: the address of the protected resource metadata (RFC
    /// 9728), as the parameter `resource_metadata` of `Bearer` challenges. Default: not told.
    pub fn resource_metadata(mut self, address: impl Into<String>) -> Self {
        self.resource_metadata = Some(address.into());
        self
    }

    /// The application's own pages that visitors are sent to. Default: none, see [`Pages`].
    pub fn pages(mut self, pages: Pages) -> Self {
        self.pages = pages;
        self
    }

    /// Gives refusals a body of the application's own, never another status or header; `None` leaves
    /// the body as it is. Redirects and hidden handlers (`deny = not_found`) have none to replace.
    ///
    /// ```
    /// # use portcullis::{Auth, RefusalBody};
    /// let auth = Auth::builder().on_denied(|refusal| {
    ///     refusal
    ///         .prefers_html()
    ///         .then(|| RefusalBody::html(format!("<h1>Sorry: {}</h1>", refusal.detail())))
    /// });
    /// ```
    pub fn on_denied(
        mut self,
        body: impl Fn(&Refusal<'_>) -> Option<RefusalBody> + Send + Sync + 'static,
    ) -> Self {
        self.on_denied = Some(Arc::new(body));
        self
    }

    /// Other origins whose pages may send unsafe requests here, such as `https://admin.example`.
    /// Default: none.
    pub fn trusted_origins<I, T>(mut self, origins: I) -> Self
    where
        I: IntoIterator<Item = T>,
        T: Into<String>,
    {
        self.trusted_origins = origins.into_iter().map(Into::into).collect();
        self
    }

    /// Refuses unsafe requests that carry neither `Sec-Fetch-Site` nor `Origin`. Browsers always
    /// send one of them, other clients do not. Default: off.
    pub fn strict_origin(mut self, strict: bool) -> Self {
        self.strict_origin = strict;
        self
    }

    /// Ranks the strengths of authentication (`acr`), from the weakest to the strongest: a handler
    /// with `acr = ".."` takes the named one and every later one. Default: none is ranked, so only
    /// the named one will do.
    pub fn acr_order<I, T>(mut self, order: I) -> Self
    where
        I: IntoIterator<Item = T>,
        T: Into<String>,
    {
        self.acr_order = order.into_iter().map(Into::into).collect();
        self
    }

    /// Tells visitors who do not meet a rule what it asks for: the member `required` of the problem
    /// document, the rule in words, policies and conditions as they are written in the source.
    /// Meant for development and for internal services. Default: off.
    pub fn expose_requirements(mut self, expose: bool) -> Self {
        self.expose_requirements = expose;
        self
    }

    /// Tells `sink` what guards decide: every refusal, and what is granted by handlers with `audit`.
    /// Each call adds a sink. Default: none; the log hears the same in any case, under the target
    /// `portcullis::decision`.
    pub fn decisions(mut self, sink: impl DecisionSink) -> Self {
        self.decisions.add(sink);
        self
    }

    /// Takes a choice that gives up some safety; see [`dangerous`](crate::dangerous).
    pub fn dangerous(mut self, choice: DangerousChoice) -> Self {
        match choice {
            DangerousChoice::InsecureCookies => self.insecure_cookies = true,
        }
        self
    }

    /// Measures all times by `clock`. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}
