//! The configuration of the whole process, for code that has no state at hand.

use std::sync::{Arc, LazyLock};

use arc_swap::ArcSwapOption;

use crate::auth::{Auth, Runtime};
use crate::config::AuthBuilder;
#[cfg(feature = "proxy")]
use crate::config::ConfigError;
#[cfg(feature = "proxy")]
use crate::session::ProxyOptions;

static CONFIGURED: ArcSwapOption<Runtime> = ArcSwapOption::const_empty();

/// What stands for the configuration until there is one: nobody is let in, and nobody is signed in.
static UNCONFIGURED: LazyLock<Arc<Runtime>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "all settings are constants; a test makes one"
    )]
    let runtime = AuthBuilder::unconfigured().expect("no setting is wrong");
    Arc::new(runtime)
});

/// Configures the process: from now on [`Auth::global`] stands for `auth`. Called again, it replaces what
/// was configured before, for all requests that begin later; one that has begun keeps what it began with.
pub fn configure_auth_runtime(auth: &Auth) {
    if let Some(runtime) = auth.own_runtime() {
        CONFIGURED.store(Some(runtime));
    }
}

/// Configures the process to ask an upstream about sessions, as [`Auth::proxy`] does. The origin comes from
/// `AUTH_URL`. Use [`configure_auth_runtime`] to set more than that.
///
/// # Errors
/// A [`ConfigError`] that lists every mistake; what was configured before stays.
#[cfg(feature = "proxy")]
pub fn configure_auth_proxy_runtime(upstream: ProxyOptions) -> Result<(), ConfigError> {
    configure_auth_runtime(&Auth::proxy(upstream).build()?);
    Ok(())
}

impl Auth {
    /// A handle on what [`configure_auth_runtime`] has configured, whenever that is asked for: it can be the
    /// router's state before anything is configured. Until then every request to a guarded handler is refused
    /// with 500 (`not_configured`), and what asks for a session is
    /// [`AuthError::Unconfigured`](crate::AuthError::Unconfigured).
    ///
    /// ```
    /// use portcullis::{Auth, Router, Session, configure_auth_runtime, protected, routing::get};
    ///
    /// #[protected]
    /// async fn me(session: Session) -> String {
    ///     session.user_id().to_owned()
    /// }
    ///
    /// let app = Router::new().route("/me", get(me)).with_state(Auth::global());
    /// configure_auth_runtime(&Auth::builder().origin("http://localhost:3000").build()?);
    /// # let _: Router = app;
    /// # Ok::<(), portcullis::ConfigError>(())
    /// ```
    #[must_use]
    pub const fn global() -> Self {
        Self::GLOBAL
    }
}

/// What is configured at the moment.
pub(crate) fn current() -> Arc<Runtime> {
    CONFIGURED
        .load_full()
        .unwrap_or_else(|| Arc::clone(&UNCONFIGURED))
}
