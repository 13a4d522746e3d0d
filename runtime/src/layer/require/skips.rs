use axum::extract::NestedPath;
use http::request::Parts;

use crate::auth::Auth;
use crate::denial::{OnAnonymous, Pages, ReturnTo, path_of, visited};
use crate::guard::Options;

/// The paths that a layer asks nobody at.
#[derive(Debug, Clone, Default)]
pub(super) struct Skips {
    /// These and everything below.
    below: Vec<String>,
    /// These alone.
    exact: Vec<String>,
}

impl Skips {
    pub(super) fn add_below(&mut self, path: &str) {
        self.below.push(path.to_owned());
    }

    pub(super) fn add_exact(&mut self, path: &str) {
        self.exact.push(path.to_owned());
    }

    /// `skips /public/*`, `skips /`.
    pub(super) fn in_words(&self) -> impl Iterator<Item = String> {
        let below = self.below.iter().map(|path| format!("skips {path}/*"));
        below.chain(self.exact.iter().map(|path| format!("skips {path}")))
    }

    /// Whether a request is to one of them, or to what the way to the sign-in page needs: the endpoints,
    /// and the pages that visitors are sent to.
    pub(super) fn has(&self, method: &str, path: &str, auth: &Auth, options: &Options) -> bool {
        let is_named = self.exact.iter().any(|skipped| skipped == path)
            || self.below.iter().any(|skipped| is_below(path, skipped))
            || auth.is_endpoint(method, path)
            || is_page(
                path,
                options.pages.unwrap_or(&auth.runtime().pages),
                options,
            );
        is_named && is_plain(path)
    }
}

fn is_page(path: &str, pages: &Pages, options: &Options) -> bool {
    pages.are_at(path)
        || matches!(options.on_anonymous, OnAnonymous::RedirectTo(page) if path_of(page) == path)
}

/// Whether a path is that one, or continues it with a segment of its own.
fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path means the same to everybody who may read it: axum, which compares the text, a service
/// that decodes it, and a server behind a proxy that resolves dots or knows parameters of segments.
pub(super) fn is_plain(path: &str) -> bool {
    !path.contains([';', '?', '#'])
        && ReturnTo::checked(path).is_some_and(|checked| checked.as_str() == path)
}

/// The path that was asked for, unless something on the way has put another in its place.
pub(super) fn asked(parts: &Parts) -> Option<&str> {
    let (asked, here) = (visited(parts).path(), parts.uri.path());
    let is_nested = |nested: &NestedPath| is_stripped(asked, nested.as_str(), here);
    let nested = parts.extensions.get::<NestedPath>();
    (asked == here || nested.is_some_and(is_nested)).then_some(asked)
}

/// Whether `here` is what a router that is nested at `nested` is told of the path `asked`. A parameter in
/// `nested` stands for any one segment, as in axum.
fn is_stripped(asked: &str, nested: &str, here: &str) -> bool {
    let mut rest = asked;
    for declared in nested.trim_end_matches('/').split('/').skip(1) {
        let Some(after) = rest.strip_prefix('/') else {
            return false;
        };
        let (segment, _) = after.split_once('/').unwrap_or((after, ""));
        let is_parameter = declared.starts_with('{') && declared.ends_with('}');
        if segment != declared && !is_parameter {
            return false;
        }
        rest = after.strip_prefix(segment).unwrap_or_default();
    }
    rest == here || rest.is_empty() && here == "/"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_continues_another_with_a_segment_of_its_own() {
        for (path, expected) in [
            ("/public", true),
            ("/public/", true),
            ("/public/a.css", true),
            ("/publicity", false),
            ("/public.css", false),
            ("/a/public", false),
            ("/Public", false),
            ("/", false),
        ] {
            assert_eq!(is_below(path, "/public"), expected, "{path}");
        }
    }

    #[test]
    fn a_nested_router_is_told_the_rest_of_the_path() {
        for (asked, nested, here, expected) in [
            ("/shop/a", "/shop", "/a", true),
            ("/shop", "/shop", "/", true),
            ("/shop/", "/shop/", "/", true),
            ("/shop/a/b", "/{owner}/a", "/b", true),
            ("/shop/a/b", "/shop", "/b", false),
            ("/shop/a/b", "/shop", "/", false),
            ("/shopping/a", "/shop", "/a", false),
            ("/shop/a", "/shop/a/b", "/", false),
            ("/a", "/", "/a", true),
            ("/a", "/", "/b", false),
            ("*", "/shop", "/", false),
        ] {
            let is_stripped = is_stripped(asked, nested, here);
            assert_eq!(is_stripped, expected, "{asked} {nested} {here}");
        }
    }

    #[test]
    fn what_could_be_read_as_another_path_is_not_plain() {
        for path in [
            "/public/../admin",
            "/public/..",
            "/public/./a",
            "/public/%2e%2e/admin",
            "/public/%2E./admin",
            "/public/.%2e/admin",
            "/public//admin",
            "//public",
            "/public/..;/admin",
            "/public/a;b",
            "/public/%2fadmin",
            "/public/%5c..%5cadmin",
            "/public/\\admin",
            "/public/%00",
            "/public/%252e%252e/admin",
            "/public?x",
            "/public#x",
            "public",
            "*",
            "",
        ] {
            assert!(!is_plain(path), "{path}");
        }
        for path in ["/", "/public/", "/public/a%20b.css", "/caf%C3%A9/1.2.3"] {
            assert!(is_plain(path), "{path}");
        }
    }
}
