use std::any::TypeId;
use std::convert::Infallible;
use std::fmt;

use axum::Router as AxumRouter;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route;
use tower::{Layer, Service};

use super::handler::{Guarded, ProtectedHandler, Shape};
use super::hiding::{HidingLayer, within};
use super::matrix::AccessMatrix;
use super::method_router::MethodRouter;
use super::mirror::Mirror;
use super::startup;
use crate::auth::Auth;
use crate::denial::Part;
use crate::guard::ProvidesAuth;
use crate::layer::{self, RequireLayer};

/// axum's [`Router`](axum::Router) for handlers that declare who may call them.
///
/// What is no handler enters by name: [`public_service`](Self::public_service),
/// [`guarded_service`](Self::guarded_service), [`merge_undeclared`](Self::merge_undeclared).
/// Layers run before the guards. Put CORS outermost: a preflight carries no credentials, and a
/// guard sees it only if its own route takes `OPTIONS`.
///
/// # What is hidden
/// Where a handler with `deny = not_found` refuses a request, the router answers it as it answers
/// paths that it does not know: the nearest fallback gets the head of the request as it arrived, with
/// an empty body, through the layers around that fallback. What came out of the route, and of the
/// layers around it, is dropped. So a layer around both sees such a request twice, and a fallback
/// that passes requests on is given those that were refused as well. A route that catches every path
/// is a route, not a fallback.
pub struct Router<S = ()> {
    pub(super) inner: AxumRouter<S>,
    pub(super) matrix: AccessMatrix,
    /// How the state gives its `Auth`; nothing as long as no handler needs one.
    pub(super) auth_of: Option<fn(&S) -> Auth>,
    has_fallback: bool,
    /// What answers for handlers that are hidden.
    pub(super) mirror: Mirror<S>,
}

impl<S> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// A router without routes: it answers 404.
    pub fn new() -> Self {
        Self {
            inner: AxumRouter::new(),
            matrix: AccessMatrix::default(),
            auth_of: None,
            has_fallback: false,
            mirror: Mirror::new(),
        }
    }

    /// Adds a route, in axum's path syntax.
    ///
    /// # Panics
    /// As in axum, if the path is malformed or overlaps with another.
    #[must_use]
    #[track_caller]
    pub fn route(mut self, path: &str, handlers: MethodRouter<S>) -> Self {
        for (methods, declaration) in handlers.declared {
            self.matrix.declare_route(methods, path, declaration);
            self.mirror.note(path, declaration);
        }
        self.auth_of = Some(handlers.auth_of);
        self.inner = self.inner.route(path, handlers.inner);
        self
    }

    /// Adds another router below `path`.
    ///
    /// # Panics
    /// As in axum, if the path is empty, `/`, malformed or overlaps with another.
    #[must_use]
    #[track_caller]
    pub fn nest(mut self, path: &str, router: Self) -> Self {
        self.auth_of = self.auth_of.or(router.auth_of);
        self.matrix.nest(path, router.matrix);
        self.inner = self.inner.nest(path, router.inner);
        self.mirror = self.mirror.nest(path, router.mirror);
        self
    }

    /// Adds the routes of another router.
    ///
    /// # Panics
    /// As in axum, if routes overlap or both have a fallback.
    #[must_use]
    #[track_caller]
    pub fn merge(mut self, router: Self) -> Self {
        self.auth_of = self.auth_of.or(router.auth_of);
        self.has_fallback |= router.has_fallback;
        self.matrix.merge(router.matrix);
        self.inner = self.inner.merge(router.inner);
        self.mirror = self.mirror.merge(router.mirror);
        self
    }

    /// Sets the handler of requests that no route matches. It declares a guard as well.
    ///
    /// # Panics
    /// If there is a fallback already, or a service at `/`.
    #[must_use]
    #[track_caller]
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        S: ProvidesAuth,
        H: Shape<T> + ProtectedHandler<T, S>,
        T: 'static,
    {
        self.claim_fallback();
        self.matrix.declare_fallback("*", H::DECLARATION);
        self.auth_of = Some(S::auth);
        self.inner = self.inner.fallback(Guarded(handler.clone()));
        self.mirror.note("/", H::DECLARATION);
        self.mirror = self.mirror.fallback(Guarded(handler));
        self
    }

    /// Sets the handler of requests whose path has a route, but not for their method.
    #[must_use]
    pub fn method_not_allowed_fallback<H, T>(mut self, handler: H) -> Self
    where
        S: ProvidesAuth,
        H: Shape<T> + ProtectedHandler<T, S>,
        T: 'static,
    {
        self.matrix
            .declare_fallback("other methods", H::DECLARATION);
        self.mirror.note("/", H::DECLARATION);
        self.auth_of = Some(S::auth);
        self.inner = self.inner.method_not_allowed_fallback(Guarded(handler));
        self
    }

    /// Notes that there is a fallback: a second one would take the place of the first unseen.
    #[track_caller]
    pub(super) fn claim_fallback(&mut self) {
        assert!(
            !self.has_fallback,
            "this router has a fallback already: `fallback` and a service at `/` exclude each other"
        );
        self.has_fallback = true;
    }

    /// Puts a layer around all routes and fallbacks added so far. It runs before the guards, and once
    /// more for a request whose handler is hidden. A [`RequireLayer`] is an entry of the access matrix,
    /// also within a stack of layers.
    #[must_use]
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let mut matrix = self.matrix;
        let mut mirror = self.mirror.layer(layer.clone());
        for required in required_by(&layer) {
            matrix.declare_layer(&required);
            mirror.note("/", required.declaration());
        }
        Self {
            inner: self.inner.layer(layer),
            matrix,
            auth_of: self.auth_of,
            has_fallback: self.has_fallback,
            mirror,
        }
    }

    /// Puts a layer around all routes added so far, but not around fallbacks. A [`RequireLayer`] is an
    /// entry of the access matrix, also within a stack of layers.
    ///
    /// # Panics
    /// As in axum, if there are no routes yet.
    #[must_use]
    #[track_caller]
    pub fn route_layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let (mut matrix, mut mirror) = (self.matrix, self.mirror);
        for required in required_by(&layer) {
            matrix.declare_route_layer(&required);
            mirror.note("/", required.declaration());
        }
        Self {
            inner: self.inner.route_layer(layer),
            matrix,
            auth_of: self.auth_of,
            has_fallback: self.has_fallback,
            mirror,
        }
    }

    /// Gives the handlers their state. `S2` is the state that is missing then: usually none.
    ///
    /// # Panics
    /// If a handler's `owner` is no parameter of its path, or a handler is `live` and the `Auth` has
    /// no store: no request could ever pass.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "as axum does for routes that cannot work")]
    pub fn with_state<S2: 'static>(self, state: S) -> Router<S2> {
        let mut matrix = self.matrix;
        if let Some(auth_of) = self.auth_of {
            let auth = auth_of(&state);
            if let Some(mistake) = startup::mistake(&matrix, &auth) {
                panic!("{mistake}");
            }
            if auth.is_global() {
                matrix.decide_globally();
            }
        }
        let mut inner = self.inner;
        if self.mirror.is_needed() && TypeId::of::<S2>() != TypeId::of::<()>() {
            // It goes into a router that waits for a state of its own.
            inner = inner.layer(within(Part::Finished));
        }
        Router {
            inner: inner.with_state(state.clone()),
            matrix,
            auth_of: None,
            has_fallback: self.has_fallback,
            mirror: self.mirror.with_state(state),
        }
    }

    /// Which route needs what.
    pub fn access_matrix(&self) -> &AccessMatrix {
        &self.matrix
    }

    /// Leaves for a plain axum router. Handlers stay guarded; what is added from here on need not
    /// declare anything.
    ///
    /// The fallbacks of this router go along, and answer for its handlers with `deny = not_found`.
    /// Those of the plain router are unknown to it: if it has none itself, the answer is axum's own,
    /// which is empty, as it is for handlers that were never in a router of ours. A router that
    /// leaves without its state cannot answer for parts that came undeclared, or with theirs.
    pub fn into_axum(self) -> AxumRouter<S> {
        match self.mirror.is_needed() {
            true => {
                let layer = HidingLayer::new(self.mirror, self.has_fallback);
                self.inner.layer(layer)
            }
            false => self.inner,
        }
    }
}

/// What a layer, or one within it, requires of every request.
fn required_by<L>(layer: &L) -> Vec<RequireLayer>
where
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    layer::required_by(|| drop(AxumRouter::<()>::new().layer(layer.clone())))
}

impl<S> Default for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for Router<S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            matrix: self.matrix.clone(),
            auth_of: self.auth_of,
            has_fallback: self.has_fallback,
            mirror: self.mirror.clone(),
        }
    }
}

impl<S> fmt::Debug for Router<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("matrix", &self.matrix)
            .finish_non_exhaustive()
    }
}
