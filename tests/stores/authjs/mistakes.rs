//! Tables that are described wrongly, and what is told of it.

use std::time::{Duration, UNIX_EPOCH};

use portcullis::{
    AuthjsColumn, AuthjsPostgresStore, AuthjsSqliteStore, AuthjsTables, AuthjsTablesError,
    AuthjsTimestamp, SessionKey, SessionStore, StoredSession,
};

use super::database::{DRIZZLE, DRIZZLE_SQLITE, OnPostgres, OnSqlite, PG, PRISMA};

#[tokio::test]
async fn tables_that_cannot_be_are_refused() {
    let postgres = OnPostgres::with(PG).await;
    let sqlite = OnSqlite::with(DRIZZLE_SQLITE).await;
    let tables = AuthjsTables::pg_adapter;
    for (tables, expected) in [
        (tables().users_table(""), AuthjsTablesError::NameInvalid),
        (
            tables().column(AuthjsColumn::UserName, "a\0"),
            AuthjsTablesError::NameInvalid,
        ),
        (tables().role_column(""), AuthjsTablesError::NameInvalid),
        (tables().user_column("\0"), AuthjsTablesError::NameInvalid),
        (
            tables().user_column("permissions"),
            AuthjsTablesError::MemberReserved("permissions".to_owned()),
        ),
        (
            tables().timestamps(AuthjsTimestamp::IsoText),
            AuthjsTablesError::Unsupported {
                database: "PostgreSQL",
                setting: "timestamps of that type",
            },
        ),
    ] {
        let made = AuthjsPostgresStore::new(postgres.pool.clone(), tables);
        assert_eq!(made.expect_err("a mistake"), expected);
    }
    for (tables, expected) in [
        (
            AuthjsTables::drizzle(),
            "SQLite has no timestamps of that type",
        ),
        (
            AuthjsTables::drizzle_sqlite().schema("auth"),
            "SQLite has no schemas",
        ),
    ] {
        let made = AuthjsSqliteStore::new(sqlite.pool.clone(), tables);
        assert_eq!(made.expect_err("a mistake").to_string(), expected);
    }
}

#[tokio::test]
async fn a_check_finds_columns_that_are_not_there() {
    for (schema, tables) in [
        (PG, AuthjsTables::pg_adapter()),
        (DRIZZLE, AuthjsTables::drizzle()),
        (PRISMA, AuthjsTables::prisma()),
    ] {
        let database = OnPostgres::with(schema).await;
        let check = async |tables: AuthjsTables| database.store(tables).check().await;
        check(tables.clone().role_column("role"))
            .await
            .expect("all there");
        for wrong in [
            tables.clone().role_column("rolle"),
            tables.clone().users_table("nobodies"),
            tables.clone().auth_time_column("authTime"),
            tables
                .clone()
                .column(AuthjsColumn::SessionToken, "session_token"),
        ] {
            let error = check(wrong).await.expect_err("something is missing");
            let source = std::error::Error::source(&error).expect("a reason");
            assert!(source.to_string().contains("does not exist"), "{source}");
        }
    }
    let database = OnSqlite::with(DRIZZLE_SQLITE).await;
    let check = async |tables: AuthjsTables| database.store(tables).check().await;
    let tables = AuthjsTables::drizzle_sqlite;
    check(tables()).await.expect("all there");
    for column in [
        AuthjsColumn::UserId,
        AuthjsColumn::UserImage,
        AuthjsColumn::SessionToken,
        AuthjsColumn::SessionUserId,
        AuthjsColumn::SessionExpires,
    ] {
        let wrong = tables().column(column, "wrong");
        check(wrong).await.expect_err("something is missing");
    }
}

#[tokio::test]
async fn no_error_tells_a_token() {
    let database = OnPostgres::with(DRIZZLE).await;
    database
        .execute(r#"INSERT INTO "user" (id) VALUES ('ada')"#)
        .await;
    let store = database.store(AuthjsTables::drizzle());
    let token = "8d3ac8de-7c6a-4d09-b8a4-2f0e8b1f9f55";
    let expires = UNIX_EPOCH + Duration::from_secs(1_893_456_000);
    let session = |token: &str| {
        let key = SessionKey::from_token(token).expect("a token");
        StoredSession::new(key, "ada".to_owned(), "{}".to_owned(), expires)
    };
    let (one, other) = (session(token), session(&"a".repeat(43)));
    store.create(&one).await.expect("created");
    store.create(&other).await.expect("created");
    let again = store.create(&one).await.expect_err("taken");
    let renamed = store.rename(&other.key, &one.key, expires).await;
    for error in [again, renamed.expect_err("taken")] {
        assert!(!error.is_corrupt());
        let told = format!("{error} {error:?}");
        assert!(!told.contains("8d3ac8de"), "{told}");
    }
    assert!(!format!("{store:?} {one:?}").contains("8d3ac8de"));
}
