use std::time::Duration;

use super::*;
use crate::clock::Seconds;

const LONGEST_PAIR: usize = 4096;
const LONGEST_CHUNK: usize = CookieStyle::NATIVE.longest_chunk;
const MINUTE: Option<Kept> = Some(Kept {
    max_age: Duration::from_secs(60),
    until: Seconds(60),
});

fn settings(security: TransportSecurity) -> CookieSettings {
    let Ok(settings) = CookieSettings::new("session", CookieStyle::NATIVE, security) else {
        unreachable!()
    };
    settings
}

#[test]
fn the_origin_decides_name_and_attributes() {
    let shown = |values: Vec<HeaderValue>| {
        let texts = values.iter().filter_map(|value| value.to_str().ok());
        texts.collect::<Vec<_>>().join("\n")
    };
    let https = settings(TransportSecurity::Https).setting("tok", MINUTE);
    assert_eq!(
        https.map(shown).as_deref(),
        Some("__Host-session=tok; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60")
    );
    let names = [0, 8].into_iter().collect();
    let loopback = settings(TransportSecurity::Loopback);
    assert_eq!(
        shown(loopback.clearing(names).collect()),
        "session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0\n\
         session.0=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
    );
}

#[test]
fn auth_js_has_its_own_names_lengths_and_order() {
    let written = |style, security, length| {
        let settings = CookieSettings::new("authjs.session-token", style, security).ok()?;
        let values = settings.setting(&"a".repeat(length), MINUTE)?;
        let texts = values.iter().filter_map(|value| value.to_str().ok());
        Some(texts.map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(
        written(CookieStyle::AUTH_JS_V5, TransportSecurity::Https, 1),
        Some(vec![
            "__Secure-authjs.session-token=a; Path=/; Expires=Thu, 01 Jan 1970 00:01:00 GMT; \
             HttpOnly; Secure; SameSite=Lax"
                .to_owned()
        ])
    );
    for (style, chunk) in [
        (CookieStyle::AUTH_JS_V5, 3936),
        (CookieStyle::NEXT_AUTH_V4, 3933),
    ] {
        for (length, cookies) in [(chunk, 1), (chunk + 1, 2), (8 * chunk, 8)] {
            let written = written(style, TransportSecurity::Loopback, length);
            assert_eq!(
                written.map(|cookies| cookies.len()),
                Some(cookies),
                "{length}"
            );
        }
    }
}

#[test]
fn what_escapes_take_up_counts() {
    let style = CookieStyle::AUTH_JS_V5;
    let settings = CookieSettings::new("session", style, TransportSecurity::Loopback);
    let Ok(settings) = settings else {
        unreachable!()
    };
    for token in ["+/".repeat(1800), "é".repeat(1200), "a=".repeat(4000)] {
        let Some(values) = settings.setting(&token, MINUTE) else {
            unreachable!("{token}")
        };
        let mut headers = HeaderMap::new();
        for value in &values {
            let pair = value.to_str().ok().and_then(|text| text.split(';').next());
            assert!(pair.is_some_and(|pair| pair.len() <= LONGEST_PAIR));
            if let Some(Ok(pair)) = pair.map(HeaderValue::try_from) {
                headers.append(http::header::COOKIE, pair);
            }
        }
        assert!(values.len() > 1);
        let sent = settings.sent(&headers);
        let credential = sent.credential();
        let is_whole = matches!(
            credential,
            crate::credential::Credential::Present { token: sent, .. } if sent == token
        );
        assert!(is_whole, "{token}");
    }
    assert_eq!(settings.setting(&"+".repeat(8 * 1312 + 1), MINUTE), None);
}

#[test]
fn a_token_that_one_cookie_cannot_hold_is_cut() {
    let settings = settings(TransportSecurity::Loopback);
    let lengths = |length: usize| {
        let values = settings.setting(&"a".repeat(length), MINUTE)?;
        let texts = values.iter().filter_map(|value| value.to_str().ok());
        Some(texts.filter_map(|text| text.find(';')).collect::<Vec<_>>())
    };
    let name = "session".len();
    assert_eq!(lengths(LONGEST_PAIR - name), Some(vec![LONGEST_PAIR + 1]));
    let (full, rest) = (
        name + 3 + LONGEST_CHUNK,
        LONGEST_PAIR - name + 1 - LONGEST_CHUNK,
    );
    assert_eq!(
        lengths(LONGEST_PAIR - name + 1),
        Some(vec![full, name + 3 + rest])
    );
    assert_eq!(lengths(8 * LONGEST_CHUNK), Some(vec![full; 8]));
    assert_eq!(lengths(8 * LONGEST_CHUNK + 1), None);
    assert_eq!(settings.setting("a;b", MINUTE), None);
}

#[test]
fn names_that_browsers_give_a_meaning_are_refused() {
    for name in [
        "",
        "__Host-session",
        "__secure-x",
        "a b",
        "a=b",
        "é",
        "a.0",
        "a.12",
    ] {
        assert!(
            CookieSettings::new(name, CookieStyle::NATIVE, TransportSecurity::Https).is_err(),
            "{name}"
        );
    }
}
