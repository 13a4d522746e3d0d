//! Sessions that we write are the real package's own, and the other way round.

mod claims;
mod cookies;

use portcullis::User;
use portcullis_tests::Answer;
use portcullis_tests::nextauth::{Headers, Site, Version};
use serde_json::{Value, json};

use crate::app::App;
use crate::jar::Jar;

fn ada() -> User {
    let mut user = User::new("42")
        .named("Ada 👩🏽‍🚀")
        .with_email("ada@example.com")
        .with_roles(["admin", "editor"])
        .with_permissions(["post:write"])
        .with_scopes(["posts:read", "posts:write"])
        .with("theme", "dark")
        .with(
            "nested",
            json!({"a": [1, {"b": null}], "n": 0.300_000_000_000_000_04}),
        );
    user.image = Some("https://cdn.example/ada.png".to_owned());
    user
}

/// What a token of hers says to the other side, without what is new in each.
fn adas_claims() -> Value {
    json!({
        "sub": "42", "name": "Ada 👩🏽‍🚀", "email": "ada@example.com",
        "picture": "https://cdn.example/ada.png",
        "roles": ["admin", "editor"], "permissions": ["post:write"],
        "scope": "posts:read posts:write", "theme": "dark",
        "nested": {"a": [1, {"b": null}], "n": 0.300_000_000_000_000_04},
    })
}

/// Claims without those that every writing of the token changes.
fn lasting(claims: &Value) -> Value {
    let mut claims = claims.clone();
    let members = claims.as_object_mut().expect("claims");
    for name in ["iat", "exp", "jti", "auth_time", "portcullis"] {
        members.remove(name);
    }
    claims
}

fn lines(answer: &Value) -> Vec<&str> {
    let cookies = answer["cookies"].as_array().expect("cookies");
    cookies.iter().filter_map(Value::as_str).collect()
}

/// The lines about the session, with `..` for a value.
fn shapes<'a>(site: &Site, lines: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let name = site.session_cookie();
    let ours = lines.into_iter().filter(|line| line.starts_with(&name));
    let shapes = ours.map(|line| {
        let (pair, attributes) = line.split_once(';').expect("attributes");
        let (name, value) = pair.split_once('=').expect("a pair");
        let value = if value.is_empty() { "" } else { ".." };
        format!("{name}={value};{attributes}")
    });
    shapes.collect()
}

fn jar_of(answer: &Answer) -> Jar {
    let mut jar = Jar::default();
    jar.set(answer.cookies());
    jar
}

async fn signed_in(app: &App) -> (Answer, Jar) {
    let answer = app.post_user("/sign-in", &Vec::new(), &ada()).await;
    let jar = jar_of(&answer);
    (answer, jar)
}

/// Everything of the real package that asks who somebody is sees these claims.
fn is_known(site: &Site, headers: &Headers, claims: &Value) {
    let given = json!({"headers": headers});
    assert_eq!(lasting(&site.get_token(headers)), *claims, "getToken");
    let session = site.ask("session", given.clone());
    assert_eq!(lasting(&session["body"]["token"]), *claims, "{session}");
    assert_eq!(session["body"]["user"]["name"], claims["name"]);
    assert_eq!(session["body"]["user"]["image"], claims["picture"]);
    let url = format!("{}/dashboard?tab=1", site.origin);
    let page = site.ask("middleware", json!({"url": url, "headers": headers}));
    assert_eq!(page["location"], Value::Null, "{page}");
    match site.version {
        Version::V4 => {
            assert_eq!(lasting(&page["seen"]), *claims, "withAuth");
            let session = site.ask("serverSession", given);
            assert_eq!(lasting(&session["body"]["token"]), *claims, "{session}");
        }
        Version::V5 => {
            assert_eq!(lasting(&page["seen"]["token"]), *claims, "auth()");
            assert!(!shapes(site, lines(&page)).is_empty(), "it goes on: {page}");
        }
    }
}
