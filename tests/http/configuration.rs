//! What is wrong with a configuration is said at start-up, all of it, and without showing secrets.

use std::time::Duration;

use http::StatusCode;
use portcullis::{Auth, AuthBuilder, ConfigError, ConfigMistake, Pages, Profile, User, dangerous};
use portcullis_tests::{ORIGIN, SECRET, get};

use crate::app::App;

fn blank() -> AuthBuilder {
    Auth::builder().environment(|_| None)
}

fn mistakes(builder: AuthBuilder) -> Vec<ConfigMistake> {
    builder.build().map_or_else(
        |error: ConfigError| error.mistakes().to_vec(),
        |_| Vec::new(),
    )
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let builder = blank()
        .secret("hunter2")
        .origin("http://app.example")
        .cookie_name("__Host-x")
        .realm("a\"b")
        .pages(Pages::new().sign_in("https://evil.example"))
        .trusted_origins(["*"])
        .max_age(Duration::ZERO)
        .update_age(Duration::from_secs(401 * 24 * 60 * 60));
    let error = builder.build().expect_err("eight mistakes");
    assert_eq!(error.mistakes().len(), 8, "{error}");
    assert_eq!(error.to_string().lines().count(), 9);
    assert!(!error.to_string().contains("hunter2") && !format!("{error:?}").contains("hunter2"));
}

#[test]
fn secrets_that_protect_nothing_are_refused() {
    let pem = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----";
    let jwk = r#"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
    let setting = "secret";
    for (secret, expected) in [
        ("", ConfigMistake::SecretEmpty { setting }),
        ("   \n", ConfigMistake::SecretEmpty { setting }),
        (
            "hunter2                         ",
            ConfigMistake::SecretTooShort { setting, bytes: 7 },
        ),
        (
            "31-bytes-are-not-enough-for-us.",
            ConfigMistake::SecretTooShort { setting, bytes: 31 },
        ),
        (pem, ConfigMistake::SecretIsKeyDocument { setting }),
        (jwk, ConfigMistake::SecretIsKeyDocument { setting }),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ConfigMistake::SecretPublished { setting },
        ),
    ] {
        assert_eq!(
            mistakes(blank().origin(ORIGIN).secret(secret)),
            [expected],
            "{secret}"
        );
    }
}

#[test]
fn every_published_secret_is_refused() {
    let list = include_str!("../vectors/weak-secrets/jwt.secrets.32-and-longer.list");
    let mut checked = 0;
    for secret in list.lines() {
        assert!(
            !mistakes(blank().origin(ORIGIN).secret(secret)).is_empty(),
            "{secret}"
        );
        checked += 1;
    }
    assert!(checked > 1900, "{checked}");
}

#[test]
fn the_environment_gives_what_was_not_set() {
    let environment = |variables: &'static [(&str, &str)]| {
        let lookup = move |name: &str| {
            variables
                .iter()
                .find(|(variable, _)| *variable == name)
                .map(|(_, value)| (*value).to_owned())
        };
        mistakes(Auth::builder().environment(lookup))
    };
    assert_eq!(
        environment(&[]),
        [ConfigMistake::SecretMissing, ConfigMistake::OriginMissing]
    );
    assert_eq!(
        environment(&[
            ("AUTH_SECRET", SECRET),
            ("AUTH_URL", "https://a.example/api/auth")
        ]),
        []
    );
    assert_eq!(
        environment(&[
            ("NEXTAUTH_SECRET", SECRET),
            ("NEXTAUTH_URL", "http://localhost:3000")
        ]),
        []
    );
    assert_eq!(
        environment(&[
            ("AUTH_SECRET", ""),
            ("NEXTAUTH_SECRET", SECRET),
            ("AUTH_URL", ORIGIN)
        ]),
        [ConfigMistake::SecretEmpty {
            setting: "AUTH_SECRET"
        }],
        "an empty variable is a mistake, not a missing one"
    );
    let message = mistakes(Auth::builder().environment(|_| None))[1].to_string();
    assert!(
        message.contains("origin(..)") && message.contains("AUTH_URL"),
        "{message}"
    );
}

#[test]
fn a_password_in_an_address_is_not_repeated() {
    let error = blank()
        .secret(SECRET)
        .origin("https://bob:hunter2@app.example")
        .build();
    let shown = error.expect_err("not an origin").to_string();
    assert!(
        shown.contains("app.example") && !shown.contains("hunter2"),
        "{shown}"
    );
}

#[test]
fn a_session_is_refreshed_before_it_ends() {
    let hour = Duration::from_secs(3600);
    let builder = || blank().secret(SECRET).origin(ORIGIN).max_age(hour);
    assert_eq!(mistakes(builder()), []);
    assert_eq!(
        mistakes(builder().update_age(hour)),
        [ConfigMistake::UpdateAgeTooLong]
    );
}

#[test]
fn a_leeway_is_a_few_whole_seconds() {
    let built = |leeway| mistakes(blank().secret(SECRET).origin(ORIGIN).leeway(leeway));
    for usable in [Duration::ZERO, Duration::from_secs(300)] {
        assert_eq!(built(usable), []);
    }
    for unusable in [Duration::from_secs(301), Duration::from_millis(1500)] {
        assert_eq!(built(unusable), [ConfigMistake::LeewayInvalid]);
    }
}

#[test]
fn plain_http_over_a_network_is_a_dangerous_choice() {
    let builder = || blank().secret(SECRET).origin("http://intranet.example");
    assert!(matches!(
        mistakes(builder())[..],
        [ConfigMistake::OriginInsecure { .. }]
    ));
    assert_eq!(
        mistakes(builder().dangerous(dangerous::insecure_cookies())),
        []
    );
}

#[tokio::test]
async fn two_auths_with_cookies_of_their_own_do_not_meet() {
    let (left, right) = (
        App::jwt(),
        App::configured(|builder| builder.cookie_name("staff")),
    );
    let cookie = left.sign_in(User::new(7)).await;
    assert_eq!(
        left.send(get("/me").header("cookie", &cookie)).await.status,
        StatusCode::OK
    );
    let renamed = cookie.replace("session=", "staff=");
    let bearer = cookie.replace("session=", "Bearer ");
    for request in [
        get("/me").header("cookie", renamed),
        get("/me").header("authorization", bearer),
    ] {
        let answer = right.send(request).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "one secret, and yet two keys"
        );
    }
    let answer = right.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(
        (answer.status, answer.cookies().len()),
        (StatusCode::UNAUTHORIZED, 0)
    );
}

#[test]
fn the_endpoints_are_where_the_address_says_with_auth_js() {
    let path = |profile: Profile, variables: &'static [(&str, &str)]| {
        let lookup = move |name: &str| {
            let mut variables = variables.iter();
            let found = variables.find(|(variable, _)| *variable == name)?;
            Some(found.1.to_owned())
        };
        let auth = Auth::builder().secret(SECRET).environment(lookup);
        let auth = auth.profile(profile).build();
        auth.map(|auth| auth.base_path().into_owned())
            .map_err(|error| error.mistakes().to_vec())
    };
    for (address, base_path) in [
        ("https://a.example", "/api/auth"),
        ("https://a.example/", "/api/auth"),
        ("https://a.example/auth/", "/auth"),
        ("https://a.example/in/api/auth", "/in/api/auth"),
    ] {
        let variables: &'static [_] = vec![("AUTH_URL", address)].leak();
        for profile in [Profile::AuthJsV5, Profile::NextAuthV4] {
            let path = path(profile, variables);
            assert_eq!(path, Ok(base_path.to_owned()), "{address}");
        }
        let native = path(Profile::Native, variables);
        assert_eq!(native, Ok("/api/auth".to_owned()), "{address}");
    }
    assert_eq!(
        path(Profile::Native, &[("AUTH_TRUST_HOST", "true")]),
        Err(vec![ConfigMistake::OriginFromRequests])
    );
    for wrong in [
        "", "/", "auth", "/auth/", "//a", "/a//b", "/a/../b", "/{a}", "/a?b",
    ] {
        let auth = Auth::builder()
            .secret(SECRET)
            .origin(ORIGIN)
            .base_path(wrong);
        let setting = "base_path";
        let value = wrong.to_owned();
        assert_eq!(
            mistakes(auth),
            [ConfigMistake::BasePathInvalid { setting, value }]
        );
    }
}

#[test]
fn each_version_of_auth_js_prefers_its_own_variable() {
    for (profile, expected) in [(Profile::AuthJsV5, "/five"), (Profile::NextAuthV4, "/four")] {
        let lookup = |name: &str| match name {
            "AUTH_URL" => Some("https://a.example/five".to_owned()),
            "NEXTAUTH_URL" => Some("https://a.example/four".to_owned()),
            _ => None,
        };
        let auth = Auth::builder().profile(profile).secret(SECRET);
        let auth = auth.environment(lookup).build().expect("usable");
        assert_eq!(auth.base_path(), expected, "{profile:?}");
    }
}
