//! What the session's cookie says, and in which order cookies come.

use super::super::differences::Change::Has;
use super::super::differences::Difference;
use super::{EVERY_REQUEST, SIGNED};

const CHUNKS_GONE: &str = "\nsession.0=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax\
    \nsession.1=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax\
    \nsession.2=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax";

pub const ALL: &[Difference] = &[
    Difference {
        at: SIGNED,
        requests: EVERY_REQUEST,
        because: "a session has an id here, by which it can be ended",
        changes: &[(
            "cookies",
            Has(
                r#"","sub":"7"}"#,
                r#"","portcullis":{"sid":"<id>"},"sub":"7"}"#,
            ),
        )],
    },
    Difference {
        at: SIGNED,
        requests: &["password: good*", "way back*"],
        because: "guards can ask for a fresh sign-in",
        changes: &[(
            "cookies",
            Has(r#"=<{"email""#, r#"=<{"auth_time":"<now>","email""#),
        )],
    },
    Difference {
        at: SIGNED,
        requests: &["password: good, with an old session in chunks"],
        because: "the order in which cookies go means nothing",
        changes: &[
            ("cookies", Has(CHUNKS_GONE, "")),
            (
                "cookies",
                Has(
                    "Expires in 720 hours; HttpOnly; SameSite=Lax",
                    "Expires in 720 hours; HttpOnly; SameSite=Lax\
                     \nsession.0=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax\
                     \nsession.1=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax\
                     \nsession.2=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
                ),
            ),
        ],
    },
    Difference {
        at: SIGNED,
        requests: &["sign-out: in chunks"],
        because: "whoever signs out is left without a session, whatever was under way",
        changes: &[(
            "cookies",
            Has(
                "\nsession.0=",
                "\nsession=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax\nsession.0=",
            ),
        )],
    },
];
