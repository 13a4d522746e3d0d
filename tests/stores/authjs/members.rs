//! What of a user's row gets into a session.

use http::StatusCode;
use portcullis::{AuthjsColumn, AuthjsTables, AuthjsTimestamp, AuthjsValue, User};
use portcullis_tests::Answer;
use serde_json::{Value, json};

use super::database::{App, DRIZZLE_SQLITE, OnPostgres, OnSqlite, PG};

/// What a handler is told of the user, signed in as 1.
async fn told(app: &App) -> Answer {
    let signed_in = app.auth.sign_in(User::new(1)).await.expect("signed in");
    app.get("/me", signed_in.expose_token()).await
}

async fn user(app: &App) -> Value {
    let answer = told(app).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body.parse().expect("JSON")
}

#[tokio::test]
async fn roles_are_read_from_any_type_of_column() {
    for (column, value, roles) in [
        ("text", "'admin'", Some(json!(["admin"]))),
        ("text", "'a \"b\", c'", Some(json!(["a \"b\", c"]))),
        (
            "text",
            "'[\"admin\", \"editor\"]'",
            Some(json!(["admin", "editor"])),
        ),
        ("text", "''", Some(Value::Null)),
        ("text", "NULL", Some(Value::Null)),
        (
            "text[]",
            "'{admin, editor}'",
            Some(json!(["admin", "editor"])),
        ),
        ("text[]", "'{}'", Some(Value::Null)),
        (
            "jsonb",
            "'[\"admin\", \"editor\"]'",
            Some(json!(["admin", "editor"])),
        ),
        ("json", "'\"admin\"'", Some(json!(["admin"]))),
        ("a_role", "'admin'", Some(json!(["admin"]))),
        ("a_role[]", "'{admin}'", Some(json!(["admin"]))),
        ("text", "'[admin'", None),
        ("integer", "1", None),
        ("jsonb", "'{\"admin\": true}'", None),
    ] {
        let database = OnPostgres::with(PG).await;
        let change = format!(
            "CREATE TYPE a_role AS ENUM ('admin'); ALTER TABLE users ADD COLUMN held {column};
             INSERT INTO users (name, held) VALUES ('Ada', {value});"
        );
        database.execute(change).await;
        let tables = AuthjsTables::pg_adapter().role_column("held");
        let app = App::on(database.store(tables));
        match roles {
            Some(roles) => assert_eq!(user(&app).await["roles"], roles, "{column} {value}"),
            None => {
                let answer = told(&app).await;
                assert_eq!(answer.code(), "session_corrupt", "{column} {value}");
            }
        }
    }
}

#[tokio::test]
async fn columns_of_postgres_become_members_by_their_type() {
    let database = OnPostgres::with(PG).await;
    let change = r#"
        ALTER TABLE users ADD COLUMN plan text, ADD COLUMN seats integer, ADD COLUMN vip boolean,
            ADD COLUMN prefs jsonb, ADD COLUMN tags text[], ADD COLUMN nick text, ADD COLUMN raw text,
            ADD COLUMN password_hash text DEFAULT 'argon2';
        INSERT INTO users (name, email, plan, seats, vip, prefs, tags, raw)
        VALUES ('Ada', 'ada@example.com', 'gold', 3, true, '{"theme": "dark"}', '{a, b}', '[1]');"#;
    database.execute(change).await;
    let tables = AuthjsTables::pg_adapter().user_column_as("raw", AuthjsValue::Json);
    let columns = ["plan", "seats", "vip", "prefs", "tags", "nick"];
    let tables = columns.into_iter().fold(tables, AuthjsTables::user_column);
    let expected = json!({
        "id": "1", "name": "Ada", "email": "ada@example.com", "plan": "gold", "seats": 3,
        "vip": true, "prefs": {"theme": "dark"}, "tags": ["a", "b"], "nick": null, "raw": [1],
    });
    assert_eq!(user(&App::on(database.store(tables))).await, expected);
}

#[tokio::test]
async fn columns_of_sqlite_become_members_by_their_type() {
    let database = OnSqlite::with(DRIZZLE_SQLITE).await;
    let change = r#"
        ALTER TABLE "user" ADD COLUMN plan text; ALTER TABLE "user" ADD COLUMN seats integer;
        ALTER TABLE "user" ADD COLUMN share real; ALTER TABLE "user" ADD COLUMN vip BOOLEAN;
        ALTER TABLE "user" ADD COLUMN staff integer; ALTER TABLE "user" ADD COLUMN prefs text;
        ALTER TABLE "user" ADD COLUMN nick text;
        ALTER TABLE "user" ADD COLUMN password_hash text DEFAULT 'argon2';
        INSERT INTO "user" (id, name, role, plan, seats, share, vip, staff, prefs)
        VALUES ('1', 'Ada', '["admin", "editor"]', 'gold', 3, 0.5, 1, 0, '{"theme": "dark"}');"#;
    database.execute(change).await;
    let tables = AuthjsTables::drizzle_sqlite()
        .role_column("role")
        .user_column_as("staff", AuthjsValue::Boolean)
        .user_column_as("prefs", AuthjsValue::Json);
    let columns = ["plan", "seats", "share", "vip", "nick"];
    let tables = columns.into_iter().fold(tables, AuthjsTables::user_column);
    let expected = json!({
        "id": "1", "name": "Ada", "roles": ["admin", "editor"], "plan": "gold", "seats": 3,
        "share": 0.5, "vip": true, "staff": false, "prefs": {"theme": "dark"}, "nick": null,
    });
    let app = App::on(database.store(tables));
    assert_eq!(user(&app).await, expected);
    database.execute(r#"UPDATE "user" SET prefs = '{'"#).await;
    assert_eq!(told(&app).await.code(), "session_corrupt");
    database
        .execute(r#"UPDATE "user" SET prefs = NULL, plan = x'00'"#)
        .await;
    assert_eq!(told(&app).await.code(), "session_corrupt");
}

#[tokio::test]
async fn a_change_of_the_user_keeps_what_it_does_not_name() {
    let database = OnPostgres::with(PG).await;
    let change = r#"
        ALTER TABLE users ADD COLUMN plan text;
        INSERT INTO users (name, email, image, role, plan)
        VALUES ('Ada', 'ada@example.com', '/ada.png', 'admin', 'gold');"#;
    database.execute(change).await;
    let tables = AuthjsTables::pg_adapter();
    let app = App::on(database.store(tables.role_column("role").user_column("plan")));
    let signed_in = app.auth.sign_in(User::new(1)).await.expect("signed in");
    let renamed = app.post("/rename", signed_in.expose_token(), "O'Ada").await;
    assert_eq!(renamed.status, StatusCode::OK);
    assert!(renamed.cookies().is_empty());
    let expected = json!({
        "id": "1", "name": "O'Ada", "email": "ada@example.com", "image": "/ada.png",
        "roles": ["admin"], "plan": "gold",
    });
    assert_eq!(user(&app).await, expected);
}

#[tokio::test]
async fn a_change_that_names_other_roles_writes_the_name_and_leaves_the_roles() {
    let database = OnSqlite::with(DRIZZLE_SQLITE).await;
    database
        .execute(r#"INSERT INTO "user" (id, name, role) VALUES ('1', 'Ada', 'admin')"#)
        .await;
    let app = App::on(database.store(AuthjsTables::drizzle_sqlite().role_column("role")));
    let signed_in = app.auth.sign_in(User::new(1)).await.expect("signed in");
    let old = signed_in.expose_token();
    let changed = app.post("/forget-roles", old, "Grace").await;
    assert_eq!(changed.status, StatusCode::OK);
    let new = changed.cookie().replace("authjs.session-token=", "");
    assert_eq!(app.get("/me", old).await.status, StatusCode::UNAUTHORIZED);
    let seen: Value = app.get("/me", &new).await.body.parse().expect("JSON");
    assert_eq!(
        (&seen["name"], &seen["roles"]),
        (&json!("Grace"), &json!(["admin"]))
    );
}

#[tokio::test]
async fn with_columns_for_it_sessions_say_when_and_how_the_user_signed_in() {
    let database = OnSqlite::with(DRIZZLE_SQLITE).await;
    let change = r#"
        ALTER TABLE "session" ADD COLUMN "authTime" integer; ALTER TABLE "session" ADD COLUMN acr text;
        INSERT INTO "user" (id) VALUES ('1');"#;
    database.execute(change).await;
    let plain = AuthjsTables::drizzle_sqlite().timestamps(AuthjsTimestamp::Milliseconds);
    let app = App::on(database.store(plain.clone()));
    let signed_in = app.auth.sign_in(User::new(1)).acr("phr").await;
    let undated = signed_in.expect("signed in").expose_token().to_owned();
    let dated = plain.auth_time_column("authTime").acr_column("acr");
    let dated = dated.column(AuthjsColumn::SessionExpires, "expires");
    let app = App::on(database.store(dated));
    assert_eq!(
        app.get("/fresh", &undated).await.code(),
        "auth_time_missing"
    );
    let signed_in = app.auth.sign_in(User::new(1)).acr("phr").await;
    let token = signed_in.expect("signed in").expose_token().to_owned();
    assert_eq!(app.get("/fresh", &token).await.status, StatusCode::OK);
    let kept = r#"SELECT acr FROM "session" WHERE "authTime" % 1000 = 0"#;
    let acr: String = sqlx::query_scalar(kept)
        .fetch_one(&database.pool)
        .await
        .expect("kept");
    assert_eq!(acr, "phr");
}
