use std::any::TypeId;
use std::future::Future;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use super::evaluate::Truth;
use super::exchange::Exchange;
use crate::session::Session;

/// A rule about the object of a request. Made by `#[policy]`, for every state that has what its
/// arguments ask for.
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be asked with the state `{S}`",
    label = "its arguments are not all extractors for `{S}`"
)]
pub trait Policy<S>: 'static {
    #[doc(hidden)]
    fn decide(cx: &mut Cx<'_, S>) -> impl Future<Output = Answer> + Send;
}

/// The request that a policy is asked about.
pub struct Cx<'a, S> {
    parts: &'a mut Parts,
    state: &'a S,
    session: Arc<Session>,
    exchange: Arc<Exchange>,
}

impl<'a, S> Cx<'a, S> {
    pub(super) fn new(
        parts: &'a mut Parts,
        state: &'a S,
        session: Arc<Session>,
        exchange: Arc<Exchange>,
    ) -> Self {
        Self {
            parts,
            state,
            session,
            exchange,
        }
    }

    /// Whose request it is.
    pub fn session(&self) -> Arc<Session> {
        Arc::clone(&self.session)
    }
}

impl<S> std::fmt::Debug for Cx<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cx").finish_non_exhaustive()
    }
}

/// What a policy answered.
#[derive(Debug)]
pub struct Answer(Said);

#[derive(Debug)]
enum Said {
    Yes,
    No,
    /// It failed; this is what the application says about it.
    Failed(Box<Response>),
}

impl Answer {
    pub(super) fn failed(response: Response) -> Self {
        Self(Said::Failed(Box::new(response)))
    }

    /// What it says, and the response that goes with a failure. A failure that calls itself a
    /// success is none: it is a server error.
    pub(super) fn into_parts(self) -> (Truth, Option<Response>) {
        match self.0 {
            Said::Yes => (Truth::YES, None),
            Said::No => (Truth::NO, None),
            Said::Failed(mut response) => {
                if response.status().as_u16() < 400 {
                    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                }
                (Truth::UNKNOWN, Some(*response))
            }
        }
    }
}

/// What a policy may return: `bool`, or `Result<bool, E>` where `E` is a response.
#[diagnostic::on_unimplemented(
    message = "a policy answers `bool` or `Result<bool, E>`, but this one returns `{Self}`",
    label = "expected `bool` or `Result<bool, E>`",
    note = "`E` is the application's own error: any type that implements `IntoResponse`"
)]
pub trait IntoAnswer {
    /// The answer.
    fn into_answer(self) -> Answer;
}

#[diagnostic::do_not_recommend]
impl IntoAnswer for bool {
    fn into_answer(self) -> Answer {
        Answer(if self { Said::Yes } else { Said::No })
    }
}

#[diagnostic::do_not_recommend]
impl<E: IntoResponse> IntoAnswer for Result<bool, E> {
    fn into_answer(self) -> Answer {
        match self {
            Ok(answer) => answer.into_answer(),
            Err(error) => Answer::failed(error.into_response()),
        }
    }
}

/// An argument of a policy: anything that reads the head of the request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a policy: it is not an extractor of request parts",
    label = "this policy takes `{Self}`",
    note = "a policy is asked before the body is read, so it takes no body extractor"
)]
pub trait PolicyArgument<S>: Sized {
    #[doc(hidden)]
    fn take(cx: &mut Cx<'_, S>) -> impl Future<Output = Result<Self, Answer>> + Send;
}

#[diagnostic::do_not_recommend]
impl<S, A> PolicyArgument<S> for A
where
    A: FromRequestParts<S>,
    S: Send + Sync,
{
    async fn take(cx: &mut Cx<'_, S>) -> Result<Self, Answer> {
        A::from_request_parts(cx.parts, cx.state)
            .await
            .map_err(|rejection| Answer::failed(rejection.into_response()))
    }
}

/// Asks a policy, at most once a request: what it answered is remembered until the response.
pub async fn ask_policy<P, S>(cx: &mut Cx<'_, S>) -> Answer
where
    P: Policy<S>,
    S: Send + Sync + 'static,
{
    let identity = std::ptr::from_ref(cx.session.identity()).addr();
    let key = (TypeId::of::<P>(), TypeId::of::<S>(), identity);
    if let Some(answer) = cx.exchange.remembered_answer(key) {
        return answer.into_answer();
    }
    let answer = P::decide(cx).await;
    match answer.0 {
        Said::Yes => cx.exchange.remember_answer(key, true),
        Said::No => cx.exchange.remember_answer(key, false),
        Said::Failed(_) => {}
    }
    answer
}
