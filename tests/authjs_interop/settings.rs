//! Applications that are configured otherwise than most.

use std::time::Duration;

use http::StatusCode;
use portcullis::{AuthjsSqliteStore, AuthjsTables, User};
use portcullis_tests::nextauth::{Site, Version};
use serde_json::{Value, json};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

use crate::app::App;

#[tokio::test]
async fn versions_that_share_a_cookie_name_share_no_session() {
    for site in [Site::plain(Version::V4), Site::plain(Version::V5)] {
        let app = App::configured(site.builder().cookie_name("shared"));
        let salt = |version| if version == Version::V4 { "" } else { "shared" };
        for minter in Version::ALL {
            let settings = json!({"dialect": minter.name(), "salt": salt(minter), "secret": portcullis_tests::SECRET});
            let token = site.mint_with(&json!({"sub": "42"}), settings);
            let headers = vec![("cookie", format!("shared={token}"))];
            let given = json!({"headers": headers, "cookieName": "shared"});
            let is_own = minter == site.version;
            assert_eq!(
                site.ask("getToken", given).is_object(),
                is_own,
                "{minter:?}"
            );
            let is_known = app.get("/me", &headers).await.status == StatusCode::OK;
            assert_eq!(is_known, is_own, "{minter:?} {:?}", site.version);
        }
    }
}

#[tokio::test]
async fn roles_are_found_where_the_application_put_them() {
    for site in Site::all() {
        let app = App::configured(site.builder().roles_claim(["realm_access", "roles"]));
        let with =
            |roles| {
                site.cookie(&site.mint(
                    &json!({"sub": "42", "realm_access": {"roles": roles}, "role": "nobody"}),
                ))
            };
        assert_eq!(
            app.get("/admin", &with(json!(["user", "admin"])))
                .await
                .status,
            200
        );
        assert_eq!(app.get("/admin", &with(json!("admin"))).await.status, 200);
        for roles in [
            json!(["user"]),
            json!([]),
            json!(null),
            json!({"admin": true}),
            json!([["admin"]]),
        ] {
            assert_eq!(app.get("/admin", &with(roles)).await.status, 403);
        }
        let changed = User::new("42").with_roles(["auditor"]);
        let answer = app
            .post_user("/update", &with(json!(["admin"])), &changed)
            .await;
        let claims = site.get_token(&vec![("cookie", answer.cookie())]);
        assert_eq!(claims["realm_access"], json!({"roles": ["auditor"]}));
    }
}

#[tokio::test]
async fn the_leeway_can_be_another() {
    let site = Site::plain(Version::V5);
    let cookie = site.cookie(&site.mint_with(&json!({"sub": "42"}), json!({"maxAge": 0})));
    for (leeway, late, status) in [(15, 14, 200), (15, 15, 401), (0, 0, 401), (60, 59, 200)] {
        let app = App::configured(site.builder().leeway(Duration::from_secs(leeway)));
        site.clock.advance(Duration::from_secs(late));
        assert_eq!(
            app.get("/me", &cookie).await.status,
            status,
            "{leeway} {late}"
        );
        site.clock.turn_back(Duration::from_secs(late));
    }
}

#[tokio::test]
async fn a_raw_token_is_whatever_was_sent() {
    for site in Site::all() {
        let app = App::of(&site);
        let token = site.mint(&json!({"sub": "42", "bulk": "x".repeat(6 * 1024)}));
        let bearer = |value: &str| vec![("authorization", value.to_owned())];
        for headers in [
            site.cookie("garbage"),
            site.cookie("a%2Bb%7C"),
            vec![("cookie", site.chunks(&token).join("; "))],
            bearer("Bearer garbage"),
            bearer("Basic garbage"),
            bearer("Bearer %"),
            [site.cookie("one"), bearer("Bearer two")].concat(),
            [site.cookie(""), bearer("Bearer two")].concat(),
            Vec::new(),
        ] {
            let there = site.ask("getToken", json!({"headers": headers, "raw": true}));
            let here = app.auth.get_raw_token(&headers);
            let here = here.as_ref().map(|token| token.expose_unverified());
            assert_eq!(here, there.as_str(), "{headers:?}");
        }
    }
}

/// A session id as `generateSessionToken` may make it: base64, whose letters a cookie has escapes for.
const ID: &str = "q+8/w0SdZ1c9/+PzX2mN5bVtR7yL3kJhG6fD4sA1oIU=";

async fn database(expires_in: u64, site: &Site) -> SqlitePool {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("memory");
    let schema = r#"
        CREATE TABLE "user" ("id" text PRIMARY KEY NOT NULL, "name" text, "email" text, "emailVerified" integer, "image" text);
        CREATE TABLE "session" ("sessionToken" text PRIMARY KEY NOT NULL, "userId" text NOT NULL, "expires" integer NOT NULL);
        INSERT INTO "user" ("id", "name") VALUES ('42', 'Ada');"#;
    sqlx::raw_sql(schema).execute(&pool).await.expect("tables");
    let expires = i64::try_from((site.now() + expires_in) * 1000).expect("our century");
    sqlx::query(r#"INSERT INTO "session" VALUES (?, '42', ?)"#)
        .bind(ID)
        .bind(expires)
        .execute(&pool)
        .await
        .expect("a session");
    pool
}

#[tokio::test]
async fn the_id_of_a_stored_session_has_escapes_in_its_cookie() {
    const DAY: u64 = 24 * 60 * 60;
    for site in [Site::plain(Version::V5), Site::secure(Version::V5)] {
        let pool = database(3 * DAY, &site).await;
        let store = AuthjsSqliteStore::new(pool.clone(), AuthjsTables::drizzle_sqlite());
        let app = App::configured(site.builder().store(store.expect("tables")));
        let written = "q%2B8%2Fw0SdZ1c9%2F%2BPzX2mN5bVtR7yL3kJhG6fD4sA1oIU%3D";
        let stored = |value: &str| {
            let headers = site.cookie(value);
            let user = json!({"id": "42", "name": "Ada"});
            let given = json!({"headers": headers, "id": ID, "user": user});
            (headers, site.ask("storedSession", given))
        };
        // As the package writes it, and as a client may write it that does not.
        for value in [written, ID] {
            let (headers, there) = stored(value);
            assert_eq!(there["body"]["user"]["name"], "Ada", "{there}");
            let here = app.get("/", &headers).await;
            assert_eq!(here.body, "42");
            let theirs = there["cookies"].as_array().expect("cookies");
            let theirs = theirs.iter().filter_map(|line| line.as_str());
            let name = site.session_cookie();
            let theirs: Vec<_> = theirs.filter(|line| line.starts_with(&name)).collect();
            assert!(
                theirs[0].starts_with(&format!("{name}={written}; ")),
                "{theirs:?}"
            );
            // It is due only once.
            if value == written {
                assert_eq!(here.cookies(), theirs);
            }
        }
        for broken in [
            "q%2B8%2Fw%",
            "q%zz8%2Fw0SdZ1c9%2F%2BPzX2mN5bVtR7yL3kJhG6fD4sA1oIU%3D",
            "%ff",
        ] {
            let (headers, there) = stored(broken);
            assert_eq!(
                (&there["status"], &there["body"]),
                (&json!(200), &Value::Null)
            );
            assert_eq!(app.get("/", &headers).await.body, "nobody");
        }
        let answer = app.post("/sign-out", &site.cookie(written)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(app.get("/", &site.cookie(written)).await.body, "nobody");
    }
}
