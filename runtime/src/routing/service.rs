use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use tower::{Service, ServiceExt};

use crate::guard::{Access, Declaration, ProvidesAuth, enter, seal};

/// A tower service behind a guard, as a handler, so that it finds the state's `Auth`.
#[derive(Debug, Clone)]
pub(super) struct GuardedService<T> {
    pub(super) service: T,
    pub(super) declaration: &'static Declaration,
}

impl<T, S> Handler<(Infallible,), S> for GuardedService<T>
where
    T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    T::Response: IntoResponse,
    T::Future: Send + 'static,
    S: ProvidesAuth,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: S) -> Self::Future {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let exchange = match enter(&mut parts, state.auth(), self.declaration).await {
                Ok(exchange) => exchange,
                Err(refusal) => return refusal,
            };
            exchange.attend();
            let response = match self.service.oneshot(Request::from_parts(parts, body)).await {
                Ok(response) => response.into_response(),
                Err(never) => match never {},
            };
            seal(&exchange, response).await
        })
    }
}

/// The declaration of a service that everybody may use. A router is built a few times at most, so
/// what it declares may live as long as the process.
pub(super) fn public(reason: &'static str) -> &'static Declaration {
    Box::leak(Box::new(Declaration {
        handler: "service",
        file: "",
        line: 0,
        access: Access::Public { reason },
    }))
}
