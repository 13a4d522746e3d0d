//! `authorized`: a plain yes or no besides the rule, and what it and the services within see.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::Request;
use http::StatusCode;
use http::request::Parts;
use portcullis::routing::get as route_get;
use portcullis::{Callbacks, Pages, Router, Token, User, guard, protected, public};
use portcullis_tests::{FakeClock, builder, get, send};
use tower::{Layer, ServiceExt};

use super::{BROWSER, Site, answers, ask, cookie};
use crate::stores::{Mood, Moody};

async fn is_colleague(head: Parts, token: Token) -> bool {
    let is_ours = token
        .email()
        .is_some_and(|email| email.ends_with("@example.org"));
    is_ours && head.uri.query() != Some("no")
}

fn ada() -> User {
    User::new("7").with_email("ada@example.org")
}

fn eve() -> User {
    User::new("8").with_email("eve@example.com")
}

#[tokio::test]
async fn it_narrows_the_rule_and_never_widens_it() {
    for site in Site::each(|auth| auth.require_session().authorized(is_colleague)) {
        let (ada, eve) = (site.cookie(ada()).await, site.cookie(eve()).await);
        for (path, cookie, program, visit) in [
            ("/dashboard", "", 401, 303),
            ("/dashboard", &*eve, 403, 403),
            ("/dashboard?no", &ada, 403, 403),
            ("/dashboard", &ada, 200, 200),
        ] {
            let (by_program, by_browser) = answers(&site, path, cookie).await;
            assert_eq!(
                (by_program.as_u16(), by_browser.as_u16()),
                (program, visit),
                "{path}"
            );
        }
    }
    for site in Site::each(|auth| {
        auth.require(guard!(role = "admin"))
            .authorized(async |_, _| true)
    }) {
        let cookie = site.cookie(ada()).await;
        let request = get("/dashboard").header("cookie", cookie);
        assert_eq!(site.status(request).await, 403);
        assert_eq!(site.status(get("/dashboard")).await, 401);
        assert_eq!(site.runs.count(), 0);
    }
}

#[tokio::test]
async fn it_is_asked_only_of_who_meets_the_rule_and_every_one_can_refuse() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = {
        let asked = Arc::clone(&asked);
        move |_: Parts, _: Token| {
            asked.fetch_add(1, Ordering::SeqCst);
            async { true }
        }
    };
    let site = Site::new(
        |builder| builder,
        |auth| {
            let layer = auth.require(guard!(role = "admin")).skip("/public");
            layer.authorized(count).authorized(async |_, _| false)
        },
    );
    let admin = site.cookie(User::new("7").with_roles(["admin"])).await;
    let editor = site.cookie(User::new("8")).await;
    for (path, cookie) in [
        ("/dashboard", ""),
        ("/dashboard", &editor),
        ("/public", &admin),
    ] {
        site.ask(get(path).header("cookie", cookie)).await;
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let request = get("/dashboard").header("cookie", &admin);
    assert_eq!(site.status(request).await, 403);
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "once for each of the two routers"
    );
}

/// Lets in whoever has paid.
struct Paid;

impl Callbacks for Paid {
    async fn authorized(&self, request: &Parts, token: Option<&Token>) -> bool {
        request.uri.path() != "/sorry"
            && token.is_some_and(|token| token.get("plan") == Some(&"gold".into()))
    }
}

#[tokio::test]
async fn the_callbacks_have_a_say_in_require_session() {
    let gold = || User::new("7").with("plan", "gold");
    let configure = |builder: portcullis::AuthBuilder| {
        builder.callbacks(Paid).pages(Pages::new().error("/oops"))
    };
    let site = Site::new(configure, |auth| auth.require_session());
    let (gold, free) = (site.cookie(gold()).await, site.cookie(User::new("8")).await);
    let status =
        async |path: &str, cookie: &str| site.status(get(path).header("cookie", cookie)).await;
    assert_eq!(status("/dashboard", &gold).await, 200);
    assert_eq!(status("/sorry", &gold).await, 403);
    assert_eq!(status("/dashboard", &free).await, 403);
    assert_eq!(status("/dashboard", "").await, 401);
    let visit = get("/dashboard")
        .header("cookie", &free)
        .header("accept", BROWSER);
    let answer = site.ask(visit).await;
    assert_eq!(answer.header("location"), "/oops?error=AccessDenied");
    let rule_alone = Site::new(configure, |auth| auth.require(guard!()));
    let free = rule_alone.cookie(User::new("8")).await;
    let request = get("/dashboard").header("cookie", free);
    assert_eq!(rule_alone.status(request).await, 200);
}

/// Lets everybody read some pages, as `path is public || token` of `withAuth` does.
struct OpenPages;

impl Callbacks for OpenPages {
    async fn authorized(&self, request: &Parts, token: Option<&Token>) -> bool {
        request.uri.path().starts_with("/public") || token.is_some()
    }
}

#[tokio::test]
async fn the_callbacks_may_let_in_who_is_not_signed_in() {
    let open = |builder: portcullis::AuthBuilder| builder.callbacks(OpenPages);
    for store in [false, true] {
        let configure = |builder| match store {
            true => open(builder).store(portcullis::MemoryStore::new()),
            false => open(builder),
        };
        let site = Site::new(configure, |auth| auth.require_session());
        let cookie = site.cookie(ada()).await;
        let name = cookie.split('=').next().expect("a name");
        let useless = format!("{name}=x");
        for (path, cookie, program, visit) in [
            ("/public/a.css", "", 200, 200),
            ("/public/a.css", &*useless, 200, 200),
            ("/public/a.css", &cookie, 200, 200),
            ("/dashboard", "", 401, 303),
            ("/dashboard", &useless, 401, 303),
            ("/dashboard", &cookie, 200, 200),
        ] {
            let (by_program, by_browser) = answers(&site, path, cookie).await;
            let found = (by_program.as_u16(), by_browser.as_u16());
            assert_eq!(found, (program, visit), "{path} {cookie}");
        }
        let bad = get("/public/a.css").header("authorization", "Bearer x");
        assert_eq!(site.status(bad).await, 401, "who sends one means it");
        let foreign = http::Request::post("/public/a.css").header("sec-fetch-site", "cross-site");
        assert_eq!(site.status(foreign).await, 403);
    }
    for layer in [
        |auth: &portcullis::Auth| auth.require(guard!()),
        |auth: &portcullis::Auth| auth.require_session().authorized(async |_, _| true),
    ] {
        let site = Site::new(open, layer);
        assert_eq!(site.status(get("/public/a.css")).await, 401);
    }
}

#[tokio::test]
async fn an_outage_lets_nobody_in_whatever_the_callbacks_say() {
    let store = Moody::new().await;
    let site = Site::new(
        |builder| builder.store(store.clone()).callbacks(OpenPages),
        |auth| auth.require_session(),
    );
    let cookie = site.cookie(ada()).await;
    store.is(Mood::Down);
    let request = get("/public/a.css").header("cookie", cookie);
    assert_eq!(site.status(request).await, 503);
    assert_eq!(site.runs.count(), 0);
}

/// GHSA-8fpg-xm3f-6cx3: the body of an error was taken for a session, and everybody came in.
#[tokio::test]
async fn ghsa_8fpg_xm3f_6cx3_nothing_that_fails_lets_anybody_in() {
    for (mood, status) in [(Mood::Down, 503), (Mood::Garbled, 500)] {
        let store = Moody::new().await;
        let site = Site::new(
            |builder| builder.store(store.clone()),
            |auth| auth.require_session().authorized(async |_, _| true),
        );
        let cookie = site.cookie(ada()).await;
        store.is(mood);
        for accept in ["application/json", BROWSER] {
            let request = get("/dashboard").header("cookie", &cookie);
            assert_eq!(site.status(request.header("accept", accept)).await, status);
        }
        assert_eq!(site.runs.count(), 0);
    }
}

#[tokio::test]
async fn a_service_within_sees_the_token() {
    for configure in [
        |builder: portcullis::AuthBuilder| builder,
        |builder: portcullis::AuthBuilder| builder.store(portcullis::MemoryStore::new()),
    ] {
        let auth = configure(builder(&FakeClock::default()));
        let auth = auth.build().expect("usable");
        let echo = tower::service_fn(async |request: Request| {
            let token = request.extensions().get::<Token>();
            let sub = token.map_or("nobody", Token::sub).to_owned();
            Ok::<_, std::convert::Infallible>(axum::response::Response::new(
                axum::body::Body::from(sub),
            ))
        });
        let service = auth.require_session().skip("/open").layer(echo);
        let cookie = cookie(&auth, ada()).await;
        for (path, expected) in [("/", "7"), ("/open", "nobody")] {
            let request = get(path).header("cookie", &cookie);
            let request = request.body(axum::body::Body::empty()).expect("a request");
            let answer = service.clone().oneshot(request).await;
            let answer = portcullis_tests::read(answer.expect("infallible")).await;
            assert_eq!(answer.body, expected);
        }
    }
}

#[protected]
async fn whose(token: Token, same: axum::Extension<Token>) -> String {
    assert_eq!(token.claims(), same.claims());
    format!("{} {}", token.sub(), token.email().unwrap_or_default())
}

#[public(reason = "greets everybody")]
async fn greet(token: Option<Token>) -> String {
    token.map_or("stranger".to_owned(), |token| token.sub().to_owned())
}

async fn plain(token: Token) -> String {
    token.sub().to_owned()
}

#[tokio::test]
async fn handlers_take_the_token_as_an_argument() {
    let store = Moody::new().await;
    let auth = builder(&FakeClock::default()).store(store.clone());
    let auth = auth.build().expect("usable");
    let app: Router = Router::new()
        .route("/whose", route_get(whose))
        .layer(auth.require_session())
        .route("/greet", route_get(greet))
        .with_state(auth.clone());
    let cookie = cookie(&auth, ada()).await;
    let before = store.loads();
    let answer = send(&app, get("/whose").header("cookie", &cookie)).await;
    assert_eq!(answer.body, "7 ada@example.org");
    assert_eq!(store.loads() - before, 1);
    let greeting = async |cookie: &str| send(&app, get("/greet").header("cookie", cookie)).await;
    assert_eq!(greeting(&cookie).await.body, "7");
    assert_eq!(greeting("").await.body, "stranger");
    assert_eq!(greeting("session=x").await.body, "stranger");
    let bad = get("/greet").header("authorization", "Bearer x");
    assert_eq!(send(&app, bad).await.status, StatusCode::UNAUTHORIZED);
    store.is(Mood::Down);
    assert_eq!(
        greeting(&cookie).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    store.is(Mood::Fine);
    let alone = axum::Router::new()
        .route("/", axum::routing::get(plain))
        .with_state(auth);
    for (cookie, expected) in [(&*cookie, 200), ("", 401)] {
        let request = get("/").header("cookie", cookie);
        let request = request.body(axum::body::Body::empty()).expect("a request");
        assert_eq!(ask(alone.clone(), request).await.status.as_u16(), expected);
    }
}
