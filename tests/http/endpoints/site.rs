//! An application with the endpoints, and a browser that visits it.

use std::collections::BTreeMap;
use std::io;

use axum::body::Body;
use http::request::Builder;
use http::{HeaderMap, Method, Request};
use portcullis::routing::get;
use portcullis::{
    Auth, AuthBuilder, Credentials, CredentialsInput, CredentialsVerdict, Profile, ReturnTo,
    Router, Session, SqliteStore, User, protected, public,
};
use portcullis_tests::{Answer, FakeClock, ORIGIN, builder, send_body};
use serde_json::Value;
use url::form_urlencoded;

#[public(reason = "tells visitors who they are")]
async fn who(session: Option<Session>) -> String {
    session.map_or_else(String::new, |session| session.user_id().to_owned())
}

#[protected(redirect)]
async fn members() -> &'static str {
    "members"
}

/// A sign-in page of the application's own.
#[public(reason = "this is where people sign in")]
async fn login(return_to: ReturnTo) -> String {
    return_to.to_string()
}

/// Ada's password is `secret`; `locked` and `broken` are accounts that say so.
async fn authorize(input: CredentialsInput) -> Result<CredentialsVerdict, io::Error> {
    let password = input.get("password").unwrap_or_default();
    match input.identifier().unwrap_or_default() {
        "ada" if password == "secret" => {
            let ada = User::new(7).named("Ada").with_email("ada@example.org");
            Ok(CredentialsVerdict::accepted(ada))
        }
        "locked" => Ok(CredentialsVerdict::rejected_with("locked")),
        "broken" => Err(io::Error::other("the database of passwords is down")),
        _ => Ok(CredentialsVerdict::rejected()),
    }
}

pub fn credentials() -> Credentials {
    Credentials::new(authorize)
}

#[derive(Debug, Clone)]
pub struct Site {
    pub auth: Auth,
    pub router: Router,
    pub clock: FakeClock,
}

impl Site {
    pub fn new(profile: Profile) -> Self {
        Self::configured(profile, |builder| builder)
    }

    /// With sessions in a store.
    pub async fn with_store(profile: Profile) -> Self {
        let store = SqliteStore::in_memory().await.expect("memory");
        Self::configured(profile, |builder| builder.store(store))
    }

    pub fn configured(
        profile: Profile,
        configure: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let clock = FakeClock::default();
        let builder = builder(&clock).profile(profile).credentials(credentials());
        let auth = configure(builder).build().expect("a usable configuration");
        let router = Router::new()
            .route("/who", get(who))
            .route("/members", get(members))
            .route("/login", get(login))
            .merge(auth.router())
            .with_state(auth.clone());
        Self {
            auth,
            router,
            clock,
        }
    }

    pub fn visitor(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            headers: HeaderMap::new(),
        }
    }
}

/// Keeps cookies, as far as these tests need that.
#[derive(Debug, Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// What every request says besides.
    pub headers: HeaderMap,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn method(&mut self, method: Method, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(path);
        self.send(request, Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request, form.into()).await
    }

    pub async fn post_json(&mut self, path: &str, body: &Value) -> Answer {
        let request = Request::post(path).header("content-type", "application/json");
        self.send(request, body.to_string().into()).await
    }

    pub async fn send(&mut self, mut request: Builder, body: Body) -> Answer {
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies: Vec<_> = cookies.collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = send_body(&self.router, request, body).await;
        for cookie in answer.cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a pair");
            match attributes.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }

    /// The token that forms must send.
    pub async fn csrf(&mut self) -> String {
        let answer = self.get("/api/auth/csrf").await;
        text(&json(&answer)["csrfToken"])
    }

    /// What `signIn("credentials", ..)` of the client sends, in both dialects.
    pub async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let token = self.csrf().await;
        self.asks_for_json();
        let fields = [
            ("username", name),
            ("password", password),
            ("csrfToken", &token),
            ("callbackUrl", "http://localhost:3000/members"),
            ("json", "true"),
        ];
        let answer = self.post("/api/auth/callback/credentials", &fields).await;
        self.headers.clear();
        answer
    }

    /// From now on it says what the client of version 5 says.
    pub fn asks_for_json(&mut self) {
        let one = "1".parse().expect("a value");
        self.headers.insert("x-auth-return-redirect", one);
    }

    pub async fn who(&mut self) -> String {
        self.get("/who").await.body
    }
}

pub fn json(answer: &Answer) -> Value {
    assert_eq!(
        answer.header("content-type"),
        "application/json",
        "{answer:?}"
    );
    serde_json::from_str(&answer.body).expect("JSON")
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// The `url` of an answer for clients: a whole address on this site.
pub fn url(answer: &Answer) -> String {
    let url = text(&json(answer)["url"]);
    let path = url.strip_prefix(ORIGIN).expect("an address on this site");
    path.to_owned()
}

/// Where an answer for browsers leads to.
pub fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{answer:?}");
    answer.header("location").replace(ORIGIN, "")
}
