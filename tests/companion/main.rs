//! Rust and the real Auth.js with one sign-in, over real sockets.

mod companion;
mod process;
mod visitor;

use std::path::Path;

use portcullis_tests::{browser, running};
use reqwest::StatusCode;
use serde_json::json;

use self::companion::{BOTH, Companion, EXAMPLE};
use self::visitor::Visitor;

/// Of the demo accounts: the name in the address, the id, and what `GET /api/accounts` answers.
const ACCOUNTS: [(&str, &str, StatusCode); 3] = [
    ("reader", "robin", StatusCode::FORBIDDEN),
    ("admin", "ada", StatusCode::OK),
    ("archivist", "iris", StatusCode::FORBIDDEN),
];

#[tokio::test]
async fn guards_accept_who_signed_in_at_auth_js_with_the_roles_of_its_callback() {
    for beside in BOTH {
        let companion = Companion::start(beside);
        for (who, id, accounts) in ACCOUNTS {
            let mut visitor = Visitor::new();
            assert_eq!(visitor.at_axum(&companion).await, None);
            let signed_in = visitor.sign_in_at_node(&companion, who).await;
            assert_eq!(signed_in.status, StatusCode::FOUND, "{beside:?}");
            assert_eq!(
                signed_in.location,
                companion.axum("/"),
                "back to the page of the API"
            );
            assert_eq!(visitor.at_axum(&companion).await.as_deref(), Some(id));
            let answer = visitor.get(companion.axum("/api/accounts")).await;
            assert_eq!(answer.status, accounts, "{beside:?} {who}");
            let page = visitor.get(companion.axum("/")).await;
            assert!(page.body.contains("Sign out here"), "{}", page.body);
        }
    }
}

#[tokio::test]
async fn auth_js_accepts_who_signed_in_at_rust() {
    for beside in BOTH {
        let companion = Companion::start(beside);
        for (who, id, accounts) in ACCOUNTS {
            let mut visitor = Visitor::new();
            let signed_in = visitor.sign_in_at_axum(&companion, who).await;
            assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
            let session = visitor.get(companion.node("/api/auth/session")).await;
            let user = &session.json()["user"];
            assert_eq!(user["id"], id, "{beside:?}");
            assert_eq!(user["email"], format!("{who}@companion.example"));
            let page = visitor.get(companion.node("/")).await;
            assert!(page.body.contains("Sign out here"), "{}", page.body);

            let told = visitor.get(companion.node("/api/whoami")).await.json();
            assert_eq!(&told["session"]["user"], user, "in a page");
            assert_eq!(told["token"]["sub"], id, "by getToken");
            let roles = match who {
                "admin" => json!(["admin"]),
                _ => json!(["reader"]),
            };
            assert_eq!((&told["token"]["roles"], &user["roles"]), (&roles, &roles));
            // Auth.js has written the cookie anew by now.
            let answer = visitor.get(companion.axum("/api/accounts")).await;
            assert_eq!(answer.status, accounts, "{beside:?} {who}");
        }
    }
}

#[tokio::test]
async fn the_recipes_of_the_guides_answer_in_rust_what_they_answer_in_node() {
    for beside in BOTH {
        let companion = Companion::start(beside);
        for (who, ..) in ACCOUNTS {
            for in_at_node in [true, false] {
                let mut visitor = Visitor::new();
                for path in ["/api/session", "/api/token"] {
                    let nothing = visitor.get(companion.axum(path)).await;
                    assert_eq!(
                        (nothing.status, nothing.json()),
                        (StatusCode::OK, json!(null))
                    );
                }
                match in_at_node {
                    true => visitor.sign_in_at_node(&companion, who).await,
                    false => visitor.sign_in_at_axum(&companion, who).await,
                };
                let token = visitor.get(companion.axum("/api/token")).await.json();
                let session = visitor.get(companion.axum("/api/session")).await.json();
                let told = visitor.get(companion.node("/api/whoami")).await.json();
                assert_eq!(session["user"], told["session"]["user"], "{beside:?} {who}");
                assert!(session["expires"].is_string() && told["session"]["expires"].is_string());
                assert!(token["exp"].is_number() && token["jti"].is_string());
                for claim in ["sub", "name", "email", "roles"] {
                    assert!(!token[claim].is_null(), "{claim}");
                }
                let known = token.as_object().expect("claims").keys();
                for claim in known.filter(|claim| !["iat", "exp", "jti"].contains(&claim.as_str()))
                {
                    assert_eq!(token[claim], told["token"][claim], "{claim}");
                }
            }
        }
    }
}

#[tokio::test]
async fn signing_out_on_either_side_ends_it_on_both() {
    for beside in BOTH {
        let companion = Companion::start(beside);
        for (who, id, _) in ACCOUNTS {
            for (in_at_node, out_at_node) in
                [(true, true), (true, false), (false, true), (false, false)]
            {
                let case = format!("{beside:?} {who} in {in_at_node} out {out_at_node}");
                let mut visitor = Visitor::new();
                match in_at_node {
                    true => visitor.sign_in_at_node(&companion, who).await,
                    false => visitor.sign_in_at_axum(&companion, who).await,
                };
                assert_eq!(visitor.at_node(&companion).await.as_deref(), Some(id));
                assert_eq!(visitor.at_axum(&companion).await.as_deref(), Some(id));
                let before = visitor.clone();
                match out_at_node {
                    true => visitor.sign_out_at_node(&companion).await,
                    false => visitor.sign_out_at_axum(&companion).await,
                };
                assert_eq!(visitor.session_cookies(), [""; 0], "{case}");
                assert_eq!(visitor.at_node(&companion).await, None, "{case}");
                assert_eq!(visitor.at_axum(&companion).await, None, "{case}");
                // A copy of the cookie is another matter: only Rust remembers who signed out there.
                let left = before.clone().at_axum(&companion).await;
                assert_eq!(left.is_some(), out_at_node, "{case}");
            }
        }
    }
}

#[tokio::test]
async fn a_session_in_chunks_is_one_on_both_sides_and_leaves_nothing_behind() {
    for beside in BOTH {
        let companion = Companion::start(beside);
        let mut visitor = Visitor::new();
        visitor.sign_in_at_node(&companion, "archivist").await;
        let chunks = visitor.session_cookies().len();
        assert!(chunks > 1, "{:?}", visitor.session_cookies());
        visitor.sign_in_at_axum(&companion, "reader").await;
        assert_eq!(visitor.session_cookies().len(), 1, "{beside:?}");
        assert_eq!(visitor.at_node(&companion).await.as_deref(), Some("robin"));
        visitor.sign_in_at_axum(&companion, "archivist").await;
        assert!(visitor.session_cookies().len() > 1);
        assert_eq!(visitor.at_node(&companion).await.as_deref(), Some("iris"));
        visitor.sign_in_at_node(&companion, "admin").await;
        assert_eq!(visitor.session_cookies().len(), 1, "{beside:?}");
        assert_eq!(visitor.at_axum(&companion).await.as_deref(), Some("ada"));
    }
}

#[tokio::test]
async fn a_wrong_password_begins_no_session_on_either_side() {
    for beside in BOTH {
        let companion = Companion::start(beside);
        let mut visitor = Visitor::new();
        let form = [("email", "admin@companion.example"), ("password", "wrong")];
        let answer = visitor.post(companion.axum("/sign-in"), &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        visitor.sign_in_at_node(&companion, "nobody").await;
        assert_eq!(visitor.session_cookies(), [""; 0], "{beside:?}");
    }
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_after_signing_in() {
    for beside in BOTH {
        let companion = Companion::start(beside);
        let mut visitor = Visitor::new();
        for elsewhere in [
            "https://evil.example/",
            "//evil.example/",
            "http://localhost:1/",
        ] {
            let url = companion.node(&format!("/api/auth/signin?callbackUrl={elsewhere}"));
            let page = visitor.get(url).await;
            assert!(!page.body.contains("evil.example"), "{beside:?}");
            assert!(!page.body.contains("localhost:1/"), "{beside:?}");
        }
    }
}

#[test]
fn the_guide_shows_what_the_example_does() {
    let guide = include_str!("../../docs/nextjs.md");
    let example = [
        include_str!("../../examples/nextjs-companion/node/api.mjs"),
        include_str!("../../examples/nextjs-companion/node/options.mjs"),
    ];
    let example = example.map(without_indentation);
    let blocks: Vec<_> = guide.split("```js\n").skip(1).collect();
    for block in &blocks {
        let code = block.split("```").next().expect("an end");
        let code = without_indentation(code);
        assert!(example.iter().any(|file| file.contains(&code)), "{code}");
    }
    assert_eq!(blocks.len(), 2);
}

fn without_indentation(code: &str) -> String {
    let lines = code.lines().map(str::trim);
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn people_in_a_browser() {
    let program = running::program(EXAMPLE);
    browser::run(
        "companion.test.mjs",
        &[("COMPANION_BIN", Path::new(&program))],
    );
}
