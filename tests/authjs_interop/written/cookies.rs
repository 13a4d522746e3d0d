//! What browsers are told to keep, by either side.

use portcullis::User;
use portcullis_tests::nextauth::Site;
use serde_json::json;

use super::{ada, is_known, jar_of, lines, shapes, signed_in};
use crate::app::App;
use crate::jar::Jar;

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// The length of the value that a line sets.
fn length(line: &str) -> usize {
    let pair = line.split(';').next().expect("a pair");
    pair.split_once('=').expect("a pair").1.len()
}

#[tokio::test]
async fn cookies_are_set_to_the_letter_as_there() {
    for site in Site::all() {
        for bulk in [0, 6 * 1024] {
            let app = App::of(&site);
            let bulk = "x".repeat(bulk);
            let user = User::new("42").named("Ada").with("bulk", bulk.as_str());
            let here = app.post_user("/sign-in", &Vec::new(), &user).await;
            let there = site.ask(
                "signIn",
                json!({"headers": [], "user": {"id": "42", "name": "Ada"}, "claims": {"bulk": bulk}}),
            );
            let expected = shapes(&site, lines(&there));
            assert!(!expected.is_empty(), "{there}");
            assert_eq!(shapes(&site, here.cookies()), expected);
            if expected.len() > 1 {
                // All but the last are full.
                let first_there = lines(&there).into_iter().find(|line| line.contains(".0="));
                assert_eq!(
                    length(here.cookies()[0]),
                    length(first_there.expect("a chunk"))
                );
            }
        }
    }
}

#[tokio::test]
async fn a_shorter_session_leaves_no_chunk_behind() {
    for site in Site::all() {
        let app = App::of(&site);
        let claims = json!({"sub": "42", "name": "Ada", "bulk": "x".repeat(6 * 1024)});
        let chunks = site.chunks(&site.mint(&claims));
        let mut jar = Jar::default();
        jar.set(
            chunks
                .iter()
                .map(|chunk| format!("{chunk}; Path=/"))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str),
        );
        assert_eq!(jar.session(&site).len(), 3);
        let given = json!({"headers": jar.headers(), "replaced": {"sub": "42", "name": "Ada"}});
        let there = site.ask("session", given);
        let answer = app
            .post_user("/update", &jar.headers(), &User::new("42").named("Ada"))
            .await;
        // The new one stands first here and last there.
        assert_eq!(
            sorted(shapes(&site, answer.cookies())),
            sorted(shapes(&site, lines(&there)))
        );
        jar.set(answer.cookies());
        assert_eq!(jar.session(&site), [site.session_cookie()]);
        is_known(&site, &jar.headers(), &json!({"sub": "42", "name": "Ada"}));
    }
}

#[tokio::test]
async fn a_longer_session_leaves_no_plain_cookie_behind() {
    for site in Site::all() {
        let app = App::of(&site);
        let (_, mut jar) = signed_in(&app).await;
        let bulk = "x".repeat(6 * 1024);
        let given = json!({"headers": jar.headers(), "replaced": {"sub": "42", "bulk": bulk}});
        let there = site.ask("session", given);
        let user = User::new("42").with("bulk", bulk.as_str());
        let answer = app.post_user("/update", &jar.headers(), &user).await;
        assert_eq!(
            sorted(shapes(&site, answer.cookies())),
            sorted(shapes(&site, lines(&there)))
        );
        jar.set(answer.cookies());
        assert_eq!(jar.session(&site).len(), 3);
        is_known(&site, &jar.headers(), &json!({"sub": "42", "bulk": bulk}));
    }
}

#[tokio::test]
async fn who_signs_out_there_has_no_cookie_of_ours() {
    for site in Site::all() {
        for bulk in [0, 20 * 1024] {
            let app = App::of(&site);
            let user = ada().with("bulk", "x".repeat(bulk));
            let answer = app.post_user("/sign-in", &Vec::new(), &user).await;
            let mut jar = jar_of(&answer);
            let there = site.ask("signOut", json!({"headers": jar.headers()}));
            jar.set(lines(&there));
            assert!(jar.session(&site).is_empty(), "{there}");
        }
    }
}

#[tokio::test]
async fn who_signs_out_here_has_no_cookie_of_theirs() {
    for site in Site::all() {
        for bulk in [0, 20 * 1024] {
            let app = App::of(&site);
            let user = json!({"id": "42", "name": "Ada"});
            let claims = json!({"bulk": "x".repeat(bulk)});
            let there = site.ask(
                "signIn",
                json!({"headers": [], "user": user, "claims": claims}),
            );
            let mut jar = Jar::default();
            jar.set(lines(&there));
            assert!(!jar.session(&site).is_empty(), "{there}");
            let there = site.ask("signOut", json!({"headers": jar.headers()}));
            let here = app.post("/sign-out", &jar.headers()).await;
            assert_eq!(here.status, 200, "{here:?}");
            let theirs = shapes(&site, lines(&there));
            let ours = shapes(&site, here.cookies());
            // The plain name goes in any case: a form of the session that this request did not carry.
            assert!(
                theirs.iter().all(|line| ours.contains(line)),
                "{ours:?} {theirs:?}"
            );
            assert!(ours.len() <= theirs.len() + 1, "{ours:?} {theirs:?}");
            jar.set(here.cookies());
            assert!(jar.session(&site).is_empty(), "{here:?}");
        }
    }
}

#[tokio::test]
async fn a_cookie_of_no_use_is_cleared_as_there() {
    for site in Site::all() {
        let app = App::of(&site);
        let cookies = format!("{0}.0=bad; {0}.1=worse", site.session_cookie());
        for headers in [site.cookie("bad"), vec![("cookie", cookies)]] {
            let there = site.ask("session", json!({"headers": headers}));
            let here = app.get("/me", &headers).await;
            assert_eq!(shapes(&site, here.cookies()), shapes(&site, lines(&there)));
        }
    }
}
