use axum::body::{Body, Bytes};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request};

/// What the path parameters are that nothing is said about, and the id of the visitors.
pub(super) const DEFAULT_PARAMETER: &str = "1";
/// What stands for the rest of a path, below a service or where no route is.
const DEFAULT_REST: &str = "no/such/path";

/// What the requests to one entry of an access matrix carry, besides the credential.
///
/// ```
/// use portcullis::testing::Fixture;
///
/// let fixture = Fixture::new()
///     .parameter("id", "42")
///     .body("application/json", r#"{"title": "News"}"#);
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a fixture does nothing until a matrix is given it"]
pub struct Fixture {
    parameters: Vec<(String, String)>,
    query: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Fixture {
    /// Every path parameter is `1`, and there is no body.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a path parameter, as the handler is to read it. The rest of a path that the matrix shows
    /// as `*`, below a service or for a fallback, is the parameter `*`. Default: `1`, and
    /// `no/such/path` for `*`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Sets the query, without its `?` and already encoded. Default: none.
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Sets the body and its `Content-Type`. Default: an empty body without one.
    ///
    /// # Panics
    /// As [`HeaderValue::from_static`], if the type has characters that no header has.
    pub fn body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let content_type = HeaderValue::from_static(content_type);
        self.headers.push((CONTENT_TYPE, content_type));
        self.body = body.into();
        self
    }

    /// The request for a path of that pattern.
    pub(super) fn request(
        &self,
        method: &Method,
        path: &Path,
    ) -> Result<Request<Body>, http::Error> {
        let uri = match &self.query {
            Some(query) => format!("{}?{query}", path.text),
            None => path.text.clone(),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .body(Body::from(self.body.clone()))?;
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        Ok(request)
    }

    /// A path of that pattern: axum's syntax, or with a `*` at its end as an access matrix shows it.
    pub(super) fn path(&self, pattern: &str) -> Path {
        let mut path = Path::default();
        let (mut rest, is_open) = match pattern.strip_suffix('*') {
            Some(start) => (start, true),
            None => (pattern, false),
        };
        while let Some((before, after)) = rest.split_once('{') {
            path.text.push_str(&before.replace("}}", "}"));
            if let Some(literal) = after.strip_prefix('{') {
                path.text.push('{');
                rest = literal;
                continue;
            }
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            rest = after;
            let keeps_slashes = name.starts_with('*');
            let name = name.trim_start_matches('*');
            let value = self.value(name).unwrap_or(DEFAULT_PARAMETER);
            encode(value, keeps_slashes, &mut path.text);
            path.parameters.push((name.into(), value.into()));
        }
        path.text.push_str(&rest.replace("}}", "}"));
        if is_open {
            encode(
                self.value("*").unwrap_or(DEFAULT_REST),
                true,
                &mut path.text,
            );
        }
        if !path.text.starts_with('/') {
            path.text.insert(0, '/');
        }
        path
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter().rev();
        let (_, value) = parameters.find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// A path to send requests to.
#[derive(Debug, Default)]
pub(super) struct Path {
    pub(super) text: String,
    pub(super) parameters: Vec<(Box<str>, Box<str>)>,
}

/// Percent-encodes everything but unreserved characters (RFC 3986 section 2.3).
fn encode(value: &str, keeps_slashes: bool, path: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keeps_slashes && byte == b'/'
        {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_become_paths() {
        let fixture = Fixture::new()
            .parameter("id", "a b/ü")
            .parameter("rest", "x/y z")
            .parameter("id", "c/d");
        for (pattern, path) in [
            ("/", "/"),
            ("/posts/{id}/edit", "/posts/c%2Fd/edit"),
            ("/posts/{other}", "/posts/1"),
            ("/files/{*rest}", "/files/x/y%20z"),
            ("/{{literal}}/{id}", "/{literal}/c%2Fd"),
            ("*", "/no/such/path"),
            ("/api/*", "/api/no/such/path"),
            ("/{", "/1"),
        ] {
            assert_eq!(fixture.path(pattern).text, path, "{pattern}");
        }
        let shelf = Fixture::new().parameter("*", "a.css").path("/assets/*");
        assert_eq!(shelf.text, "/assets/a.css");
        let known = fixture.path("/{id}/{n}").parameters;
        assert_eq!(
            known,
            [("id".into(), "c/d".into()), ("n".into(), "1".into())]
        );
    }
}
