//! What a browser keeps of the cookies that it is told to set.

use portcullis_tests::nextauth::{Headers, Site};

#[derive(Debug, Clone, Default)]
pub struct Jar(Vec<(String, String)>);

impl Jar {
    /// Does what these `Set-Cookie` lines say, in their order.
    pub fn set<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) {
        for line in lines {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a pair");
            assert!(attributes.contains("Path=/"), "{line}");
            self.0.retain(|(kept, _)| kept != name);
            if !attributes.contains("Max-Age=0") {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// What the next request carries.
    pub fn headers(&self) -> Headers {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        match pairs.collect::<Vec<_>>().join("; ") {
            none if none.is_empty() => Vec::new(),
            cookie => vec![("cookie", cookie)],
        }
    }

    /// The names of all parts of the session cookie.
    pub fn session(&self, site: &Site) -> Vec<&str> {
        let name = site.session_cookie();
        let names = self.0.iter().map(|(name, _)| name.as_str());
        names.filter(|part| part.starts_with(&name)).collect()
    }
}
