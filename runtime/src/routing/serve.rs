//! A finished router as a service, as axum's own is.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::Router as AxumRouter;
use axum::body::{Body, HttpBody};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use tower::Service;

use super::Router;

impl<S> From<Router<S>> for AxumRouter<S> {
    fn from(router: Router<S>) -> Self {
        router.inner
    }
}

impl<B> Service<http::Request<B>> for Router<()>
where
    B: HttpBody<Data = axum::body::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = <AxumRouter as Service<http::Request<Body>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        <AxumRouter as Service<http::Request<B>>>::poll_ready(&mut self.inner, context)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        self.inner.call(request)
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
        ready(Ok(self.inner.clone().with_state(())))
    }
}
