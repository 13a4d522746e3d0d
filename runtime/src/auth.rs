use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Seconds};
use crate::config::{AuthBuilder, ConfigError, OnStoreError, Origin, Profile, Secret};
use crate::credential::{Companions, CookieSettings};
use crate::denial::{Challenges, OnDeniedHook, Pages};
use crate::endpoints::{CredentialsProvider, TrustedProxies};
use crate::guard::Decisions;
use crate::session::{ErasedCallbacks, Lifetime, Recheck, Strategy, UserLoader};
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
pub struct Auth(Arc<Runtime>);

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
    pub(crate) csrf: CsrfKey,
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

    /// Configures everything from the environment: `AUTH_SECRET` (or `NEXTAUTH_SECRET`) and
    /// `AUTH_URL` (or `NEXTAUTH_URL`).
    ///
    /// # Errors
    /// A [`ConfigError`] that lists every mistake.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::builder().build()
    }

    /// Where the endpoints of Auth.js are, as [`AuthBuilder::base_path`] says.
    pub fn base_path(&self) -> &str {
        &self.0.base_path
    }

    pub(crate) fn new(runtime: Runtime) -> Self {
        Self(Arc::new(runtime))
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.0
    }

    pub(crate) fn now(&self) -> Seconds {
        Seconds::of(self.0.clock.now())
    }

    /// Whether both are handles on one configuration.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("origin", &self.0.origin)
            .field("cookie", &self.0.cookie)
            .finish_non_exhaustive()
    }
}
