//! What is no handler enters a router by name.

use std::convert::Infallible;

use axum::Router as AxumRouter;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::any;
use tower::Service;

use super::Router;
use super::hiding::within;
use super::service::{GuardedService, PublicService, given, public};
use crate::denial::Part;
use crate::guard::{Declaration, Enforce, GuardExpression, ProvidesAuth, Rule};

impl<S> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Adds a plain axum router, whose handlers need not declare anything. The access matrix
    /// shows it with the reason why that is good.
    ///
    /// # Panics
    /// If the reason is empty, and as in axum if routes overlap or both have a fallback.
    #[must_use]
    #[track_caller]
    pub fn merge_undeclared(mut self, router: AxumRouter<S>, reason: &'static str) -> Self {
        self.matrix.declare_unknown(given(reason));
        let layer = within(Part::Undeclared);
        self.inner = self.inner.merge(router.clone().layer(layer));
        self.mirror = self.mirror.merge_undeclared(router);
        self
    }

    /// Lets everybody use `service`, for a reason: it answers `path`, with and without a `/` at its
    /// end, and everything below it, with that prefix taken away. At `/` it is the fallback.
    ///
    /// # Panics
    /// If the reason is empty, and as in axum if the path is malformed or overlaps with another.
    #[must_use]
    #[track_caller]
    pub fn public_service<T>(self, path: &str, reason: &'static str, service: T) -> Self
    where
        S: ProvidesAuth,
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse,
        T::Future: Send + 'static,
    {
        let declaration = public(given(reason));
        self.service(
            path,
            declaration,
            PublicService {
                service,
                declaration,
            },
        )
    }

    /// Puts `service` behind a guard: it answers `path`, with and without a `/` at its end, and
    /// everything below it, with that prefix taken away. At `/` it is the fallback.
    ///
    /// ```
    /// # use portcullis::{Auth, Router, guard};
    /// # fn app(reports: axum::Router) -> Router<Auth> {
    /// Router::new().guarded_service("/reports", guard!(role = "admin"), reports)
    /// # }
    /// ```
    ///
    /// # Panics
    /// As in axum, if the path is malformed or overlaps with another.
    #[must_use]
    #[track_caller]
    pub fn guarded_service<R, T>(self, path: &str, _guard: GuardExpression<R>, service: T) -> Self
    where
        R: Rule<Needs: Enforce<S>>,
        S: ProvidesAuth,
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse,
        T::Future: Send + 'static,
    {
        self.service(path, R::DECLARATION, GuardedService::<R, T>::new(service))
    }

    /// Adds a handler of this crate, which has its `Auth` with it and so asks nothing of the state. It
    /// answers `path`, with and without a `/` at its end, and everything below it; `rest` declares what
    /// has no entry of its own.
    #[track_caller]
    pub(crate) fn built_in<H>(
        mut self,
        path: &str,
        entries: impl IntoIterator<Item = (&'static str, String, &'static Declaration)>,
        rest: &'static Declaration,
        handler: &H,
    ) -> Self
    where
        H: Handler<(Infallible,), S>,
    {
        for (methods, path, declaration) in entries {
            self.matrix
                .declare_route(methods.to_owned(), &path, declaration);
        }
        self.matrix.declare_service(path, rest);
        for end in ["", "/", "/{*below}"] {
            let path = format!("{path}{end}");
            self.inner = self.inner.route(&path, any(handler.clone()));
        }
        self
    }

    #[track_caller]
    fn service<H>(mut self, path: &str, declaration: &'static Declaration, handler: H) -> Self
    where
        S: ProvidesAuth,
        H: Handler<(Infallible,), S>,
    {
        self.matrix.declare_service(path, declaration);
        self.mirror.note(path, declaration);
        self.auth_of = Some(S::auth);
        self.inner = if path == "/" {
            self.claim_fallback();
            self.mirror = self.mirror.fallback(handler.clone());
            self.inner.fallback(handler)
        } else {
            let (bare, slash) = match path.strip_suffix('/') {
                Some(bare) => (bare, path.to_owned()),
                None => (path, format!("{path}/")),
            };
            let here = AxumRouter::new().route("/", any(handler.clone()));
            let below = here.clone().route("/{*below}", any(handler));
            self.inner.nest(bare, below).nest(&slash, here)
        };
        self
    }
}
