//! Where visitors are sent instead of a refusal, and how they find the way back.

use axum::extract::OriginalUri;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Uri};
use url::form_urlencoded::byte_serialize;

use super::{Denial, OnAnonymous, ReturnTo, negotiate};
use crate::config::{ConfigMistake, Origin};

const HX_CURRENT_URL: HeaderName = HeaderName::from_static("hx-current-url");

/// The application's own pages that visitors are sent to, as paths on this site.
///
/// ```
/// # use portcullis::{Auth, Pages};
/// let auth = Auth::builder().pages(Pages::new().sign_in("/login").error("/sorry"));
/// ```
#[derive(Debug, Clone)]
pub struct Pages {
    sign_in: String,
    step_up: Option<String>,
    error: Option<String>,
}

impl Pages {
    /// The sign-in page at `/sign-in`, and no others.
    pub fn new() -> Self {
        Self {
            sign_in: "/sign-in".to_owned(),
            step_up: None,
            error: None,
        }
    }

    /// The page that handlers with `redirect` send anonymous visitors to. It gets the way back as the
    /// query parameter `callbackUrl`; read it as a [`ReturnTo`]. Default: `/sign-in`.
    #[must_use]
    pub fn sign_in(mut self, path: impl Into<String>) -> Self {
        self.sign_in = path.into();
        self
    }

    /// The page where visitors prove once more who they are, for handlers with `fresh` or `acr`. It
    /// gets `callbackUrl`, `prompt=login` and, if a strength is asked for, `acr_values` (the last two
    /// as in OpenID Connect Core section 3.1.2.1). Default: the sign-in page.
    #[must_use]
    pub fn step_up(mut self, path: impl Into<String>) -> Self {
        self.step_up = Some(path.into());
        self
    }

    /// The page that a visit is sent to which may not pass, with `error=AccessDenied`. Default: none,
    /// the visit is answered with 403.
    #[must_use]
    pub fn error(mut self, path: impl Into<String>) -> Self {
        self.error = Some(path.into());
        self
    }

    /// Every path that does not lead to a page of this site.
    pub(crate) fn mistakes(&self) -> Vec<ConfigMistake> {
        let is_ours =
            |path: &str| ReturnTo::checked(path).is_some_and(|page| page.as_str() == path);
        self.named()
            .filter(|(_, path)| !is_ours(path))
            .map(|(setting, path)| ConfigMistake::PageInvalid {
                setting,
                value: path.to_owned(),
            })
            .collect()
    }

    /// `sign-in page /login`.
    pub(crate) fn in_words(&self) -> impl Iterator<Item = String> {
        self.named().map(|(name, page)| format!("{name} {page}"))
    }

    /// Whether that path is one of these pages.
    pub(crate) fn are_at(&self, path: &str) -> bool {
        self.named().any(|(_, page)| path_of(page) == path)
    }

    fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let named = [
            ("sign-in page", Some(&self.sign_in)),
            ("step-up page", self.step_up.as_ref()),
            ("error page", self.error.as_ref()),
        ];
        let named = named.into_iter();
        named.filter_map(|(name, page)| Some((name, page?.as_str())))
    }

    /// Where signing in, or signing in anew, would help this request; `None` if it would not, or if
    /// the request is for that page itself.
    pub(super) fn way_in(
        &self,
        denial: Denial,
        on_anonymous: OnAnonymous,
        parts: &Parts,
        origin: &Origin,
    ) -> Option<String> {
        let back = way_back(parts, origin);
        let callback = back.as_ref().map(|back| ("callbackUrl", back.as_str()));
        if let Denial::StepUp { acr, .. } = denial {
            let page = self.step_up.as_ref().unwrap_or(&self.sign_in);
            let acr = acr.map(|acr| ("acr_values", acr));
            let parameters = callback.into_iter().chain([("prompt", "login")]).chain(acr);
            return elsewhere(page, parts).map(|page| with_parameters(page, parameters));
        }
        if !denial.asks_to_sign_in() {
            return None;
        }
        let page = match on_anonymous {
            OnAnonymous::RedirectTo(page) => page,
            OnAnonymous::Refuse | OnAnonymous::SignInPage => &self.sign_in,
        };
        elsewhere(page, parts).map(|page| with_parameters(page, callback))
    }

    /// Where a visit goes that may not pass. The pages themselves send nobody on.
    pub(super) fn way_out(&self, parts: &Parts) -> Option<String> {
        elsewhere(&self.sign_in, parts)?;
        elsewhere(self.step_up.as_ref().unwrap_or(&self.sign_in), parts)?;
        let page = elsewhere(self.error.as_ref()?, parts)?;
        Some(with_parameters(page, [("error", "AccessDenied")]))
    }
}

impl Default for Pages {
    fn default() -> Self {
        Self::new()
    }
}

/// The page, unless it is the one that is being visited.
fn elsewhere<'a>(page: &'a str, parts: &Parts) -> Option<&'a str> {
    (path_of(page) != visited(parts).path()).then_some(page)
}

/// A page without its query and fragment.
pub(crate) fn path_of(page: &str) -> &str {
    page.split(['?', '#']).next().unwrap_or_default()
}

/// The address as the visitor knows it, also inside nested routers.
pub(crate) fn visited(parts: &Parts) -> &Uri {
    parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |OriginalUri(uri)| uri)
}

/// Where to go once signed in. Only a visit can be repeated; a form that was sent cannot. A part of a
/// page that HTMX loads is no place to return to, but the page is.
fn way_back(parts: &Parts, origin: &Origin) -> Option<ReturnTo> {
    if negotiate::is_by_htmx(parts) {
        let page = parts.headers.get(HX_CURRENT_URL)?.to_str().ok()?;
        return origin.path_of(page).and_then(ReturnTo::checked);
    }
    let visited = visited(parts).path_and_query()?;
    negotiate::is_read(parts)
        .then(|| ReturnTo::checked(visited.as_str()))
        .flatten()
}

/// Adds parameters to a page that may have a query and a fragment already.
fn with_parameters<'a>(
    page: &str,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let (page, fragment) = match page.split_once('#') {
        Some((page, fragment)) => (page, Some(fragment)),
        None => (page, None),
    };
    let mut location = page.to_owned();
    for (name, value) in parameters {
        location.push(if location.contains('?') { '&' } else { '?' });
        location.push_str(name);
        location.push('=');
        location.extend(byte_serialize(value.as_bytes()));
    }
    if let Some(fragment) = fragment {
        location.push('#');
        location.push_str(fragment);
    }
    location
}

/// A `Location` value; everything in it is printable ASCII, so `None` never comes up.
pub(super) fn header_value(location: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(location).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_join_what_the_page_has() {
        let parameters = [("callbackUrl", "/a?x=1")];
        for (page, expected) in [
            ("/in", "/in?callbackUrl=%2Fa%3Fx%3D1"),
            ("/in?lang=de", "/in?lang=de&callbackUrl=%2Fa%3Fx%3D1"),
            ("/in#top", "/in?callbackUrl=%2Fa%3Fx%3D1#top"),
        ] {
            assert_eq!(with_parameters(page, parameters), expected);
        }
        assert_eq!(with_parameters("/in", []), "/in");
    }

    #[test]
    fn pages_elsewhere_are_refused() {
        for path in [
            "",
            "sign-in",
            "//evil.example",
            "https://evil.example",
            "/a\\b",
            "/.//evil",
            "/a/../b",
        ] {
            let pages = Pages::new().sign_in(path).step_up(path).error(path);
            assert_eq!(pages.mistakes().len(), 3, "{path}");
        }
    }
}
