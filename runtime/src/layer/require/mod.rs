//! Rules for whole routers and services, as `withAuth` has them.

mod noted;
mod service;
mod settings;
mod skips;

use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use http::request::Parts;
use tower::Layer;

pub(crate) use self::noted::required_by;
pub use self::service::RequireService;
use self::skips::Skips;
use crate::auth::Auth;
use crate::credential::Source;
use crate::denial::{OnAnonymous, Refused};
use crate::global::BY_GLOBAL;
use crate::guard::{
    Access, Authorized, Declaration, Enforce, Enter, Exchange, GuardExpression, Identity, Options,
    ProvidesAuth, Requirement, Rule, Terms, enter_by,
};
#[cfg(feature = "testing")]
use crate::probe::{Event, Probe};
use crate::session::Strategy;

/// Asks a rule of every request to what it is put around: a router, static files, any service.
///
/// It is made by [`Auth::require_session`] and [`Auth::require`]. It decides as the guard of a handler
/// does, with the same refusals: 401, 403, or 404 where the rule says `deny = not_found`, and 503 if
/// the store does not answer. It refreshes and clears the session cookie as a
/// [`SessionLayer`](crate::SessionLayer) does. Guards within find out nothing anew, and may ask for more;
/// services within find the [`Token`](crate::Token) in the extensions of the request.
///
/// ```
/// use axum::{Router, routing::get};
/// use portcullis::{Auth, guard};
///
/// # fn app(auth: Auth) -> Router {
/// let admin = Router::new()
///     .route("/users", get(|| async { "Only admins read this." }))
///     .layer(auth.require(guard!(role = "admin")));
/// Router::new()
///     .route("/dashboard", get(|| async { "You are signed in." }))
///     .nest("/admin", admin)
///     .layer(auth.require_session().skip("/assets"))
/// # }
/// ```
///
/// # Who is not signed in
/// A page visit is sent to the sign-in page (303) and finds the way back; everything else gets 401, and
/// so does a page visit where cookies do not count (`via = bearer`).
/// Who is signed in and may not pass gets 403, or is sent to the error page: never to the sign-in page,
/// where they would come from.
///
/// # What it lets pass
/// The endpoints that [`Auth::router`] declares, each with its methods and not everything that may be at
/// [`Auth::base_path`], and exactly the pages that visitors are sent to; further paths by
/// [`skip`](Self::skip) and [`skip_exact`](Self::skip_exact). Guards within still hold there. A path
/// counts as the client sent it, also within nested routers, and it is not skipped if anybody could read
/// it as another, with `..`, `//`, `;` or an encoded separator, or if it was rewritten on the way. No
/// header takes part in it.
///
/// Put CORS around it: a preflight carries no credentials.
///
/// # In the access matrix
/// A [`Router`](crate::Router) lists it as `layer` or `route layer`, for what was added before it. A
/// layer around a finished router is in nobody's matrix.
#[derive(Clone)]
pub struct RequireLayer(Arc<Required>);

#[derive(Clone)]
struct Required {
    auth: Auth,
    declaration: &'static Declaration,
    enter: Arc<Enter>,
    skips: Skips,
    asks_callbacks: bool,
    authorized: Vec<Authorized>,
}

/// Whoever is signed in.
struct SignedIn;

impl Rule for SignedIn {
    type Needs = Identity;

    const DECLARED: Declaration = Declaration {
        handler: "",
        location: Location::caller(),
        access: Access::Guarded {
            requirement: Requirement::SignedIn,
            options: Options::DEFAULT,
        },
    };
}

impl Auth {
    /// A layer that lets in whoever is signed in: one line guards everything. Where the application has
    /// [`callbacks`](crate::AuthBuilder::callbacks), [`Callbacks::authorized`](crate::Callbacks::authorized)
    /// decides, and may let others in as well.
    #[track_caller]
    pub fn require_session(&self) -> RequireLayer {
        let mut layer = RequireLayer::new::<SignedIn, _>(self.clone(), Location::caller());
        Arc::make_mut(&mut layer.0).asks_callbacks = true;
        layer
    }

    /// A layer that lets in whoever meets the rule; [`Callbacks::authorized`](crate::Callbacks::authorized) is not
    /// asked. Policies are asked with this `Auth` as their state, so one that asks for more does not compile;
    /// [`RequireLayer::with_state`] takes another state.
    ///
    /// ```compile_fail
    /// use axum::extract::State;
    /// use portcullis::{Auth, RequireLayer, Session, guard, policy};
    ///
    /// #[derive(Clone)]
    /// struct Shop {}
    ///
    /// #[policy]
    /// async fn is_open(_session: &Session, State(shop): State<Shop>) -> bool {
    ///     true
    /// }
    ///
    /// fn layer(auth: Auth) -> RequireLayer {
    ///     auth.require(guard!(policy = is_open)) // the policy cannot be asked with the state `Auth`
    /// }
    /// ```
    ///
    /// # Panics
    /// If the rule is `live`, and there is no store.
    #[track_caller]
    pub fn require<R>(&self, rule: GuardExpression<R>) -> RequireLayer
    where
        R: Rule<Needs: Enforce<Self>>,
    {
        RequireLayer::with_state(self.clone(), rule)
    }
}

impl RequireLayer {
    /// A layer that lets in whoever meets the rule, whose policies may ask for that state.
    ///
    /// # Panics
    /// If the rule is `live`, and there is no store.
    #[track_caller]
    pub fn with_state<R, S>(state: S, _rule: GuardExpression<R>) -> Self
    where
        R: Rule<Needs: Enforce<S>>,
        S: ProvidesAuth,
    {
        Self::new::<R, S>(state, R::DECLARATION.location)
    }

    #[track_caller]
    fn new<R, S>(state: S, location: &'static Location<'static>) -> Self
    where
        R: Rule<Needs: Enforce<S>>,
        S: ProvidesAuth,
    {
        let auth = state.auth();
        let mut declaration = Declaration {
            handler: "",
            location,
            ..R::DECLARED
        };
        if let Access::Guarded { options, .. } = &mut declaration.access
            && options.on_anonymous == OnAnonymous::Refuse
            && (options.via.is_empty() || options.via.contains(&Source::Cookie))
        {
            options.on_anonymous = OnAnonymous::SignInPage;
        }
        let is_signed = matches!(auth.runtime().strategy, Strategy::Jwt { .. });
        let is_known = !auth.is_global();
        assert!(
            !(declaration.options().live && is_known && is_signed),
            "this layer is `live`, but there is no store to read sessions from: configure \
             `Auth::builder().store(..)`"
        );
        Self(Arc::new(Required {
            auth,
            declaration: kept(declaration),
            enter: enter_by::<R, S>(state),
            skips: Skips::default(),
            asks_callbacks: false,
            authorized: Vec::new(),
        }))
    }

    pub(crate) fn declaration(&self) -> &'static Declaration {
        self.0.declaration
    }

    /// What else holds for it, as the access matrix has it.
    pub(crate) fn in_words(&self) -> Vec<String> {
        let by_callbacks = self
            .is_decided_by_callbacks()
            .then(|| "or as `Callbacks::authorized` decides".to_owned());
        let authorized = (!self.0.authorized.is_empty()).then(|| "authorized".to_owned());
        let endpoints = format!("skips the endpoints at {}", self.0.auth.base_path());
        let globally = self.0.auth.is_global().then(|| BY_GLOBAL.to_owned());
        let words = [by_callbacks, authorized, Some(endpoints), globally];
        let words = words.into_iter().flatten();
        words.chain(self.0.skips.in_words()).collect()
    }

    /// Whether only the application knows who may pass.
    pub(crate) fn is_decided_by_callbacks(&self) -> bool {
        self.0.asks_callbacks && self.0.auth.runtime().callbacks.is_some()
    }

    /// Whether it lets everybody come to that path with that method.
    pub(crate) fn skips(&self, method: &str, path: &str) -> bool {
        let Required {
            auth,
            declaration,
            skips,
            ..
        } = &*self.0;
        skips.has(method, path, auth, declaration.options())
    }

    /// Whether both are one.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Decides whether the request may go on.
    async fn enter(&self, parts: &mut Parts) -> Result<Arc<Exchange>, Refused> {
        if skips::asked(parts).is_some_and(|path| self.skips(parts.method.as_str(), path)) {
            return Ok(Exchange::of(parts, self.0.auth.clone()));
        }
        let declaration = self.declaration();
        let terms = Terms {
            declaration,
            asks_callbacks: self.0.asks_callbacks,
            authorized: &self.0.authorized,
        };
        let entered = (self.0.enter)(parts, terms).await;
        #[cfg(feature = "testing")]
        Probe::of(&parts.extensions).note(match entered.is_ok() {
            true => Event::Ran(declaration),
            false => Event::Refused(declaration),
        });
        entered
    }
}

/// What changes within it is behind locks that outlive a panic. An access matrix is told of in tests that
/// expect one.
impl UnwindSafe for RequireLayer {}
impl RefUnwindSafe for RequireLayer {}

impl<T> Layer<T> for RequireLayer {
    type Service = RequireService<T>;

    fn layer(&self, inner: T) -> RequireService<T> {
        noted::note(self);
        RequireService {
            layer: self.clone(),
            inner,
        }
    }
}

impl fmt::Debug for RequireLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireLayer")
            .field(
                "rule",
                &self.declaration().requirement().map(ToString::to_string),
            )
            .field("skips", &self.0.skips)
            .finish_non_exhaustive()
    }
}

/// What a layer declares lives as long as the process: an application makes a few of them, at its start.
fn kept(declaration: Declaration) -> &'static Declaration {
    Box::leak(Box::new(declaration))
}
