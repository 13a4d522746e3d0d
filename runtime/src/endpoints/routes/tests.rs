#[cfg(feature = "proxy")]
use proptest::prelude::*;

use super::*;

#[test]
fn a_path_is_one_route_or_none() {
    let long = "a".repeat(64);
    let longer = "a".repeat(65);
    for (below, action) in [
        ("/session", Some(Action::Session)),
        ("/signin", Some(Action::SignIn)),
        ("/signin/google", Some(Action::SignIn)),
        ("/callback/my-oidc_2", Some(Action::Callback)),
        (&format!("/callback/{long}"), Some(Action::Callback)),
        ("/_log", Some(Action::Log)),
        ("/webauthn-options", Some(Action::WebauthnOptions)),
        ("/webauthn-options/passkey", Some(Action::WebauthnOptions)),
        (&format!("/callback/{longer}"), None),
        ("/callback", None),
        ("/callback/", None),
        ("/callback/a.b", None),
        ("/callback/..", None),
        ("/callback/%2e%2e", None),
        ("/callback/a%2fb", None),
        ("/callback/a/b", None),
        ("/callback//a", None),
        ("/callback/a;b", None),
        ("/callback/a/", None),
        ("/callback/ü", None),
        ("/session/", None),
        ("/session/a", None),
        ("/session;a", None),
        ("/Session", None),
        ("//session", None),
        ("/./session", None),
        ("/signin/../session", None),
        ("/%73ession", None),
        ("/sessions", None),
        ("session", None),
        ("/", None),
        ("", None),
    ] {
        let read = Route::read(below).map(|route| route.entry.action);
        assert_eq!(read, action, "{below}");
    }
}

#[test]
fn each_answerer_has_its_own_routes() {
    let is_of = |action: Action, answerer: Answerer| {
        let mut entries = ENTRIES.iter();
        let entry = entries.find(|entry| entry.action == action);
        entry.is_some_and(|entry| entry.is_of(answerer))
    };
    for (answerer, log, webauthn) in [
        (Answerer::Here(Dialect::V4), true, false),
        (Answerer::Here(Dialect::V5), false, false),
        #[cfg(feature = "proxy")]
        (Answerer::Upstream, true, true),
        #[cfg(feature = "proxy")]
        (Answerer::Either, true, true),
    ] {
        assert!(is_of(Action::Session, answerer));
        assert_eq!(is_of(Action::Log, answerer), log, "{answerer:?}");
        let has_webauthn = is_of(Action::WebauthnOptions, answerer);
        assert_eq!(has_webauthn, webauthn, "{answerer:?}");
    }
}

#[cfg(feature = "proxy")]
proptest! {
    #[test]
    fn what_is_forwarded_is_what_was_asked_for(below in "/(callback|signin|session|csrf)?[/a-z0-9.%;_-]{0,70}") {
        if let Some(route) = Route::read(&below) {
            prop_assert_eq!(route.path(), below.as_str());
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte);
            prop_assert!(below.bytes().all(plain));
            prop_assert!(!below.contains("//") && !below.ends_with('/'));
        }
    }
}
