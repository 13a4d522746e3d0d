//! What is configured is replaced as a whole, under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::{FromRef, State};
use http::request::Parts;
use portcullis::routing::get as route_get;
use portcullis::{
    Auth, Router, Session, User, authorized, configure_auth_runtime, get_server_session, get_token,
};
use portcullis_tests::alone::alone;
use portcullis_tests::{Answer, get, send};

use crate::app::{OTHER_SECRET, cookie, local};

const REQUESTS: usize = 10_000;
const VISITORS: usize = 8;

#[derive(Debug, Clone)]
struct AppState {
    both: [Auth; 2],
    requests: Arc<AtomicUsize>,
}

impl FromRef<AppState> for Auth {
    fn from_ref(_: &AppState) -> Self {
        Self::global()
    }
}

#[authorized(any(role = "left", role = "right"))]
async fn who(
    State(AppState { both, requests }): State<AppState>,
    State(auth): State<Auth>,
    session: Session,
    parts: Parts,
) -> String {
    // Some replace it themselves, in the middle of a request.
    let number = requests.fetch_add(1, Ordering::Relaxed);
    if number % 10 == 0 {
        configure_auth_runtime(&both[(number / 10) % 2]);
    }
    tokio::task::yield_now().await;
    let here = auth.get_server_session(&parts).await.expect("known");
    let free = get_server_session(&parts).await.expect("known");
    let token = get_token(&parts).await.expect("known").expect("valid");
    let name = |session: Option<portcullis::ServerSession>| {
        session.expect("signed in").session().user_id().to_owned()
    };
    let roles = session.roles().join(",");
    format!(
        "{} {} {} {} {roles}",
        session.user_id(),
        name(here),
        name(free),
        token.sub()
    )
}

/// Whose answer it is; it belongs to nobody else.
fn side(answer: &Answer) -> usize {
    assert_eq!(answer.status, 200, "{answer:?}");
    let sides = ["left", "right"];
    let side = sides.iter().position(|side| answer.body.starts_with(side));
    let side = side.expect("a side");
    let name = sides[side];
    assert_eq!(answer.body, [name; 5].join(" "));
    // It is refreshed with each request.
    let cookies = answer.cookies();
    assert!(
        cookies.len() == 1 && cookies[0].starts_with(&format!("{name}=")),
        "{answer:?}"
    );
    side
}

#[test]
fn no_request_sees_a_mix() {
    alone("replaced::no_request_sees_a_mix", async || {
        let left = local(|builder| builder.cookie_name("left").update_age(Duration::ZERO));
        let right = local(|builder| {
            let builder = builder.cookie_name("right").secret(OTHER_SECRET);
            builder.update_age(Duration::ZERO)
        });
        let hers = cookie(&left, "left", User::new("left").with_roles(["left"])).await;
        let his = cookie(&right, "right", User::new("right").with_roles(["right"])).await;
        let cookies = format!("{hers}; {his}");
        let both = [left, right];
        let app = Router::new()
            .route("/", route_get(who))
            .with_state(AppState {
                both: both.clone(),
                requests: Arc::default(),
            });
        configure_auth_runtime(&both[0]);
        let is_over = Arc::new(AtomicBool::new(false));
        let swapping = tokio::spawn({
            let is_over = Arc::clone(&is_over);
            let both = both.clone();
            async move {
                while !is_over.load(Ordering::Relaxed) {
                    for auth in &both {
                        configure_auth_runtime(auth);
                        tokio::task::yield_now().await;
                    }
                }
            }
        });
        let visitors: Vec<_> = (0..VISITORS)
            .map(|_| {
                let (app, cookies) = (app.clone(), cookies.clone());
                tokio::spawn(async move {
                    let mut seen = [0; 2];
                    for _ in 0..REQUESTS / VISITORS {
                        let answer = send(&app, get("/").header("cookie", &cookies)).await;
                        seen[side(&answer)] += 1;
                    }
                    seen
                })
            })
            .collect();
        let mut answered = 0;
        for visitor in visitors {
            let [left, right] = visitor.await.expect("no mix");
            answered += left + right;
        }
        is_over.store(true, Ordering::Relaxed);
        swapping.await.expect("swapped");
        assert_eq!(answered, REQUESTS);
        for (side_of, auth) in both.iter().enumerate() {
            configure_auth_runtime(auth);
            // Its number may make it replace what it sees no more of.
            let answer = send(&app, get("/").header("cookie", &cookies)).await;
            assert_eq!(side(&answer), side_of);
        }
    });
}
