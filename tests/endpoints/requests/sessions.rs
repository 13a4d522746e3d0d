//! Asking for one's session, changing it, and what forms need.

use super::super::held::Held;
use super::{Asked, get, post};

pub fn session() -> Vec<Asked> {
    vec![
        get("session: nobody", "/session"),
        get("session: signed in", "/session").with([Held::Session]),
        get("session: with every cookie", "/session").with([
            Held::Csrf,
            Held::CallbackUrl("<origin>"),
            Held::Session,
        ]),
        get("session: expired", "/session").with([Held::Expired]),
        get("session: tampered", "/session").with([Held::Tampered]),
        get("session: no token at all", "/session").with([Held::Garbage]),
        get("session: under another secret", "/session").with([Held::OtherSecret]),
        get("session: in chunks", "/session").with([Held::Large]),
        get("session: with a stale chunk", "/session").with([Held::Session, Held::StaleChunk]),
        get("session: bearer", "/session").bearer(),
        get("session: with a query", "/session?callbackUrl=%2Fdashboard").with([Held::Session]),
    ]
}

pub fn updates() -> Vec<Asked> {
    let post = |name| post(name, "/session").with([Held::Session]);
    vec![
        post("update: new name")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"<csrf>","data":{"name":"Ada King"}}"#),
        post("update: what the server does not take")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"<csrf>","data":{"role":"admin"}}"#),
        post("update: without data")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"<csrf>"}"#),
        post("update: as a form").signed_form([("data", "x")]),
        post("update: without a token").json(r#"{"data":{"name":"Ada King"}}"#),
        post("update: with a wrong token")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"0000","data":{"name":"Ada King"}}"#),
        post("update: with a token and no cookie of it")
            .json(r#"{"csrfToken":"<csrf>","data":{"name":"Ada King"}}"#),
        post("update: with nothing"),
        post("update: no JSON").with([Held::Csrf]).json("{"),
        post("update: a list").with([Held::Csrf]).json("[1]"),
        post("update: text").with([Held::Csrf]).text("hello"),
        Asked::new("POST", "update: nobody", "/session")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"<csrf>","data":{"name":"Ada King"}}"#),
        Asked::new("POST", "update: expired", "/session")
            .with([Held::Csrf, Held::Expired])
            .json(r#"{"csrfToken":"<csrf>","data":{"name":"Ada King"}}"#),
    ]
}

pub fn csrf() -> Vec<Asked> {
    vec![
        get("csrf: first", "/csrf"),
        get("csrf: again", "/csrf").with([Held::Csrf, Held::CallbackUrl("<origin>")]),
        get("csrf: forged", "/csrf").with([Held::ForgedCsrf]),
        get("csrf: without a hash", "/csrf").with([Held::BareCsrf]),
        get("csrf: with a way back", "/csrf?callbackUrl=%2Fdashboard"),
        get(
            "csrf: with a foreign way back",
            "/csrf?callbackUrl=https%3A%2F%2Fevil.example%2F",
        ),
        get(
            "csrf: with a way back that is none",
            "/csrf?callbackUrl=javascript%3Aalert(1)",
        ),
        get("csrf: a stored way back", "/csrf").with([Held::CallbackUrl("<origin>/kept")]),
        get("csrf: a stored foreign way back", "/csrf")
            .with([Held::CallbackUrl("https://evil.example/")]),
        get("csrf: a stored way back that is none", "/csrf")
            .with([Held::CallbackUrl("javascript:alert(1)")]),
        get("providers", "/providers"),
        get("providers: with every cookie", "/providers").with([Held::Csrf, Held::Session]),
    ]
}
