//! Rules for whole routers and services: one line guards everything.

mod authorized;
mod loops;
mod matrix;
mod openapi;
mod pages;
mod refusals;
mod routers;
mod services;
mod sharing;
mod skips;
mod socket;

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::map_request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Builder;
use portcullis::{Auth, AuthBuilder, MemoryStore, Profile, RequireLayer, Router, User, public};
use portcullis_tests::{Answer, FakeClock, builder, read};
use tower::{Service, ServiceExt};

use crate::app::Runs;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const PATHS: [&str; 9] = [
    "/",
    "/dashboard",
    "/public",
    "/public/{*path}",
    "/publicity",
    "/sign-in",
    "/sorry",
    "/api/auth/{*action}",
    "/api/authors",
];

#[public(reason = "the layer around it asks")]
async fn open() -> &'static str {
    "ran"
}

/// One application behind one layer, in a plain router and in a strict one.
struct Site {
    auth: Auth,
    clock: FakeClock,
    /// How often something behind the layer ran.
    runs: Runs,
    plain: axum::Router,
    strict: Router,
}

impl Site {
    fn new(
        configure: impl FnOnce(AuthBuilder) -> AuthBuilder,
        layer: impl FnOnce(&Auth) -> RequireLayer,
    ) -> Self {
        let clock = FakeClock::default();
        let auth = configure(builder(&clock)).build().expect("usable");
        let layer = layer(&auth);
        let runs = Runs::default();
        let count = {
            let runs = runs.clone();
            map_request(move |request: Request| {
                runs.add();
                std::future::ready(request)
            })
        };
        let mut plain = axum::Router::new();
        let mut strict = Router::new();
        for path in PATHS {
            plain = plain.route(path, axum::routing::any(async || "ran"));
            strict = strict.route(path, portcullis::routing::any(open));
        }
        Self {
            plain: plain.layer(count.clone()).layer(layer.clone()),
            strict: strict.layer(count).layer(layer).with_state(auth.clone()),
            auth,
            clock,
            runs,
        }
    }

    /// The same for each strategy, and for a profile of Auth.js.
    fn each(layer: impl Fn(&Auth) -> RequireLayer) -> [Self; 3] {
        [
            Self::new(|builder| builder, &layer),
            Self::new(|builder| builder.store(MemoryStore::new()), &layer),
            Self::new(|builder| builder.profile(Profile::AuthJsV5), &layer),
        ]
    }

    /// Sends a request to both routers, which must answer alike, and gives the answer.
    async fn ask(&self, request: Builder) -> Answer {
        let request = request.body(Body::empty()).expect("a request");
        let plain = ask(self.plain.clone(), again(&request)).await;
        let strict = ask(self.strict.clone(), request).await;
        assert_eq!(
            (plain.status, plain.header("location"), &plain.body),
            (strict.status, strict.header("location"), &strict.body)
        );
        plain
    }

    async fn status(&self, request: Builder) -> u16 {
        self.ask(request).await.status.as_u16()
    }

    async fn cookie(&self, user: User) -> String {
        cookie(&self.auth, user).await
    }
}

/// Signs a user in, and gives what their browser sends from then on.
async fn cookie(auth: &Auth, user: User) -> String {
    let signed_in = auth.sign_in(user).await.expect("signed in");
    let answer = read((signed_in, ()).into_response()).await;
    answer.cookie()
}

fn again(request: &Request) -> Request {
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

async fn ask<T>(service: T, request: Request) -> Answer
where
    T: Service<Request, Response = Response, Error = Infallible>,
{
    let Ok(response) = service.oneshot(request).await;
    read(response).await
}

/// What a program, and a browser on its way to a page, get at a path.
async fn answers(site: &Site, path: &str, cookie: &str) -> (StatusCode, StatusCode) {
    let program = site.ask(Request::get(path).header("cookie", cookie)).await;
    let visit = Request::get(path).header("cookie", cookie);
    let visit = site.ask(visit.header("accept", BROWSER)).await;
    (program.status, visit.status)
}
