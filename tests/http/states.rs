//! Routers whose state is more than an `Auth`, or not yet known.

use axum::extract::{FromRef, State};
use http::{Request, StatusCode};
use portcullis::routing::get;
use portcullis::{Auth, ProvidesAuth, Router, Session, User, protected};
use portcullis_tests::{FakeClock, builder, send};

#[protected]
async fn closed() -> &'static str {
    "closed"
}

#[derive(Debug, Clone)]
struct Db;

#[derive(Debug, Clone)]
struct Whole {
    auth: Auth,
    db: Db,
}

impl FromRef<Whole> for Auth {
    fn from_ref(whole: &Whole) -> Self {
        whole.auth.clone()
    }
}

impl FromRef<Whole> for Db {
    fn from_ref(whole: &Whole) -> Self {
        whole.db.clone()
    }
}

#[protected]
async fn generic<T: Send + 'static>(State(_): State<Db>, _: Session) -> &'static str
where
    Db: Clone,
{
    std::any::type_name::<T>()
}

fn routes<S: ProvidesAuth>() -> Router<S>
where
    Db: FromRef<S>,
{
    Router::new().route("/generic", get(generic::<u8>))
}

#[tokio::test]
async fn routers_may_be_generic_and_have_states_of_their_own() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let own = Router::new()
        .route("/own", get(closed))
        .with_state(auth.clone());
    let app: Router = Router::new()
        .merge(routes::<Whole>())
        .nest("/sub", own)
        .with_state(Whole {
            auth: auth.clone(),
            db: Db,
        });
    let signed_in = auth.sign_in(User::new(7)).await.expect("signed in");
    let cookie = format!("session={}", signed_in.expose_token());
    for (path, body) in [("/generic", "u8"), ("/sub/own", "closed")] {
        assert_eq!(
            send(&app, Request::get(path)).await.status,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(
            send(&app, Request::get(path).header("cookie", &cookie))
                .await
                .body,
            body
        );
    }
}
