//! What clients of different kinds are answered with.

use std::time::Duration;

use http::StatusCode;
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{Auth, MemoryStore, Pages, RefusalBody, Router, User, authorized, protected};
use portcullis_tests::{Answer, FakeClock, builder, get, post, send};

use crate::stores::{Mood, Moody};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[protected(redirect)]
async fn page() {}

#[protected]
async fn plain() {}

#[authorized(role = "admin", redirect)]
async fn admin() {}

#[protected(fresh = "15m", acr = "phr")]
async fn strong() {}

struct App {
    auth: Auth,
    clock: FakeClock,
    router: Router,
}

impl App {
    fn new(pages: Pages) -> Self {
        let clock = FakeClock::default();
        let auth = builder(&clock)
            .pages(pages)
            .acr_order(["pwd", "phr"])
            .resource_metadata("https://app.example/.well-known/oauth-protected-resource")
            .build()
            .expect("usable");
        let router = Router::new()
            .route("/page", route_get(page).post(page))
            .route("/plain", route_post(plain))
            .route("/admin", route_get(admin).post(admin))
            .route("/sorry", route_get(admin))
            .route("/strong", route_get(strong))
            .with_state(auth.clone());
        Self {
            auth,
            clock,
            router,
        }
    }

    async fn send(&self, request: http::request::Builder) -> Answer {
        send(&self.router, request).await
    }

    async fn cookie(&self, acr: &str) -> String {
        let signed_in = self.auth.sign_in(User::new("7")).acr(acr).await;
        let token = signed_in.expect("signed in");
        format!("session={}", token.expose_token())
    }
}

#[tokio::test]
async fn htmx_is_told_where_to_go_and_comes_back_to_the_page_it_was_on() {
    let app = App::new(Pages::new());
    let htmx = || get("/page").header("hx-request", "true");
    for (current, location) in [
        (None, "/sign-in"),
        (
            Some("http://localhost:3000/list?page=2"),
            "/sign-in?callbackUrl=%2Flist%3Fpage%3D2",
        ),
        (Some("https://evil.example/list"), "/sign-in"),
        (Some("http://localhost:3000.evil.example/"), "/sign-in"),
        (Some("http://localhost:3000//evil.example/"), "/sign-in"),
    ] {
        let mut request = htmx().header("accept", BROWSER);
        if let Some(current) = current {
            request = request.header("hx-current-url", current);
        }
        let answer = app.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{current:?}");
        assert_eq!(answer.header("hx-redirect"), location, "{current:?}");
        assert_eq!(answer.header("location"), "");
        assert!(answer.header("vary").contains("hx-request"));
    }
    let elsewhere = app.send(post("/plain").header("hx-request", "true")).await;
    assert_eq!(elsewhere.header("hx-redirect"), "", "no page, no redirect");
}

#[tokio::test]
async fn challenges_name_the_metadata_where_it_is_configured() {
    let app = App::new(Pages::new());
    let metadata =
        r#", resource_metadata="https://app.example/.well-known/oauth-protected-resource""#;
    let anonymous = app.send(post("/plain")).await;
    assert_eq!(
        anonymous.header("www-authenticate"),
        format!(r#"Bearer realm="app"{metadata}"#)
    );
    let forged = post("/plain").header("authorization", "Bearer nonsense");
    let challenge = app.send(forged).await.header("www-authenticate").to_owned();
    assert!(
        challenge.contains("invalid_token") && challenge.ends_with(metadata),
        "{challenge}"
    );
    for address in ["app.example", "http://app.example/x", "https://a\"b/"] {
        let auth = builder(&FakeClock::default()).resource_metadata(address);
        assert!(auth.build().is_err(), "{address}");
    }
}

#[tokio::test]
async fn a_page_visit_that_may_not_pass_goes_to_the_error_page_and_never_in_circles() {
    let app = App::new(Pages::new().error("/sorry?lang=de"));
    let cookie = app.cookie("pwd").await;
    let visit = |path| {
        get(path)
            .header("cookie", &cookie)
            .header("sec-fetch-mode", "navigate")
            .header("accept", BROWSER)
    };
    let answer = app.send(visit("/admin")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        answer.header("location"),
        "/sorry?lang=de&error=AccessDenied"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.cookies().is_empty());
    let error_page = app.send(visit("/sorry")).await;
    assert_eq!(error_page.status, StatusCode::FORBIDDEN);
    let fetched = get("/admin").header("cookie", &cookie);
    assert_eq!(app.send(fetched).await.code(), "forbidden");
    let sent = post("/admin")
        .header("cookie", &cookie)
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-site", "same-origin");
    assert_eq!(app.send(sent).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_page_visit_that_needs_more_goes_to_the_step_up_page_and_never_in_circles() {
    let app = App::new(Pages::new().step_up("/confirm"));
    let visit = |cookie: &str| {
        get("/strong?x=1")
            .header("cookie", cookie)
            .header("sec-fetch-mode", "navigate")
    };
    let weak = app.cookie("pwd").await;
    let just_now = app.send(visit(&weak)).await;
    assert_eq!(just_now.status, StatusCode::FORBIDDEN);
    assert_eq!(just_now.code(), "acr_unreachable");
    app.clock.advance(Duration::from_secs(60));
    let later = app.send(visit(&weak)).await;
    assert_eq!(later.status, StatusCode::SEE_OTHER);
    assert_eq!(
        later.header("location"),
        "/confirm?callbackUrl=%2Fstrong%3Fx%3D1&prompt=login&acr_values=phr"
    );
    let strong = app.cookie("phr").await;
    assert_eq!(app.send(visit(&strong)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_of_unknown_age_is_never_asked_in_circles() {
    let store = Moody::new().await;
    let auth = builder(&FakeClock::default())
        .store(store.clone())
        .build()
        .expect("usable");
    let app = Router::new()
        .route("/strong", route_get(strong))
        .route("/page", route_get(page))
        .with_state(auth.clone());
    let signed_in = auth.sign_in(User::new("7")).acr("phr").await;
    let cookie = format!("session={}", signed_in.expect("signed in").expose_token());
    store.is(Mood::Undated);
    let visit = |path| {
        let request = get(path).header("cookie", &cookie);
        send(&app, request.header("sec-fetch-mode", "navigate"))
    };
    let answer = visit("/strong").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.code(), "auth_time_missing");
    assert_eq!(visit("/page").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_sign_in_that_lies_ahead_says_nothing_of_its_age() {
    let clock = FakeClock::default();
    let auth = builder(&clock)
        .store(MemoryStore::new())
        .build()
        .expect("usable");
    let app = Router::new()
        .route("/strong", route_get(strong))
        .with_state(auth.clone());
    let day = Duration::from_secs(24 * 60 * 60);
    clock.advance(day);
    let signed_in = auth.sign_in(User::new("7")).acr("phr").await;
    let cookie = format!("session={}", signed_in.expect("signed in").expose_token());
    let ask = || send(&app, get("/strong").header("cookie", &cookie));
    assert_eq!(ask().await.status, StatusCode::OK);
    clock.turn_back(day);
    assert_eq!(ask().await.code(), "insufficient_user_authentication");
}

#[tokio::test]
async fn an_application_may_word_its_refusals_and_no_more() {
    let clock = FakeClock::default();
    let auth = builder(&clock)
        .on_denied(|refusal| {
            refusal.prefers_html().then(|| {
                RefusalBody::html(format!(
                    "{} {} at {}: {}",
                    refusal.status().as_u16(),
                    refusal.code(),
                    refusal.path(),
                    refusal.sign_in().unwrap_or("no way in")
                ))
            })
        })
        .build()
        .expect("usable");
    let app = Router::new()
        .route("/plain", route_post(plain))
        .with_state(auth);
    let own = send(&app, post("/plain?secret=1").header("accept", BROWSER)).await;
    assert_eq!(own.status, StatusCode::UNAUTHORIZED);
    assert_eq!(own.body, "401 unauthenticated at /plain: /sign-in");
    assert_eq!(own.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(own.header("cache-control"), "no-store");
    assert_eq!(own.header("www-authenticate"), r#"Bearer realm="app""#);
    let others = send(&app, post("/plain")).await;
    assert_eq!(others.header("content-type"), "application/problem+json");
    assert_eq!(others.code(), "unauthenticated");
}
