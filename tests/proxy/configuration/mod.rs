//! What is wrong with the options of an upstream.

mod addresses;

use std::time::Duration;

use http::HeaderName;
use portcullis::{
    Auth, AuthBuilder, ConfigMistake, Credentials, ProxyOptions, SqliteStore, User,
    configure_auth_proxy_runtime,
};
use portcullis_tests::{ORIGIN, SECRET};

const URL: &str = "https://auth.example";

fn blank(options: ProxyOptions) -> AuthBuilder {
    Auth::proxy(options).origin(ORIGIN).environment(|_| None)
}

fn mistakes(builder: AuthBuilder) -> Vec<ConfigMistake> {
    let built = builder.build();
    built.map_or_else(|error| error.mistakes().to_vec(), |_| Vec::new())
}

/// The only mistake in these options, as it is printed.
fn said(options: ProxyOptions) -> String {
    let mistakes = mistakes(blank(options));
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    mistakes[0].to_string()
}

#[test]
fn headers_are_none_of_those_that_are_ours() {
    for name in [
        "Authorization",
        "COOKIE",
        "host",
        "Connection",
        "content-length",
        "expect",
        "forwarded",
        "keep-alive",
        "te",
        "trailer",
        "Transfer-Encoding",
        "upgrade",
        "Origin",
        "Accept-Encoding",
        "range",
        "if-match",
        "If-None-Match",
        "if-modified-since",
        "if-unmodified-since",
        "if-range",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
        "",
        "a b",
        "x:",
        "é",
    ] {
        let reason = match HeaderName::try_from(name) {
            Ok(_) => "it is set here, or would change what an answer means",
            Err(_) => "no header can be called that",
        };
        let expected = format!("header `{name}` cannot go to the upstream: {reason}");
        assert_eq!(said(ProxyOptions::new(URL).header(name, "x")), expected);
        assert_eq!(said(ProxyOptions::new(URL).forward_header(name)), expected);
    }
    for value in ["a\r\nb", "a\0", "\n"] {
        assert_eq!(
            said(ProxyOptions::new(URL).header("x-key", value)),
            "header `x-key` cannot go to the upstream: no header can have that value"
        );
    }
    // A visitor's own words would be taken for ours.
    let both = ProxyOptions::new(URL)
        .header("X-Key", "ours")
        .forward_header("x-key");
    assert_eq!(
        said(both),
        "header `x-key` cannot go to the upstream: every request to it has that already"
    );
    let other = ProxyOptions::new(URL)
        .header("x-key", "ours")
        .forward_header("x-tenant");
    assert_eq!(mistakes(blank(other)), []);
}

#[test]
fn nobody_waits_for_ever_and_remembers_for_ever() {
    let minute = Duration::from_secs(60);
    let tick = Duration::from_millis(1);
    let timeout = |timeout| mistakes(blank(ProxyOptions::new(URL).timeout(timeout)));
    let ttl = |ttl| mistakes(blank(ProxyOptions::new(URL).cache_ttl(ttl)));
    assert_eq!((timeout(tick), timeout(minute)), (vec![], vec![]));
    for wrong in [
        Duration::ZERO,
        Duration::from_micros(999),
        minute + tick,
        Duration::MAX,
    ] {
        assert_eq!(
            timeout(wrong),
            [ConfigMistake::UpstreamTimeoutInvalid],
            "{wrong:?}"
        );
    }
    assert_eq!((ttl(Duration::ZERO), ttl(minute)), (vec![], vec![]));
    for wrong in [minute + tick, Duration::MAX] {
        assert_eq!(ttl(wrong), [ConfigMistake::CacheTtlTooLong], "{wrong:?}");
    }
    assert_eq!(
        said(ProxyOptions::new(URL).timeout(Duration::ZERO)),
        "the timeout of the upstream must be at least 1 millisecond and at most 60 seconds"
    );
    assert_eq!(
        said(ProxyOptions::new(URL).cache_ttl(Duration::MAX)),
        "the cache_ttl of the upstream must be at most 60 seconds"
    );
}

#[test]
fn a_certificate_is_one_certificate_in_pem() {
    let made = || {
        let made = rcgen::generate_simple_self_signed(["auth.example".to_owned()]).expect("made");
        (made.cert.pem(), made.signing_key.serialize_pem())
    };
    let (certificate, key) = made();
    let two = format!("{certificate}{}", made().0);
    let usable = ProxyOptions::new(URL).root_certificate(certificate.clone());
    assert_eq!(mistakes(blank(usable.root_certificate(made().0))), []);
    let damaged = certificate.replace("MII", "!!!");
    let empty = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    let noise = empty.replacen("\n", "\naHVudGVyMg==\n", 1);
    for wrong in ["", "hunter2", &key, &two, &damaged, empty, &noise] {
        assert_eq!(
            said(ProxyOptions::new(URL).root_certificate(wrong)),
            "a root certificate of the upstream must be one certificate of an authority in PEM: call \
             `root_certificate(..)` once for each",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn nothing_else_keeps_sessions() {
    let store = SqliteStore::in_memory().await.expect("memory");
    let provider = Credentials::new(|_| async { Ok::<Option<User>, std::io::Error>(None) });
    let builder = || blank(ProxyOptions::new(URL));
    let minute = Duration::from_secs(60);
    let set = builder()
        .store(store)
        .credentials(provider)
        .max_age(60 * minute)
        .update_age(minute)
        .absolute_max_age(60 * minute);
    let said: Vec<_> = mistakes(set).iter().map(ToString::to_string).collect();
    let expected = [
        "store",
        "credentials",
        "max_age",
        "update_age",
        "absolute_max_age",
    ];
    let expected = expected.map(|setting| {
        format!("sessions are the upstream's, so `{setting}` would mean nothing here: leave it out")
    });
    assert_eq!(said, expected);
}

#[test]
fn a_secret_is_not_needed_and_a_bad_one_is_a_mistake_all_the_same() {
    assert_eq!(mistakes(blank(ProxyOptions::new(URL))), []);
    assert_eq!(mistakes(blank(ProxyOptions::new(URL)).secret(SECRET)), []);
    let setting = "secret";
    let short = ConfigMistake::SecretTooShort { setting, bytes: 7 };
    assert_eq!(
        mistakes(blank(ProxyOptions::new(URL)).secret("hunter2")),
        [short]
    );
    let origin = Auth::proxy(ProxyOptions::new(URL)).environment(|_| None);
    assert_eq!(mistakes(origin), [ConfigMistake::OriginMissing]);
}

#[test]
fn all_mistakes_are_told_at_once_and_no_value_of_a_header() {
    let options = ProxyOptions::new("https://bob:hunter2@auth.example")
        .target_base_path("auth")
        .header("cookie", "hunter2")
        .header("x-key", "hunter2\n")
        .forward_header("host")
        .provider_origin("accounts")
        .root_certificate("hunter2")
        .timeout(Duration::ZERO)
        .cache_ttl(Duration::MAX);
    let error = configure_auth_proxy_runtime(blank(options.clone()).cookie_name("a b"));
    let error = error.expect_err("many mistakes");
    assert_eq!(error.mistakes().len(), 10, "{error}");
    for shown in [
        error.to_string(),
        format!("{error:?}"),
        format!("{options:?}"),
    ] {
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let options = ProxyOptions::new(URL).header("x-key", "open sesame");
    let auth = blank(options.clone()).build().expect("usable");
    let builder = blank(options.clone());
    for shown in [
        format!("{options:?}"),
        format!("{auth:?}"),
        format!("{builder:?}"),
    ] {
        assert!(!shown.contains("sesame"), "{shown}");
    }
}
