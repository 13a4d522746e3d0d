use http::StatusCode;
use portcullis::{SqliteStore, User};
use portcullis_tests::nextauth::{OLD_SECRET, Site, Version};
use portcullis_tests::{Log, SECRET};
use serde_json::{Value, json};

use crate::app::App;

/// A broken configuration answered with an error, which `auth()` took for a session.
#[tokio::test]
async fn ghsa_8fpg_xm3f_6cx3_an_error_is_no_session() {
    let site = Site::plain(Version::V5);
    // Nobody is asked by a broken configuration: there is none.
    let broken = portcullis::Auth::builder()
        .profile(site.version.profile())
        .origin(site.origin)
        .environment(|_| None);
    assert!(broken.build().is_err());
    // What fails later is an error, and neither a session nor the lack of one.
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite://{}/gone.db?mode=rwc", folder.path().display());
    let pool = sqlx::SqlitePool::connect(&address).await.expect("a file");
    let store = SqliteStore::with_pool(pool.clone());
    let app = App::configured(site.builder().store(store));
    pool.close().await;
    let cookie = site.cookie(&"A".repeat(43));
    for path in ["/", "/me", "/admin", "/api/auth/session"] {
        let answer = app.get(path, &cookie).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(answer.cookies().is_empty(), "{path}");
    }
}

/// An escape that is none, in a bearer token, took the server down.
#[tokio::test]
async fn ghsa_xmf8_cvqr_rfgj_a_malformed_bearer_token_is_nobody() {
    for site in Site::all() {
        let app = App::of(&site);
        for token in ["%", "%E0%A4%A", "%C3%28", "%%%", "%u0041", "a%", "%00"] {
            let headers = vec![("authorization", format!("Bearer {token}"))];
            assert_eq!(site.get_token(&headers), Value::Null, "{token}");
            assert_eq!(app.get("/me", &headers).await.status, 401, "{token}");
            assert_eq!(app.get("/", &headers).await.status, 401, "{token}");
            let headers = site.cookie(token);
            assert_eq!(app.get("/me", &headers).await.status, 401, "{token}");
            assert_eq!(app.get("/", &headers).await.body, "nobody", "{token}");
        }
    }
}

/// The value of a cookie that is set while somebody signs in elsewhere.
fn check_of(site: &Site, check: &str) -> String {
    let given = json!({"checks": [check], "headers": []});
    let answer = site.ask("signInElsewhere", given);
    let lines = answer["cookies"].as_array().expect("cookies").iter();
    let mut values = lines.filter_map(Value::as_str).filter_map(|line| {
        let (name, rest) = line.split_once('=')?;
        let value = rest.split(';').next()?;
        name.contains(check).then(|| value.to_owned())
    });
    values.next().expect("the cookie")
}

/// The proofs of a sign-in elsewhere were tokens like those of sessions, and made anybody a user.
#[tokio::test]
async fn cve_2023_48309_a_sign_in_that_is_under_way_is_no_session() {
    for site in Site::all() {
        let app = App::of(&site);
        for check in ["pkce", "state", "nonce"] {
            let token = check_of(&site, check);
            assert_eq!(
                app.get("/me", &site.cookie(&token)).await.status,
                401,
                "{check}"
            );
            let bearer = vec![("authorization", format!("Bearer {token}"))];
            assert_eq!(app.get("/me", &bearer).await.status, 401, "{check}");
        }
        // As they were before they had keys of their own.
        for claims in [
            json!({"state": "x"}),
            json!({"code_verifier": "x"}),
            json!({"value": "x"}),
        ] {
            let token = site.mint(&claims);
            assert_eq!(
                app.get("/me", &site.cookie(&token)).await.status,
                401,
                "{claims}"
            );
        }
    }
}

/// They were not bound to the provider that they were made for; here they are bound to what they are for.
#[tokio::test]
async fn cookies_of_checks_are_bound_to_their_purpose() {
    for site in Site::all() {
        let app = App::of(&site);
        let session = site.mint(&json!({"sub": "42"}));
        assert_eq!(app.get("/me", &site.cookie(&session)).await.status, 200);
        for name in [
            "pkce.code_verifier",
            "state",
            "nonce",
            "csrf-token",
            "callback-url",
        ] {
            let elsewhere = vec![("cookie", format!("{}={session}", site.cookie_name(name)))];
            assert_eq!(app.get("/me", &elsewhere).await.status, 401, "{name}");
        }
    }
}

/// A forwarded host took the place of the configured one.
#[tokio::test]
async fn the_origin_is_the_configured_one_whatever_is_forwarded() {
    for site in Site::all() {
        let app = App::of(&site);
        let token = site.mint(&json!({"sub": "42"}));
        for (host, scheme) in [("evil.example", "https"), ("evil.example", "http")] {
            let mut headers = vec![
                ("x-forwarded-host", host.to_owned()),
                ("x-forwarded-proto", scheme.to_owned()),
                ("forwarded", format!("host={host};proto={scheme}")),
                ("host", host.to_owned()),
            ];
            let answer = app.post_user("/sign-in", &headers, &User::new("42")).await;
            let name = format!("{}=", site.session_cookie());
            assert!(answer.cookie().starts_with(&name), "{answer:?}");
            headers.extend(site.cookie(&token));
            headers.push(("origin", format!("{scheme}://{host}")));
            assert_eq!(app.get("/me", &headers).await.status, 200);
            let answer = app.post("/sign-out", &headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "another site's form");
        }
    }
}

/// Secrets and tokens stood in the log and in error texts.
#[tokio::test]
async fn cve_2022_31186_no_log_has_a_secret_or_a_token() {
    for site in Site::all() {
        let log = Log::default();
        let _logging = log.start();
        let app = App::of(&site);
        let good = site.mint(&json!({"sub": "42", "email": "ada@example.com"}));
        let late = site.mint_with(&json!({"sub": "42"}), json!({"maxAge": -60}));
        let mut bad = good.clone();
        bad.replace_range(bad.len() - 8..bad.len() - 4, "AAAA");
        for token in [&good, &late, &bad] {
            app.get("/me", &site.cookie(token)).await;
            app.get("/admin", &site.cookie(token)).await;
            app.get("/", &vec![("authorization", format!("Bearer {token}"))])
                .await;
            let twice = format!("{0}={token}; {0}=x", site.session_cookie());
            app.get("/", &vec![("cookie", twice)]).await;
        }
        let answer = app
            .post_user("/sign-in", &Vec::new(), &User::new("42"))
            .await;
        let pair = answer.cookie();
        let (_, own) = pair.split_once('=').expect("a pair");
        let text = log.text();
        assert!(text.contains("portcullis"), "it listened");
        for secret in [SECRET, OLD_SECRET, "ada@example.com", own] {
            assert!(!text.contains(secret), "{text}");
        }
        for token in [&good, &late, &bad] {
            assert!(
                !token
                    .split('.')
                    .skip(1)
                    .any(|part| part.len() > 8 && text.contains(part))
            );
        }
        // Nor has what a developer prints.
        let printed = format!("{app:?} {:?}", site.builder());
        assert!(!printed.contains(SECRET) && !printed.contains(OLD_SECRET));
    }
    let short = portcullis::Auth::builder()
        .secret("hunter2-hunter2")
        .origin("https://app.example")
        .environment(|_| None);
    let error = short.build().expect_err("a short secret");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

/// An adapter for Redis compared the identifier alone, and not the token.
#[tokio::test]
async fn cve_2022_39263_a_session_is_found_by_its_whole_token() {
    let site = Site::plain(Version::V5);
    let store = SqliteStore::in_memory().await.expect("memory");
    let app = App::configured(site.builder().store(store));
    let answer = app
        .post_user("/sign-in", &Vec::new(), &User::new("42"))
        .await;
    let pair = answer.cookie();
    let (_, id) = pair.split_once('=').expect("a pair");
    assert_eq!(app.get("/", &site.cookie(id)).await.body, "42");
    for place in 0..id.len() {
        let mut other = id.to_owned();
        let letter = if other.as_bytes()[place] == b'A' {
            "Q"
        } else {
            "A"
        };
        other.replace_range(place..=place, letter);
        assert_eq!(
            app.get("/", &site.cookie(&other)).await.body,
            "nobody",
            "{place}"
        );
    }
    for other in ["42", "%", "*", &id[..id.len() - 1], &format!("{id}A")] {
        assert_eq!(
            app.get("/", &site.cookie(other)).await.body,
            "nobody",
            "{other}"
        );
    }
}

/// A token counted for whoever brought it; here the subject is in it, and under its tag.
#[tokio::test]
async fn cve_2021_21310_a_token_is_bound_to_whom_it_is_about() {
    for site in Site::all() {
        let app = App::of(&site);
        let ada = site.mint(&json!({"sub": "ada"}));
        let bob = site.mint(&json!({"sub": "bob"}));
        let (ada, bob): (Vec<_>, Vec<_>) = (ada.split('.').collect(), bob.split('.').collect());
        for place in 2..5 {
            let mut mixed = ada.clone();
            mixed[place] = bob[place];
            let cookie = site.cookie(&mixed.join("."));
            assert_eq!(app.get("/", &cookie).await.body, "nobody", "{place}");
        }
        let cookie = site.cookie(&ada.join("."));
        assert_eq!(app.get("/", &cookie).await.body, "ada");
        let answer = app.post_user("/update", &cookie, &User::new("bob")).await;
        assert!(
            answer.status.is_server_error() && answer.cookies().is_empty(),
            "{answer:?}"
        );
    }
}

/// A header of its own made Next.js leave out the middleware, and with it all that it guarded.
#[tokio::test]
async fn cve_2025_29927_no_header_skips_a_guard() {
    for site in Site::all() {
        let app = App::of(&site);
        let steps = ["middleware", "src/middleware"];
        for step in steps {
            let value = [step; 5].join(":");
            for name in [
                "x-middleware-subrequest",
                "x-middleware-next",
                "x-middleware-override-headers",
            ] {
                let headers = vec![(name, value.clone())];
                assert_eq!(app.get("/me", &headers).await.status, 401, "{name}");
            }
        }
    }
}

/// A short token held a content that filled the memory.
#[tokio::test]
async fn ghsa_hhhv_q57g_882q_compressed_content_is_not_looked_into() {
    for site in Site::all() {
        let app = App::of(&site);
        let (enc, length) = match site.version {
            Version::V4 => ("A256GCM", 32),
            Version::V5 => ("A256CBC-HS512", 64),
        };
        let bulk = "x".repeat(200 * 1024);
        let content = json!({"sub": "42", "exp": site.now() + 60, "bulk": bulk}).to_string();
        let header = json!({"alg": "dir", "enc": enc, "zip": "DEF"});
        let token = site.forge(json!({"header": header, "length": length, "content": content}));
        assert!(token.len() < 4096, "it is short");
        let cookie = site.cookie(&token);
        assert!(site.get_token(&cookie).is_object(), "over there it is read");
        assert_eq!(app.get("/me", &cookie).await.status, 401);
    }
}
