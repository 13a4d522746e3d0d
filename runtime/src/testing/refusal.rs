use std::convert::Infallible;

use axum::body::Body;
use axum::response::Response;
use http::{Request, StatusCode};
use tower::{Service, ServiceExt};

use crate::guard::Declaration;
use crate::probe::{Event, Probe};

/// The statuses of a guard that knows the answer is no.
const REFUSALS: [StatusCode; 4] = [
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::SEE_OTHER,
];

/// Asserts that a guard refuses the request with 401, 403, 404 or 303, and that the handler behind it
/// does not run. The router is a [`Router`](crate::Router), or a plain axum router with guarded
/// handlers.
///
/// ```
/// use axum::body::Body;
/// use axum::http::Request;
/// use portcullis::routing::get;
/// use portcullis::testing::assert_refused;
/// use portcullis::{Auth, Router, protected};
///
/// #[protected]
/// async fn dashboard() {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let auth = Auth::builder()
///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
///     .origin("https://app.example")
///     .build()?;
/// let app: Router = Router::new().route("/dashboard", get(dashboard)).with_state(auth);
/// assert_refused(&app, Request::get("/dashboard").body(Body::empty())?).await;
/// # Ok(())
/// # }
/// ```
///
/// # Panics
/// If anything else happens; the message says what. A 404 because there is no such route is
/// something else, and so is a 503 because the store is down.
#[expect(clippy::panic, reason = "an assertion")]
pub async fn assert_refused<R>(router: &R, request: Request<Body>)
where
    R: Service<Request<Body>, Response = Response, Error = Infallible> + Clone,
{
    let sent = format!("{} {}", request.method(), request.uri());
    let (status, events) = probed(router.clone(), request).await;
    let refused = events.iter().find_map(|event| match event {
        Event::Refused(declaration) => Some(*declaration),
        _ => None,
    });
    let has_run = |declaration| has_run(&events, declaration);
    match refused {
        Some(declaration) if REFUSALS.contains(&status) && !has_run(declaration) => {}
        Some(_) => panic!("`{sent}` should be refused, but its guard answered {status}"),
        None => {
            let who = match events.iter().find(|event| matches!(event, Event::Ran(_))) {
                Some(Event::Ran(declaration)) if !declaration.handler.is_empty() => {
                    format!("the handler `{}`", declaration.handler)
                }
                Some(_) => "a service".to_owned(),
                None => "something else, and no guard was asked,".to_owned(),
            };
            panic!("`{sent}` should be refused, but {who} answered {status}");
        }
    }
}

/// Sends a request through a router and gives the status of the answer, and what the request met.
pub(super) async fn probed<R>(router: R, mut request: Request<Body>) -> (StatusCode, Vec<Event>)
where
    R: Service<Request<Body>, Response = Response, Error = Infallible>,
{
    let probe = Probe::new();
    request.extensions_mut().insert(probe.clone());
    let status = match router.oneshot(request).await {
        Ok(response) => response.status(),
        Err(never) => match never {},
    };
    (status, probe.events())
}

/// Whether the handler, or service, of that declaration was called.
pub(super) fn has_run(events: &[Event], declaration: &Declaration) -> bool {
    events
        .iter()
        .any(|event| matches!(event, Event::Ran(ran) if is_same(ran, declaration)))
}

/// Whether both stand for the same place in the source. Constants have no address to go by.
pub(super) fn is_same(one: &Declaration, other: &Declaration) -> bool {
    one.handler == other.handler && one.location == other.location
}
