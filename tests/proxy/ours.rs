//! Another Portcullis as the upstream.

use std::time::Duration;

use portcullis::{Auth, AuthBuilder, Profile, ProxyOptions, Router, SqliteStore, User};
use portcullis_tests::{FakeClock, ORIGIN, builder, get, post, send_body};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::app::{App, routes};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An application that asks another one, which keeps the sessions.
struct Pair {
    there: Auth,
    here: App,
    /// Of the application that keeps the sessions.
    clock: FakeClock,
}

impl Pair {
    async fn new(profile: Profile, configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let clock = FakeClock::default();
        let there = configure(builder(&clock).profile(profile)).build();
        let there = there.expect("usable");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let app: Router = Router::new()
            .merge(there.router())
            .with_state(there.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let options = ProxyOptions::new(format!("http://{address}"));
        let options = options
            .timeout(Duration::from_secs(60))
            .cache_ttl(Duration::ZERO);
        let here = App::configured(options, |builder| builder.profile(profile).origin(ORIGIN));
        let router = routes().merge(here.auth.router());
        let router = router.with_state(here.auth.clone());
        let here = App { router, ..here };
        Self { there, here, clock }
    }

    /// The pairs of the session cookie of somebody who signs in there.
    async fn sign_in(&self, user: User) -> String {
        let response = (self.there.sign_in(user).await.expect("signed in"), ());
        let response = axum::response::IntoResponse::into_response(response);
        pairs(&portcullis_tests::read(response).await.cookies())
    }

    async fn visit(&self, path: &str, cookie: &str) -> portcullis_tests::Answer {
        self.here.send(get(path).header("cookie", cookie)).await
    }

    fn pass(&self, duration: Duration) {
        self.clock.advance(duration);
        self.here.clock.advance(duration);
    }
}

/// What a browser sends that was given these cookies.
fn pairs(cookies: &[&str]) -> String {
    let pairs = cookies
        .iter()
        .map(|cookie| cookie.split(';').next().expect("a pair"));
    pairs.collect::<Vec<_>>().join("; ")
}

fn ada() -> User {
    User::new("7").named("Ada").with_email("ada@example.com")
}

/// One pair for each profile and each way of keeping sessions.
async fn each() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for profile in [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4] {
        pairs.push(Pair::new(profile, |builder| builder).await);
        let store = SqliteStore::in_memory().await.expect("memory");
        pairs.push(Pair::new(profile, |builder| builder.store(store)).await);
    }
    pairs
}

#[tokio::test]
async fn whoever_is_signed_in_there_is_known_here() {
    for pair in each().await {
        let cookie = pair.sign_in(ada()).await;
        let me = pair.visit("/me", &cookie).await;
        assert_eq!(me.status, 200, "{me:?}");
        let me: Value = serde_json::from_str(&me.body).expect("JSON");
        assert_eq!(me["user"]["name"], "Ada");
        assert_eq!(
            pair.visit("/hello", &cookie).await.body,
            "hello ada@example.com"
        );
        assert_eq!(pair.visit("/me", &format!("{cookie}x")).await.status, 401);
        assert_eq!(pair.visit("/me", "").await.status, 401);
    }
}

#[tokio::test]
async fn a_session_that_is_refreshed_there_goes_on_here() {
    for pair in each().await {
        let mut cookie = pair.sign_in(ada()).await;
        // Longer than any one cookie lasts.
        for _ in 0..3 {
            pair.pass(20 * DAY);
            let me = pair.visit("/me", &cookie).await;
            assert_eq!(me.status, 200, "{me:?}");
            cookie = pairs(&me.cookies());
            assert!(!cookie.is_empty(), "{me:?}");
        }
    }
}

#[tokio::test]
async fn a_session_in_chunks_is_refreshed_in_chunks() {
    for profile in [Profile::Native, Profile::AuthJsV5] {
        let pair = Pair::new(profile, |builder| builder).await;
        let cookie = pair.sign_in(ada().with("notes", "n".repeat(6000))).await;
        assert!(cookie.contains(".1="), "{cookie}");
        pair.pass(2 * DAY);
        let me = pair.visit("/me", &cookie).await;
        assert_eq!(me.status, 200, "{me:?}");
        assert!(me.cookies().len() > 1, "{me:?}");
        let renewed = pairs(&me.cookies());
        pair.pass(29 * DAY);
        assert_eq!(pair.visit("/me", &cookie).await.status, 401);
        assert_eq!(pair.visit("/me", &renewed).await.status, 200);
    }
}

#[tokio::test]
async fn a_session_that_has_ended_there_is_over_here() {
    for pair in each().await {
        let cookie = pair.sign_in(ada()).await;
        assert_eq!(pair.visit("/me", &cookie).await.status, 200);
        pair.there
            .sign_out_everywhere("7")
            .await
            .expect("signed out");
        let me = pair.visit("/me", &cookie).await;
        assert_eq!(me.status, 401);
        // The upstream removes what is of no more use.
        let (name, _) = cookie.split_once('=').expect("a pair");
        assert_eq!(pairs(&me.cookies()), format!("{name}="));
    }
}

#[tokio::test]
async fn an_upstream_that_wants_an_origin_takes_what_we_have_taken() {
    for profile in [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4] {
        let pair = Pair::new(profile, |builder| builder.strict_origin(true)).await;
        for visited in [ORIGIN, "http://127.0.0.1:3000"] {
            let cookie = pair.sign_in(ada()).await;
            let csrf = pair.visit("/api/auth/csrf", "").await;
            let cookies = format!("{cookie}; {}", pairs(&csrf.cookies()));
            let csrf: Value = serde_json::from_str(&csrf.body).expect("JSON");
            let token = csrf["csrfToken"].as_str().expect("a token");
            let request = post("/api/auth/signout")
                .header("origin", visited)
                .header("cookie", cookies)
                .header("content-type", "application/x-www-form-urlencoded");
            let form = format!("csrfToken={token}").into();
            let answer = send_body(&pair.here.router, request, form).await;
            assert_eq!(answer.status, 302, "{visited} {answer:?}");
            let (name, _) = cookie.split_once('=').expect("a pair");
            let removal = format!("{name}=;");
            assert!(
                answer.cookies().iter().any(|set| set.starts_with(&removal)),
                "{answer:?}"
            );
        }
    }
}
