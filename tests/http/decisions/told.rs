//! What is told, and to whom.

use std::time::Duration;

use http::StatusCode;
use http::request::Builder;
use portcullis::{Decision, DecisionSink, User};
use portcullis_tests::Log;

use super::{Trail, Watched, events, request, watched};
use crate::app::App;
use crate::stores::{Mood, moody};

/// What is decided about a request: the handler, the rule, the code, the status and the user. Those
/// that are empty, or 0, are not told.
type Row<'a> = (Builder, [&'a str; 3], u16, &'a str);

/// Whether the log and the trail hear exactly that.
async fn assert_told(app: &Watched, (request, about, status, user): Row<'_>) {
    let [handler, rule, code] = about;
    let method = request.method_ref().expect("a method").to_string();
    let path = request.uri_ref().expect("an address").path().to_owned();
    let (level, word) = match status {
        0 => ("INFO", "granted"),
        500.. => ("WARN", "denied"),
        _ => ("INFO", "denied"),
    };
    let mut line = format!("{level} {word} handler=\"http::decisions::{handler}\"");
    line += &format!(" method={method} path=\"{path}\"");
    if !rule.is_empty() {
        line += &format!(" rule={rule:?}");
    }
    line += &format!(" code=\"{code}\"");
    if status != 0 {
        line += &format!(" status={status}");
    }
    if !user.is_empty() {
        line += &format!(" user=\"{user}\"");
    }
    let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let status_told = (status != 0).then_some(status);
    let (rule, user) = (told(rule), told(user));
    let heard = format!("{method} {path} {code:?} {status_told:?} {rule:?} {user:?}");
    let (answer, events, trail) = app.send(request).await;
    assert_eq!((events, trail), (vec![line], vec![heard]));
    if status != 0 {
        assert_eq!(answer.status.as_u16(), status);
    }
}

#[tokio::test]
async fn every_refusal_is_told_with_what_it_was_about() {
    let app = watched(|builder| builder);
    let get = portcullis_tests::get;
    let cookie = app.cookie(User::new(7)).await;
    let with = |path, cookie: &str| request(path, "cookie", cookie);
    let token = |path, token: &str| request(path, "authorization", &format!("Bearer {token}"));
    let ambiguous = "session=a; session=b";
    let cross_site = portcullis_tests::post("/open").header("sec-fetch-site", "cross-site");
    let visit = request("/page", "sec-fetch-mode", "navigate");
    let anybody = "any signed-in user";
    let nobody = ["me", anybody, "unauthenticated"];
    for row in [
        (get("/me?token=1"), nobody, 401, ""),
        (visit, ["page", anybody, "unauthenticated"], 303, ""),
        (
            with("/me", "session=x"),
            ["me", anybody, "session_invalid"],
            401,
            "",
        ),
        (
            with("/me", ambiguous),
            ["me", anybody, "session_ambiguous"],
            401,
            "",
        ),
        (token("/me", "x"), ["me", anybody, "invalid_token"], 401, ""),
        (
            token("/me", ""),
            ["me", anybody, "invalid_request"],
            400,
            "",
        ),
        (token("/open", "x"), ["open", "", "invalid_token"], 401, ""),
        (cross_site, ["open", "", "cross_site"], 403, ""),
        (
            with("/odd", &cookie),
            ["odd", "", "session_corrupt"],
            500,
            "",
        ),
        (
            with("/hidden", &cookie),
            ["hidden", "role admin", "forbidden"],
            404,
            "7",
        ),
        (
            with("/posts/2", &cookie),
            ["own", "policy owns", "forbidden"],
            403,
            "7",
        ),
        (
            with("/posts/3", &cookie),
            ["own", "policy owns", "policy_failed"],
            404,
            "7",
        ),
        (
            with("/posts/4", &cookie),
            ["own", "policy owns", "policy_failed"],
            502,
            "7",
        ),
        (
            with("/strong", &cookie),
            ["strong", anybody, "acr_unreachable"],
            403,
            "7",
        ),
    ] {
        assert_told(&app, row).await;
    }
    app.clock.advance(Duration::from_secs(60 * 60));
    let weak = "insufficient_user_authentication";
    for row in [
        (with("/fresh", &cookie), ["fresh", anybody, weak], 401, "7"),
        (
            with("/strong", &cookie),
            ["strong", anybody, weak],
            401,
            "7",
        ),
    ] {
        assert_told(&app, row).await;
    }
    app.clock.advance(Duration::from_secs(31 * 24 * 60 * 60));
    let bearer = cookie.replace("session=", "");
    for row in [
        (
            with("/me", &cookie),
            ["me", anybody, "session_expired"],
            401,
            "",
        ),
        (
            token("/me", &bearer),
            ["me", anybody, "token_expired"],
            401,
            "",
        ),
    ] {
        assert_told(&app, row).await;
    }
}

#[tokio::test]
async fn grants_are_told_where_they_are_audited() {
    let app = watched(|builder| builder);
    let cookie = app.cookie(User::new(7).with_roles(["viewer"])).await;
    let audited = ["audited", "role viewer or role admin", "granted"];
    assert_told(
        &app,
        (request("/audited", "cookie", &cookie), audited, 0, "7"),
    )
    .await;
    for path in ["/me", "/open", "/page", "/posts/1"] {
        let (answer, events, trail) = app.send(request(path, "cookie", &cookie)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!((events, trail), (Vec::new(), Vec::new()), "{path}");
    }
}

#[tokio::test]
async fn a_store_that_is_down_is_a_warning() {
    let (app, store, cookie) = moody().await;
    store.is(Mood::Down);
    for (path, handler) in [("/me", "me"), ("/", "home")] {
        let log = Log::default();
        let logging = log.start();
        app.send(request(path, "cookie", &cookie)).await;
        drop(logging);
        let events = events(&log);
        assert_eq!(events.len(), 1, "{events:?}");
        let expected = format!("WARN denied handler=\"http::app::{handler}\"");
        assert!(events[0].starts_with(&expected), "{events:?}");
        assert!(
            events[0].ends_with("code=\"store_unavailable\" status=503"),
            "{events:?}"
        );
    }
}

/// Cannot write.
struct Broken;

impl DecisionSink for Broken {
    fn decided(&self, _: &Decision<'_>) {
        panic!("the disk is full");
    }
}

#[tokio::test]
async fn a_sink_that_panics_changes_nothing() {
    let later = Trail::default();
    let app = watched(|builder| builder.decisions(Broken).decisions(later.clone()));
    let cookie = app.cookie(User::new(7).with_roles(["viewer"])).await;
    let mut gaps = 0;
    for (path, status) in [("/hidden", 404), ("/audited", 200), ("/hidden", 404)] {
        let (answer, events, trail) = app.send(request(path, "cookie", &cookie)).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(trail.len(), 1, "the others hear it all the same");
        assert_eq!(later.take(), trail);
        gaps += events
            .iter()
            .filter(|event| event.starts_with("ERROR"))
            .count();
    }
    assert_eq!(gaps, 1, "it is mentioned once");
}

#[tokio::test]
async fn what_a_rule_asks_for_is_told_only_if_that_is_wanted() {
    let shy = App::jwt();
    let open = App::configured(|builder| builder.expose_requirements(true));
    for (app, expected) in [
        (shy, None),
        (
            open,
            Some("((role a and role b) or role c) and permission mfa"),
        ),
    ] {
        let cookie = app.sign_in(User::new(7)).await;
        let answer = app.send(request("/mixed", "cookie", &cookie)).await;
        let problem: serde_json::Value = answer.body.parse().expect("JSON");
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(problem["required"].as_str(), expected);
        let anonymous = app.send(portcullis_tests::get("/mixed")).await;
        assert!(!anonymous.body.contains("required"), "{}", anonymous.body);
    }
}
