//! The real NextAuth.js 4 and Auth.js 5, in one Node.js process for all tests of a binary.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use portcullis::{Auth, AuthBuilder, Clock, Profile};
use serde_json::{Value, json};

use crate::node::Node;
use crate::{FakeClock, SECRET};

/// The secret that was used before.
pub const OLD_SECRET: &str = "mAJKbEYBk4oRvuPYh8VNBTJv8+ZSyJcsn+HqYnVIGX8=";

/// How long sessions last on either side.
pub const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

static NODE: LazyLock<Mutex<Node>> =
    LazyLock::new(|| Mutex::new(Node::start("nextauth", &["tokens.mjs"])));

/// Gives a command to `nextauth/tokens.mjs`, and waits for the answer.
pub fn ask(command: &str, given: Value) -> Value {
    let mut node = NODE.lock().unwrap_or_else(PoisonError::into_inner);
    node.ask(command, given)
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// `next-auth@4`.
    V4,
    /// `next-auth@5` and `@auth/core`.
    V5,
}

impl Version {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V4, Self::V5];

    /// As `tokens.mjs` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::V4 => "v4",
            Self::V5 => "v5",
        }
    }

    /// What we call it.
    pub fn profile(self) -> Profile {
        match self {
            Self::V4 => Profile::NextAuthV4,
            Self::V5 => Profile::AuthJsV5,
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::V4 => Self::V5,
            Self::V5 => Self::V4,
        }
    }

    /// What the name of every cookie begins with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::V4 => "next-auth",
            Self::V5 => "authjs",
        }
    }

    /// How much of a token one cookie holds, in bytes.
    pub fn longest_chunk(self) -> usize {
        match self {
            Self::V4 => 3933,
            Self::V5 => 3936,
        }
    }
}

/// Header lines of a request.
pub type Headers = Vec<(&'static str, String)>;

/// One application, as either side serves it.
#[derive(Debug, Clone)]
pub struct Site {
    /// Whose sessions it has.
    pub version: Version,
    /// Where it is reached.
    pub origin: &'static str,
    /// The time of both sides.
    pub clock: FakeClock,
}

impl Site {
    /// The applications of every version, on `http` and on `https`.
    pub fn all() -> impl Iterator<Item = Self> {
        Version::ALL
            .into_iter()
            .flat_map(|version| [Self::plain(version), Self::secure(version)])
    }

    /// One on the own machine.
    pub fn plain(version: Version) -> Self {
        Self {
            version,
            origin: "http://localhost:3000",
            clock: FakeClock::default(),
        }
    }

    /// One on `https`.
    pub fn secure(version: Version) -> Self {
        Self {
            origin: "https://app.example",
            ..Self::plain(version)
        }
    }

    /// Seconds since 1970.
    pub fn now(&self) -> u64 {
        let since = self.clock.now().duration_since(UNIX_EPOCH);
        since.expect("after 1970").as_secs()
    }

    /// What a cookie is called here.
    pub fn cookie_name(&self, name: &str) -> String {
        let secure = match self.origin.starts_with("https:") {
            true => "__Secure-",
            false => "",
        };
        format!("{secure}{}.{name}", self.version.prefix())
    }

    /// What the session cookie is called here.
    pub fn session_cookie(&self) -> String {
        self.cookie_name("session-token")
    }

    /// What the key of session tokens is derived with, beside the secret.
    pub fn salt(&self) -> String {
        match self.version {
            Version::V4 => String::new(),
            Version::V5 => self.session_cookie(),
        }
    }

    /// Our side of it.
    pub fn builder(&self) -> AuthBuilder {
        Auth::builder()
            .profile(self.version.profile())
            .secret(SECRET)
            .previous_secrets([OLD_SECRET])
            .origin(self.origin)
            .environment(|_| None)
            .max_age(MAX_AGE)
            .clock(self.clock.clone())
    }

    /// Gives a command about this application to the other side.
    pub fn ask(&self, command: &str, mut given: Value) -> Value {
        // Version 4 knows no secret that was used before.
        let secret = match self.version {
            Version::V4 => json!(SECRET),
            Version::V5 => json!([SECRET, OLD_SECRET]),
        };
        for (name, value) in [
            ("dialect", json!(self.version.name())),
            ("origin", json!(self.origin)),
            ("now", json!(self.now())),
            ("secret", secret),
            ("salt", json!(self.salt())),
        ] {
            if given.get(name).is_none() {
                given[name] = value;
            }
        }
        ask(command, given)
    }

    /// A token of the other side that lasts as long as a session.
    pub fn mint(&self, claims: &Value) -> String {
        self.mint_with(claims, json!({}))
    }

    /// A token of the other side, with other settings: `now`, `maxAge`, `secret`, `salt`, `dialect`.
    pub fn mint_with(&self, claims: &Value, mut settings: Value) -> String {
        settings["token"] = claims.clone();
        if settings.get("maxAge").is_none() {
            settings["maxAge"] = MAX_AGE.as_secs().into();
        }
        text(self.ask("encode", settings))
    }

    /// A token with this key and any header and content.
    pub fn forge(&self, settings: Value) -> String {
        let mut settings = settings;
        if settings.get("secret").is_none() {
            settings["secret"] = SECRET.into();
        }
        text(self.ask("forge", settings))
    }

    /// Who the other side says it is: claims, or `null`.
    pub fn get_token(&self, headers: &Headers) -> Value {
        self.ask("getToken", json!({"headers": headers}))
    }

    /// The session cookie with this value.
    pub fn cookie(&self, token: &str) -> Headers {
        vec![("cookie", format!("{}={token}", self.session_cookie()))]
    }

    /// The session cookie with this value, in chunks.
    pub fn chunks(&self, token: &str) -> Vec<String> {
        let chunks = token.as_bytes().chunks(self.version.longest_chunk());
        let chunks = chunks.map(|chunk| std::str::from_utf8(chunk).expect("ASCII"));
        let named = chunks.enumerate();
        named
            .map(|(number, chunk)| format!("{}.{number}={chunk}", self.session_cookie()))
            .collect()
    }
}

/// The text of a JSON value.
pub fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => panic!("no text: {other}"),
    }
}
