//! One sign-in for the real Auth.js and for us, on one database.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use portcullis::{AuthjsTables, User};
use portcullis_tests::authjs::Peer;
use serde_json::json;

use super::database::{App, DRIZZLE, DRIZZLE_SQLITE, OnPostgres, OnSqlite, PG};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Milliseconds since 1970, in so many days.
fn in_days(days: u32) -> u64 {
    let then = SystemTime::now() + days * DAY;
    let since = then.duration_since(UNIX_EPOCH).expect("after 1970");
    u64::try_from(since.as_millis()).expect("not so far")
}

/// Tokens as Auth.js makes them.
fn token(number: u8) -> String {
    format!("8d3ac8de-7c6a-4d09-b8a4-2f0e8b1f9f{number:02x}")
}

/// Both sides of one database, with Ada, who is an admin, and Bob.
struct Both {
    peer: Peer,
    app: App,
    ada: String,
    bob: String,
}

impl Both {
    fn of(mut peer: Peer, app: App) -> Self {
        Self {
            ada: peer.create_user("ada"),
            bob: peer.create_user("bob"),
            peer,
            app,
        }
    }

    async fn status(&self, path: &str, token: &str) -> StatusCode {
        self.app.get(path, token).await.status
    }

    async fn sign_in(&self, user_id: &str) -> String {
        let signed_in = self.app.auth.sign_in(User::new(user_id)).await;
        signed_in.expect("signed in").expose_token().to_owned()
    }

    async fn days_left(&self, user_id: &str) -> Vec<u64> {
        let sessions = self.app.auth.sessions_of(user_id).await.expect("asked");
        let left = sessions.iter().map(|session| {
            let left = session.expires.duration_since(SystemTime::now());
            // A minute more: the test takes its time.
            (left.expect("not expired").as_secs() + 60) / DAY.as_secs()
        });
        left.collect()
    }

    async fn are_one(&mut self) {
        self.begun_there_counts_here().await;
        self.begun_here_counts_there().await;
        self.ended_on_either_side_is_dead_on_both().await;
        self.extended_by_either_side_is_seen_by_both().await;
        self.changed_on_either_side_is_seen_by_both().await;
    }

    async fn begun_there_counts_here(&mut self) {
        let (ada, bob) = (token(1), token(2));
        self.peer.create_session(&ada, &self.ada, in_days(30));
        self.peer.create_session(&bob, &self.bob, in_days(30));
        let answer = self.app.get("/admin", &ada).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::OK, self.ada.as_str())
        );
        assert_eq!(self.status("/admin", &bob).await, StatusCode::FORBIDDEN);
        assert_eq!(self.status("/me", &bob).await, StatusCode::OK);
        assert_eq!(
            self.status("/me", &token(3)).await,
            StatusCode::UNAUTHORIZED
        );
        let upper = bob.to_uppercase();
        assert_eq!(self.status("/me", &upper).await, StatusCode::UNAUTHORIZED);
        // Auth.js does not say when she signed in.
        assert_eq!(
            self.app.get("/fresh", &ada).await.code(),
            "auth_time_missing"
        );
    }

    async fn begun_here_counts_there(&mut self) {
        let token = self.sign_in(&self.bob).await;
        let session = self.peer.session(&token);
        assert_eq!(session["user"]["id"], self.bob);
        assert_eq!(session["user"]["email"], "bob@example.com");
    }

    async fn ended_on_either_side_is_dead_on_both(&mut self) {
        let token = self.sign_in(&self.ada).await;
        assert_eq!(
            self.app.post("/sign-out", &token, "").await.status,
            StatusCode::OK
        );
        assert_eq!(self.peer.session(&token), json!(null));

        let token = self.sign_in(&self.ada).await;
        assert_eq!(self.peer.sign_out(&token), json!(["authjs.session-token="]));
        assert_eq!(self.status("/me", &token).await, StatusCode::UNAUTHORIZED);

        let tokens = [self.sign_in(&self.bob).await, self.sign_in(&self.bob).await];
        self.app
            .auth
            .sign_out_everywhere(&self.bob)
            .await
            .expect("ended");
        for token in tokens {
            assert_eq!(self.peer.session(&token), json!(null));
        }
    }

    async fn extended_by_either_side_is_seen_by_both(&mut self) {
        let here = token(4);
        self.peer
            .create_session(&here, &self.bob, in_days(10) + 734);
        assert_eq!(self.days_left(&self.bob).await, [10]);
        let answer = self.app.get("/me", &here).await;
        assert!(answer.cookie().ends_with(&here), "{:?}", answer.headers);
        assert_eq!(self.days_left(&self.bob).await, [30]);
        let told = self.peer.session(&here)["expires"]
            .as_u64()
            .expect("a time");
        let sessions = self.app.auth.sessions_of(&self.bob).await.expect("asked");
        let expected = sessions[0].expires.duration_since(UNIX_EPOCH);
        assert_eq!(told, expected.expect("after 1970").as_secs() * 1000);

        let there = token(5);
        self.peer.create_session(&there, &self.bob, in_days(10));
        assert_eq!(self.days_left(&self.bob).await, [30, 10]);
        assert_eq!(self.peer.session(&there)["user"]["id"], self.bob);
        assert_eq!(self.days_left(&self.bob).await, [30, 30]);
        assert!(self.app.get("/me", &there).await.cookies().is_empty());

        let rotated = self.app.post("/rotate", &there, "").await.cookie();
        let rotated = rotated.replace("authjs.session-token=", "");
        assert_eq!(self.peer.session(&there), json!(null));
        assert_eq!(self.peer.session(&rotated)["user"]["id"], self.bob);
    }

    async fn changed_on_either_side_is_seen_by_both(&mut self) {
        let token = token(1);
        let user = json!({"id": self.ada, "name": "Countess"});
        self.peer.ask("updateUser", json!({ "user": user }));
        assert!(self.app.get("/me", &token).await.body.contains("Countess"));
        let renamed = self.app.post("/rename", &token, "Ada Lovelace").await;
        assert_eq!(renamed.status, StatusCode::OK);
        assert_eq!(self.peer.session(&token)["user"]["name"], "Ada Lovelace");
        assert_eq!(
            self.peer.session(&token)["user"]["email"],
            "ada@example.com"
        );
        assert_eq!(self.status("/admin", &token).await, StatusCode::OK);
    }
}

#[tokio::test]
async fn the_pg_adapter_and_we_are_one() {
    let database = OnPostgres::with(PG).await;
    let app = App::on(database.store(AuthjsTables::pg_adapter().role_column("role")));
    let mut both = Both::of(Peer::start("pg", &database.url), app);
    let promote = format!("UPDATE users SET role = 'admin' WHERE id = {}", both.ada);
    database.execute(promote).await;
    both.are_one().await;
    database.execute("UPDATE users SET role = NULL").await;
    assert_eq!(
        both.status("/admin", &token(1)).await,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn the_drizzle_adapter_on_postgres_and_we_are_one() {
    let database = OnPostgres::with(DRIZZLE).await;
    let app = App::on(database.store(AuthjsTables::drizzle().role_column("role")));
    let mut both = Both::of(Peer::start("drizzle", &database.url), app);
    let promote = format!(
        r#"UPDATE "user" SET role = 'admin' WHERE id = '{}'"#,
        both.ada
    );
    database.execute(promote).await;
    both.are_one().await;
}

#[tokio::test]
async fn the_drizzle_adapter_on_sqlite_and_we_are_one() {
    let database = OnSqlite::with(DRIZZLE_SQLITE).await;
    let app = App::on(database.store(AuthjsTables::drizzle_sqlite().role_column("role")));
    let mut both = Both::of(Peer::start("drizzle-sqlite", &database.url), app);
    let promote = format!(
        r#"UPDATE "user" SET role = 'admin' WHERE id = '{}'"#,
        both.ada
    );
    database.execute(promote).await;
    both.are_one().await;
}
