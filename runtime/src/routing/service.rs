use std::convert::Infallible;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::Pin;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use tower::{Service, ServiceExt};

use crate::denial::{Hidden, announced};
use crate::guard::{
    Access, Declaration, Enforce, Exchange, ProvidesAuth, Rule, enter, enter_declared, seal,
};
#[cfg(feature = "testing")]
use crate::probe::{Event, Probe};

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A tower service behind a guard, as a handler, so that it finds the state's `Auth`.
pub(super) struct GuardedService<R, T> {
    service: T,
    rule: PhantomData<fn() -> R>,
}

impl<R, T> GuardedService<R, T> {
    pub(super) fn new(service: T) -> Self {
        Self {
            service,
            rule: PhantomData,
        }
    }
}

impl<R, T: Clone> Clone for GuardedService<R, T> {
    fn clone(&self) -> Self {
        Self::new(self.service.clone())
    }
}

impl<R, T, S> Handler<(Infallible,), S> for GuardedService<R, T>
where
    R: Rule<Needs: Enforce<S>>,
    T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    T::Response: IntoResponse,
    T::Future: Send + 'static,
    S: ProvidesAuth,
{
    type Future = Answer;

    fn call(self, request: Request, state: S) -> Answer {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let entered = enter::<R, S>(&mut parts, &state).await;
            #[cfg(feature = "testing")]
            note(&parts, R::DECLARATION, entered.is_ok());
            match entered {
                Ok(exchange) => {
                    exchange.attend(&parts);
                    serve(self.service, Request::from_parts(parts, body), &exchange).await
                }
                Err(refused) => refused.into_response(),
            }
        })
    }
}

/// A tower service that everybody may use.
#[derive(Debug, Clone)]
pub(super) struct PublicService<T> {
    pub(super) service: T,
    pub(super) declaration: &'static Declaration,
}

impl<T, S> Handler<(Infallible,), S> for PublicService<T>
where
    T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    T::Response: IntoResponse,
    T::Future: Send + 'static,
    S: ProvidesAuth,
{
    type Future = Answer;

    fn call(self, request: Request, state: S) -> Answer {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let entered = enter_declared(&mut parts, state.auth(), self.declaration).await;
            #[cfg(feature = "testing")]
            note(&parts, self.declaration, entered.is_ok());
            match entered {
                Ok(exchange) => {
                    exchange.attend(&parts);
                    serve(self.service, Request::from_parts(parts, body), &exchange).await
                }
                Err(refused) => refused.into_response(),
            }
        })
    }
}

/// A service is an application of its own: it answers for its handlers itself.
async fn serve<T>(service: T, mut request: Request, exchange: &Exchange) -> Response
where
    T: Service<Request, Error = Infallible>,
    T::Response: IntoResponse,
{
    Hidden::leave(request.extensions_mut());
    let response = match service.oneshot(request).await {
        Ok(response) => announced(response.into_response()),
        Err(never) => match never {},
    };
    seal(exchange, response).await
}

/// What comes next: a service has no extractors that could come in between.
#[cfg(feature = "testing")]
fn note(parts: &http::request::Parts, declaration: &'static Declaration, has_entered: bool) {
    let event = if has_entered {
        Event::Ran(declaration)
    } else {
        Event::Refused(declaration)
    };
    Probe::of(&parts.extensions).note(event);
}

/// The declaration of a service that everybody may use. A router is built a few times at most, so
/// what it declares may live as long as the process.
#[track_caller]
pub(super) fn public(reason: &'static str) -> &'static Declaration {
    Box::leak(Box::new(Declaration {
        handler: "",
        location: Location::caller(),
        access: Access::Public {
            reason,
            cross_site: false,
        },
    }))
}

/// A reason, which reviewers are to read.
///
/// # Panics
/// If it is empty.
#[track_caller]
pub(super) fn given(reason: &'static str) -> &'static str {
    let reason = reason.trim();
    assert!(
        !reason.is_empty(),
        "a reason cannot be empty: say why nothing is asked of whoever comes here"
    );
    reason
}
