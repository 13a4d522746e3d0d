//! Answers for hidden handlers, from outside of everything that could tell them from what is not there.

use std::any::TypeId;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::Router as AxumRouter;
use axum::body::Body;
use axum::extract::{MatchedPath, NestedPath, OriginalUri, Request};
use axum::response::Response;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{Extensions, Uri};
use tower::util::{MapRequestLayer, MapResponseLayer};
use tower::{Layer, Service, ServiceExt};

use super::mirror::Mirror;
use crate::denial::{Hidden, Part, Word, unannounced, visited};
use crate::guard::Arrival;

pub(super) type Answer = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// A service that keeps the head of each request whose handler may be hidden. If it is, its answer is
/// dropped, and the fallbacks get that head with an empty body.
#[derive(Clone)]
pub(super) struct Hiding<T, S> {
    inner: T,
    mirror: Mirror<S>,
    place: Place,
}

/// What a service stands around.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A whole application.
    Application,
    /// One route of a plain axum router, which has chosen it already.
    Route,
    /// The same, of a router that has its state and a fallback: it may stand as a service, of which
    /// nothing around it knows the fallback.
    FinishedRoute,
}

impl Place {
    /// Whether an application around it answers, if it waits for word.
    fn leaves_to_answer(self, extensions: &Extensions) -> bool {
        match self {
            Self::Application => false,
            Self::Route => Hidden::is_attended(extensions),
            Self::FinishedRoute => {
                Hidden::is_attended(extensions) && !Hidden::is_in_undeclared(extensions)
            }
        }
    }
}

impl<T> Hiding<T, ()> {
    /// Answers for the handlers of a router that has everything it needs.
    pub(super) fn new(router: T, mirror: Mirror<()>) -> Self {
        Self {
            inner: router,
            mirror,
            place: Place::Application,
        }
    }
}

/// Puts a [`Hiding`] around each route of a router that leaves for a plain one.
#[derive(Clone)]
pub(super) struct HidingLayer<S> {
    mirror: Mirror<S>,
    place: Place,
}

impl<S: 'static> HidingLayer<S> {
    pub(super) fn new(mirror: Mirror<S>, has_fallback: bool) -> Self {
        let is_finished = TypeId::of::<S>() == TypeId::of::<()>();
        let place = match is_finished && has_fallback {
            true => Place::FinishedRoute,
            false => Place::Route,
        };
        Self { mirror, place }
    }
}

impl<T, S> Layer<T> for HidingLayer<S> {
    type Service = Hiding<T, S>;

    fn layer(&self, inner: T) -> Hiding<T, S> {
        Hiding {
            inner,
            mirror: self.mirror.clone(),
            place: self.place,
        }
    }
}

/// A layer for a part of an application: its handlers say, if they are hidden, that they are in it.
pub(super) fn within(part: Part) -> MapRequestLayer<impl FnMut(Request) -> Request + Clone> {
    MapRequestLayer::new(move |mut request: Request| {
        Hidden::enter(request.extensions_mut(), part);
        request
    })
}

impl<T, S> Service<Request> for Hiding<T, S>
where
    T: Service<Request, Response = Response, Error = Infallible>,
    T::Future: Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Answer {
        let is_route = self.place != Place::Application;
        let is_left = self.place.leaves_to_answer(request.extensions());
        if is_left || !self.mirror.may_be_hidden(request.uri().path()) {
            return Box::pin(self.inner.call(request));
        }
        let (mut parts, body) = request.into_parts();
        let head = parts.clone();
        let arrival = Arrival::of(&head.extensions);
        let hidden = Hidden::new();
        parts.extensions.insert(hidden.clone());
        let response = self.inner.call(Request::from_parts(parts, body));
        let mirror = self.mirror.clone();
        Box::pin(async move {
            let response = response.await?;
            let Some(state) = hidden.word().and_then(Word::state) else {
                return Ok(response);
            };
            // Whoever is around has begun to ask whose request it is, but nobody within has.
            arrival.restore();
            let mirror = mirror.with_state(state);
            Ok(match is_route {
                true => unfinished(mirror, unrouted(head).await).await,
                false => answer(mirror, head).await,
            })
        })
    }
}

/// What the fallbacks answer. The body is not passed on, for it was not read.
async fn answer(mirror: Mirror<()>, mut head: Parts) -> Response {
    // What hides here is not there.
    Hidden::leave(&mut head.extensions);
    let mirror = match mirror.has_routes() {
        true => {
            pass_routes_by(&mut head);
            mirror.layer(MapRequestLayer::new(as_asked))
        }
        false => mirror,
    };
    let request = Request::from_parts(head, Body::empty());
    let Ok(response) = mirror.fallbacks.oneshot(request).await;
    response
}

/// The same, before axum has finished it: it does so once more, for the route.
async fn unfinished(mirror: Mirror<()>, head: Parts) -> Response {
    let kept = Arc::new(Mutex::new(None));
    let keep = {
        let kept = Arc::clone(&kept);
        move |response: Response| {
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(response);
        }
    };
    let finished = answer(mirror.layer(MapResponseLayer::new(keep)), head).await;
    let is_announced = finished.headers().contains_key(CONTENT_LENGTH);
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let response = kept.take().unwrap_or(finished);
    match is_announced {
        true => response,
        false => unannounced(response),
    }
}

/// What was asked for, on its way past the routes.
#[derive(Clone)]
struct Asked(Uri);

/// Makes the path longer than that of any route of a plain router, so that it leads to the fallback
/// at the same place.
fn pass_routes_by(head: &mut Parts) {
    let asked = head.uri.clone();
    if let Some(longer) = longer(&asked) {
        head.uri = longer;
        if head.extensions.get::<OriginalUri>().is_none() {
            head.extensions.insert(OriginalUri(asked.clone()));
        }
        head.extensions.insert(Asked(asked));
    }
}

fn longer(uri: &Uri) -> Option<Uri> {
    let query = uri.query().map(|query| format!("?{query}"));
    let path = format!("{}////////{}", uri.path(), query.unwrap_or_default());
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// Asks, inside of the fallback, for what was asked for.
fn as_asked(mut request: Request) -> Request {
    if let Some(Asked(uri)) = request.extensions_mut().remove() {
        *request.uri_mut() = uri;
    }
    request
}

/// Takes back what axum noted about the route that it chose. Path parameters are of a type without a
/// name, so those that a fallback at the same place has take their place.
async fn unrouted(mut head: Parts) -> Parts {
    head.extensions.remove::<MatchedPath>();
    let fallback = AxumRouter::new()
        .without_v07_checks()
        .fallback(tell_extensions);
    let fallback = match head.extensions.get::<NestedPath>() {
        Some(prefix) => fallback.clone().nest(prefix.as_str(), fallback),
        None => fallback,
    };
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = visited(&head).clone();
    let Ok(response) = fallback.oneshot(request).await;
    let mut noted = response.into_parts().0.extensions;
    noted.remove::<OriginalUri>();
    head.extensions.extend(noted);
    head
}

async fn tell_extensions(request: Request) -> Response {
    let mut response = Response::default();
    *response.extensions_mut() = request.into_parts().0.extensions;
    response
}
