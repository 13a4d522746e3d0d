use axum::extract::OriginalUri;
use http::request::Parts;
use http::{HeaderValue, Uri};
use url::form_urlencoded::byte_serialize;

use super::{OnAnonymous, ReturnTo, negotiate};
use crate::config::ConfigMistake;

/// The page where visitors sign in.
#[derive(Debug, Clone)]
pub(crate) struct SignInPage(String);

impl SignInPage {
    pub(crate) fn new(path: &str) -> Result<Self, ConfigMistake> {
        match ReturnTo::checked(path) {
            Some(checked) if checked.as_str() == path => Ok(Self(path.to_owned())),
            _ => Err(ConfigMistake::PageInvalid {
                setting: "sign_in_page",
                value: path.to_owned(),
            }),
        }
    }

    /// Where to send this visit, with the way back; `None` if it is the sign-in page itself.
    pub(super) fn location(&self, parts: &Parts, on_anonymous: OnAnonymous) -> Option<String> {
        let page = match on_anonymous {
            OnAnonymous::RedirectTo(page) => page,
            OnAnonymous::Refuse | OnAnonymous::SignInPage => &self.0,
        };
        let uri = visited(parts);
        if page.split(['?', '#']).next() == Some(uri.path()) {
            return None;
        }
        // Only a visit can be repeated on the way back; a form that was sent cannot.
        let visited = uri
            .path_and_query()
            .filter(|_| negotiate::is_read(parts))
            .and_then(|visited| ReturnTo::checked(visited.as_str()));
        Some(with_callback(page, visited.as_ref()))
    }
}

/// The address as the visitor knows it, also inside nested routers.
pub(super) fn visited(parts: &Parts) -> &Uri {
    parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |OriginalUri(uri)| uri)
}

/// Adds the `callbackUrl` parameter to a page that may have a query and a fragment already.
fn with_callback(page: &str, visited: Option<&ReturnTo>) -> String {
    let Some(visited) = visited else {
        return page.to_owned();
    };
    let (page, fragment) = match page.split_once('#') {
        Some((page, fragment)) => (page, format!("#{fragment}")),
        None => (page, String::new()),
    };
    let separator = if page.contains('?') { '&' } else { '?' };
    let callback: String = byte_serialize(visited.as_str().as_bytes()).collect();
    format!("{page}{separator}callbackUrl={callback}{fragment}")
}

/// A `Location` value; everything in it is printable ASCII, so `None` never comes up.
pub(super) fn header_value(location: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(location).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_joins_what_the_page_has() {
        let visited = ReturnTo::from("/a?x=1");
        for (page, expected) in [
            ("/in", "/in?callbackUrl=%2Fa%3Fx%3D1"),
            ("/in?lang=de", "/in?lang=de&callbackUrl=%2Fa%3Fx%3D1"),
            ("/in#top", "/in?callbackUrl=%2Fa%3Fx%3D1#top"),
        ] {
            assert_eq!(with_callback(page, Some(&visited)), expected);
        }
        assert_eq!(with_callback("/in", None), "/in");
    }

    #[test]
    fn a_sign_in_page_elsewhere_is_refused() {
        for path in [
            "",
            "sign-in",
            "//evil.example",
            "https://evil.example",
            "/a\\b",
            "/.//evil",
            "/a/../b",
        ] {
            assert!(SignInPage::new(path).is_err(), "{path}");
        }
    }
}
