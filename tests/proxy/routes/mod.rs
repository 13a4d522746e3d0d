//! The endpoints, as they are handed on to the upstream.

mod bodies;
mod cookies;
mod cross_site;
mod declared;
mod down;
mod forgotten;
mod lengths;
mod location;
mod paths;
mod up;
mod uploads;

use axum::body::Body;
use axum::response::Response;
use http::request::Builder;
use portcullis::{AuthBuilder, Profile, ProxyOptions};
use portcullis_tests::{Answer, ORIGIN, read};
use tower::ServiceExt;

use crate::app::{App, routes};
use crate::upstream::{Asked, Reply, Upstream};

/// The names that Auth.js 5 has for what a visitor keeps.
pub const SESSION: &str = "authjs.session-token=hers-alone";
/// A page of another site.
pub const EVIL: &str = "https://evil.example";
/// Where people sign in.
pub const PROVIDER: &str = "https://id.example";

/// An application whose endpoints are an upstream's.
#[derive(Debug)]
pub struct Site {
    pub app: App,
    pub upstream: Upstream,
}

impl Site {
    /// One whose upstream does what `script` says about each request.
    pub fn new(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::configured(script, |options| options, |builder| builder)
    }

    /// One whose upstream answers everything in the same way.
    pub fn that_says(status: u16) -> Self {
        Self::new(move |_| Reply::status(status.try_into().expect("a status")))
    }

    pub fn with_options(
        script: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
        options: impl FnOnce(ProxyOptions) -> ProxyOptions,
    ) -> Self {
        Self::configured(script, options, |builder| builder)
    }

    pub fn configured(
        script: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
        options: impl FnOnce(ProxyOptions) -> ProxyOptions,
        configure: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let upstream = Upstream::start(script);
        let options = options(upstream.options().provider_origin(PROVIDER));
        let app = App::configured(options, |builder| {
            configure(builder.profile(Profile::AuthJsV5))
        });
        let router = routes()
            .merge(app.auth.router())
            .with_state(app.auth.clone());
        Self {
            app: App { router, ..app },
            upstream,
        }
    }

    pub async fn send(&self, request: Builder) -> Answer {
        self.send_body(request, "").await
    }

    pub async fn send_body(&self, request: Builder, body: impl Into<Body>) -> Answer {
        read(self.begin(request, body).await).await
    }

    /// The answer as soon as it has begun.
    pub async fn begin(&self, request: Builder, body: impl Into<Body>) -> Response {
        let request = request.body(body.into()).expect("a request");
        let router = self.app.router.clone();
        router.oneshot(request).await.expect("routers do not fail")
    }
}

/// The whole address of a path here.
pub fn here(path: &str) -> String {
    format!("{ORIGIN}{path}")
}
