//! What is wrong with a provider is said at start-up.

use std::io;
use std::time::Duration;

use portcullis::{
    AuthBuilder, ConfigMistake, Credentials, CredentialsField, FieldKind, Slowing, User,
};
use portcullis_tests::{FakeClock, builder};

fn nobody() -> Credentials {
    Credentials::new(async |_| Ok::<Option<User>, io::Error>(None))
}

fn with(credentials: Credentials) -> Vec<ConfigMistake> {
    mistakes(builder(&FakeClock::default()).credentials(credentials))
}

fn mistakes(builder: AuthBuilder) -> Vec<ConfigMistake> {
    let built = builder.build();
    built.map_or_else(|error| error.mistakes().to_vec(), |_| Vec::new())
}

#[test]
fn what_is_usual_is_usable() {
    let email = CredentialsField::new("email").kind(FieldKind::Email);
    for credentials in [
        nobody(),
        nobody().id("staff_2-B").name("Für alle"),
        nobody().id("a".repeat(64)),
        nobody().field(email.label("E-mail").placeholder("ada@example.org")),
        nobody().field(CredentialsField::new("password")),
        nobody()
            .field(CredentialsField::new("a"))
            .field(CredentialsField::new("b"))
            .identifier("b"),
        nobody().deadline(Duration::from_millis(1)),
    ] {
        assert_eq!(with(credentials), []);
    }
}

#[test]
fn an_id_stands_in_addresses() {
    for wrong in ["", "a b", "a/b", "ä", "a.b", "..", &"a".repeat(65)] {
        let value = wrong.to_owned();
        assert_eq!(
            with(nobody().id(wrong)),
            [ConfigMistake::ProviderIdInvalid { value }]
        );
    }
}

#[test]
fn fields_have_names_of_their_own() {
    for wrong in ["", "csrfToken", "callbackUrl", "json", "redirect", "a\nb"] {
        let name = wrong.to_owned();
        let mistake = ConfigMistake::FieldNameInvalid { name };
        assert_eq!(
            with(nobody().field(CredentialsField::new(wrong))),
            [mistake]
        );
    }
    let twice = ["a", "b", "a"].map(CredentialsField::new);
    let twice = twice.into_iter().fold(nobody(), Credentials::field);
    let name = "a".to_owned();
    assert_eq!(with(twice), [ConfigMistake::FieldDuplicate { name }]);
    let name = "email".to_owned();
    assert_eq!(
        with(nobody().identifier("email")),
        [ConfigMistake::IdentifierUnknown { name }]
    );
    assert_eq!(with(nobody().identifier("username")), []);
}

#[test]
fn delays_are_neither_nothing_nor_for_ever() {
    for slowing in [
        Slowing::new().free_attempts(0),
        Slowing::new().longest_delay(Duration::ZERO),
        Slowing::new().longest_delay(Duration::from_secs(24 * 60 * 60)),
    ] {
        assert_eq!(
            with(nobody().slowing(slowing)),
            [ConfigMistake::SlowingInvalid]
        );
    }
    for wrong in [Duration::ZERO, Duration::MAX] {
        let found = with(nobody().deadline(wrong));
        assert!(
            matches!(found[..], [ConfigMistake::DurationInvalid { .. }]),
            "{found:?}"
        );
    }
}

#[test]
fn trusted_proxies_are_networks_and_not_everybody() {
    let with = |proxies: &[&str]| {
        mistakes(builder(&FakeClock::default()).trusted_proxies(proxies.iter().copied()))
    };
    assert_eq!(with(&["10.0.0.0/8", "192.0.2.1", "fd00::/8", "::1"]), []);
    let mistake = |value: &str| ConfigMistake::TrustedProxyInvalid {
        value: value.to_owned(),
    };
    assert_eq!(
        with(&["0.0.0.0/0", "10.0.0.0/8", "10.0.0.1/8", "proxy.example"]),
        [
            mistake("0.0.0.0/0"),
            mistake("10.0.0.1/8"),
            mistake("proxy.example")
        ]
    );
}

#[test]
fn all_mistakes_of_a_provider_are_told_at_once() {
    let wrong = nobody()
        .id("")
        .field(CredentialsField::new(""))
        .identifier("email")
        .slowing(Slowing::new().free_attempts(0));
    assert_eq!(with(wrong).len(), 4);
}
