//! The real package, which answers as it does.

use std::sync::LazyLock;

use portcullis_tests::application::RealServer;
use portcullis_tests::nextauth::Version;
use reqwest::Client;
use serde_json::{Value, json};

pub static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client")
});

/// How a server is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    pub name: &'static str,
    pub version: Version,
    pub origin: &'static str,
    /// Whether sessions are kept by the server.
    pub database: bool,
    /// Whether the application has pages of its own.
    pub own_pages: bool,
}

impl Setup {
    pub fn is_secure(self) -> bool {
        self.origin.starts_with("https:")
    }
}

/// The real package's server.
#[derive(Debug)]
pub struct Real(RealServer);

/// A server that is compared.
pub trait Server {
    fn port(&self) -> u16;

    /// The token of a new session that the server keeps.
    async fn new_session(&self) -> String;
}

impl Real {
    pub fn start(setup: Setup) -> Self {
        let mut settings = json!({
            "dialect": setup.version.name(),
            "origin": setup.origin,
            "strategy": if setup.database { "database" } else { "jwt" },
        });
        if setup.own_pages {
            settings["pages"] = json!({
                "signIn": "/login", "signOut": "/logout", "error": "/oops", "verifyRequest": "/mail",
            });
        }
        Self(RealServer::start(&settings))
    }

    /// Asks something beside the endpoints: see `aside` in `nextauth/server.mjs`.
    pub async fn ask(&self, what: &str, given: &Value) -> Value {
        let address = format!("http://127.0.0.1:{}/aside/{what}", self.port());
        let answer = CLIENT.post(address).body(given.to_string()).send().await;
        let text = answer.expect("an answer").text().await.expect("a text");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{what}: {text}"))
    }

    /// The value of a new cookie for CSRF.
    pub async fn csrf_cookie(&self, name: &str) -> String {
        let address = format!("http://127.0.0.1:{}/api/auth/csrf", self.port());
        let answer = CLIENT.get(address).send().await.expect("an answer");
        let cookies = answer.headers().get_all("set-cookie").iter();
        let mut texts = cookies.filter_map(|cookie| cookie.to_str().ok());
        let value = texts.find_map(|text| text.strip_prefix(name)?.strip_prefix('='));
        let (value, _) = value
            .expect("the cookie")
            .split_once(';')
            .expect("attributes");
        value.to_owned()
    }
}

impl Server for Real {
    fn port(&self) -> u16 {
        self.0.port()
    }

    async fn new_session(&self) -> String {
        let lifetime = 30 * 24 * 60 * 60;
        let session = self.ask("session", &json!({"lifetime": lifetime})).await;
        session["sessionToken"]
            .as_str()
            .expect("a token")
            .to_owned()
    }
}
