//! Somebody with curl: the real program, with its jar of cookies.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use portcullis_tests::Answer;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

pub(crate) const PASSWORD: &str = "correct horse";

/// One jar of cookies.
pub(crate) struct Visitor {
    folder: TempDir,
    /// Where the endpoints of Auth.js are for visitors.
    base: String,
}

impl Visitor {
    /// Nobody yet, at an application whose endpoints are at that address.
    pub(crate) fn new(base: impl Into<String>) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            base: base.into(),
        }
    }

    /// Somebody else with the same cookies.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new(&self.base);
        std::fs::copy(self.jar(), copy.jar()).expect("there are cookies");
        copy
    }

    fn jar(&self) -> PathBuf {
        self.folder.path().join("cookies.txt")
    }

    /// What a program asks for.
    pub(crate) async fn get(&self, url: &str) -> Answer {
        self.curl(url, &[]).await
    }

    /// What a browser asks for when somebody follows a link.
    pub(crate) async fn visit(&self, url: &str) -> Answer {
        self.curl(url, &["--header", "Accept: text/html"]).await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, url: &str, form: &[(&str, &str)]) -> Answer {
        let fields: Vec<_> = form
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let fields = fields.iter().map(String::as_str);
        let options: Vec<_> = fields
            .flat_map(|field| ["--data-urlencode", field])
            .collect();
        match options.is_empty() {
            true => self.curl(url, &["--request", "POST"]).await,
            false => self.curl(url, &options).await,
        }
    }

    /// Sends JSON.
    pub(crate) async fn post_json(&self, url: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let kind = "Content-Type: application/json";
        self.curl(url, &["--header", kind, "--data-raw", &body])
            .await
    }

    /// Runs the program.
    pub(crate) async fn curl(&self, url: &str, options: &[&str]) -> Answer {
        let jar = self.jar();
        // Version 7 reads a file again before it writes, and would keep what has been removed.
        let cookies = File::open(&jar).map_or_else(|_| Stdio::null(), Stdio::from);
        let output = Command::new("curl")
            .args(["--disable", "--silent", "--show-error", "--noproxy", "*"])
            .args(["--max-time", "20", "--dump-header", "-", "--cookie", "-"])
            .arg("--cookie-jar")
            .arg(&jar)
            .stdin(cookies)
            .args(options)
            .arg(url)
            .output()
            .await
            .expect("curl runs");
        assert!(
            output.status.success(),
            "{url}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        read(&String::from_utf8(output.stdout).expect("text"))
    }

    /// The cookies by name, as the program keeps them.
    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        cookies(&self.jar())
    }

    /// The names of the cookies that carry the session.
    pub(crate) fn session_cookies(&self) -> Vec<String> {
        let names = self.cookies().into_keys();
        names.filter(|name| is_of_session(name)).collect()
    }

    /// The token that forms must send.
    pub(crate) async fn csrf_token(&self) -> String {
        let answer = self.get(&format!("{}/csrf", self.base)).await;
        let token = json(&answer)["csrfToken"].take();
        token.as_str().expect("a token").to_owned()
    }

    /// Signs in with the right password, and comes back to `way_back`.
    pub(crate) async fn sign_in(&self, who: &str, way_back: &str) -> Answer {
        self.sign_in_with(who, PASSWORD, way_back).await
    }

    pub(crate) async fn sign_in_with(&self, who: &str, password: &str, way_back: &str) -> Answer {
        let token = self.csrf_token().await;
        let form = [
            ("csrfToken", token.as_str()),
            ("username", who),
            ("password", password),
            ("callbackUrl", way_back),
        ];
        let url = format!("{}/callback/credentials", self.base);
        self.post(&url, &form).await
    }

    pub(crate) async fn sign_out(&self) -> Answer {
        let token = self.csrf_token().await;
        let url = format!("{}/signout", self.base);
        self.post(&url, &[("csrfToken", &token)]).await
    }

    /// What the session endpoint says.
    pub(crate) async fn session(&self) -> Answer {
        self.get(&format!("{}/session", self.base)).await
    }

    /// Changes the session, as `update` of `useSession` does.
    pub(crate) async fn update(&self, data: &Value) -> Answer {
        let body = serde_json::json!({"csrfToken": self.csrf_token().await, "data": data});
        self.post_json(&format!("{}/session", self.base), &body)
            .await
    }
}

/// Whether a cookie, or what a `Set-Cookie` sets, carries the session, or a part of it.
pub(crate) fn is_of_session(cookie: &str) -> bool {
    let name = cookie.split('=').next().unwrap_or_default();
    let name = name.trim_end_matches(|last: char| last.is_ascii_digit());
    let name = name.trim_end_matches('.');
    name == "session" || name.ends_with(".session-token")
}

/// The body of an answer.
pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body)
        .unwrap_or_else(|error| panic!("{error}: {} {}", answer.status, answer.body))
}

/// What curl prints with `--dump-header -`.
fn read(printed: &str) -> Answer {
    let (head, body) = printed.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = StatusCode::from_bytes(status.expect("a status").as_bytes());
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').expect("a header");
        let value = HeaderValue::from_str(value.trim()).expect("a value");
        (HeaderName::try_from(name).expect("a name"), value)
    });
    let mut kept = HeaderMap::new();
    headers.for_each(|(name, value)| {
        kept.append(name, value);
    });
    Answer {
        status: status.expect("a status"),
        headers: kept,
        body: body.to_owned(),
    }
}

/// A cookie jar as Netscape wrote it, with a prefix for those that no script may read.
fn cookies(jar: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(jar).unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let line = line.strip_prefix("#HttpOnly_").unwrap_or(line);
        let fields: Vec<_> = line.split('\t').collect();
        match fields[..] {
            [_, _, _, _, _, name, value] => Some((name.to_owned(), value.to_owned())),
            _ => None,
        }
    });
    lines.collect()
}
