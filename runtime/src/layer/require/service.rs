use std::future::Future;
use std::mem::replace;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::response::{IntoResponse, Response};
use http::Request;
use tower::Service;

use super::RequireLayer;
use crate::guard::seal;

/// The service that [`RequireLayer`] makes.
#[derive(Debug, Clone)]
pub struct RequireService<T> {
    pub(super) layer: RequireLayer,
    pub(super) inner: T,
}

impl<T, B> Service<Request<B>> for RequireService<T>
where
    T: Service<Request<B>> + Clone + Send + 'static,
    T::Response: IntoResponse,
    T::Future: Send + 'static,
    B: Send + 'static,
{
    type Response = Response;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, T::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), T::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that is ready is the one that was asked.
        let next = self.inner.clone();
        let mut inner = replace(&mut self.inner, next);
        let layer = self.layer.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let entered = layer.enter(&mut parts).await;
            match entered {
                Ok(exchange) => {
                    exchange.attend(&parts);
                    let response = inner.call(Request::from_parts(parts, body)).await?;
                    Ok(seal(&exchange, response.into_response()).await)
                }
                Err(refused) => Ok(refused.into_response()),
            }
        })
    }
}
