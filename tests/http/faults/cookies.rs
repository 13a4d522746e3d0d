//! Session cookies that are too long, too many, or nobody's.

use http::{HeaderValue, StatusCode};
use portcullis::{SqliteStore, User};
use portcullis_tests::{Log, get};

use super::Refusal;
use crate::app::App;
use crate::stores::moody;

/// A token with a header of so many objects in each other; `eyJh` is `{"a`.
pub fn nested(depth: usize) -> String {
    // `{"a":` three times is a whole number of base64 groups.
    let opening = "eyJhIjp7ImEiOnsiYSI6".repeat(depth / 3);
    format!("{opening}.e30.c2lnbmF0dXJl")
}

#[tokio::test]
async fn row_21_what_is_too_long_or_too_deep_is_refused() {
    for app in App::each().await {
        for token in ["a".repeat(9 * 1024), ".".repeat(8 * 1024), nested(200)] {
            let bearer = get("/me").header("authorization", format!("Bearer {token}"));
            Refusal::INVALID_TOKEN.meets(&app, bearer).await;
            let cookie = get("/me").header("cookie", format!("session={token}"));
            Refusal::invalid(&["session"]).meets(&app, cookie).await;
        }
        let dots = get("/me").header("authorization", format!("Bearer {}", ".".repeat(100_000)));
        Refusal::INVALID_TOKEN.meets(&app, dots).await;
    }
}

#[tokio::test]
async fn row_21_of_too_many_cookies_none_is_read_and_none_is_removed() {
    for app in App::each().await {
        let genuine = app.sign_in(User::new(7)).await;
        let refusal = Refusal::invalid(&[]);
        for flood in [49 * 1024, 1024 * 1024] {
            let flood = format!("x={}", "a".repeat(flood));
            for request in [
                get("/me").header("cookie", format!("{genuine}; {flood}")),
                get("/me")
                    .header("cookie", &genuine)
                    .header("cookie", &flood),
                get("/me")
                    .header("cookie", &flood)
                    .header("cookie", &genuine),
            ] {
                refusal.meets(&app, request).await;
            }
            let home = app.send(get("/").header("cookie", format!("{genuine}; {flood}")));
            let home = home.await;
            assert_eq!(
                (home.body.as_str(), home.cookies().len()),
                ("hello stranger", 0)
            );
        }
        for flood in [
            format!("session={}", ".".repeat(100_000)),
            "session=x; ".repeat(100_000),
        ] {
            refusal
                .meets(&app, get("/me").header("cookie", flood))
                .await;
        }
        let many = format!("{genuine}; {}", "x=; ".repeat(12_000));
        let answer = app.send(get("/me").header("cookie", many)).await;
        assert_eq!(answer.status, StatusCode::OK, "many, and not too long");
    }
}

#[tokio::test]
async fn row_22_two_different_session_cookies_are_nobodys_and_both_stay() {
    for app in App::each().await {
        let mine = app.sign_in(User::new(7)).await;
        let theirs = app.sign_in(User::new(8)).await;
        for request in [
            get("/me").header("cookie", format!("{mine}; {theirs}")),
            get("/me").header("cookie", &mine).header("cookie", &theirs),
            get("/me").header("cookie", format!("{mine}; session=")),
            get("/me").header("cookie", "session.0=a; session.1=b; session.1=c"),
            get("/me").header("cookie", format!("{mine}; session.3=a; session.3=b")),
        ] {
            let log = Log::default();
            let guard = log.start();
            Refusal::AMBIGUOUS.meets(&app, request).await;
            drop(guard);
            let text = log.text();
            let warnings: Vec<_> = text
                .lines()
                .filter(|line| line.contains("WARN") && line.contains("portcullis::security"))
                .collect();
            assert_eq!(warnings.len(), 1, "{text}");
            assert!(warnings[0].contains(r#"code="cookie_duplicate""#), "{text}");
            for secret in [&mine, &theirs] {
                assert!(!text.contains(secret.trim_start_matches("session=")));
            }
        }
        for twice in [
            get("/me").header("cookie", format!("{mine}; {mine}")),
            get("/me").header("cookie", &mine).header("cookie", &mine),
        ] {
            assert_eq!(app.send(twice).await.status, StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn row_24_what_is_no_session_id_never_reaches_the_store() {
    let (app, store, _) = moody().await;
    for id in [
        b"A".repeat(42),
        b"A".repeat(44),
        b"x".repeat(43),
        b"=".repeat(43),
        b".".repeat(43),
        b"+".repeat(43),
        "\u{fc}".repeat(20).into_bytes(),
        vec![0xff; 43],
        b"1".to_vec(),
        b"' OR 1=1 --".to_vec(),
    ] {
        let value =
            |start: &[u8]| HeaderValue::from_bytes(&[start, &id].concat()).expect("a header value");
        let cookie = get("/me").header("cookie", value(b"session="));
        Refusal::invalid(&["session"]).meets(&app, cookie).await;
        let bearer = get("/me").header("authorization", value(b"Bearer "));
        Refusal::INVALID_TOKEN.meets(&app, bearer).await;
    }
    assert_eq!(store.loads(), 0);
}

#[tokio::test]
async fn row_25_an_unknown_session_id_is_cleared_and_never_adopted() {
    let (app, store, _) = moody().await;
    let planted = format!("session={}", "A".repeat(43));
    let refusal = Refusal::invalid(&["session"]);
    refusal
        .meets(&app, get("/me").header("cookie", &planted))
        .await;
    assert_eq!(store.loads(), 1, "it has the shape of one");
    let fresh = app
        .sign_in_with(User::new(7), Some(&planted))
        .await
        .cookie();
    assert_ne!(fresh, planted);
    refusal
        .meets(&app, get("/me").header("cookie", &planted))
        .await;
    assert_eq!(
        app.send(get("/me").header("cookie", fresh)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn row_25_a_cookie_is_removed_with_the_attributes_it_was_set_with() {
    let store = SqliteStore::in_memory().await.expect("memory");
    let app = App::configured(|builder| builder.store(store).origin("https://app.example"));
    let unknown = format!("__Host-session={}", "A".repeat(43));
    let answer = app.send(get("/me").header("cookie", unknown)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.cookies(),
        ["__Host-session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"]
    );
}
