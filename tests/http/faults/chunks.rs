//! A session that fills several cookies.

use std::time::Duration;

use http::StatusCode;
use portcullis::User;
use portcullis_tests::{Answer, get, post};

use super::{Refusal, cleared, kept};
use crate::app::App;

/// A user whose session fills so many cookies.
fn user_of(chunks: usize) -> User {
    // In base64 three bytes take four.
    User::new(7).named("x".repeat(if chunks == 1 { 1 } else { chunks * 2900 - 1000 }))
}

async fn signed_in(app: &App, chunks: usize, before: Option<&str>) -> Answer {
    let answer = app.sign_in_with(user_of(chunks), before).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer
}

/// The names of the cookies that an answer sets, and of those that it removes.
fn names(answer: &Answer) -> (Vec<&str>, Vec<&str>) {
    let pairs = answer.cookies().into_iter();
    let (set, removed): (Vec<_>, Vec<_>) = pairs
        .filter_map(|cookie| cookie.split(';').next()?.split_once('='))
        .partition(|(_, value)| !value.is_empty());
    (
        set.into_iter().map(|(name, _)| name).collect(),
        removed.into_iter().map(|(name, _)| name).collect(),
    )
}

#[tokio::test]
async fn row_23_chunks_make_one_session_in_any_order_and_beside_foreign_names() {
    for app in App::each().await {
        let token = app.token(User::new(7)).await;
        let (a, rest) = token.split_at(10);
        let (b, c) = rest.split_at(20);
        let whole = format!("session.0={a}; session.1={b}; session.2={c}");
        for request in [
            get("/me").header("cookie", &whole),
            get("/me").header(
                "cookie",
                format!("session.2={c}; session.0={a}; session.1={b}"),
            ),
            get("/me")
                .header("cookie", format!("session.1={b}; x=y"))
                .header("cookie", format!("session.2={c};session.0={a}")),
            get("/me").header("cookie", format!("{whole}; session=")),
            get("/me").header("cookie", format!("session.0={token}")),
        ] {
            assert_eq!(app.send(request).await.status, StatusCode::OK);
        }
        for foreign in [
            "session.00",
            "session.8",
            "session.9999",
            "sessionX",
            "session.0X",
        ] {
            for own in [&whole, &format!("session={token}")] {
                let request = get("/me").header("cookie", format!("{foreign}=z; {own}"));
                let answer = app.send(request).await;
                assert_eq!(answer.status, StatusCode::OK, "{foreign}");
                assert!(answer.cookies().is_empty(), "{foreign}");
            }
        }
    }
}

#[tokio::test]
async fn row_23_chunks_that_do_not_fit_together_are_refused_and_cleared() {
    for app in App::each().await {
        let token = app.token(User::new(7)).await;
        let (a, rest) = token.split_at(10);
        let (b, c) = rest.split_at(20);
        let (zero, one, two) = ("session.0", "session.1", "session.2");
        for (sent, cleared) in [
            (vec![(one, b), (two, c)], vec![one, two]),
            (vec![(zero, a), (two, c)], vec![zero, two]),
            (vec![(zero, a), (one, b)], vec![zero, one]),
            (vec![(zero, a), (one, ""), (two, c)], vec![zero, one, two]),
            (vec![(one, a), (zero, b), (two, c)], vec![zero, one, two]),
            (
                vec![(zero, a), (one, b), (two, c), ("session.3", "d")],
                vec![zero, one, two, "session.3"],
            ),
            (
                vec![(zero, a), (one, b), (two, c), ("session.4", "d")],
                vec![zero, one, two, "session.4"],
            ),
            (
                vec![("session", &token), (zero, a), (one, b), (two, c)],
                vec!["session", zero, one, two],
            ),
            (vec![("session", &token), (one, b)], vec!["session", one]),
            (vec![("session.00", a), (one, b), (two, c)], vec![one, two]),
            (
                vec![(zero, a), ("session.01", b), (two, c)],
                vec![zero, two],
            ),
            (vec![(zero, a), (one, b), ("session.8", c)], vec![zero, one]),
            (
                vec![(zero, a), (one, b), ("session.9999", c)],
                vec![zero, one],
            ),
            (vec![(zero, a), (one, b), ("sessionX", c)], vec![zero, one]),
            (vec![(zero, a), (two, rest)], vec![zero, two]),
            (vec![(one, &token)], vec![one]),
            (vec![("session.7", &token)], vec!["session.7"]),
        ] {
            let pairs: Vec<_> = sent
                .iter()
                .map(|(name, text)| format!("{name}={text}"))
                .collect();
            let request = get("/me").header("cookie", pairs.join("; "));
            Refusal::invalid(&cleared).meets(&app, request).await;
        }
    }
}

#[tokio::test]
async fn row_23_more_than_32_kib_of_chunks_are_refused_and_cleared() {
    let app = App::jwt();
    let eight: Vec<_> = (0..8).map(|number| format!("session.{number}")).collect();
    let eight: Vec<_> = eight.iter().map(String::as_str).collect();
    for length in [4000, 4097, 5000] {
        let pairs: Vec<_> = eight
            .iter()
            .map(|name| format!("{name}={}", ".".repeat(length)))
            .collect();
        let request = get("/me").header("cookie", pairs.join("; "));
        Refusal::invalid(&eight).meets(&app, request).await;
    }
}

#[tokio::test]
async fn row_23_a_large_session_is_set_in_chunks_that_browsers_keep() {
    for (origin, name, secure) in [
        ("http://localhost:3000", "session", ""),
        ("https://app.example", "__Host-session", " Secure;"),
    ] {
        let app = App::configured(|builder| builder.origin(origin));
        for chunks in [2, 3, 8] {
            let answer = signed_in(&app, chunks, None).await;
            assert_eq!(answer.cookies().len(), chunks);
            for (number, cookie) in answer.cookies().into_iter().enumerate() {
                let (pair, attributes) = cookie.split_once(';').expect("attributes");
                assert!(pair.len() <= 4097, "{}", pair.len());
                assert!(pair.starts_with(&format!("{name}.{number}=")));
                assert_eq!(
                    attributes,
                    format!(" HttpOnly; SameSite=Lax;{secure} Path=/; Max-Age=2592000")
                );
            }
            assert_eq!(answer.header("cache-control"), "private, no-store");
            let me = app.send(get("/me").header("cookie", kept(&answer))).await;
            assert_eq!((me.status, me.cookies().len()), (StatusCode::OK, 0));
        }
    }
}

#[tokio::test]
async fn row_23_a_new_session_leaves_nothing_of_the_one_before() {
    let app = App::jwt();
    let plain = ["session"];
    let chunk = ["session.0", "session.1", "session.2", "session.3"];
    for (before, after, set, removed) in [
        (1, 1, &plain[..], &[][..]),
        (1, 2, &chunk[..2], &plain[..]),
        (2, 1, &plain[..], &chunk[..2]),
        (4, 2, &chunk[..2], &chunk[2..]),
        (2, 4, &chunk[..], &[]),
    ] {
        let first = kept(&signed_in(&app, before, None).await);
        let answer = signed_in(&app, after, Some(&first)).await;
        assert_eq!(names(&answer), (set.to_vec(), removed.to_vec()));
        assert_eq!(answer.cookies()[set.len()..], cleared(removed));
        let me = app.send(get("/me").header("cookie", kept(&answer))).await;
        assert_eq!(me.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn row_23_a_chunked_session_is_refreshed_and_ended_as_a_whole() {
    let app = App::jwt();
    let chunk = ["session.0", "session.1", "session.2"];
    let cookies = kept(&signed_in(&app, 3, None).await);
    app.clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
    let refreshed = app.send(get("/me").header("cookie", &cookies)).await;
    assert_eq!(names(&refreshed), (chunk.to_vec(), vec![]));
    assert_ne!(kept(&refreshed), cookies);
    let cookies = kept(&refreshed);
    let ended = app.send(post("/sign-out").header("cookie", &cookies)).await;
    assert_eq!(ended.status, StatusCode::OK);
    assert_eq!(
        ended.cookies(),
        cleared(&["session", "session.0", "session.1", "session.2"])
    );
    app.clock.advance(Duration::from_secs(31 * 24 * 60 * 60));
    Refusal {
        code: "session_expired",
        ..Refusal::invalid(&chunk)
    }
    .meets(&app, get("/me").header("cookie", &cookies))
    .await;
    let home = app.send(get("/").header("cookie", &cookies)).await;
    assert_eq!(home.body, "hello stranger");
    assert_eq!(home.cookies(), cleared(&chunk));
}

#[tokio::test]
async fn row_23_a_stored_session_that_came_in_chunks_ends_with_the_next_sign_in() {
    let app = App::database().await;
    let token = app.token(User::new(7)).await;
    let (a, b) = token.split_at(20);
    let chunks = format!("session.0={a}; session.1={b}");
    let answer = app.sign_in_with(User::new(7), Some(&chunks)).await;
    assert_eq!(
        names(&answer),
        (vec!["session"], vec!["session.0", "session.1"])
    );
    let refusal = Refusal::invalid(&["session.0", "session.1"]);
    refusal
        .meets(&app, get("/me").header("cookie", chunks))
        .await;
}
