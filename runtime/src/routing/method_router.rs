use std::convert::Infallible;

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::{self, MethodFilter, MethodRouter as AxumMethodRouter, Route};
use tower::{Layer, Service};

use super::handler::{Guarded, ProtectedHandler, Shape};
use crate::auth::Auth;
use crate::guard::{Declaration, ProvidesAuth};

/// The handlers of one path, by method: axum's
/// [`MethodRouter`](axum::routing::MethodRouter) for guarded and public handlers.
#[derive(Debug, Clone)]
pub struct MethodRouter<S = ()> {
    pub(super) inner: AxumMethodRouter<S>,
    pub(super) declared: Vec<(String, &'static Declaration)>,
    pub(super) auth_of: fn(&S) -> Auth,
}

impl<S: ProvidesAuth> MethodRouter<S> {
    /// A path without handlers: every method is answered with 405.
    pub fn new() -> Self {
        Self {
            inner: AxumMethodRouter::new(),
            declared: Vec::new(),
            auth_of: S::auth,
        }
    }

    /// Chains a handler for the methods in `filter`.
    ///
    /// # Panics
    /// As in axum, if a method of the filter has a handler already.
    #[must_use]
    #[track_caller]
    pub fn on<H, T>(mut self, filter: MethodFilter, handler: H) -> Self
    where
        H: Shape<T> + ProtectedHandler<T, S>,
        T: 'static,
    {
        self.declared.push((names(filter), H::DECLARATION));
        self.inner = self.inner.on(filter, Guarded(handler));
        self
    }

    /// Chains a handler for `GET`, and for `HEAD` with the same guard.
    #[must_use]
    #[track_caller]
    pub fn get<H, T>(self, handler: H) -> Self
    where
        H: Shape<T> + ProtectedHandler<T, S>,
        T: 'static,
    {
        self.on(MethodFilter::GET, handler)
    }

    /// Chains a handler for `POST`.
    #[must_use]
    #[track_caller]
    pub fn post<H, T>(self, handler: H) -> Self
    where
        H: Shape<T> + ProtectedHandler<T, S>,
        T: 'static,
    {
        self.on(MethodFilter::POST, handler)
    }

    /// Chains a handler for `PUT`.
    #[must_use]
    #[track_caller]
    pub fn put<H, T>(self, handler: H) -> Self
    where
        H: Shape<T> + ProtectedHandler<T, S>,
        T: 'static,
    {
        self.on(MethodFilter::PUT, handler)
    }

    /// Chains a handler for `PATCH`.
    #[must_use]
    #[track_caller]
    pub fn patch<H, T>(self, handler: H) -> Self
    where
        H: Shape<T> + ProtectedHandler<T, S>,
        T: 'static,
    {
        self.on(MethodFilter::PATCH, handler)
    }

    /// Chains a handler for `DELETE`.
    #[must_use]
    #[track_caller]
    pub fn delete<H, T>(self, handler: H) -> Self
    where
        H: Shape<T> + ProtectedHandler<T, S>,
        T: 'static,
    {
        self.on(MethodFilter::DELETE, handler)
    }

    /// Sets the handler of every method that has none of its own.
    ///
    /// # Panics
    /// If there is such a handler already.
    #[must_use]
    #[track_caller]
    pub fn any<H, T>(mut self, handler: H) -> Self
    where
        H: Shape<T> + ProtectedHandler<T, S>,
        T: 'static,
    {
        assert!(
            self.declared.iter().all(|(methods, _)| methods != "*"),
            "this path has a handler for every other method already"
        );
        self.declared.push(("*".to_owned(), H::DECLARATION));
        // axum's `any`, unlike its `fallback`, does not tell of methods that would be allowed instead.
        self.inner = routing::any(Guarded(handler)).merge(self.inner);
        self
    }

    /// Puts a layer around all handlers chained so far. It runs before their guards.
    #[must_use]
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self {
            inner: self.inner.layer(layer),
            declared: self.declared,
            auth_of: self.auth_of,
        }
    }

    /// Puts a layer around all handlers chained so far, but not around the answer 405.
    #[must_use]
    #[track_caller]
    pub fn route_layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self {
            inner: self.inner.route_layer(layer),
            declared: self.declared,
            auth_of: self.auth_of,
        }
    }
}

impl<S: ProvidesAuth> Default for MethodRouter<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// The methods of a filter, as the access matrix shows them.
fn names(filter: MethodFilter) -> String {
    const NAMES: [(MethodFilter, &str); 9] = [
        (MethodFilter::GET, "GET"),
        (MethodFilter::HEAD, "HEAD"),
        (MethodFilter::POST, "POST"),
        (MethodFilter::PUT, "PUT"),
        (MethodFilter::PATCH, "PATCH"),
        (MethodFilter::DELETE, "DELETE"),
        (MethodFilter::OPTIONS, "OPTIONS"),
        (MethodFilter::TRACE, "TRACE"),
        (MethodFilter::CONNECT, "CONNECT"),
    ];
    let names: Vec<_> = NAMES
        .into_iter()
        .filter(|(method, _)| filter.or(*method) == filter)
        .map(|(_, name)| name)
        .collect();
    names.join(", ")
}
