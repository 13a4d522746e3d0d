//! What visitors see of a guarded application while its real store fails.

mod load;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{
    Auth, AuthBuilder, PostgresStore, RedisStore, Router, Session, SessionStore, User, protected,
};
use portcullis_tests::servers::{Postgres, Redis};
use portcullis_tests::{Answer, FakeClock, builder, get, send};
use tokio::sync::Semaphore;
use tokio::task::block_in_place;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A server that can fail.
trait Server {
    fn pause(&self);
    fn resume(&self);
    fn kill(&mut self);
    fn restart(&mut self);
}

impl Server for Postgres {
    fn pause(&self) {
        self.pause();
    }

    fn resume(&self) {
        self.resume();
    }

    fn kill(&mut self) {
        self.kill();
    }

    fn restart(&mut self) {
        self.restart();
    }
}

impl Server for Redis {
    fn pause(&self) {
        self.pause();
    }

    fn resume(&self) {
        self.resume();
    }

    fn kill(&mut self) {
        self.kill();
    }

    fn restart(&mut self) {
        self.restart();
    }
}

async fn on_postgres() -> (Postgres, PostgresStore) {
    let postgres = Postgres::start();
    let store = PostgresStore::connect(&postgres.database())
        .await
        .expect("a store");
    store.migrate().await.expect("tables");
    (postgres, store)
}

async fn on_redis() -> (Redis, RedisStore) {
    let redis = Redis::start();
    let store = RedisStore::connect(&redis.url()).await.expect("a store");
    (redis, store)
}

#[protected]
async fn me(session: Session) -> String {
    session.user_id().to_owned()
}

#[protected(redirect)]
async fn page() -> &'static str {
    "page"
}

#[protected]
async fn slow(
    axum::extract::State(gates): axum::extract::State<Gates>,
    session: Session,
) -> String {
    gates.entered.add_permits(1);
    gates.leave.acquire().await.expect("open").forget();
    session.user_id().to_owned()
}

/// Lets a test know that a request is inside, and the request go on.
#[derive(Clone)]
struct Gates {
    entered: Arc<Semaphore>,
    leave: Arc<Semaphore>,
}

#[derive(Clone, axum::extract::FromRef)]
struct AppState {
    auth: Auth,
    gates: Gates,
}

/// A guarded application in front of a store.
#[derive(Clone)]
struct Site {
    auth: Auth,
    app: Router,
    clock: FakeClock,
    gates: Gates,
}

impl Site {
    fn new(store: impl SessionStore) -> Self {
        Self::configured(store, |builder| builder)
    }

    /// One whose store may take its time, as on a busy machine.
    fn patient(store: impl SessionStore) -> Self {
        Self::configured(store, |builder| {
            builder.store_deadline(Duration::from_secs(60))
        })
    }

    fn configured(
        store: impl SessionStore,
        configure: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        // Redis removes what has expired by the real time.
        let clock = FakeClock::at(SystemTime::now());
        let auth = configure(builder(&clock).store(store));
        let auth = auth.build().expect("usable");
        let gates = Gates {
            entered: Arc::new(Semaphore::new(0)),
            leave: Arc::new(Semaphore::new(0)),
        };
        let app = Router::new()
            .route("/me", route_get(me))
            .route("/page", route_get(page))
            .route("/slow", route_get(slow))
            .with_state(AppState {
                auth: auth.clone(),
                gates: gates.clone(),
            });
        Self {
            auth,
            app,
            clock,
            gates,
        }
    }

    async fn sign_in(&self, user: usize) -> String {
        let signed_in = self.auth.sign_in(User::new(user)).await.expect("signed in");
        format!("session={}", signed_in.expose_token())
    }

    async fn visit(&self, path: &str, cookie: &str, accept: &str) -> Answer {
        send(
            &self.app,
            get(path).header("cookie", cookie).header("accept", accept),
        )
        .await
    }

    async fn status(&self, cookie: &str) -> StatusCode {
        self.visit("/me", cookie, "application/json").await.status
    }
}

/// A refusal that says nothing of the visitor, and leaves the cookie alone.
fn is_an_outage(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(
        (answer.header("www-authenticate"), answer.header("location")),
        ("", "")
    );
    assert!(answer.cookies().is_empty(), "{:?}", answer.headers);
}

/// Nobody is there to connect to: visitors are told so, and come in again when somebody is.
async fn refuses_connections(mut server: impl Server, store: impl SessionStore) {
    let site = Site::new(store);
    let cookie = site.sign_in(7).await;
    block_in_place(|| server.kill());
    for (path, accept) in [
        ("/me", "application/json"),
        ("/page", "text/html"),
        ("/page", "application/json"),
    ] {
        is_an_outage(&site.visit(path, &cookie, accept).await);
    }
    let anonymous = send(&site.app, get("/me")).await;
    assert_eq!(
        anonymous.status,
        StatusCode::UNAUTHORIZED,
        "who shows nothing is nobody"
    );
    block_in_place(|| server.restart());
    let mut answer = site.visit("/me", &cookie, "application/json").await;
    // A connection that was being made meanwhile may have failed.
    for _ in 0..5 {
        if answer.status != StatusCode::OK {
            is_an_outage(&answer);
            answer = site.visit("/me", &cookie, "application/json").await;
        }
    }
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn row_27_postgres_refuses_connections() {
    let (postgres, store) = on_postgres().await;
    refuses_connections(postgres, store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_27_redis_refuses_connections() {
    let (redis, store) = on_redis().await;
    refuses_connections(redis, store).await;
}

/// A hundred requests at the time of a refresh: one of them writes.
async fn is_refreshed_once(store: impl SessionStore) {
    let site = Site::patient(store);
    let cookie = site.sign_in(7).await;
    site.clock.advance(2 * DAY);
    let visits = (0..100).map(|_| {
        let (site, cookie) = (site.clone(), cookie.clone());
        tokio::spawn(async move { site.visit("/me", &cookie, "application/json").await })
    });
    let visits: Vec<_> = visits.collect();
    let mut set = Vec::new();
    for visit in visits {
        let answer = visit.await.expect("an answer");
        assert_eq!(answer.status, StatusCode::OK);
        set.extend(answer.cookies().iter().map(|cookie| (*cookie).to_owned()));
    }
    assert_eq!(set.len(), 1, "{set:?}");
    assert!(set[0].starts_with(&cookie), "the id stays");
    site.clock.advance(29 * DAY);
    assert_eq!(
        site.status(&cookie).await,
        StatusCode::OK,
        "it was extended"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn row_32_a_hundred_requests_at_refresh_time_write_once_to_postgres() {
    let postgres = Postgres::shared();
    let store = PostgresStore::connect(&postgres.database())
        .await
        .expect("a store");
    store.migrate().await.expect("tables");
    is_refreshed_once(store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_32_a_hundred_requests_at_refresh_time_write_once_to_redis() {
    let redis = Redis::shared();
    let store = RedisStore::connect(&redis.url()).await.expect("a store");
    is_refreshed_once(store.key_prefix("row-32:")).await;
}

/// Sign-out while a slow request is inside, when a refresh is due: it stays signed out.
async fn stays_signed_out(store: impl SessionStore) {
    let site = Site::patient(store);
    for user in 0..100 {
        let cookie = site.sign_in(user).await;
        site.clock.advance(2 * DAY);
        let inside = tokio::spawn({
            let (site, cookie) = (site.clone(), cookie.clone());
            async move { site.visit("/slow", &cookie, "application/json").await }
        });
        site.gates.entered.acquire().await.expect("open").forget();
        site.auth
            .sign_out_everywhere(&user.to_string())
            .await
            .expect("signed out");
        site.gates.leave.add_permits(1);
        let answer = inside.await.expect("an answer");
        assert_eq!(answer.status, StatusCode::OK, "it goes by its own rules");
        assert!(answer.cookies().is_empty());
        assert_eq!(site.status(&cookie).await, StatusCode::UNAUTHORIZED);
        let left = site
            .auth
            .sessions_of(&user.to_string())
            .await
            .expect("asked");
        assert!(left.is_empty(), "{left:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_33_sign_out_while_a_slow_request_is_on_its_way_to_postgres() {
    let postgres = Postgres::shared();
    let store = PostgresStore::connect(&postgres.database())
        .await
        .expect("a store");
    store.migrate().await.expect("tables");
    stays_signed_out(store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_33_sign_out_while_a_slow_request_is_on_its_way_to_redis() {
    let redis = Redis::shared();
    let store = RedisStore::connect(&redis.url()).await.expect("a store");
    stays_signed_out(store.key_prefix("row-33:")).await;
}
