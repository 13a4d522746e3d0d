//! The configuration of the whole process, for code that has no state at hand.

use std::future::Future;
use std::sync::{Arc, LazyLock, Once};

use arc_swap::ArcSwapOption;

use crate::auth::{Auth, Runtime};
use crate::config::AuthBuilder;
#[cfg(feature = "proxy")]
use crate::config::ConfigError;
use crate::server::HeadersInput;
#[cfg(feature = "proxy")]
use crate::session::ProxyOptions;
use crate::session::{ServerSession, ServerSessionError};
use crate::token::Token;

/// How the access matrix says that it decides.
pub(crate) const BY_GLOBAL: &str = "by Auth::global()";

static CONFIGURED: ArcSwapOption<Runtime> = ArcSwapOption::const_empty();

static GLOBAL: Auth = Auth::global();

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
/// [`Auth::global`] itself is no configuration: with it nothing changes.
pub fn configure_auth_runtime(auth: &Auth) {
    if let Some(runtime) = auth.own_runtime() {
        CONFIGURED.store(Some(runtime));
    }
}

/// Configures the process to ask an upstream about sessions, as [`Auth::proxy`] does. The origin comes from
/// `AUTH_URL`; with what [`Auth::proxy`] gives, everything else that an [`AuthBuilder`] knows can be set as
/// well: for an upstream that is Auth.js, its profile.
///
/// ```no_run
/// use portcullis::{Auth, Profile, ProxyOptions, configure_auth_proxy_runtime};
///
/// let upstream = ProxyOptions::new("https://auth.internal.example");
/// configure_auth_proxy_runtime(Auth::proxy(upstream).profile(Profile::AuthJsV5))?;
/// // or, if it is another Portcullis with the cookies of our own:
/// configure_auth_proxy_runtime(ProxyOptions::new("https://auth.internal.example"))?;
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
///
/// # Errors
/// A [`ConfigError`] that lists every mistake; what was configured before stays.
#[cfg(feature = "proxy")]
pub fn configure_auth_proxy_runtime(upstream: impl Into<AuthBuilder>) -> Result<(), ConfigError> {
    configure_auth_runtime(&upstream.into().build()?);
    Ok(())
}

#[cfg(feature = "proxy")]
impl From<ProxyOptions> for AuthBuilder {
    fn from(upstream: ProxyOptions) -> Self {
        Auth::proxy(upstream)
    }
}

/// The session of a request, as [`Auth::get_server_session`] gives it, with what is configured for the
/// process: with the request, or its head, at hand what was configured when it began, else what is by now.
///
/// ```
/// # use axum::http::HeaderMap;
/// use portcullis::{ServerSessionError, get_server_session};
///
/// async fn greeting(headers: HeaderMap) -> Result<String, ServerSessionError> {
///     let session = get_server_session(&headers).await?;
///     let name = session.as_ref().and_then(|session| session.user.get("name")?.as_str());
///     Ok(format!("hello {}", name.unwrap_or("stranger")))
/// }
/// ```
///
/// # Errors
/// When awaited, [`ServerSessionError::Unconfigured`] until [`configure_auth_runtime`] was called, else as for
/// the method.
pub fn get_server_session(
    input: impl HeadersInput,
) -> impl Future<Output = Result<Option<ServerSession>, ServerSessionError>> + Send {
    GLOBAL.get_server_session(input)
}

/// The same, where nobody being signed in and nobody knowing makes no difference. The log has the reason.
pub fn get_server_session_or_none(
    input: impl HeadersInput,
) -> impl Future<Output = Option<ServerSession>> + Send {
    GLOBAL.get_server_session_or_none(input)
}

/// What the session's credential says, as [`Auth::get_token`] gives it, with what is configured for the
/// process.
///
/// # Errors
/// When awaited, [`ServerSessionError::Unconfigured`] until [`configure_auth_runtime`] was called, else as for
/// the method.
pub fn get_token(
    input: impl HeadersInput,
) -> impl Future<Output = Result<Option<Token>, ServerSessionError>> + Send {
    GLOBAL.get_token(input)
}

impl Auth {
    /// A handle on what [`configure_auth_runtime`] has configured, whenever that is asked for: it can be the
    /// router's state before anything is configured. Until then every request to a guarded handler is refused
    /// with 500 (`not_configured`), asking for a session is [`ServerSessionError::Unconfigured`], and signing
    /// somebody in is [`AuthError::Unconfigured`](crate::AuthError::Unconfigured).
    ///
    /// The endpoints of [`router`](Self::router) are where the base path is when that is called, `/api/auth` if
    /// nothing is configured by then; with another base path they are 500.
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
    /// let auth = Auth::builder()
    ///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
    ///     .origin("http://localhost:3000")
    ///     .build()?;
    /// configure_auth_runtime(&auth);
    /// # let _: Router = app;
    /// # Ok::<(), portcullis::ConfigError>(())
    /// ```
    #[must_use]
    pub const fn global() -> Self {
        Self::GLOBAL
    }
}

/// What stands for the configuration until there is one.
pub(crate) fn unconfigured() -> &'static Runtime {
    &UNCONFIGURED
}

/// Tells the log, once, that somebody is refused because nothing is configured.
pub(crate) fn mention_unconfigured() {
    static HAS_BEEN_SAID: Once = Once::new();
    HAS_BEEN_SAID.call_once(|| {
        tracing::error!(
            target: "portcullis::config",
            "`Auth::global()` is in use, and nothing is configured for the process: call `configure_auth_runtime(&auth)` \
             before the first request"
        );
    });
}

/// What is configured at the moment.
pub(crate) fn current() -> Arc<Runtime> {
    CONFIGURED
        .load_full()
        .unwrap_or_else(|| Arc::clone(&UNCONFIGURED))
}
