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
#[derive(Debug, Clone, Default)]
pub struct Pages {
    sign_in: Option<String>,
    /// Where the built-in sign-in page is, if there is one.
    built_in: Option<String>,
    sign_out: Option<String>,
    step_up: Option<String>,
    error: Option<String>,
    verify_request: Option<String>,
}

impl Pages {
    /// No page of the application's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// The page that handlers with `redirect` send anonymous visitors to. It gets the way back as the
    /// query parameter `callbackUrl`; read it as a [`ReturnTo`]. The endpoints of
    /// [`Auth::router`](crate::Auth::router) send visitors there as well, with a `callbackUrl` that is a whole
    /// address, which a [`ReturnTo`] takes too, and, when something has failed, `error`. Default: the built-in page of these endpoints,
    /// `/api/auth/signin`, where users sign in with credentials or at the upstream of a proxy, else `/sign-in`.
    #[must_use]
    pub fn sign_in(mut self, path: impl Into<String>) -> Self {
        self.sign_in = Some(path.into());
        self
    }

    /// The page that asks whether somebody wants to sign out, in the place of the built-in one of
    /// [`Auth::router`](crate::Auth::router). Default: none.
    #[must_use]
    pub fn sign_out(mut self, path: impl Into<String>) -> Self {
        self.sign_out = Some(path.into());
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
    /// the visit is answered with 403. The endpoints of [`Auth::router`](crate::Auth::router) send
    /// visitors there in the place of their own error page, with the `error` that Auth.js has for it.
    #[must_use]
    pub fn error(mut self, path: impl Into<String>) -> Self {
        self.error = Some(path.into());
        self
    }

    /// The page that says that a message is on its way, in the place of the built-in one of
    /// [`Auth::router`](crate::Auth::router). Default: none.
    #[must_use]
    pub fn verify_request(mut self, path: impl Into<String>) -> Self {
        self.verify_request = Some(path.into());
        self
    }

    /// The same pages, where the built-in sign-in page is at that path.
    pub(crate) fn with_built_in_sign_in(mut self, path: String) -> Self {
        self.built_in = Some(path);
        self
    }

    /// The same pages, and the others' where these say nothing.
    pub(crate) fn or(self, others: &Self) -> Self {
        let others = others.clone();
        Self {
            sign_in: self.sign_in.or(others.sign_in),
            built_in: self.built_in.or(others.built_in),
            sign_out: self.sign_out.or(others.sign_out),
            step_up: self.step_up.or(others.step_up),
            error: self.error.or(others.error),
            verify_request: self.verify_request.or(others.verify_request),
        }
    }

    /// Where visitors sign in.
    pub(crate) fn sign_in_page(&self) -> &str {
        let page = self.sign_in.as_ref().or(self.built_in.as_ref());
        page.map_or("/sign-in", String::as_str)
    }

    /// The application's own page in the place of a built-in one.
    pub(crate) fn own(&self, page: BuiltIn) -> Option<&str> {
        let own = match page {
            BuiltIn::SignIn => &self.sign_in,
            BuiltIn::SignOut => &self.sign_out,
            BuiltIn::Error => &self.error,
            BuiltIn::VerifyRequest => &self.verify_request,
        };
        own.as_deref()
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

    /// Whether that path is one of the pages that refused visitors are sent to.
    pub(crate) fn are_at(&self, path: &str) -> bool {
        let pages = [&self.step_up, &self.error].into_iter().flatten();
        let mut pages = pages.map(String::as_str).chain([self.sign_in_page()]);
        pages.any(|page| path_of(page) == path)
    }

    fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let named = [
            ("sign-out page", &self.sign_out),
            ("step-up page", &self.step_up),
            ("error page", &self.error),
            ("verify-request page", &self.verify_request),
        ];
        let named = named.into_iter();
        let named = named.filter_map(|(name, page)| Some((name, page.as_deref()?)));
        [("sign-in page", self.sign_in_page())]
            .into_iter()
            .chain(named)
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
            let page = self.step_up_page();
            let acr = acr.map(|acr| ("acr_values", acr));
            let parameters = callback.into_iter().chain([("prompt", "login")]).chain(acr);
            return elsewhere(page, parts).map(|page| with_parameters(page, parameters));
        }
        if !denial.asks_to_sign_in() {
            return None;
        }
        let page = match on_anonymous {
            OnAnonymous::RedirectTo(page) => page,
            OnAnonymous::Refuse | OnAnonymous::SignInPage => self.sign_in_page(),
        };
        elsewhere(page, parts).map(|page| with_parameters(page, callback))
    }

    fn step_up_page(&self) -> &str {
        let page = self.step_up.as_deref();
        page.unwrap_or_else(|| self.sign_in_page())
    }

    /// Where a visit goes that may not pass. The pages themselves send nobody on.
    pub(super) fn way_out(&self, parts: &Parts) -> Option<String> {
        elsewhere(self.sign_in_page(), parts)?;
        elsewhere(self.step_up_page(), parts)?;
        let page = elsewhere(self.error.as_ref()?, parts)?;
        Some(with_parameters(page, [("error", "AccessDenied")]))
    }
}

/// A page that the endpoints have one for, if the application has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuiltIn {
    SignIn,
    SignOut,
    Error,
    VerifyRequest,
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
pub(crate) fn with_parameters<'a>(
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
            let pages = pages.sign_out(path).verify_request(path);
            assert_eq!(pages.mistakes().len(), 5, "{path}");
        }
    }
}
