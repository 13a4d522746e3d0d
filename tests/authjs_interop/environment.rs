//! Which secret counts, where the environment has several.

use portcullis::{Auth, AuthBuilder};
use portcullis_tests::nextauth::{Site, Version, ask};
use serde_json::{Map, Value, json};

use crate::app::App;

const SECRETS: [&str; 5] = [
    "kP3mVj9nW0rT6bQe2sYxAuLd8hGfC7zN1oRiK5tXq4w=",
    "Zb7cMx2LqE9vR1yTg5NhS8wJ0oKdU3fAiP6rXjHn4tQ=",
    "a1Gd7TqW3kYp9LzN5vXc0RmJ8sBhE2uF6iOyKtVjPx4=",
    "Hq0sV6rC8xJd2MnB4gTz7WkYp1LuE5fA9iOaRjKt3XY=",
    "w5NfY1jQ9uZr3XbK7mVd0GtPs6LhC2eA8iOkTxRnJq4=",
];

const NAMES: [&str; 5] = [
    "AUTH_SECRET",
    "AUTH_SECRET_1",
    "AUTH_SECRET_2",
    "AUTH_SECRET_3",
    "NEXTAUTH_SECRET",
];

/// Every variable that has one of these names, with a secret of its own.
fn environment(names: &[&str]) -> Value {
    let pairs = NAMES.into_iter().zip(SECRETS);
    let named = pairs.filter(|(name, _)| names.contains(name));
    Value::Object(
        named
            .map(|(name, secret)| (name.to_owned(), json!(secret)))
            .collect::<Map<_, _>>(),
    )
}

fn builder(site: &Site, environment: &Value) -> AuthBuilder {
    let environment = environment.clone();
    Auth::builder()
        .profile(site.version.profile())
        .origin(site.origin)
        .environment(move |name| environment[name].as_str().map(str::to_owned))
        .clock(site.clock.clone())
}

/// The secrets whose tokens count with us.
async fn read_here(site: &Site, environment: &Value) -> Vec<&'static str> {
    let app = App::configured(builder(site, environment));
    let mut read = Vec::new();
    for (name, secret) in NAMES.into_iter().zip(SECRETS) {
        let token = site.mint_with(&json!({"sub": "42"}), json!({"secret": secret}));
        if app.get("/me", &site.cookie(&token)).await.status == 200 {
            read.push(name);
        }
    }
    read
}

/// The secret that a token of ours is made with.
async fn written_here(site: &Site, environment: &Value) -> &'static str {
    let app = App::configured(builder(site, environment));
    let answer = app
        .post_user("/sign-in", &Vec::new(), &portcullis::User::new("42"))
        .await;
    let headers = vec![("cookie", answer.cookie())];
    let mut opening = NAMES.into_iter().zip(SECRETS).filter(|(_, secret)| {
        let given = json!({"headers": headers, "secret": secret});
        site.ask("getToken", given).is_object()
    });
    opening.next().expect("one of them").0
}

fn named(secrets: &Value) -> Vec<&'static str> {
    let secrets = secrets.as_array().expect("a list").iter();
    let place = |secret: &Value| SECRETS.iter().position(|known| secret == known);
    secrets
        .filter_map(place)
        .map(|place| NAMES[place])
        .collect()
}

const SETS: [&[&str]; 8] = [
    &["AUTH_SECRET"],
    &["AUTH_SECRET", "AUTH_SECRET_1"],
    &["AUTH_SECRET", "AUTH_SECRET_2", "AUTH_SECRET_3"],
    &["AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3"],
    &["AUTH_SECRET_2"],
    &["AUTH_SECRET", "NEXTAUTH_SECRET"],
    &["AUTH_SECRET_1", "NEXTAUTH_SECRET"],
    &NAMES,
];

#[tokio::test]
async fn numbered_secrets_have_the_order_of_auth_core() {
    let site = Site::plain(Version::V5);
    for names in SETS {
        let environment = environment(names);
        let given = json!({"dialect": "core", "environment": environment, "now": site.now()});
        let there = named(&ask("secrets", given));
        let mut here = read_here(&site, &environment).await;
        assert_eq!(
            written_here(&site, &environment).await,
            there[0],
            "{names:?}"
        );
        here.sort_by_key(|name| there.iter().position(|other| other == name));
        assert_eq!(here, there, "{names:?}");
    }
}

#[tokio::test]
async fn next_auth_5_takes_fewer_of_them() {
    let site = Site::plain(Version::V5);
    for (names, expected) in [
        (&["NEXTAUTH_SECRET"][..], &["NEXTAUTH_SECRET"][..]),
        (&["AUTH_SECRET"], &["AUTH_SECRET"]),
        (&["AUTH_SECRET", "NEXTAUTH_SECRET"], &["AUTH_SECRET"]),
        (
            &["AUTH_SECRET_1", "AUTH_SECRET_2"],
            &["AUTH_SECRET_2", "AUTH_SECRET_1"],
        ),
    ] {
        let environment = environment(names);
        let given = json!({"dialect": "v5", "environment": environment, "now": site.now()});
        assert_eq!(named(&ask("secrets", given)), expected, "{names:?}");
        let mut here = read_here(&site, &environment).await;
        here.sort_by_key(|name| expected.iter().position(|other| other == name));
        assert_eq!(here, expected, "{names:?}");
    }
    // Numbered ones beside it are ignored over there: whoever rotates by them loses their sessions.
    let environment = environment(&["AUTH_SECRET", "AUTH_SECRET_1"]);
    let given = json!({"dialect": "v5", "environment": environment, "now": site.now()});
    assert_eq!(named(&ask("secrets", given)), ["AUTH_SECRET"]);
    assert_eq!(written_here(&site, &environment).await, "AUTH_SECRET_1");
}

#[tokio::test]
async fn version_4_prefers_its_own_variable() {
    let site = Site::plain(Version::V4);
    for (names, expected) in [
        (&["NEXTAUTH_SECRET"][..], "NEXTAUTH_SECRET"),
        (&["AUTH_SECRET"], "AUTH_SECRET"),
        (&["AUTH_SECRET", "NEXTAUTH_SECRET"], "NEXTAUTH_SECRET"),
        (&["AUTH_SECRET", "AUTH_SECRET_1"], "AUTH_SECRET"),
        (&NAMES, "NEXTAUTH_SECRET"),
    ] {
        let environment = environment(names);
        assert_eq!(
            read_here(&site, &environment).await,
            [expected],
            "{names:?}"
        );
        assert_eq!(written_here(&site, &environment).await, expected);
        for (name, secret) in NAMES.into_iter().zip(SECRETS) {
            let token = site.mint_with(&json!({"sub": "42"}), json!({"secret": secret}));
            let given = json!({"environment": environment, "headers": site.cookie(&token)});
            let there = site.ask("getTokenOf", given);
            assert_eq!(there.is_object(), name == expected, "{names:?} {name}");
        }
    }
}
