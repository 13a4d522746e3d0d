//! What goes wrong, row by row of the table in `spec/http.md` section 6.

mod answers;
mod chunks;
mod cookies;
mod headers;
mod socket;
mod stores;
mod tokens;
mod users;

use http::request::Builder;
use portcullis_tests::Answer;

pub use self::headers::hostile_addresses;
pub use self::tokens::signed_by;
use crate::app::App;

/// Where no token was sent.
const PLAIN: &str = r#"Bearer realm="app""#;
const INVALID_TOKEN: &str = r#"Bearer realm="app", error="invalid_token", error_description="the token is expired, revoked or not valid""#;
const INVALID_REQUEST: &str = r#"Bearer realm="app", error="invalid_request""#;

/// A refusal, completely.
#[derive(Debug, Clone, Copy)]
struct Refusal<'a> {
    status: u16,
    code: &'a str,
    challenge: &'a str,
    /// The cookies that are removed; no other is set.
    cleared: &'a [&'a str],
}

impl<'a> Refusal<'a> {
    const INVALID_TOKEN: Self = Self::bearer(401, "invalid_token", INVALID_TOKEN);
    const INVALID_REQUEST: Self = Self::bearer(400, "invalid_request", INVALID_REQUEST);
    const ANONYMOUS: Self = Self::bearer(401, "unauthenticated", PLAIN);
    const AMBIGUOUS: Self = Self::bearer(401, "session_ambiguous", PLAIN);

    const fn bearer(status: u16, code: &'a str, challenge: &'a str) -> Self {
        Self {
            status,
            code,
            challenge,
            cleared: &[],
        }
    }

    /// A session cookie of no use, under these names.
    const fn invalid(cleared: &'a [&'a str]) -> Self {
        Self {
            cleared,
            ..Self::bearer(401, "session_invalid", PLAIN)
        }
    }

    /// Sends a request that must be answered with this, and that no handler may see.
    async fn meets(self, app: &App, request: Builder) {
        let shown = format!("{:.300}", format!("{request:?}"));
        let runs = app.runs.count();
        let answer = app.send(request).await;
        assert_eq!(answer.status.as_u16(), self.status, "{shown}");
        assert_eq!(answer.code(), self.code, "{shown}");
        assert_eq!(answer.header("www-authenticate"), self.challenge, "{shown}");
        assert_eq!(answer.header("cache-control"), "no-store", "{shown}");
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{shown}"
        );
        assert_eq!(answer.cookies(), cleared(self.cleared), "{shown}");
        assert_eq!(app.runs.count(), runs, "{shown}");
    }
}

/// The `Set-Cookie` values that remove these cookies.
fn cleared(names: &[&str]) -> Vec<String> {
    let value = |name: &&str| format!("{name}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    names.iter().map(value).collect()
}

/// What a browser that got this answer sends next: the cookies that were set.
fn kept(answer: &Answer) -> String {
    let pairs = answer.cookies().into_iter();
    let pairs: Vec<_> = pairs
        .filter_map(|cookie| cookie.split("; ").next())
        .filter(|pair| !pair.ends_with('='))
        .collect();
    pairs.join("; ")
}
