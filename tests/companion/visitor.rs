//! Somebody with a browser: one jar of cookies for a host, whatever the port.

use std::collections::BTreeMap;

use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;

use crate::companion::Companion;

/// What a visitor got.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

#[derive(Clone)]
pub(crate) struct Visitor {
    client: Client,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Visitor {
    pub(crate) fn new() -> Self {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            client: client.build().expect("a client"),
            cookies: BTreeMap::new(),
        }
    }

    pub(crate) async fn get(&mut self, url: String) -> Answer {
        let request = self.client.get(url).header(ACCEPT, "application/json");
        self.send(request).await
    }

    pub(crate) async fn post(&mut self, url: String, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self.client.post(url).body(body);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request).await
    }

    async fn send(&mut self, request: RequestBuilder) -> Answer {
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = match cookies.is_empty() {
            true => request,
            false => request.header(COOKIE, cookies.join("; ")),
        };
        let response = request.send().await.expect("an answer");
        for cookie in response.headers().get_all(SET_COOKIE) {
            self.keep(cookie.to_str().expect("text"));
        }
        let location = response.headers().get(LOCATION);
        Answer {
            status: response.status(),
            location: location.map_or_else(String::new, |location| {
                location.to_str().expect("text").to_owned()
            }),
            body: response.text().await.expect("text"),
        }
    }

    /// RFC 6265 section 5.3, as far as both sides use it.
    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("a name and a value");
        assert!(
            !attributes.contains("Domain="),
            "for one host only: {cookie}"
        );
        match attributes.contains("Max-Age=0") {
            true => self.cookies.remove(name),
            false => self.cookies.insert(name.to_owned(), value.to_owned()),
        };
    }

    /// The names of the cookies that carry the session.
    pub(crate) fn session_cookies(&self) -> Vec<&str> {
        let names = self.cookies.keys().map(String::as_str);
        names
            .filter(|name| name.contains("session-token"))
            .collect()
    }

    /// Signs in by the endpoints of Auth.js, as its own page does.
    pub(crate) async fn sign_in_at_node(&mut self, at: &Companion, who: &str) -> Answer {
        let token = self.csrf_token(at).await;
        let (email, password) = account(who);
        let form = [
            ("csrfToken", token.as_str()),
            ("email", &email),
            ("password", &password),
            ("callbackUrl", &at.axum),
        ];
        self.post(at.node("/api/auth/callback/credentials"), &form)
            .await
    }

    pub(crate) async fn sign_out_at_node(&mut self, at: &Companion) -> Answer {
        let token = self.csrf_token(at).await;
        let form = [("csrfToken", token.as_str())];
        self.post(at.node("/api/auth/signout"), &form).await
    }

    async fn csrf_token(&mut self, at: &Companion) -> String {
        let answer = self.get(at.node("/api/auth/csrf")).await.json();
        answer["csrfToken"].as_str().expect("a token").to_owned()
    }

    /// Signs in by the form of the API.
    pub(crate) async fn sign_in_at_axum(&mut self, at: &Companion, who: &str) -> Answer {
        let (email, password) = account(who);
        let form = [("email", email.as_str()), ("password", &password)];
        self.post(at.axum("/sign-in"), &form).await
    }

    pub(crate) async fn sign_out_at_axum(&mut self, at: &Companion) -> Answer {
        self.post(at.axum("/sign-out"), &[]).await
    }

    /// Who the endpoint `/session` of Auth.js says is signed in: an id, or nothing.
    pub(crate) async fn at_node(&mut self, at: &Companion) -> Option<String> {
        let session = self.get(at.node("/api/auth/session")).await.json();
        session["user"]["id"].as_str().map(str::to_owned)
    }

    /// Who the API says is signed in: an id, or nothing.
    pub(crate) async fn at_axum(&mut self, at: &Companion) -> Option<String> {
        let answer = self.get(at.axum("/api/me")).await;
        match answer.status {
            StatusCode::OK => answer.json()["user"]["id"].as_str().map(str::to_owned),
            status => {
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{}", answer.body);
                None
            }
        }
    }
}

fn account(who: &str) -> (String, String) {
    (format!("{who}@companion.example"), format!("{who}-demo"))
}
