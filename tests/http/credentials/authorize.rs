//! What the application is asked, and what becomes of its answers.

use std::future::pending;
use std::io;
use std::time::Duration;

use http::StatusCode;
use portcullis::{
    Auth, Authenticated, Credentials, CredentialsField, CredentialsInput, CredentialsVerdict, User,
    password,
};
use portcullis_tests::{FakeClock, Log, builder};

use super::Door;

const WRONG: StatusCode = StatusCode::UNAUTHORIZED;
const BROKEN: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

fn input(form: &[(&str, &str)]) -> CredentialsInput {
    let (head, ()) = http::Request::builder()
        .header("user-agent", "a test")
        .body(())
        .expect("a request")
        .into_parts();
    CredentialsInput::new(form.iter().copied(), &head)
}

async fn authenticate(credentials: Credentials, form: &[(&str, &str)]) -> Authenticated {
    let auth = builder(&FakeClock::default()).credentials(credentials);
    let auth = auth.build().expect("a usable configuration");
    auth.authenticate(input(form)).await
}

/// Lets in whoever `is_right` says.
fn who(is_right: impl Fn(&CredentialsInput) -> bool + Send + Sync + 'static) -> Credentials {
    Credentials::new(move |input| {
        let user = is_right(&input).then(|| User::new("ada"));
        async { Ok::<_, io::Error>(user) }
    })
}

#[tokio::test]
async fn who_knows_the_password_is_recognised() {
    let door = Door::new();
    let answer = door.try_as("ada", "open+sesame").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::OK, "ada")
    );
    for (name, password) in [
        ("ada", "open"),
        ("ada", ""),
        ("bob", "open+sesame"),
        ("", ""),
    ] {
        assert_eq!(door.try_as(name, password).await.status, WRONG, "{name}");
    }
}

#[tokio::test]
async fn the_application_sees_what_was_typed_and_not_what_clients_add() {
    let credentials = who(|input| {
        assert_eq!(input.get("username"), Some(" Ａda "));
        assert_eq!(
            input.get("password"),
            Some(" Ａ second "),
            "a password is taken as it is"
        );
        assert_eq!(input.identifier(), Some("ada"));
        for name in ["csrfToken", "callbackUrl", "json", "redirect", "other"] {
            assert_eq!(input.get(name), None);
        }
        assert_eq!(input.headers()["user-agent"], "a test");
        assert_eq!(input.peer(), None);
        true
    });
    let form = [
        ("csrfToken", "1"),
        ("username", " Ａda "),
        ("password", "first"),
        ("callbackUrl", "/"),
        ("json", "true"),
        ("redirect", "false"),
        ("password", " Ａ second "),
    ];
    let answer = authenticate(credentials, &form).await;
    assert_eq!(answer, Authenticated::User(User::new("ada")));
}

#[tokio::test]
async fn of_many_fields_the_first_hundred_count() {
    let names: Vec<_> = (0..50_000).map(|n| format!("f{n}")).collect();
    let credentials = who(|input| {
        assert_eq!(input.get("f98"), Some("last"));
        assert_eq!(input.get("f99"), None);
        assert_eq!(input.identifier(), Some("ada"));
        true
    });
    let mut form = vec![("username", "ada")];
    form.extend(names.iter().map(|name| (name.as_str(), "first")));
    form.push(("f98", "last"));
    let answer = authenticate(credentials, &form).await;
    assert_eq!(answer, Authenticated::User(User::new("ada")));
}

#[tokio::test]
async fn fields_are_read_into_a_struct() {
    #[derive(serde::Deserialize, PartialEq)]
    struct Login {
        username: String,
        password: String,
        totp: Option<String>,
    }
    let is_login = || {
        who(|input| {
            let login: Option<Login> = input.deserialize();
            login.is_some_and(|login| {
                login.username == "ada" && login.password == "x" && login.totp.is_none()
            })
        })
    };
    let complete = authenticate(is_login(), &[("username", "ada"), ("password", "x")]).await;
    assert_eq!(complete, Authenticated::User(User::new("ada")));
    let incomplete = authenticate(is_login(), &[("username", "ada")]).await;
    assert_eq!(incomplete, Authenticated::Rejected { code: None });
}

#[tokio::test]
async fn the_application_may_say_why() {
    let credentials = Credentials::new(async |input: CredentialsInput| {
        Ok::<_, io::Error>(match input.get("totp") {
            None => CredentialsVerdict::rejected_with("totp_needed"),
            Some("123456") => CredentialsVerdict::accepted(User::new(7)),
            Some(_) => CredentialsVerdict::rejected(),
        })
    });
    let auth = builder(&FakeClock::default()).credentials(credentials);
    let auth = auth.build().expect("a usable configuration");
    for (form, expected) in [
        (
            &[][..],
            Authenticated::Rejected {
                code: Some("totp_needed".into()),
            },
        ),
        (&[("totp", "1")], Authenticated::Rejected { code: None }),
        (&[("totp", "123456")], Authenticated::User(User::new(7))),
    ] {
        assert_eq!(auth.authenticate(input(form)).await, expected);
    }
}

#[tokio::test]
async fn passwords_are_verified_by_their_hash() {
    let hash = password::hash("open sesame").await.expect("a hash");
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    assert_ne!(
        hash,
        password::hash("open sesame").await.expect("another salt")
    );
    let credentials = || {
        let hash = hash.clone();
        Credentials::new(move |input: CredentialsInput| {
            let hash = (input.identifier() == Some("ada")).then(|| hash.clone());
            async move {
                let typed = input.get("password").unwrap_or_default();
                let is_right = password::verify(typed, hash.as_deref()).await?;
                Ok::<_, password::PasswordError>(is_right.then(|| User::new("ada")))
            }
        })
    };
    for (name, typed, is_right) in [
        ("ada", "open sesame", true),
        ("Ada", "open sesame", true),
        ("ada", "Open sesame", false),
        ("bob", "open sesame", false),
    ] {
        let answer = authenticate(credentials(), &[("username", name), ("password", typed)]).await;
        assert_eq!(
            answer == Authenticated::User(User::new("ada")),
            is_right,
            "{name}"
        );
    }
    let longest = password::hash(&"a".repeat(password::LONGEST + 1)).await;
    assert!(matches!(longest, Err(password::PasswordError::TooLong)));
}

#[tokio::test]
async fn what_is_broken_is_nobodys_mistake() {
    let credentials = Credentials::new(async |_| {
        Err::<Option<User>, _>(io::Error::other("the database is down"))
    });
    let door = Door::of(credentials, |builder| builder);
    let log = Log::default();
    let logging = log.start();
    for _ in 0..20 {
        assert_eq!(
            door.try_as("ada-the-secret", "open-sesame").await.status,
            BROKEN
        );
    }
    drop(logging);
    let log = log.text();
    assert!(log.contains("ERROR portcullis::credentials") && log.contains("the database is down"));
    assert!(
        !log.contains("sesame") && !log.contains("ada-the-secret"),
        "{log}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_broken() {
    for (configured, expected) in [(None, 10), (Some(3), 3)] {
        let credentials = Credentials::new(async |_| {
            pending::<()>().await;
            Ok::<_, io::Error>(Some(User::new("ada")))
        });
        let credentials = match configured {
            Some(seconds) => credentials.deadline(Duration::from_secs(seconds)),
            None => credentials,
        };
        let door = Door::of(credentials, |builder| builder);
        let began = tokio::time::Instant::now();
        assert_eq!(door.try_as("ada", "open+sesame").await.status, BROKEN);
        assert_eq!(began.elapsed().as_secs(), expected);
    }
}

#[tokio::test]
async fn without_credentials_nobody_is_recognised() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    assert_eq!(auth.authenticate(input(&[])).await, Authenticated::Failed);
}

#[tokio::test]
async fn what_is_too_long_for_a_name_is_nobody() {
    let door = Door::new();
    for length in [1025, 100_000] {
        assert_eq!(door.try_as(&"a".repeat(length), "x").await.status, WRONG);
    }
    assert_eq!(door.asked(), 0);
}

#[test]
fn nothing_that_was_typed_is_shown() {
    let input = input(&[("username", "ada"), ("password", "open sesame")]);
    assert_eq!(format!("{input:?}"), r#"{"password", "username"}"#);
    let field = CredentialsField::new("username").label("Name");
    let shown = format!("{:?}", who(|_| true).field(field));
    assert!(shown.starts_with("Credentials {"), "{shown}");
    fn is_sent<T: Send>(_: T) {}
    let auth = Auth::builder();
    is_sent(auth.credentials(who(|_| true)));
}
