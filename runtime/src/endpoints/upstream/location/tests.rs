use proptest::prelude::*;

use super::*;

const HERE: &str = "/api/auth/signin/google";

fn origin(text: &str) -> Origin {
    let Ok(origin) = Origin::parse("origin", text, false) else {
        unreachable!("{text}")
    };
    origin
}

/// The address that is passed on.
fn led([ours, theirs]: [(&str, &str); 2], visited: &str, location: &str) -> Option<String> {
    let (our_origin, their_origin) = (origin(ours.0), origin(theirs.0));
    let destinations = Destinations {
        ours: Place {
            origin: &our_origin,
            base_path: ours.1,
        },
        visited,
        theirs: Place {
            origin: &their_origin,
            base_path: theirs.1,
        },
        providers: &[
            origin("https://id.example"),
            origin("http://localhost:8080"),
        ],
    };
    let location = HeaderValue::from_bytes(location.as_bytes()).ok()?;
    let led = destinations.leading_to(&location, HERE).ok()?;
    led.to_str().ok().map(str::to_owned)
}

const APP: &str = "https://app.example";
const SAME: [(&str, &str); 2] = [
    ("https://app.example", "/api/auth"),
    ("https://auth.internal", "/api/auth"),
];
const OTHER: [(&str, &str); 2] = [
    ("https://app.example", "/api/auth"),
    ("https://auth.internal", "/auth"),
];

#[test]
fn visitors_are_led_home_to_the_endpoints_and_to_providers() {
    for (location, expected) in [
        ("https://app.example/a?b=1#c", "https://app.example/a?b=1#c"),
        ("https://app.example", "https://app.example/"),
        ("HTTPS://App.Example:443/x", "https://app.example/x"),
        (
            "https://app.example//evil.example",
            "https://app.example//evil.example",
        ),
        ("/a?b", "https://app.example/a?b"),
        ("/a//b", "https://app.example/a//b"),
        ("a", "https://app.example/api/auth/signin/a"),
        (
            "?error=x",
            "https://app.example/api/auth/signin/google?error=x",
        ),
        ("../error", "https://app.example/api/auth/error"),
        // That is what browsers read in it, and what is passed on can be read in one way only.
        (
            "https:evil.example",
            "https://app.example/api/auth/signin/evil.example",
        ),
        ("/../../a", "https://app.example/a"),
        (
            "https://auth.internal/api/auth/error?error=Configuration",
            "https://app.example/api/auth/error?error=Configuration",
        ),
        (
            "https://id.example/authorize?client_id=1&state=a%20b#x",
            "https://id.example/authorize?client_id=1&state=a%20b#x",
        ),
        ("http://localhost:8080/", "http://localhost:8080/"),
        ("/ü", ""),
        ("/a b", "https://app.example/a%20b"),
    ] {
        let expected = (!expected.is_empty()).then(|| expected.to_owned());
        assert_eq!(led(SAME, APP, location), expected, "{location}");
    }
}

#[test]
fn visitors_are_led_nowhere_else() {
    for location in [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "http:evil.example",
        "https:/\\evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "http://app.example/",
        "https://app.example:8443/",
        "https://app.example.evil.example/",
        "https://app.example@evil.example/",
        "https://user@app.example/",
        "https://user:password@app.example/",
        "https://:password@app.example/",
        "https://user@id.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "blob:https://app.example/x",
        "filesystem:https://app.example/x",
        "mailto:a@app.example",
        "https://auth.internal/",
        "https://auth.internal/admin",
        "https://auth.internal/api/authority",
        "https://auth.internal/api/auth/../admin",
        "https://auth.internal/api/auth/%2e%2e/admin",
        "https://auth.internal:8443/api/auth/error",
        "http://auth.internal/api/auth/error",
        "https://ID.example.evil.example/",
        "http://id.example/",
        "https://id.example:8443/",
        "http://[",
        "https://",
    ] {
        assert_eq!(led(SAME, APP, location), None, "{location}");
    }
}

#[test]
fn the_endpoints_are_named_as_they_are_here() {
    for (location, expected) in [
        (
            "https://auth.internal/auth/signin?error=x#y",
            "https://app.example/api/auth/signin?error=x#y",
        ),
        ("https://auth.internal/auth", "https://app.example/api/auth"),
        (
            "https://app.example/auth/callback/google?code=1",
            "https://app.example/api/auth/callback/google?code=1",
        ),
        ("/auth/error", "https://app.example/api/auth/error"),
        ("/auth/profile", "https://app.example/auth/profile"),
        ("/authors", "https://app.example/authors"),
        ("/api/auth/error", "https://app.example/api/auth/error"),
    ] {
        let expected = Some(expected.to_owned());
        assert_eq!(led(OTHER, APP, location), expected, "{location}");
    }
    // One base path may begin with the other.
    let [ours, theirs] = OTHER;
    for (here, there, location, expected) in [
        ("/auth", "/auth/v1", "/auth/v1/error", "/auth/error"),
        ("/auth", "/auth/v1", "/auth/error", "/auth/error"),
        ("/auth/v1", "/auth", "/auth/v1/error", "/auth/v1/error"),
        ("/auth/v1", "/auth", "/auth/error", "/auth/v1/error"),
    ] {
        let places = [(ours.0, here), (theirs.0, there)];
        let expected = Some(format!("{APP}{expected}"));
        assert_eq!(led(places, APP, location), expected, "{here} {there}");
    }
}

#[test]
fn a_loopback_host_stays_the_one_that_is_visited() {
    let places = [
        ("http://localhost:3000", "/api/auth"),
        ("http://127.0.0.1:4000", "/api/auth"),
    ];
    let visited = "http://127.0.0.1:3000";
    for location in [
        "http://localhost:3000/api/auth/error",
        "http://localhost:4000/api/auth/error",
        "http://[::1]:4000/api/auth/error",
        "/api/auth/error",
    ] {
        let expected = Some(format!("{visited}/api/auth/error"));
        assert_eq!(led(places, visited, location), expected, "{location}");
    }
}

/// Pieces that addresses are made of, and those that make trouble.
fn location() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("https:"),
        Just("http:"),
        Just("javascript:"),
        Just("blob:"),
        Just("/"),
        Just("//"),
        Just("\\"),
        Just("\t"),
        Just("@"),
        Just(":"),
        Just(":443"),
        Just("."),
        Just(".."),
        Just("%2e%2e"),
        Just("%2f"),
        Just("%5c"),
        Just("?"),
        Just("#"),
        Just(";"),
        Just(" "),
        Just("app.example"),
        Just("auth.internal"),
        Just("id.example"),
        Just("evil.example"),
        Just("auth"),
        Just("/auth/error"),
        Just("/api/auth"),
        Just("[::1]"),
    ];
    let made = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    prop_oneof![made, "[ -~]{0,40}", "(https?:)?//[ -~]{0,30}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]
    #[test]
    fn a_location_that_is_passed_on_never_leads_elsewhere(location in location()) {
        for places in [SAME, OTHER] {
            let Some(led) = led(places, APP, &location) else {
                continue;
            };
            prop_assert!(!led.contains(['\\', '\t', ' ']), "{}", led);
            let Ok(url) = Url::parse(&led) else {
                return Err(TestCaseError::fail(led));
            };
            prop_assert!(url.username().is_empty() && url.password().is_none(), "{}", led);
            // Read as text, it begins with one of them as well.
            let allowed = [APP, "https://id.example", "http://localhost:8080"];
            let origin = url.origin().ascii_serialization();
            prop_assert!(allowed.contains(&origin.as_str()), "{}", led);
            let prefix = format!("{origin}/");
            prop_assert!(led.starts_with(&prefix), "{}", led);
        }
    }
}
