//! What clients see when a session cannot be begun, changed or ended: a refusal like any other.

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Response};
use http::StatusCode;
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{
    Auth, AuthBuilder, AuthError, RefusalBody, Router, Session, User, authorized, policy,
    protected, public,
};
use portcullis_tests::{Answer, FakeClock, builder, get, post, read, send};
use tower::ServiceExt;

use crate::stores::{Mood, Moody};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Rotates a session that has ended with the first rotation.
#[protected(redirect, via = cookie)]
async fn ended(State(auth): State<Auth>, session: Session) -> Result<impl IntoResponse, AuthError> {
    let _first = auth.rotate(&session).await?;
    Ok((auth.rotate(&session).await?, "rotated twice"))
}

#[public(reason = "this is where people sign in")]
async fn sign_in(State(auth): State<Auth>) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.sign_in(User::new("7")).await?, "hello"))
}

#[public(reason = "has words of its own")]
async fn in_own_words(State(auth): State<Auth>) -> Response {
    match auth.sign_in(User::default()).await {
        Ok(_) => "hello".into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error).into_response(),
    }
}

#[public(reason = "says more")]
async fn with_more(State(auth): State<Auth>) -> Response {
    let headers = [("set-cookie", "tries=1"), ("vary", "origin")];
    match auth.sign_in(User::default()).await {
        Ok(_) => "hello".into_response(),
        Err(error) => (headers, error).into_response(),
    }
}

/// Rotates a session that has ended with the first rotation, and has a place of its own to go to.
#[protected(redirect, via = cookie)]
async fn elsewhere(State(auth): State<Auth>, session: Session) -> Result<Response, AuthError> {
    let _first = auth.rotate(&session).await?;
    let headers = [("location", "/own"), ("x-own", "1"), ("vary", "origin")];
    Ok(match auth.rotate(&session).await {
        Ok(_) => "rotated twice".into_response(),
        Err(error) => (headers, AppendHeaders([("x-own", "2")]), error).into_response(),
    })
}

/// Begins another session, and fails then.
#[public(reason = "this is where people sign in")]
async fn sign_in_and_fail(State(auth): State<Auth>) -> Result<Response, AuthError> {
    let signed_in = auth.sign_in(User::new("8")).await?;
    Ok(match auth.sign_in(User::default()).await {
        Ok(_) => "hello".into_response(),
        Err(error) => (signed_in, error).into_response(),
    })
}

#[policy]
async fn fails(session: &Session, State(auth): State<Auth>) -> Result<bool, AuthError> {
    let nobody = User::new("").named(session.user_id());
    auth.sign_in(nobody).await.map(|_| true)
}

#[authorized(policy = fails)]
async fn behind_a_policy() {}

async fn app(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> (Router, Moody, String) {
    let store = Moody::new().await;
    let auth = configure(builder(&FakeClock::default()).store(store.clone()));
    let auth = auth.build().expect("usable");
    let inner = Router::new().route("/ended", route_get(ended).post(ended));
    let router = Router::new()
        .nest("/nested", inner)
        .route("/sign-in", route_post(sign_in))
        .route("/in-own-words", route_post(in_own_words))
        .route("/with-more", route_post(with_more))
        .route("/elsewhere", route_get(elsewhere))
        .route("/sign-in-and-fail", route_post(sign_in_and_fail))
        .route("/behind-a-policy", route_get(behind_a_policy))
        .with_state(auth.clone());
    let signed_in = auth.sign_in(User::new("7")).await.expect("signed in");
    (
        router,
        store,
        format!("session={}", signed_in.expose_token()),
    )
}

#[tokio::test]
async fn people_get_a_page_and_programs_a_problem() {
    let (app, store, _) = app(|builder| builder).await;
    store.is(Mood::Down);
    for (accept, media_type) in [
        (BROWSER, "text/html; charset=utf-8"),
        ("application/json", "application/problem+json"),
    ] {
        let answer = send(&app, post("/sign-in").header("accept", accept)).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("retry-after"), "5");
        assert!(answer.header("vary").contains("accept"), "{answer:?}");
        assert!(answer.cookies().is_empty());
        assert!(!answer.body.contains("refused"), "{}", answer.body);
    }
    let problem = send(&app, post("/sign-in")).await;
    assert_eq!(problem.code(), "store_unavailable");
    assert!(problem.body.contains(r#""instance":"/sign-in""#));
}

#[tokio::test]
async fn whose_session_has_ended_meanwhile_is_sent_to_sign_in() {
    let visit = async |request: http::request::Builder| {
        let (app, _, cookie) = app(|builder| builder).await;
        send(&app, request.header("cookie", cookie)).await
    };
    let page = visit(get("/nested/ended?x=1").header("accept", BROWSER)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page:?}");
    assert_eq!(
        page.header("location"),
        "/sign-in?callbackUrl=%2Fnested%2Fended%3Fx%3D1"
    );
    assert_eq!(page.header("www-authenticate"), "");
    assert_eq!((page.header("content-type"), page.body.as_str()), ("", ""));
    assert!(
        page.cookies().is_empty(),
        "another request has set a new one"
    );

    let form = visit(post("/nested/ended").header("accept", BROWSER)).await;
    assert_eq!(form.status, StatusCode::UNAUTHORIZED);
    assert_eq!(form.header("content-type"), "text/html; charset=utf-8");

    let part = visit(get("/nested/ended").header("hx-request", "true")).await;
    assert_eq!(part.status, StatusCode::UNAUTHORIZED);
    assert!(part.header("hx-redirect").starts_with("/sign-in"));

    let script = visit(get("/nested/ended").header("accept", "application/json")).await;
    assert_eq!(script.status, StatusCode::UNAUTHORIZED);
    assert_eq!(script.code(), "session_expired");
    assert_eq!(script.header("www-authenticate"), r#"Session realm="app""#);
    assert!(script.body.contains(r#""instance":"/nested/ended""#));
}

#[tokio::test]
async fn the_application_s_words_are_asked_for() {
    let words = |builder: AuthBuilder| {
        builder.on_denied(|refusal| {
            let tenant = refusal.headers().get("x-tenant")?.to_str().ok()?;
            let (code, path) = (refusal.code(), refusal.path());
            Some(RefusalBody::html(format!("{tenant}: {code} at {path}")))
        })
    };
    let (app, store, cookie) = app(words).await;
    let one = |request: http::request::Builder| request.header("x-tenant", "one");
    let signed_in = get("/behind-a-policy").header("cookie", cookie);
    let answer = send(&app, one(signed_in)).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.body, "one: session_failed at /behind-a-policy");
    store.is(Mood::Down);
    let answer = send(&app, one(post("/sign-in"))).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.body, "one: store_unavailable at /sign-in");
}

#[tokio::test]
async fn what_the_application_says_itself_stays() {
    let (app, _, _) = app(|builder| builder).await;
    let own = send(&app, post("/in-own-words").header("accept", BROWSER)).await;
    assert_eq!(own.status, StatusCode::BAD_GATEWAY);
    assert_eq!(own.header("content-type"), "application/problem+json");
    let more = send(&app, post("/with-more").header("accept", BROWSER)).await;
    assert_eq!(more.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(more.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(more.cookies(), ["tries=1"]);
    let vary: Vec<_> = more.headers.get_all("vary").iter().collect();
    assert!(vary.iter().any(|value| *value == "origin"), "{vary:?}");
    assert_eq!(vary.len(), 2);
}

#[tokio::test]
async fn a_redirect_goes_to_one_place() {
    let (app, _, cookie) = app(|builder| builder).await;
    let request = get("/elsewhere").header("accept", BROWSER);
    let page = send(&app, request.header("cookie", cookie)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page:?}");
    let all = |name: &str| page.headers.get_all(name).iter().collect::<Vec<_>>();
    assert_eq!(all("location"), ["/sign-in?callbackUrl=%2Felsewhere"]);
    assert_eq!(all("x-own"), ["1", "2"]);
    assert_eq!(all("vary").len(), 2, "{page:?}");
}

#[tokio::test]
async fn a_session_begun_beside_a_failure_replaces_the_one_before() {
    let (app, _, cookie) = app(|builder| builder).await;
    let failed = post("/sign-in-and-fail").header("cookie", &cookie);
    let failed = send(&app, failed).await;
    assert_eq!(failed.code(), "session_failed");
    assert_eq!(failed.cookies().len(), 1, "{failed:?}");
    let status = async |cookie: &str| {
        let request = get("/behind-a-policy").header("cookie", cookie);
        send(&app, request).await.status
    };
    assert_eq!(status(&cookie).await, StatusCode::UNAUTHORIZED);
    let goes_on = status(&failed.cookie()).await;
    assert_eq!(goes_on, StatusCode::INTERNAL_SERVER_ERROR);

    let chunks = "session.0=a; session.1=b";
    let failed = post("/sign-in-and-fail").header("cookie", chunks);
    let failed = send(&app, failed).await;
    let cleared = |name: &str| {
        let start = format!("{name}=;");
        failed
            .cookies()
            .iter()
            .any(|cookie| cookie.starts_with(&start))
    };
    assert!(cleared("session.0") && cleared("session.1"), "{failed:?}");
    assert_eq!(failed.cookies().len(), 3);
}

#[tokio::test]
async fn plain_axum_routers_answer_so_under_a_session_layer() {
    let store = Moody::new().await;
    let auth = builder(&FakeClock::default()).store(store.clone()).build();
    let auth = auth.expect("usable");
    store.is(Mood::Down);
    let bare = axum::Router::new()
        .route("/sign-in", axum::routing::post(sign_in))
        .with_state(auth.clone());
    let ask = async |app: axum::Router| -> Answer {
        let request = post("/sign-in").header("accept", BROWSER);
        let request = request.body(axum::body::Body::empty()).expect("a request");
        read(app.oneshot(request).await.expect("infallible")).await
    };
    let layered = ask(bare.clone().layer(auth.layer())).await;
    assert_eq!(layered.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(layered.header("content-type"), "text/html; charset=utf-8");
    let length = layered.body.len().to_string();
    assert_eq!(layered.header("content-length"), length);
    let bare = ask(bare).await;
    assert_eq!(bare.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(bare.header("content-type"), "application/problem+json");
}
