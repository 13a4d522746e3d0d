//! Where a visitor goes once signed in or out.

use url::Url;

/// The longest address that is followed, in bytes: a cookie holds no longer one.
const LONGEST: usize = 4096;

/// Whether an address leads anywhere, so that it can be asked where: the check that Auth.js makes
/// before everything else.
pub(super) fn is_usable(url: &str, origin: &str) -> bool {
    let parsed = match url.starts_with('/') {
        true => joined(url, origin),
        false => Url::parse(url).ok(),
    };
    parsed.is_some_and(|url| is_of_a_page(&url))
}

/// Whether an address means the same to everybody: what does not is never followed.
pub(super) fn is_plain(url: &str) -> bool {
    let is_hidden = |character: char| character.is_control() || character == '\\';
    let names_somebody = |url: Url| !url.username().is_empty() || url.password().is_some();
    url.len() <= LONGEST
        && !url.starts_with("//")
        && !url.contains(is_hidden)
        && !Url::parse(url).is_ok_and(names_somebody)
}

/// An address as it goes into an answer: whole, and in ASCII. What is no address of a page becomes the
/// start page of this origin.
pub(super) fn settled(url: &str, origin: &str) -> String {
    let Some(parsed) = joined(url, origin).filter(is_of_a_page) else {
        return origin.to_owned();
    };
    let text = String::from(parsed);
    // The one thing that is written in two ways all the time.
    match text.strip_suffix('/') {
        Some(bare) if bare == url => bare.to_owned(),
        _ => text,
    }
}

fn is_of_a_page(url: &Url) -> bool {
    ["http", "https"].contains(&url.scheme())
}

fn joined(url: &str, origin: &str) -> Option<Url> {
    Url::parse(origin).ok()?.join(url).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "http://localhost:3000";

    #[test]
    fn addresses_with_two_meanings_are_not_followed() {
        for url in [
            "/a?b=1#c",
            ORIGIN,
            "http://localhost:3000/ü",
            "a",
            "http://[",
        ] {
            assert!(is_plain(url), "{url}");
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        for url in [
            "//evil.example",
            "/\\evil.example",
            "/a\nb",
            "http://user@localhost:3000/",
            "http://localhost:3000@evil.example",
            long.as_str(),
        ] {
            assert!(!is_plain(url), "{url}");
        }
    }

    #[test]
    fn addresses_in_answers_are_whole() {
        for (url, expected) in [
            (ORIGIN, ORIGIN),
            ("http://localhost:3000/", "http://localhost:3000/"),
            ("/a?b#c", "http://localhost:3000/a?b#c"),
            (
                "http://localhost:3000/ü a",
                "http://localhost:3000/%C3%BC%20a",
            ),
            (
                "http:/localhost:3000/a",
                "http://localhost:3000/localhost:3000/a",
            ),
            ("https://www.example", "https://www.example"),
            ("app://callback", ORIGIN),
            ("blob:http://localhost:3000/x", ORIGIN),
            ("javascript://x%0aalert(1)", ORIGIN),
            ("http://[", ORIGIN),
        ] {
            assert_eq!(settled(url, ORIGIN), expected, "{url}");
        }
    }
}
