//! Where the middleware of NextAuth and Auth.js sent visitors in circles, or let them through.

use http::{Request, StatusCode};
use portcullis::{Auth, Credentials, MemoryStore, Pages, Profile, Router, User, guard};
use portcullis_tests::{SECRET, builder, get, send};

use super::{BROWSER, Site, answers, ask};

/// Follows redirects as a browser does, and gives the paths and the last status.
async fn follow(site: &Site, path: &str, cookie: &str) -> (Vec<String>, StatusCode) {
    let mut been = vec![path.to_owned()];
    loop {
        let request = Request::get(been.last().expect("one").as_str());
        let answer = site
            .ask(request.header("cookie", cookie).header("accept", BROWSER))
            .await;
        if answer.status != StatusCode::SEE_OTHER {
            return (been, answer.status);
        }
        been.push(answer.header("location").to_owned());
        assert!(been.len() < 4, "a loop: {been:?}");
    }
}

/// next-auth #4096: `withAuth` sends a signed-in visitor without the role to the sign-in page, which sends
/// them back.
#[tokio::test]
async fn who_is_signed_in_is_never_sent_to_sign_in() {
    for pages in [Pages::new(), Pages::new().error("/sorry")] {
        let site = Site::new(
            |builder| builder.pages(pages.clone()),
            |auth| auth.require(guard!(role = "admin")),
        );
        let cookie = site.cookie(User::new("7")).await;
        for path in ["/dashboard", "/publicity", "/nowhere"] {
            let (been, _) = follow(&site, path, &cookie).await;
            assert!(
                !been.iter().any(|path| path.starts_with("/sign-in")),
                "{been:?}"
            );
        }
    }
}

/// next-auth #5392: the middleware cannot read sessions that are kept in a database, and sends everybody to
/// sign in, again and again.
#[tokio::test]
async fn sessions_in_a_database_pass() {
    let site = Site::new(
        |builder| builder.store(MemoryStore::new()),
        |auth| auth.require_session(),
    );
    let cookie = site.cookie(User::new("7")).await;
    let (been, status) = follow(&site, "/dashboard", &cookie).await;
    assert_eq!((been.len(), status), (1, StatusCode::OK));
}

/// next-auth #4234 and #12532: a sign-in page, or an error page, that is guarded itself.
#[tokio::test]
async fn the_pages_themselves_are_open() {
    for site in Site::each(|auth| auth.require(guard!(role = "admin"))) {
        let cookie = site.cookie(User::new("7")).await;
        for cookie in ["", &cookie] {
            let (been, status) = follow(&site, "/sign-in", cookie).await;
            assert_eq!((been.len(), status), (1, StatusCode::OK));
            let (_, status) = follow(&site, "/dashboard", cookie).await;
            let expected = if cookie.is_empty() { 200 } else { 403 };
            assert_eq!(status.as_u16(), expected);
        }
        // Its form is sent by somebody who is not signed in.
        assert_eq!(site.status(Request::post("/sign-in")).await, 200);
        // Something below it is not it.
        assert_eq!(site.status(Request::get("/sign-in/secret")).await, 401);
    }
}

/// next-auth #10528 and #11693: a wrapper runs although `authorized` said no. There is no such thing here:
/// what is behind the layer runs only after it.
#[tokio::test]
async fn nothing_runs_after_a_no() {
    for site in Site::each(|auth| auth.require(guard!(role = "admin"))) {
        let cookie = site.cookie(User::new("7")).await;
        for cookie in ["", &cookie] {
            answers(&site, "/dashboard", cookie).await;
        }
        assert_eq!(site.runs.count(), 0);
    }
}

/// sidebase #535, and `withAuth` as well: what only begins like the endpoints is not one of them.
#[tokio::test]
async fn the_endpoints_are_open_and_what_begins_like_them_is_not() {
    for site in Site::each(|auth| auth.require_session()) {
        for path in [
            "/api/auth/session",
            "/api/auth/signin",
            "/api/auth/signin/credentials",
            "/api/auth/callback/credentials",
            "/api/auth/signout",
        ] {
            assert_eq!(site.status(Request::get(path)).await, 200, "{path}");
            assert_eq!(site.status(Request::post(path)).await, 200, "{path}");
            assert_eq!(site.status(Request::delete(path)).await, 401, "{path}");
        }
        for path in ["csrf", "providers", "error", "verify-request"] {
            let path = format!("/api/auth/{path}");
            assert_eq!(site.status(Request::get(&path)).await, 200, "{path}");
            assert_eq!(site.status(Request::post(&path)).await, 401, "{path}");
        }
        for path in [
            "/api/auth",
            "/api/auth/",
            "/api/auth/users",
            "/api/auth/session/7",
            "/api/auth/sessions",
            "/api/auth/callback",
            "/api/auth/callback/",
            "/api/auth/callback/credentials/7",
            "/api/auth/signin/",
            "/api/auth/signin/credentials/7",
            "/api/auth/_log",
            "/api/authors",
            "/api/auth-connect",
            "/api/auth/../authors",
            "/api/auth/%2e%2e/authors",
            "/api/auth//authors",
            "/api/auth/..%2fauthors",
            "/api/auth/..;/authors",
            "/API/AUTH/session",
            "/api/%61uth/session",
            "//api/auth/session",
        ] {
            assert_eq!(site.status(Request::get(path)).await, 401, "{path}");
        }
    }
}

/// Everything is behind one layer, the endpoints that sign people in as well.
#[tokio::test]
async fn visitors_get_to_the_built_in_sign_in_page_and_no_further() {
    for profile in [Profile::AuthJsV5, Profile::NextAuthV4] {
        let auth = builder(&Default::default())
            .profile(profile)
            .credentials(Credentials::new(async |_| {
                Ok::<Option<User>, std::io::Error>(None)
            }))
            .build()
            .expect("usable");
        let app: Router = Router::new()
            .route("/dashboard", portcullis::routing::get(super::open))
            .merge(auth.router())
            .layer(auth.require_session())
            .with_state(auth);
        let ask = async |path: &str| send(&app, get(path).header("accept", BROWSER)).await;
        let answer = ask("/dashboard").await;
        let page = answer.header("location");
        assert!(page.starts_with("/api/auth/signin?callbackUrl="), "{page}");
        assert_eq!(ask(page).await.status, StatusCode::OK);
        for path in ["/session", "/csrf", "/providers", "/error"] {
            let answer = ask(&format!("/api/auth{path}")).await;
            assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        assert_eq!(ask("/api/authors").await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn the_endpoints_are_where_the_configuration_has_them() {
    let site = Site::new(
        |builder| builder.base_path("/public"),
        |auth| auth.require_session(),
    );
    assert_eq!(site.status(Request::get("/public/session")).await, 200);
    assert_eq!(site.status(Request::get("/publicity")).await, 401);
    assert_eq!(site.status(Request::get("/api/auth/session")).await, 401);
}

/// The path of an application that has one is not that of the endpoints alone.
#[tokio::test]
async fn an_address_with_a_path_opens_the_endpoints_and_nothing_else_there() {
    for (profile, log) in [(Profile::AuthJsV5, 401), (Profile::NextAuthV4, 200)] {
        let address =
            |name: &str| (name == "AUTH_URL").then(|| "https://app.example/app/".to_owned());
        let auth = Auth::builder().secret(SECRET).environment(address);
        let auth = auth.profile(profile).build().expect("usable");
        let app = axum::Router::new()
            .route("/app/{*path}", axum::routing::any(async || "ran"))
            .layer(auth.require_session());
        for (request, expected) in [
            (Request::get("/app/session"), 200),
            (Request::post("/app/callback/credentials"), 200),
            (Request::post("/app/_log"), log),
            (Request::get("/app/_log"), 401),
            (Request::get("/app/admin"), 401),
            (Request::delete("/app/admin"), 401),
            (Request::delete("/app/session"), 401),
        ] {
            let request = request.body(axum::body::Body::empty()).expect("a request");
            let line = format!("{} {}", request.method(), request.uri());
            let status = ask(app.clone(), request).await.status;
            assert_eq!(status.as_u16(), expected, "{line}");
        }
    }
}
