//! Garbage, forgeries and other people's tokens.

use http::{HeaderValue, StatusCode};
use portcullis::User;
use portcullis_tests::{Log, SECRET, get};
use serde_json::json;

use crate::app::App;
use crate::faults::signed_by;

/// Session cookie values that nobody was given.
fn forgeries(genuine: &str) -> Vec<Vec<u8>> {
    let segments: Vec<_> = genuine.split('.').collect();
    let as_admin = json!({ "user": {"id": "7", "roles": ["admin"]} });
    let signed_with_the_secret_itself = signed_by(SECRET.as_bytes(), &as_admin);
    let mut forged = vec![
        b"x".to_vec(),
        b"null".to_vec(),
        b"....".to_vec(),
        b"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.".to_vec(),
        vec![b'.'; 8000],
        vec![b'a'; 9 * 1024],
        vec![b'a'; 40 * 1024],
        vec![0xff, 0xfe],
        "sess\u{e9}".as_bytes().to_vec(),
        b"\"quoted\"".to_vec(),
        b"A".repeat(43),
        signed_with_the_secret_itself.into_bytes(),
        format!("{genuine}x").into_bytes(),
        format!("x{genuine}").into_bytes(),
        genuine.chars().rev().collect::<String>().into_bytes(),
    ];
    if let [header, payload, signature] = segments[..] {
        forged.push(format!("{header}.{payload}.").into_bytes());
        forged.push(format!("{header}.{payload}").into_bytes());
        forged.push(format!("{header}..{signature}").into_bytes());
        forged.push(format!(".{payload}.{signature}").into_bytes());
        forged.push(format!("eyJhbGciOiJub25lIn0.{payload}.").into_bytes());
        forged.push(format!("{header}.{payload}.{signature}.{signature}").into_bytes());
    }
    forged
}

fn cookie(value: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(&[b"session=", value].concat()).expect("a header value")
}

#[tokio::test]
async fn forged_cookies_are_refused_alike_and_cleared() {
    for app in App::each().await {
        let genuine = app.sign_in(User::new(7)).await.replace("session=", "");
        let mut bodies = std::collections::BTreeSet::new();
        for forged in forgeries(&genuine) {
            let answer = app.send(get("/me").header("cookie", cookie(&forged))).await;
            let shown = String::from_utf8_lossy(&forged[..forged.len().min(60)]).into_owned();
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{shown}");
            assert!(answer.clears_cookie(), "{shown}");
            bodies.insert(answer.body);
            let home = app.send(get("/").header("cookie", cookie(&forged))).await;
            assert_eq!(
                (home.body.as_str(), home.clears_cookie()),
                ("hello stranger", true),
                "{shown}"
            );
        }
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        assert_eq!(app.runs.count(), 0);
    }
}

#[tokio::test]
async fn forged_bearers_are_refused_alike() {
    for app in App::each().await {
        let genuine = app.token(User::new(7)).await;
        let mut bodies = std::collections::BTreeSet::new();
        for forged in forgeries(&genuine) {
            let value = HeaderValue::from_bytes(&[b"Bearer ", &forged[..]].concat())
                .expect("a header value");
            let answer = app.send(get("/me").header("authorization", value)).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert!(
                answer
                    .header("www-authenticate")
                    .contains(r#"error="invalid_token""#)
            );
            assert!(answer.cookies().is_empty());
            bodies.insert(answer.body);
        }
        assert_eq!(bodies.len(), 1, "{bodies:?}");
    }
}

#[tokio::test]
async fn every_flipped_byte_of_a_token_is_noticed() {
    let app = App::jwt();
    let genuine = app.token(User::new(7)).await;
    for index in 0..genuine.len() {
        let mut flipped = genuine.clone().into_bytes();
        flipped[index] = if flipped[index] == b'A' { b'B' } else { b'A' };
        let answer = app
            .send(get("/me").header("cookie", cookie(&flipped)))
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "byte {index}");
    }
}

#[tokio::test]
async fn a_token_of_another_application_is_refused() {
    let app = App::jwt();
    let other = App::configured(|builder| builder.secret("another-secret-of-more-than-32-bytes"));
    let cookie = other.sign_in(User::new(7)).await;
    assert_eq!(
        app.send(get("/me").header("cookie", cookie)).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn nothing_secret_is_logged_or_printed() {
    for app in App::each().await {
        let log = Log::default();
        let guard = log.start();
        let cookie = app
            .sign_in(User::new(7).with_email("ada@example.org"))
            .await;
        let token = cookie.replace("session=", "");
        app.send(get("/me").header("cookie", &cookie)).await;
        app.send(get("/admin").header("cookie", &cookie)).await;
        app.send(get("/admin?access_token=in-the-query").header("cookie", format!("{cookie}x")))
            .await;
        app.send(get("/me").header("authorization", format!("Bearer {token}x")))
            .await;
        app.send(get("/me").header("authorization", format!("Bearer {token} {token}")))
            .await;
        app.send(portcullis_tests::post("/sign-out").header("cookie", &cookie))
            .await;
        drop(guard);
        let printed = format!("{} {:?} {:?}", log.text(), app.auth, app.router);
        assert!(printed.contains("denied"), "the log works: {printed}");
        for secret in [token.as_str(), SECRET, "ada@example.org", "in-the-query"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
}
