//! An answer, with what is different every time told by what it is.

use std::collections::BTreeMap;

use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, EXPIRES, LOCATION, PRAGMA, SET_COOKIE};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::held::{Held, Names, Tokens};
use super::page::outline;
use super::real::{CLIENT, Real, Server, Setup};
use super::requests::{Asked, CSRF, Sent};
use super::times::from_now;

/// What matters of an answer, by its part.
pub type Told = BTreeMap<&'static str, String>;

/// Asks a server, and tells its answer.
#[derive(Debug)]
pub struct Asking<'a> {
    pub setup: Setup,
    pub names: Names,
    pub tokens: Tokens,
    pub real: &'a Real,
}

impl Asking<'_> {
    pub async fn ask(&mut self, server: &impl Server, asked: &Asked) -> Told {
        if self.setup.database && asked.holds.iter().any(|held| matches!(held, Held::Session)) {
            self.tokens.session = server.new_session().await;
        }
        let method = Method::from_bytes(asked.method.as_bytes()).expect("a method");
        let address = format!("http://127.0.0.1:{}/api/auth{}", server.port(), asked.path);
        let mut request = CLIENT.request(method, address);
        let cookies = self
            .tokens
            .cookies(&asked.holds, self.names, self.setup.origin);
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if asked.bearer {
            request = request.bearer_auth(&self.tokens.session);
        }
        if asked.by_script {
            request = request.header("x-auth-return-redirect", "1");
        }
        if let Some((content_type, body)) = self.body(asked) {
            request = request.header(CONTENT_TYPE, content_type).body(body);
        }
        self.told(request.send().await.expect("an answer")).await
    }

    fn body(&self, asked: &Asked) -> Option<(&'static str, String)> {
        let filled = |text: &str| {
            text.replace(CSRF, &self.tokens.csrf)
                .replace("<origin>", self.setup.origin)
        };
        match &asked.sent {
            Sent::Nothing => None,
            Sent::Form(fields) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                for (name, value) in fields {
                    form.append_pair(name, &filled(value));
                }
                if asked.by_script {
                    form.append_pair("json", "true");
                }
                Some(("application/x-www-form-urlencoded", form.finish()))
            }
            Sent::Json(body) => Some(("application/json", filled(body))),
            Sent::Text(body) => Some(("text/plain", filled(body))),
        }
    }

    async fn told(&self, answer: Response) -> Told {
        let mut told = Told::from([("status", answer.status().as_u16().to_string())]);
        for (part, name) in [
            ("location", LOCATION),
            ("content-type", CONTENT_TYPE),
            ("cache-control", CACHE_CONTROL),
            ("pragma", PRAGMA),
            ("expires", EXPIRES),
        ] {
            let values = answer.headers().get_all(name).iter();
            let texts: Vec<_> = values
                .map(|value| value.to_str().expect("a text"))
                .collect();
            told.insert(part, self.plain(&texts.join(" AND ")));
        }
        let cookies = answer.headers().get_all(SET_COOKIE).iter();
        let cookies = cookies.map(|cookie| cookie.to_str().expect("a text").to_owned());
        let cookies = self.cookies(cookies.collect()).await;
        told.insert("cookies", cookies);
        let is_page = told["content-type"].starts_with("text/html");
        let body = answer.text().await.expect("a text");
        told.insert("body", self.body_told(&body, is_page));
        told
    }

    /// Without what is different at every server.
    fn plain(&self, text: &str) -> String {
        let escaped: String =
            url::form_urlencoded::byte_serialize(self.setup.origin.as_bytes()).collect();
        text.replace(self.setup.origin, "<origin>")
            .replace(&escaped, "<%origin>")
            .replace(&self.tokens.csrf, "<held csrf>")
    }

    fn body_told(&self, body: &str, is_page: bool) -> String {
        if is_page {
            let lines: Vec<_> = outline(body)
                .iter()
                .map(|line| self.csrf_told(line))
                .collect();
            return self.plain(&lines.join("\n"));
        }
        let Ok(mut json) = serde_json::from_str(body) else {
            return self.plain(body);
        };
        self.json_told(&mut json);
        self.plain(&json.to_string())
    }

    fn json_told(&self, json: &mut Value) {
        let Value::Object(members) = json else { return };
        for (name, value) in members {
            match (name.as_str(), &value) {
                ("csrfToken", Value::String(token)) => *value = self.csrf_told(token).into(),
                ("expires", Value::String(time)) => *value = from_now(time).into(),
                _ => self.json_told(value),
            }
        }
    }

    /// Tells a new CSRF token in the place of it.
    fn csrf_told(&self, text: &str) -> String {
        let is_hex = |part: &str| part.len() == 64 && part.bytes().all(|b| b.is_ascii_hexdigit());
        let parts = text.split('"').map(|part| match is_hex(part) {
            true if part != self.tokens.csrf => "<new csrf>",
            _ => part,
        });
        parts.collect::<Vec<_>>().join("\"")
    }

    /// The cookies that are set, in their order, a line each.
    async fn cookies(&self, cookies: Vec<String>) -> String {
        let split = cookies.iter().map(|cookie| {
            let (pair, attributes) = cookie.split_once("; ").unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a name and a value");
            (name, value, attributes)
        });
        let split: Vec<_> = split.collect();
        let of_session = split
            .iter()
            .filter(|(name, ..)| name.starts_with(self.names.session));
        let token: String = of_session.map(|(_, value, _)| *value).collect();
        let token = self.token_told(&token).await;
        let mut first = true;
        let lines = split.iter().map(|(name, value, attributes)| {
            let is_session = name.starts_with(self.names.session);
            let value = match *value {
                value if is_session && !value.is_empty() => {
                    let told = if first { token.as_str() } else { "<more>" };
                    first = false;
                    told.to_owned()
                }
                value if *name == self.names.csrf => self.csrf_cookie(value),
                value => self.plain(value),
            };
            let name = name.replace(self.names.session, "session");
            let name = name.replace(self.names.csrf, "csrf");
            let name = name.replace(self.names.callback_url, "callback-url");
            format!("{name}={value}; {}", self.attributes(attributes))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn csrf_cookie(&self, value: &str) -> String {
        match value.split_once("%7C") {
            Some((token, hash)) if token.len() == 64 && hash.len() == 64 => "<csrf>".to_owned(),
            _ => value.to_owned(),
        }
    }

    fn attributes(&self, attributes: &str) -> String {
        let told = attributes.split("; ").filter_map(|attribute| {
            if let Some(time) = attribute.strip_prefix("Expires=") {
                return Some(format!("Expires {}", from_now(time)));
            }
            (attribute != "Secure" || !self.setup.is_secure()).then(|| attribute.to_owned())
        });
        let mut told: Vec<_> = told.collect();
        if self.setup.is_secure() && !attributes.split("; ").any(|one| one == "Secure") {
            told.push("not Secure".to_owned());
        }
        told.join("; ")
    }

    /// What the real package reads in a session's token.
    async fn token_told(&self, token: &str) -> String {
        if self.setup.database {
            let same = token == self.tokens.session;
            return if same { "<same token>" } else { "<new token>" }.to_owned();
        }
        if token.is_empty() {
            return String::new();
        }
        let given = json!({"token": token, "salt": self.names.session});
        let mut claims = self.real.ask("decode", &given).await;
        let time = |name| claims.get(name).and_then(Value::as_f64);
        let lifetime = time("exp").zip(time("iat")).map(|(exp, iat)| exp - iat);
        let is_fresh = time("auth_time") == time("iat");
        if let Some(members) = claims.as_object_mut() {
            members.retain(|name, _| !matches!(name.as_str(), "iat" | "exp" | "jti"));
        }
        for (member, told, is_as_told) in [
            ("/note", "<much>", true),
            ("/portcullis/sid", "<id>", true),
            ("/auth_time", "<now>", is_fresh),
        ] {
            if let Some(found) = claims.pointer_mut(member).filter(|_| is_as_told) {
                *found = told.into();
            }
        }
        if let Some(Value::Object(ours)) = claims.get_mut("portcullis") {
            // Times, each of them told above if it is one of Auth.js's.
            ours.retain(|name, _| !matches!(name.as_str(), "began" | "checked" | "iat"));
        }
        format!("<{claims} for {} s>", lifetime.unwrap_or_default())
    }
}
