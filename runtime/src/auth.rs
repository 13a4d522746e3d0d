use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Seconds};
use crate::config::{AuthBuilder, ConfigError, OnStoreError, Origin, Profile, Secret};
use crate::credential::{Companions, CookieSettings};
use crate::denial::{Challenges, OnDeniedHook, Pages};
use crate::endpoints::{CredentialsProvider, TrustedProxies};
use crate::global;
use crate::guard::Decisions;
#[cfg(feature = "proxy")]
use crate::session::ProxyOptions;
use crate::session::{ErasedCallbacks, Lifetime, Recheck, Session, Strategy, UserLoader};
use crate::token::{ClaimMapping, CsrfKey};

/// The configured authentication of an application: a handle that is cheap to clone.
///
/// Put it into the router's state (`Auth` itself, or a struct with
/// `impl FromRef<AppState> for Auth`), and every guarded handler finds it there.
///
/// ```
/// use portcullis::Auth;
///
/// let auth = Auth::builder()
///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
///     .origin("https://app.example")
///     .build()?;
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Auth(Handle);

#[derive(Clone)]
enum Handle {
    Own(Arc<Runtime>),
    /// Whatever is configured for the process at the moment.
    Global,
}

/// What an [`Auth`] knows, made once when it is built.
pub(crate) struct Runtime {
    pub(crate) profile: Profile,
    /// The one for what is made anew first.
    pub(crate) secrets: Arc<[Secret]>,
    /// How far another machine's clock may be off.
    pub(crate) leeway: Duration,
    /// Where claims say what their user may do.
    pub(crate) claims: ClaimMapping,
    pub(crate) callbacks: Option<Arc<dyn ErasedCallbacks>>,
    pub(crate) origin: Origin,
    pub(crate) base_path: String,
    pub(crate) trusted_origins: Vec<Origin>,
    pub(crate) strict_origin: bool,
    pub(crate) cookie: CookieSettings,
    pub(crate) companions: Companions,
    /// For the forms of the endpoints, if they are answered here.
    pub(crate) csrf: Option<CsrfKey>,
    pub(crate) challenges: Challenges,
    pub(crate) pages: Pages,
    pub(crate) on_denied: Option<OnDeniedHook>,
    pub(crate) lifetime: Lifetime,
    /// Strengths of authentication, from the weakest to the strongest.
    pub(crate) acr_order: Vec<String>,
    pub(crate) expose_requirements: bool,
    pub(crate) decisions: Decisions,
    pub(crate) strategy: Strategy,
    pub(crate) load_user: Option<UserLoader>,
    pub(crate) recheck: Option<Recheck>,
    /// How long a call to the store, or for the user, may take.
    pub(crate) store_deadline: Duration,
    pub(crate) on_store_error: OnStoreError,
    pub(crate) credentials: Option<CredentialsProvider>,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Auth {
    /// Starts a configuration with the defaults that [`AuthBuilder`]'s settings name.
    pub fn builder() -> AuthBuilder {
        AuthBuilder::new()
    }

    /// Starts a configuration whose sessions are another server's: Auth.js, or another Portcullis. Whose a
    /// request is, is asked there, at `<base path>/session`; the answer counts for
    /// [`cache_ttl`](ProxyOptions::cache_ttl). The visitor's session cookie goes up, or the bearer token, which goes
    /// in `Authorization` and as the session cookie, for Auth.js looks there alone, and nothing else of the request
    /// but what [`forward_header`](ProxyOptions::forward_header) names; what the upstream gives for the session
    /// cookie comes back to the visitor.
    ///
    /// An upstream that is down, too slow or not understood is 503 in a guard, and the cookie stays.
    /// Sessions are not begun or ended here: [`sign_in`](Self::sign_in) and the like are
    /// [`AuthError::Upstream`](crate::AuthError::Upstream). People sign in and out at the upstream's own
    /// endpoints, which [`router`](Self::router) forwards to it; it must know that visitors come by our origin: for
    /// Auth.js 5 `AUTH_TRUST_HOST=true`, or our origin as its `AUTH_URL`; for NextAuth.js 4 our origin as its
    /// `NEXTAUTH_URL`, or `AUTH_TRUST_HOST=true` without that variable.
    ///
    /// The callbacks `jwt` and `session`, and how long sessions last, are the upstream's as well; of
    /// [`Callbacks`](crate::Callbacks), `authorized` alone is asked here.
    ///
    /// The profile and the origin say what the session cookie is called; `fresh` and `acr` need the members
    /// `auth_time` (whole seconds since the epoch) and `acr` in the upstream's session.
    #[cfg(feature = "proxy")]
    pub fn proxy(upstream: ProxyOptions) -> AuthBuilder {
        AuthBuilder::new().upstream(upstream)
    }

    /// Configures everything from the environment: `AUTH_SECRET` (or `NEXTAUTH_SECRET`) and
    /// `AUTH_URL` (or `NEXTAUTH_URL`).
    ///
    /// # Errors
    /// A [`ConfigError`] that lists every mistake.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::builder().build()
    }

    /// Where the endpoints of Auth.js are, as [`AuthBuilder::base_path`] says.
    pub fn base_path(&self) -> Cow<'_, str> {
        match self.runtime() {
            Configured::Own(runtime) => Cow::Borrowed(&runtime.base_path),
            Configured::Global(runtime) => Cow::Owned(runtime.base_path.clone()),
        }
    }

    pub(crate) fn new(runtime: Runtime) -> Self {
        Self(Handle::Own(Arc::new(runtime)))
    }

    /// The handle on whatever is configured for the process.
    pub(crate) const GLOBAL: Self = Self(Handle::Global);

    /// The configuration of this moment.
    pub(crate) fn runtime(&self) -> Configured<'_> {
        match &self.0 {
            Handle::Own(runtime) => Configured::Own(runtime),
            Handle::Global => Configured::Global(global::current()),
        }
    }

    /// A handle on the configuration of this moment, whatever is configured for the process later.
    pub(crate) fn pinned(&self) -> Cow<'_, Self> {
        match &self.0 {
            Handle::Own(_) => Cow::Borrowed(self),
            Handle::Global => Cow::Owned(Self(Handle::Own(global::current()))),
        }
    }

    /// The same of a handle that is not needed otherwise.
    pub(crate) fn into_pinned(self) -> Self {
        match self.0 {
            Handle::Own(_) => self,
            Handle::Global => Self(Handle::Own(global::current())),
        }
    }

    /// A handle on the configuration that a session was read with: the process-wide one may be another by
    /// now.
    pub(crate) fn that_read<'a, U>(&'a self, session: &'a Session<U>) -> &'a Self {
        match &self.0 {
            Handle::Own(_) => self,
            Handle::Global => session.auth(),
        }
    }

    /// The configuration of a handle that is [`pinned`](Self::pinned). Another one lets nobody in.
    pub(crate) fn pinned_runtime(&self) -> &Runtime {
        match &self.0 {
            Handle::Own(runtime) => runtime,
            Handle::Global => global::unconfigured(),
        }
    }

    /// The configuration that this is the handle on; `None` for the process-wide one.
    pub(crate) fn own_runtime(&self) -> Option<Arc<Runtime>> {
        match &self.0 {
            Handle::Own(runtime) => Some(Arc::clone(runtime)),
            Handle::Global => None,
        }
    }

    pub(crate) fn is_global(&self) -> bool {
        matches!(self.0, Handle::Global)
    }

    pub(crate) fn now(&self) -> Seconds {
        Seconds::of(self.runtime().clock.now())
    }

    /// Whether both are handles on one configuration.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(&*self.runtime(), &*other.runtime())
    }
}

/// What an [`Auth`] knows, borrowed for as long as it is looked at.
pub(crate) enum Configured<'a> {
    Own(&'a Runtime),
    Global(Arc<Runtime>),
}

impl Deref for Configured<'_> {
    type Target = Runtime;

    fn deref(&self) -> &Runtime {
        match self {
            Self::Own(runtime) => runtime,
            Self::Global(runtime) => runtime,
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_global() {
            return f.write_str("Auth::global()");
        }
        f.debug_struct("Auth")
            .field("origin", &self.runtime().origin)
            .field("cookie", &self.runtime().cookie)
            .finish_non_exhaustive()
    }
}
