//! One sign-in for the real Auth.js and for us, on one Redis.

use std::time::{Duration, UNIX_EPOCH};

use axum::extract::State;
use http::StatusCode;
use portcullis::routing::{get, post};
use portcullis::{
    Auth, AuthError, Router, Session, SessionStore, SignedOut, SystemClock, Updated, User,
    authorized, protected,
};
use portcullis_tests::authjs::Peer;
use portcullis_tests::servers::Redis;
use portcullis_tests::{Answer, FakeClock, builder, send, send_body};
use serde_json::{Value, json};

use crate::redis::after;
use crate::redis_admin::Admin;
use crate::redis_authjs::{DAY, OTHER_TOKEN, TOKEN, connect, session};

#[protected]
async fn me(session: Session<Value>) -> String {
    session.user.to_string()
}

#[authorized(role = "admin")]
async fn admin(_session: Session) {}

#[protected(fresh = "15m")]
async fn fresh(_session: Session) {}

#[protected]
async fn sign_out(
    session: Session,
    State(auth): State<Auth>,
) -> Result<(SignedOut, ()), AuthError> {
    Ok((auth.sign_out(&session).await?, ()))
}

#[protected]
async fn rename(
    session: Session,
    State(auth): State<Auth>,
    name: String,
) -> Result<(Updated, ()), AuthError> {
    let user = User::clone(&session.user).named(name);
    Ok((auth.update(&session, user).await?, ()))
}

/// An application that shares its sessions with Auth.js.
struct App {
    auth: Auth,
    router: Router,
}

impl App {
    async fn on(redis: &Redis) -> Self {
        let auth = builder(&FakeClock::default())
            .clock(SystemClock)
            .cookie_name("authjs.session-token")
            .store(connect(redis).await.role_member("role"))
            .build()
            .expect("a configuration");
        let router = Router::new()
            .route("/me", get(me))
            .route("/admin", get(admin))
            .route("/fresh", get(fresh))
            .route("/sign-out", post(sign_out))
            .route("/rename", post(rename))
            .with_state(auth.clone());
        Self { auth, router }
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        let cookie = format!("authjs.session-token={token}");
        send(
            &self.router,
            portcullis_tests::get(path).header("cookie", cookie),
        )
        .await
    }

    async fn post(&self, path: &str, token: &str, body: &'static str) -> StatusCode {
        let cookie = format!("authjs.session-token={token}");
        let request = portcullis_tests::post(path).header("cookie", cookie);
        send_body(&self.router, request, body.into()).await.status
    }

    async fn sign_in(&self, user_id: &str) -> String {
        let signed_in = self.auth.sign_in(User::new(user_id)).await;
        signed_in.expect("signed in").expose_token().to_owned()
    }
}

#[tokio::test]
async fn the_upstash_adapter_and_we_are_one() {
    let redis = Redis::start();
    let (mut peer, app) = (Peer::start("upstash", &redis.url()), App::on(&redis).await);
    let (ada, bob) = (peer.create_user("ada"), peer.create_user("bob"));
    let in_days = |days| {
        let since = after(days * DAY).duration_since(UNIX_EPOCH);
        u64::try_from(since.expect("after 1970").as_millis()).expect("not so far") + 734
    };

    // Begun there, valid here; the role is read with every request.
    peer.create_session(TOKEN, &ada, in_days(30));
    let seen: Value = serde_json::from_str(&app.get("/me", TOKEN).await.body).expect("JSON");
    let expected =
        json!({"id": ada, "name": "ada", "email": "ada@example.com", "image": null, "roles": []});
    assert_eq!(seen, expected);
    assert_eq!(app.get("/admin", TOKEN).await.status, StatusCode::FORBIDDEN);
    peer.ask("updateUser", json!({"user": {"id": ada, "role": "admin"}}));
    assert_eq!(app.get("/admin", TOKEN).await.status, StatusCode::OK);
    assert_eq!(
        app.get("/me", OTHER_TOKEN).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(app.get("/fresh", TOKEN).await.code(), "auth_time_missing");

    // Begun here, valid there.
    let token = app.sign_in(&bob).await;
    assert_eq!(peer.session(&token)["user"]["id"], bob);

    // Ended on either side, dead on both.
    assert_eq!(app.post("/sign-out", &token, "").await, StatusCode::OK);
    assert_eq!(peer.session(&token), json!(null));
    let token = app.sign_in(&bob).await;
    peer.sign_out(&token);
    assert_eq!(
        app.get("/me", &token).await.status,
        StatusCode::UNAUTHORIZED
    );
    let token = app.sign_in(&bob).await;
    app.auth.sign_out_everywhere(&bob).await.expect("ended");
    assert_eq!(peer.session(&token), json!(null));

    // Extended by either side, seen by both.
    peer.create_session(OTHER_TOKEN, &bob, in_days(10));
    let answer = app.get("/me", OTHER_TOKEN).await;
    assert!(
        answer.cookie().ends_with(OTHER_TOKEN),
        "{:?}",
        answer.headers
    );
    let told = peer.session(OTHER_TOKEN)["expires"]
        .as_u64()
        .expect("a time");
    let sessions = app.auth.sessions_of(&bob).await.expect("asked");
    assert_eq!(sessions.len(), 1);
    let expires = sessions[0].expires.duration_since(UNIX_EPOCH);
    assert_eq!(u128::from(told), expires.expect("after 1970").as_millis());
    assert!(sessions[0].expires > after(29 * DAY));

    // Changed here, seen there.
    assert_eq!(app.post("/rename", TOKEN, "Countess").await, StatusCode::OK);
    assert_eq!(peer.session(TOKEN)["user"]["name"], "Countess");
    assert_eq!(app.get("/admin", TOKEN).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_written_is_what_the_adapter_writes() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    let mut peer = Peer::start("upstash", &redis.url());
    let user = peer.create_user("ada");
    let expires = UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    peer.create_session(TOKEN, &user, 4_102_444_800_000);
    let mut ours = session(OTHER_TOKEN, &user);
    ours.expires = expires;
    store.create(&ours).await.expect("created");
    let by_adapter = admin.get(&format!("app:user:session:{TOKEN}")).await;
    let by_us = admin.get(&format!("app:user:session:{OTHER_TOKEN}")).await;
    assert_eq!(by_us, by_adapter.replace(TOKEN, OTHER_TOKEN));
    let latest = format!("app:user:session:by-user-id:{user}");
    assert_eq!(
        admin.get(&latest).await,
        format!("app:user:session:{OTHER_TOKEN}")
    );
    let keys: Vec<String> = admin.ask(&["KEYS", "*"]).await;
    assert_eq!(keys.len(), 5, "{keys:?}");
    for key in keys {
        assert_eq!(admin.ask::<i64>(&["TTL", &key]).await, -1, "{key}");
    }
}
