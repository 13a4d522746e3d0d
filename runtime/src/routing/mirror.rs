use std::convert::Infallible;
use std::sync::Arc;

use axum::Router as AxumRouter;
use axum::extract::Request;
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::Route;
use tower::{Layer, Service};

use crate::denial::{self, OnDenied};
use crate::guard::Declaration;

/// A router as visitors know it who ask only for what is not there: its fallbacks under their layers,
/// and no routes. It answers for handlers that are hidden.
pub(super) struct Mirror<S> {
    pub(super) fallbacks: AxumRouter<S>,
    /// How the paths of such handlers begin.
    hiding: Arc<Vec<String>>,
    /// Whether routes of plain routers have come along.
    has_routes: bool,
}

impl<S> Mirror<S>
where
    S: Clone + Send + Sync + 'static,
{
    pub(super) fn new() -> Self {
        Self {
            fallbacks: AxumRouter::new(),
            hiding: Arc::default(),
            has_routes: false,
        }
    }

    /// Notes what the handler of a path declares; the path `/` is a fallback's as well.
    pub(super) fn note(&mut self, path: &str, declaration: &'static Declaration) {
        if declaration.options().on_denied == OnDenied::Hide {
            self.note_hiding(beginning(path).to_owned());
        }
    }

    fn note_hiding(&mut self, beginning: String) {
        if !self.may_be_hidden(&beginning) {
            Arc::make_mut(&mut self.hiding).push(beginning);
        }
    }

    pub(super) fn nest(mut self, path: &str, below: Self) -> Self {
        for inner in below.hiding.iter() {
            self.note_hiding(nested(path, inner));
        }
        Self {
            fallbacks: self.fallbacks.nest(path, below.fallbacks),
            has_routes: self.has_routes || below.has_routes,
            ..self
        }
    }

    pub(super) fn merge(mut self, beside: Self) -> Self {
        for beginning in beside.hiding.iter() {
            self.note_hiding(beginning.clone());
        }
        Self {
            fallbacks: self.fallbacks.merge(beside.fallbacks),
            has_routes: self.has_routes || beside.has_routes,
            ..self
        }
    }

    /// Takes in a plain router, of which nobody knows whether it has a fallback, or hides something.
    /// Its routes come along, but they are closed: what a guard has refused must not reach them.
    pub(super) fn merge_undeclared(mut self, router: AxumRouter<S>) -> Self {
        self.note_hiding(String::new());
        let has_routes = router.has_routes();
        let closed = match has_routes {
            true => router.route_layer(from_fn(close)),
            false => router,
        };
        Self {
            fallbacks: self.fallbacks.merge(closed),
            has_routes: self.has_routes || has_routes,
            ..self
        }
    }

    pub(super) fn fallback<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        Self {
            fallbacks: self.fallbacks.fallback(handler),
            ..self
        }
    }

    pub(super) fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self {
            fallbacks: self.fallbacks.layer(layer),
            ..self
        }
    }

    pub(super) fn with_state<S2>(self, state: S) -> Mirror<S2> {
        Mirror {
            fallbacks: self.fallbacks.with_state(state),
            hiding: self.hiding,
            has_routes: self.has_routes,
        }
    }
}

impl<S> Mirror<S> {
    /// Whether there may be handlers that are hidden.
    pub(super) fn is_needed(&self) -> bool {
        !self.hiding.is_empty()
    }

    /// Whether a path may lead to a route that came along, and not to a fallback.
    pub(super) fn has_routes(&self) -> bool {
        self.has_routes
    }

    /// Whether a handler of this path may be hidden.
    pub(super) fn may_be_hidden(&self, path: &str) -> bool {
        let mut hiding = self.hiding.iter();
        hiding.any(|beginning| path.starts_with(beginning.as_str()))
    }
}

impl<S> Clone for Mirror<S> {
    fn clone(&self) -> Self {
        Self {
            fallbacks: self.fallbacks.clone(),
            hiding: Arc::clone(&self.hiding),
            has_routes: self.has_routes,
        }
    }
}

/// How every path begins that a path of axum's stands for.
fn beginning(path: &str) -> &str {
    let literal = path.split('{').next().unwrap_or_default();
    literal.trim_end_matches('/')
}

/// How paths begin that began so before they came below another one, as axum puts the two together.
fn nested(path: &str, inner: &str) -> String {
    let whole = match path.ends_with('/') {
        true => format!("{path}{}", inner.trim_start_matches('/')),
        false => format!("{path}{inner}"),
    };
    beginning(&whole).to_owned()
}

async fn close(_: Request, _: Next) -> Response {
    denial::empty()
}
