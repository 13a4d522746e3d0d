//! What a visitor holds who asks: the cookies, made by the real package for both servers.

use portcullis_tests::nextauth::Version;
use serde_json::{Value, json};

use super::real::Real;

/// A cookie.
#[derive(Clone, Copy, Debug)]
pub enum Held {
    /// Of the CSRF token that forms carry.
    Csrf,
    /// Of that token, with a hash that is not of it.
    ForgedCsrf,
    /// Of that token, alone.
    BareCsrf,
    /// Of the way back.
    CallbackUrl(&'static str),
    /// A session.
    Session,
    /// A session that ended an hour ago.
    Expired,
    /// A session whose token was changed.
    Tampered,
    /// A session's cookie with something else.
    Garbage,
    /// A session of an application with another secret.
    OtherSecret,
    /// A session that fills three cookies.
    Large,
    /// A chunk of an older session.
    StaleChunk,
}

/// The names of the cookies.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    pub session: &'static str,
    pub csrf: &'static str,
    pub callback_url: &'static str,
    chunk_size: usize,
}

impl Names {
    pub fn of(version: Version, secure: bool) -> Self {
        let [session, csrf, callback_url] = match (version, secure) {
            (Version::V4, false) => [
                "next-auth.session-token",
                "next-auth.csrf-token",
                "next-auth.callback-url",
            ],
            (Version::V4, true) => [
                "__Secure-next-auth.session-token",
                "__Host-next-auth.csrf-token",
                "__Secure-next-auth.callback-url",
            ],
            (Version::V5, false) => [
                "authjs.session-token",
                "authjs.csrf-token",
                "authjs.callback-url",
            ],
            (Version::V5, true) => [
                "__Secure-authjs.session-token",
                "__Host-authjs.csrf-token",
                "__Secure-authjs.callback-url",
            ],
        };
        Self {
            session,
            csrf,
            callback_url,
            chunk_size: match version {
                Version::V4 => 3933,
                Version::V5 => 3936,
            },
        }
    }
}

/// The tokens of a visitor, all made by the real package.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub csrf: String,
    hash: String,
    pub session: String,
    expired: String,
    other_secret: String,
    large: String,
}

impl Tokens {
    pub async fn make(real: &Real, names: Names) -> Self {
        let cookie = real.csrf_cookie(names.csrf).await;
        let (csrf, hash) = cookie.split_once("%7C").expect("a token and its hash");
        let claims = json!({
            "name": "Ada Lovelace", "email": "ada@example.com",
            "picture": "https://example.com/ada.png", "sub": "7",
        });
        let mut much = claims.clone();
        much["note"] = Value::from("x".repeat(6000));
        let encode = async |claims: &Value, max_age: i64, secret: Option<&str>| {
            let given = json!({
                "claims": claims, "maxAge": max_age, "salt": names.session, "secret": secret,
            });
            let token = real.ask("encode", &given).await;
            token.as_str().expect("a token").to_owned()
        };
        Self {
            csrf: csrf.to_owned(),
            hash: hash.to_owned(),
            session: encode(&claims, 3600, None).await,
            expired: encode(&claims, -3600, None).await,
            other_secret: encode(
                &claims,
                3600,
                Some("another secret of the same length......"),
            )
            .await,
            large: encode(&much, 3600, None).await,
        }
    }

    /// The values of the `Cookie` header.
    pub fn cookies(&self, held: &[Held], names: Names, origin: &str) -> Vec<String> {
        held.iter()
            .flat_map(|held| self.cookie(*held, names, origin))
            .collect()
    }

    fn cookie(&self, held: Held, names: Names, origin: &str) -> Vec<String> {
        let session = |value: &str| vec![format!("{}={value}", names.session)];
        let csrf = |value: String| vec![format!("{}={value}", names.csrf)];
        match held {
            Held::Csrf => csrf(format!("{}%7C{}", self.csrf, self.hash)),
            Held::ForgedCsrf => csrf(format!("{}%7C{}", self.csrf, self.csrf)),
            Held::BareCsrf => csrf(self.csrf.clone()),
            Held::CallbackUrl(url) => {
                let url = url.replace("<origin>", origin);
                let url: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
                vec![format!("{}={url}", names.callback_url)]
            }
            Held::Session => session(&self.session),
            Held::Expired => session(&self.expired),
            Held::Tampered => {
                let (kept, _) = self.session.split_at(self.session.len() - 8);
                session(&format!("{kept}AAAAAAAA"))
            }
            Held::Garbage => session("nonsense"),
            Held::OtherSecret => session(&self.other_secret),
            Held::Large => {
                let chunks = self.large.as_bytes().chunks(names.chunk_size);
                let texts = chunks.map(|chunk| String::from_utf8_lossy(chunk).into_owned());
                let named = texts.enumerate();
                named
                    .map(|(n, text)| format!("{}.{n}={text}", names.session))
                    .collect()
            }
            Held::StaleChunk => vec![format!("{}.0=stale", names.session)],
        }
    }
}
