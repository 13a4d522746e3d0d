//! The differences that we know of.

mod answers;
mod cookies;
mod pages;
mod ways_back;

use super::differences::Change::Is;
use super::differences::Difference;

pub const ALL: &[&[Difference]] = &[
    HEADERS,
    cookies::ALL,
    answers::ALL,
    ways_back::ALL,
    pages::ALL,
];

const EVERYWHERE: &[&str] = &["v4", "v5"];
/// Where the session's cookie is a token.
const SIGNED: &[&str] = &[
    "v4 http",
    "v4 secure",
    "v4 pages",
    "v5 http",
    "v5 secure",
    "v5 pages",
];
const EVERY_REQUEST: &[&str] = &["*"];

/// What every answer has.
const HEADERS: &[Difference] = &[
    Difference {
        at: EVERYWHERE,
        requests: EVERY_REQUEST,
        because: "an answer is for one visitor only, and often sets a cookie",
        changes: &[
            ("cache-control", Is("", "private, no-cache, no-store")),
            ("pragma", Is("", "no-cache")),
            ("expires", Is("", "0")),
        ],
    },
    Difference {
        at: &[
            "v4 http",
            "v4 secure",
            "v4 database",
            "v5 http",
            "v5 secure",
            "v5 database",
        ],
        requests: EVERY_REQUEST,
        because: "a page says in its header how it is to be read",
        changes: &[("content-type", Is("text/html", "text/html; charset=utf-8"))],
    },
    Difference {
        at: &["v4"],
        requests: EVERY_REQUEST,
        because: "JSON has no charset (RFC 8259 section 11); Next.js adds one",
        changes: &[(
            "content-type",
            Is("application/json; charset=utf-8", "application/json"),
        )],
    },
    Difference {
        at: &["v4 http", "v4 secure", "v4 pages"],
        requests: &[
            "update: no JSON",
            "password: no JSON",
            "unknown action*",
            "callback*",
            "log",
            "csrf: posted",
            "providers: posted",
            "error page: posted",
            "verify-request page: posted",
            "method: *",
        ],
        because: "a text says that it is one",
        changes: &[("content-type", Is("", "text/plain; charset=utf-8"))],
    },
];
