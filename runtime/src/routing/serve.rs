//! A finished router as a service, as axum's own is.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::Router as AxumRouter;
use axum::body::{Body, HttpBody};
use axum::response::Response;
use axum::routing::future::RouteFuture;
use axum::serve::{IncomingStream, Listener};
use tower::Service;
use tower::util::Either;
use tower::util::future::EitherResponseFuture;

use super::Router;
use super::hiding::{Answer, Hiding};

impl<S> From<Router<S>> for AxumRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn from(router: Router<S>) -> Self {
        router.into_axum()
    }
}

impl<B> Service<http::Request<B>> for Router<()>
where
    B: HttpBody<Data = axum::body::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = EitherResponseFuture<RouteFuture<Infallible>, Answer>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        <AxumRouter as Service<http::Request<B>>>::poll_ready(&mut self.inner, context)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let mut router = match self.mirror.is_needed() {
            true => Either::Right(Hiding::new(&mut self.inner, self.mirror.clone())),
            false => Either::Left(&mut self.inner),
        };
        router.call(request.map(Body::new))
    }
}

/// So that [`axum::serve()`] takes a router as it is.
impl<L: Listener> Service<IncomingStream<'_, L>> for Router<()> {
    type Response = AxumRouter;
    type Error = Infallible;
    type Future = Ready<Result<AxumRouter, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: IncomingStream<'_, L>) -> Self::Future {
        // With its state in place, axum does not assemble the routes anew for each request.
        let inner = self.inner.clone().with_state(());
        ready(Ok(match self.mirror.is_needed() {
            true => AxumRouter::new().fallback_service(Hiding::new(inner, self.mirror.clone())),
            false => inner,
        }))
    }
}
