//! What a guarded handler is, in bounds whose failures read well.
//!
//! [`Shape`] knows only how many arguments there are, and so settles which implementation of
//! [`ProtectedHandler`] is meant; rustc then reports the one bound of it that fails, in our words.

use std::future::Future;
use std::pin::Pin;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use http::request::Parts;

use crate::guard::sealed::Ticket;
use crate::guard::{Declaration, Enforce, GuardParam, ProvidesAuth, Rule, enter, seal};
#[cfg(feature = "testing")]
use crate::probe::{Event, Probe};

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Only a router has one, and nobody else can name it: so nobody else can write a handler that
/// passes its guard by.
#[expect(unnameable_types, reason = "nobody else may name it")]
#[derive(Debug)]
pub struct Routing(());

/// A function that could be a handler, by its number of arguments.
#[diagnostic::on_unimplemented(
    message = "this is not a guarded handler",
    label = "expected an `async fn` with `#[protected]`, `#[authorized(..)]` or `#[public(reason = \"..\")]`",
    note = "services and static content enter by `Router::public_service(path, reason, service)` or \
            `Router::guarded_service(path, guard!(..), service)`"
)]
pub trait Shape<T> {}

/// A handler that declares who may call it.
#[diagnostic::on_unimplemented(
    message = "this is not a guarded handler",
    label = "expected an `async fn` with `#[protected]`, `#[authorized(..)]` or `#[public(reason = \"..\")]`",
    note = "services and static content enter by `Router::public_service(path, reason, service)` or \
            `Router::guarded_service(path, guard!(..), service)`"
)]
pub trait ProtectedHandler<T, S>: Shape<T> + Clone + Send + Sync + Sized + 'static {
    #[doc(hidden)]
    const DECLARATION: &'static Declaration;

    #[doc(hidden)]
    fn run(self, request: Request, state: S, by: Routing) -> Answer;
}

/// An argument that reads the head of the request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument here: it is not an extractor of request parts",
    label = "this handler takes `{Self}` before its last argument",
    note = "only the last argument may read the body"
)]
pub trait Argument<S>: Sized {
    #[doc(hidden)]
    fn take(parts: &mut Parts, state: &S) -> impl Future<Output = Result<Self, Response>> + Send;
}

#[diagnostic::do_not_recommend]
impl<S, A> Argument<S> for A
where
    A: FromRequestParts<S>,
    S: Sync,
{
    async fn take(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        A::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)
    }
}

/// The last argument, which may read the body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the last argument: it is not an extractor",
    label = "this handler's last argument is `{Self}`",
    note = "an extractor is an owned type that implements `FromRequest` or `FromRequestParts`"
)]
pub trait LastArgument<S, M>: Sized {
    #[doc(hidden)]
    fn take(request: Request, state: &S) -> impl Future<Output = Result<Self, Response>> + Send;
}

#[diagnostic::do_not_recommend]
impl<S, M, L> LastArgument<S, M> for L
where
    L: FromRequest<S, M>,
    S: Sync,
{
    async fn take(request: Request, state: &S) -> Result<Self, Response> {
        L::from_request(request, state)
            .await
            .map_err(IntoResponse::into_response)
    }
}

/// What a handler returns.
#[diagnostic::on_unimplemented(
    message = "the handler's result `{Self}` is not a response",
    label = "this handler returns `{Self}`, which does not implement `IntoResponse`"
)]
pub trait Answers {
    #[doc(hidden)]
    fn answer(self) -> Response;
}

#[diagnostic::do_not_recommend]
impl<R: IntoResponse> Answers for R {
    fn answer(self) -> Response {
        self.into_response()
    }
}

/// The arguments of a function that has none. No guard among them, so no handler.
#[derive(Debug)]
pub struct NoArguments(());

impl<F, Fut> Shape<(NoArguments,)> for F where F: FnOnce() -> Fut {}

impl<F, Fut, S, N> ProtectedHandler<(N,), S> for F
where
    N: GuardParam,
    F: Shape<(N,)> + FnOnce() -> Fut + Clone + Send + Sync + 'static,
{
    const DECLARATION: &'static Declaration = N::Rule::DECLARATION;

    fn run(self, request: Request, _: S, _: Routing) -> Answer {
        // `NoArguments` is the only `N` that has this shape, and it is no guard.
        drop(request);
        Box::pin(async { http::StatusCode::INTERNAL_SERVER_ERROR.into_response() })
    }
}

impl<F, P, Fut> Shape<(P, NoArguments)> for F where F: FnOnce(P) -> Fut {}

impl<F, Fut, Res, S, P> ProtectedHandler<(P, NoArguments), S> for F
where
    P: GuardParam,
    F: FnOnce(P) -> Fut + Clone + Send + Sync + 'static,
    S: ProvidesAuth,
    P::Rule: Rule<Needs: Enforce<S>>,
    Fut: Future<Output = Res> + Send,
    Res: Answers,
{
    const DECLARATION: &'static Declaration = P::Rule::DECLARATION;

    fn run(self, request: Request, state: S, _: Routing) -> Answer {
        Box::pin(async move {
            let (mut parts, _body) = request.into_parts();
            #[cfg(feature = "testing")]
            let probe = Probe::of(&parts.extensions);
            let exchange = match enter::<P::Rule, S>(&mut parts, &state).await {
                Ok(exchange) => exchange,
                Err(refused) => {
                    #[cfg(feature = "testing")]
                    probe.note(Event::Refused(P::Rule::DECLARATION));
                    return refused.into_response();
                }
            };
            exchange.attend(&parts);
            #[cfg(feature = "testing")]
            probe.note(Event::Ran(P::Rule::DECLARATION));
            let response = self(P::mint(Ticket::after_entering(&exchange)))
                .await
                .answer();
            seal(&exchange, response).await
        })
    }
}

macro_rules! handlers {
    ($([$($argument:ident)*] $last:ident,)*) => {$(
        impl<F, Fut, M, P, $($argument,)* $last> Shape<(M, P, $($argument,)* $last)> for F
        where
            F: FnOnce(P, $($argument,)* $last) -> Fut,
        {}

        #[expect(non_snake_case, reason = "arguments are named by their types")]
        impl<F, Fut, Res, S, M, P, $($argument,)* $last> ProtectedHandler<(M, P, $($argument,)* $last), S> for F
        where
            P: GuardParam,
            F: FnOnce(P, $($argument,)* $last) -> Fut + Clone + Send + Sync + 'static,
            S: ProvidesAuth,
            P::Rule: Rule<Needs: Enforce<S>>,
            $($argument: Argument<S> + Send,)*
            $last: LastArgument<S, M> + Send,
            Fut: Future<Output = Res> + Send,
            Res: Answers,
        {
            const DECLARATION: &'static Declaration = P::Rule::DECLARATION;

            fn run(self, request: Request, state: S, _: Routing) -> Answer {
                Box::pin(async move {
                    let (mut parts, body) = request.into_parts();
                    #[cfg(feature = "testing")]
                    let probe = Probe::of(&parts.extensions);
                    let exchange = match enter::<P::Rule, S>(&mut parts, &state).await {
                        Ok(exchange) => exchange,
                        Err(refused) => {
                            #[cfg(feature = "testing")]
                            probe.note(Event::Refused(P::Rule::DECLARATION));
                            return refused.into_response();
                        }
                    };
                    exchange.attend(&parts);
                    let response = 'response: {
                        $(let $argument = match $argument::take(&mut parts, &state).await {
                            Ok(argument) => argument,
                            Err(rejection) => break 'response rejection,
                        };)*
                        let $last = match $last::take(Request::from_parts(parts, body), &state).await {
                            Ok(argument) => argument,
                            Err(rejection) => break 'response rejection,
                        };
                        #[cfg(feature = "testing")]
                        probe.note(Event::Ran(P::Rule::DECLARATION));
                        self(P::mint(Ticket::after_entering(&exchange)), $($argument,)* $last).await.answer()
                    };
                    seal(&exchange, response).await
                })
            }
        }
    )*};
}

handlers! {
    [] L,
    [A1] L,
    [A1 A2] L,
    [A1 A2 A3] L,
    [A1 A2 A3 A4] L,
    [A1 A2 A3 A4 A5] L,
    [A1 A2 A3 A4 A5 A6] L,
    [A1 A2 A3 A4 A5 A6 A7] L,
    [A1 A2 A3 A4 A5 A6 A7 A8] L,
    [A1 A2 A3 A4 A5 A6 A7 A8 A9] L,
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10] L,
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11] L,
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12] L,
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13] L,
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14] L,
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15] L,
}

/// A guarded handler as axum's routers take it.
#[derive(Debug, Clone)]
pub(super) struct Guarded<H>(pub(super) H);

impl<H, T, S> Handler<(T,), S> for Guarded<H>
where
    H: ProtectedHandler<T, S>,
    T: 'static,
    S: ProvidesAuth,
{
    type Future = Answer;

    fn call(self, request: Request, state: S) -> Answer {
        self.0.run(request, state, Routing(()))
    }
}
