use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use http::Request;
use tower::{Layer, Service};

use crate::auth::Auth;
use crate::guard::{Exchange, seal};

/// Refreshes and clears session cookies around the guarded handlers of a plain `axum::Router`, and
/// keeps their answers out of shared caches.
///
/// A [`portcullis::Router`](crate::Router) does that by itself; there the layer adds nothing.
#[derive(Debug, Clone)]
pub struct SessionLayer {
    auth: Auth,
}

impl Auth {
    /// The response half of the guard, for a plain `axum::Router`: `.layer(auth.layer())`.
    pub fn layer(&self) -> SessionLayer {
        SessionLayer { auth: self.clone() }
    }
}

impl<T> Layer<T> for SessionLayer {
    type Service = SessionService<T>;

    fn layer(&self, inner: T) -> Self::Service {
        SessionService {
            auth: self.auth.clone(),
            inner,
        }
    }
}

/// The service that [`SessionLayer`] makes.
#[derive(Debug, Clone)]
pub struct SessionService<T> {
    auth: Auth,
    inner: T,
}

impl<T> Service<Request<Body>> for SessionService<T>
where
    T: Service<Request<Body>, Response = Response>,
    T::Future: Send + 'static,
    T::Error: Send + 'static,
{
    type Response = Response;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, T::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), T::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let exchange = Exchange::of(&mut parts, self.auth.clone());
        exchange.attend(&parts);
        let response = self.inner.call(Request::from_parts(parts, body));
        Box::pin(async move { Ok(seal(&exchange, response.await?).await) })
    }
}
