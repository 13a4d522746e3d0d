//! Databases with the tables of Auth.js' adapters, as far as sessions need them.

use std::sync::Arc;

use axum::extract::State;
use http::request::Builder;
use portcullis::routing::{get, post};
use portcullis::{
    Auth, AuthError, AuthjsPostgresStore, AuthjsSqliteStore, AuthjsTables, Router, Session,
    SessionStore, SignedOut, Updated, User, authorized, protected,
};
use portcullis_tests::servers::Postgres;
use portcullis_tests::{Answer, ORIGIN, SECRET, send};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteSynchronous};
use tempfile::TempDir;

/// `@auth/pg-adapter`.
pub const PG: &str = r#"
CREATE TABLE users (
    id SERIAL PRIMARY KEY, name VARCHAR(255), email VARCHAR(255),
    "emailVerified" TIMESTAMPTZ, image TEXT, role TEXT
);
CREATE TABLE sessions (
    id SERIAL PRIMARY KEY, "userId" INTEGER NOT NULL,
    expires TIMESTAMPTZ NOT NULL, "sessionToken" VARCHAR(255) NOT NULL
);"#;

/// `@auth/drizzle-adapter` on PostgreSQL.
pub const DRIZZLE: &str = r#"
CREATE TABLE "user" (
    "id" text PRIMARY KEY, "name" text, "email" text UNIQUE,
    "emailVerified" timestamp, "image" text, "role" text
);
CREATE TABLE "session" (
    "sessionToken" text PRIMARY KEY,
    "userId" text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
    "expires" timestamp NOT NULL
);"#;

/// `@auth/drizzle-adapter` on SQLite.
pub const DRIZZLE_SQLITE: &str = r#"
CREATE TABLE "user" (
    "id" text PRIMARY KEY NOT NULL, "name" text, "email" text UNIQUE,
    "emailVerified" integer, "image" text, "role" text
);
CREATE TABLE "session" (
    "sessionToken" text PRIMARY KEY NOT NULL,
    "userId" text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
    "expires" integer NOT NULL
);"#;

/// `@auth/prisma-adapter` on PostgreSQL: what Prisma makes of the documented models.
pub const PRISMA: &str = r#"
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY, "name" TEXT, "email" TEXT NOT NULL, "emailVerified" TIMESTAMP(3),
    "image" TEXT, "role" TEXT, "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL
);
CREATE TABLE "Session" (
    "sessionToken" TEXT NOT NULL, "userId" TEXT NOT NULL, "expires" TIMESTAMP(3) NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" TIMESTAMP(3) NOT NULL,
    FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "User_email_key" ON "User" ("email");
CREATE UNIQUE INDEX "Session_sessionToken_key" ON "Session" ("sessionToken");"#;

pub struct OnPostgres {
    pub url: String,
    pub pool: PgPool,
    /// Stops when nobody needs it any more.
    _server: Arc<Postgres>,
}

impl OnPostgres {
    pub async fn with(schema: &str) -> Self {
        let server = Postgres::shared();
        let url = server.database();
        let options = PgPoolOptions::new().max_connections(8);
        let pool = options.connect(&url).await.expect("a connection");
        let database = Self {
            url,
            pool,
            _server: server,
        };
        database.execute(schema).await;
        database
    }

    pub async fn execute(&self, sql: impl Into<String>) {
        let sql = sqlx::AssertSqlSafe(sql.into());
        let executed = sqlx::raw_sql(sql).execute(&self.pool).await;
        executed.expect("executed");
    }

    pub fn store(&self, tables: AuthjsTables) -> AuthjsPostgresStore {
        AuthjsPostgresStore::new(self.pool.clone(), tables).expect("tables of PostgreSQL")
    }
}

pub struct OnSqlite {
    pub url: String,
    pub pool: SqlitePool,
    _folder: TempDir,
}

impl OnSqlite {
    pub async fn with(schema: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("app.db");
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Off);
        let database = Self {
            url: format!("file:{}", path.display()),
            pool: SqlitePool::connect_with(options).await.expect("a file"),
            _folder: folder,
        };
        database.execute(schema).await;
        database
    }

    pub async fn execute(&self, sql: impl Into<String>) {
        let sql = sqlx::AssertSqlSafe(sql.into());
        let executed = sqlx::raw_sql(sql).execute(&self.pool).await;
        executed.expect("executed");
    }

    pub fn store(&self, tables: AuthjsTables) -> AuthjsSqliteStore {
        AuthjsSqliteStore::new(self.pool.clone(), tables).expect("tables of SQLite")
    }
}

/// An application that keeps its sessions there, by the real clock.
pub struct App {
    pub auth: Auth,
    router: Router,
}

#[protected]
async fn me(session: Session<serde_json::Value>) -> String {
    session.user.to_string()
}

#[authorized(role = "admin")]
async fn admin(session: Session) -> String {
    session.user_id().to_owned()
}

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
async fn forget_roles(
    State(auth): State<Auth>,
    session: Session,
    name: String,
) -> Result<(Updated, &'static str), AuthError> {
    let user = User::new(session.user_id()).named(name);
    Ok((auth.update(&session, user).await?, "renamed"))
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

#[protected]
async fn rotate(session: Session, State(auth): State<Auth>) -> Result<(Updated, ()), AuthError> {
    Ok((auth.rotate(&session).await?, ()))
}

impl App {
    pub fn on(store: impl SessionStore) -> Self {
        let auth = Auth::builder()
            .secret(SECRET)
            .origin(ORIGIN)
            .environment(|_| None)
            .cookie_name("authjs.session-token")
            .store(store)
            .build()
            .expect("a configuration");
        let router = Router::new()
            .route("/me", get(me))
            .route("/admin", get(admin))
            .route("/fresh", get(fresh))
            .route("/sign-out", post(sign_out))
            .route("/rename", post(rename))
            .route("/rotate", post(rotate))
            .route("/forget-roles", post(forget_roles))
            .with_state(auth.clone());
        Self { auth, router }
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        send(&self.router, signed(portcullis_tests::get(path), token)).await
    }

    pub async fn post(&self, path: &str, token: &str, body: &'static str) -> Answer {
        let request = signed(portcullis_tests::post(path), token);
        portcullis_tests::send_body(&self.router, request, body.into()).await
    }
}

fn signed(request: Builder, token: &str) -> Builder {
    let request = request.header("origin", ORIGIN);
    request.header("cookie", format!("authjs.session-token={token}"))
}
