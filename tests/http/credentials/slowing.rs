//! Guesses become slow, and nobody is locked out.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;
use portcullis::{Credentials, CredentialsField, CredentialsInput, Slowing, User};
use portcullis_tests::Log;
use tokio::sync::Notify;

use super::Door;

const TOO_MANY: StatusCode = StatusCode::TOO_MANY_REQUESTS;

#[tokio::test]
async fn after_failures_the_next_attempt_has_to_wait() {
    let door = Door::new();
    assert_eq!(door.guess_from("198.51.100.1", &[], 5).await, [401; 5]);
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
        let answer = door.try_as("ada", "open+sesame").await;
        assert_eq!(answer.status, TOO_MANY, "the right password as well");
        assert_eq!(answer.header("retry-after"), seconds.to_string());
        door.clock.advance(Duration::from_secs(seconds));
        assert_eq!(door.try_as("ada", "wrong").await.status, 401);
    }
    door.clock.advance(Duration::from_secs(60));
    assert_eq!(door.try_as("ada", "open+sesame").await.status, 200);
    assert_eq!(
        door.guess_from("198.51.100.1", &[], 5).await,
        [401; 5],
        "all is forgiven"
    );
}

#[tokio::test]
async fn nobody_is_asked_while_an_attempt_has_to_wait() {
    let door = Door::new();
    assert_eq!(
        door.guess_from("198.51.100.1", &[], 100).await[5..],
        [429; 95]
    );
    assert_eq!(door.asked(), 5);
}

#[tokio::test]
async fn who_exists_and_who_does_not_is_answered_alike() {
    let mut seen = Vec::new();
    for name in ["ada", "nobody"] {
        let door = Door::new();
        let mut answers = Vec::new();
        for _ in 0..30 {
            let answer = door.try_as(name, "wrong").await;
            let retry_after = answer.header("retry-after").to_owned();
            answers.push((answer.status, retry_after, answer.body));
            door.clock.advance(Duration::from_millis(1700));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn other_spellings_are_the_same_name() {
    let door = Door::new();
    for spelling in ["ada", "ADA", "+ada+", "%EF%BC%A1da", "%C2%A0aDa"] {
        assert_eq!(door.try_as(spelling, "wrong").await.status, 401);
    }
    assert_eq!(door.try_as("Ada", "wrong").await.status, TOO_MANY);
    assert_eq!(door.try_as("adam", "wrong").await.status, 401);
    let asked = door.asked.lock().expect("nobody panicked");
    assert!(
        asked
            .iter()
            .take(5)
            .all(|name| name.as_deref() == Some("ada")),
        "{asked:?}"
    );
}

#[tokio::test]
async fn attempts_at_once_are_as_slow_as_one_after_the_other() {
    let (asked, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let credentials = {
        let (asked, answer) = (Arc::clone(&asked), Arc::clone(&answer));
        Credentials::new(move |_| {
            let (asked, answer) = (Arc::clone(&asked), Arc::clone(&answer));
            async move {
                asked.fetch_add(1, Ordering::SeqCst);
                answer.notified().await;
                Ok::<Option<User>, io::Error>(None)
            }
        })
    };
    let door = Door::of(credentials, |builder| builder);
    let attempts = (0..50).map(|_| {
        let door = door.clone();
        tokio::spawn(async move { door.try_as("ada", "wrong").await.status })
    });
    let attempts: Vec<_> = attempts.collect();
    while asked.load(Ordering::SeqCst) < 5 {
        tokio::task::yield_now().await;
    }
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    answer.notify_waiters();
    let mut slowed = 0;
    for attempt in attempts {
        slowed += usize::from(attempt.await.expect("no panic") == TOO_MANY);
    }
    assert_eq!((slowed, asked.load(Ordering::SeqCst)), (45, 5));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_its_sender_gives_up_has_failed() {
    let credentials = Credentials::new(async |_| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<Option<User>, io::Error>(None)
    });
    let door = Door::of(credentials, |builder| builder);
    for _ in 0..5 {
        let given_up = tokio::time::timeout(Duration::from_millis(1), door.try_as("ada", "wrong"));
        assert!(given_up.await.is_err());
    }
    assert_eq!(door.try_as("ada", "wrong").await.status, TOO_MANY);
}

#[tokio::test]
async fn an_attacker_elsewhere_is_not_in_the_way_of_the_user() {
    let door = Door::new();
    let mut guesses = 0;
    for _ in 0..2000 {
        let statuses = door.guess_from("203.0.113.9", &[], 1).await;
        guesses += usize::from(statuses == [401]);
        door.clock.advance(Duration::from_secs(1));
    }
    assert!(guesses < 60, "{guesses}");
    assert_eq!(door.try_as("ada", "open+sesame").await.status, 200);
}

#[tokio::test]
async fn many_attackers_together_are_slowed_and_known_places_are_not() {
    let door = Door::new();
    assert_eq!(door.try_as("ada", "open+sesame").await.status, 200);
    let mut statuses = Vec::new();
    for attacker in 0..30 {
        statuses.extend(
            door.guess_from(&format!("203.0.113.{attacker}"), &[], 1)
                .await,
        );
    }
    assert_eq!(statuses[..22], [401; 22]);
    assert_eq!(statuses[22..], [429; 8]);
    assert_eq!(door.try_as("ada", "open+sesame").await.status, 200);
}

#[tokio::test]
async fn one_home_line_is_one_attacker() {
    let door = Door::new();
    for second in 0..600 {
        let address = format!("2001:db8:0:{:x}::1", second % 256);
        door.guess_from(&address, &[], 1).await;
        door.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(door.try_as("ada", "open+sesame").await.status, 200);
}

#[tokio::test]
async fn how_slow_is_the_applications_to_say() {
    let slowing = Slowing::new()
        .free_attempts(2)
        .free_attempts_by_address(3)
        .longest_delay(Duration::from_secs(3));
    let door = Door::configured(
        |credentials| credentials.slowing(slowing),
        |builder| builder,
    );
    let from = "198.51.100.1";
    assert_eq!(door.guess_from(from, &[], 3).await, [401, 401, 429]);
    for expected in ["1", "2", "3", "3"] {
        let answer = door.try_as("ada", "wrong").await;
        assert_eq!(answer.header("retry-after"), expected);
        let seconds = expected.parse().expect("a number");
        door.clock.advance(Duration::from_secs(seconds));
        assert_eq!(door.guess_from(from, &[], 1).await, [401]);
    }
    assert_eq!(
        door.try_as("bob", "wrong").await.status,
        TOO_MANY,
        "by address"
    );
}

#[tokio::test]
async fn the_field_that_is_counted_is_the_one_that_was_named() {
    let fields = |credentials: Credentials| {
        ["pin", "email", "branch"]
            .map(CredentialsField::new)
            .into_iter()
            .fold(credentials, Credentials::field)
    };
    let by_email = Door::configured(fields, |builder| builder);
    let by_branch = Door::configured(|it| fields(it).identifier("branch"), |builder| builder);
    for (door, expected) in [(by_email, [429, 401]), (by_branch, [401, 429])] {
        let post = async |form: String| door.post(Some("198.51.100.1"), &[], &form).await.status;
        for n in 0..5 {
            post(format!("pin={n}&email=ada&branch={n}")).await;
            post(format!("pin={n}&email={n}&branch=north")).await;
        }
        let statuses = [
            post("pin=9&email=ada&branch=9".to_owned()).await,
            post("pin=9&email=9&branch=north".to_owned()).await,
        ];
        assert_eq!(statuses.map(|status| status.as_u16()), expected);
    }
}

#[tokio::test]
async fn a_form_of_ones_own_may_say_email() {
    let door = Door::new();
    for n in 0..20 {
        let form = format!("email=user{n}&password=typo");
        let from = format!("203.0.113.{n}");
        assert_eq!(door.post(Some(&from), &[], &form).await.status, 401);
    }
    let ada = "username=&email=ada&password=open+sesame";
    assert_eq!(door.post(None, &[], ada).await.status, 200);
    for _ in 0..5 {
        door.post(None, &[], "email=ada&password=wrong").await;
    }
    assert_eq!(door.post(None, &[], ada).await.status, TOO_MANY);
}

#[tokio::test]
async fn no_other_name_than_the_one_that_is_counted_reaches_the_application() {
    let credentials = Credentials::new(async |input: CredentialsInput| {
        let named = input.get("email").or(input.get("username"));
        assert_eq!(named.map(str::to_lowercase).as_deref(), input.identifier());
        Ok::<Option<User>, io::Error>(None)
    });
    let door = Door::of(credentials, |builder| builder);
    for n in 0..10 {
        let form = format!("username=X{n}&email=ada&password=wrong");
        let answer = door.post(Some("203.0.113.9"), &[], &form).await;
        assert_eq!(answer.status, 401);
    }
}

#[tokio::test]
async fn forms_without_the_field_that_is_counted_are_not_one_name() {
    let door = Door::new();
    let log = Log::default();
    let logging = log.start();
    for n in 0..40 {
        let from = format!("203.0.113.{n}");
        for form in ["password=wrong", "username=+&password=wrong"] {
            assert_eq!(door.post(Some(&from), &[], form).await.status, 401);
        }
    }
    drop(logging);
    assert_eq!(log.text().matches("identifier_missing").count(), 1);
    let asked = door.asked.lock().expect("nobody panicked");
    assert!(asked.iter().all(Option::is_none), "{asked:?}");
}

#[tokio::test]
async fn the_log_tells_of_guesses_and_not_what_was_typed() {
    let door = Door::new();
    let log = Log::default();
    let logging = log.start();
    for _ in 0..6 {
        door.try_as("ada-the-secret", "open-sesame").await;
    }
    drop(logging);
    let log = log.text();
    for expected in ["sign_in_rejected", "sign_in_slowed", "198.51.100.1"] {
        assert!(log.contains(expected), "{log}");
    }
    assert!(
        !log.contains("ada-the-secret") && !log.contains("open-sesame"),
        "{log}"
    );
}
