//! What tokens say, to either side.

use std::time::Duration;

use portcullis::User;
use portcullis_tests::SECRET;
use portcullis_tests::nextauth::{MAX_AGE, OLD_SECRET, Site};
use serde_json::{Value, json};

use super::{ada, adas_claims, is_known, jar_of, lines, shapes, signed_in};
use crate::app::App;
use crate::jar::Jar;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Claims that only the other side knows the meaning of.
fn strange_claims() -> Value {
    json!({
        "sub": "42", "name": "Ada", "email": null, "picture": "https://cdn.example/a.png",
        "role": "admin", "user": {"id": 7, "tags": ["🐘", null]},
        "realm_access": {"roles": ["x"]}, "sid": "short", "since": "2020", "checked": true,
        "remember": "me", "id": 7, "image": "other.png", "n": [0.1, 1e-7, 1e21, 9_007_199_254_740_991_u64],
        "exponent": 0.300_000_000_000_000_04, "access_token": "ya29.a0\u{1f}", "": [],
    })
}

#[tokio::test]
async fn who_signs_in_here_is_known_there() {
    for site in Site::all() {
        let app = App::of(&site);
        let (_, jar) = signed_in(&app).await;
        is_known(&site, &jar.headers(), &adas_claims());
        let claims = site.get_token(&jar.headers());
        assert_eq!(claims["iat"], site.now());
        assert_eq!(claims["exp"], site.now() + MAX_AGE.as_secs());
        assert!(claims["jti"].is_string());
    }
}

#[tokio::test]
async fn who_signs_in_here_is_known_there_in_chunks() {
    for site in Site::all() {
        let app = App::of(&site);
        let bulk = "Größe 🐘 ".repeat(1400);
        let user = ada().with("bulk", bulk.as_str());
        let answer = app.post_user("/sign-in", &Vec::new(), &user).await;
        let jar = jar_of(&answer);
        assert!(jar.session(&site).len() >= 6, "{:?}", jar.session(&site));
        let mut claims = adas_claims();
        claims["bulk"] = bulk.into();
        is_known(&site, &jar.headers(), &claims);
    }
}

#[tokio::test]
async fn what_a_token_of_theirs_says_outlives_our_refresh() {
    for site in Site::all() {
        let app = App::of(&site);
        let cookie = site.cookie(&site.mint(&strange_claims()));
        site.clock.advance(2 * DAY);
        let here = app.get("/me", &cookie).await;
        let there = site.ask("session", json!({"headers": cookie}));
        let expected = shapes(&site, lines(&there));
        assert_eq!(shapes(&site, here.cookies()), expected, "{here:?}");
        let jar = jar_of(&here);
        is_known(&site, &jar.headers(), &strange_claims());
        let claims = site.get_token(&jar.headers());
        assert_eq!(claims["exp"], site.now() + MAX_AGE.as_secs());
    }
}

#[tokio::test]
async fn a_refresh_there_and_a_refresh_here_take_turns() {
    for site in Site::all() {
        let app = App::of(&site);
        let (_, mut jar) = signed_in(&app).await;
        let mut handles = vec![jar.headers()];
        for _ in 0..3 {
            site.clock.advance(2 * DAY);
            let there = site.ask("session", json!({"headers": jar.headers()}));
            jar.set(lines(&there));
            handles.push(jar.headers());
            assert!(app.get("/me", &jar.headers()).await.cookies().is_empty());
            site.clock.advance(2 * DAY);
            let here = app.get("/me", &jar.headers()).await;
            assert_eq!(here.cookies().len(), 1, "{here:?}");
            jar.set(here.cookies());
            handles.push(jar.headers());
        }
        is_known(&site, &jar.headers(), &adas_claims());
        // All of them are one session.
        app.post("/sign-out", &jar.headers()).await;
        for headers in handles {
            assert_eq!(app.get("/me", &headers).await.status, 401);
        }
    }
}

#[tokio::test]
async fn what_changes_here_has_changed_there() {
    for site in Site::all() {
        let app = App::of(&site);
        let mut jar = Jar::default();
        let there = json!({
            "sub": "42", "name": "Ada", "email": "ada@example.com", "picture": "a.png",
            "role": "admin", "access_token": "kept", "theme": "dark",
        });
        jar.set([format!("{}; Path=/", site.cookie(&site.mint(&there))[0].1).as_str()]);
        let user = User::new("42")
            .named("Countess")
            .with_email("ada@example.com")
            .with_roles(["editor"])
            .with("access_token", "kept")
            .with("team", json!({"id": 9}));
        let answer = app.post_user("/update", &jar.headers(), &user).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        jar.set(answer.cookies());
        let expected = json!({
            "sub": "42", "name": "Countess", "email": "ada@example.com", "role": "editor",
            "access_token": "kept", "team": {"id": 9},
        });
        is_known(&site, &jar.headers(), &expected);
    }
}

#[tokio::test]
async fn a_new_id_here_is_a_token_there() {
    for site in Site::all() {
        let app = App::of(&site);
        let cookie = site.cookie(&site.mint(&strange_claims()));
        let before = site.get_token(&cookie);
        let answer = app.post("/rotate", &cookie).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let jar = jar_of(&answer);
        is_known(&site, &jar.headers(), &strange_claims());
        assert_ne!(site.get_token(&jar.headers())["jti"], before["jti"]);
        assert_eq!(app.get("/me", &cookie).await.status, 401);
        assert_eq!(app.get("/admin", &jar.headers()).await.status, 200);
    }
}

#[tokio::test]
async fn a_refresh_moves_a_session_to_the_secret_of_today() {
    for site in Site::all() {
        let app = App::of(&site);
        let old = json!({"secret": OLD_SECRET});
        let cookie = site.cookie(&site.mint_with(&strange_claims(), old));
        site.clock.advance(2 * DAY);
        let jar = jar_of(&app.get("/me", &cookie).await);
        let opens = |headers, secret| {
            let given = json!({"headers": headers, "secret": secret});
            site.ask("getToken", given).is_object()
        };
        assert!(opens(cookie.clone(), OLD_SECRET) && !opens(cookie, SECRET));
        assert!(opens(jar.headers(), SECRET) && !opens(jar.headers(), OLD_SECRET));
        is_known(&site, &jar.headers(), &strange_claims());
    }
}
