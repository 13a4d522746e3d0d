//! Where visitors are led.

use super::super::differences::Change::{Has, Is, To};
use super::super::differences::Difference;
use super::SIGNED;

const HOME_AND_SESSION: &str = "callback-url=<%origin>; Path=/; HttpOnly; SameSite=Lax\
    \nsession=<{\"auth_time\":\"<now>\",\"email\":\"ada@example.com\",\"name\":\"Ada Lovelace\",\
    \"picture\":\"https://example.com/ada.png\",\"portcullis\":{\"sid\":\"<id>\"},\"sub\":\"7\"} \
    for 2592000 s>; Path=/; Expires in 720 hours; HttpOnly; SameSite=Lax";

pub const ALL: &[Difference] = &[
    Difference {
        at: SIGNED,
        requests: &["csrf: a stored way back that is none"],
        because: "a cookie that leads nowhere is forgotten, and blocks nobody",
        changes: &[
            ("status", Is("500", "200")),
            ("body", To(r#"{"csrfToken":"<new csrf>"}"#)),
            (
                "cookies",
                Is(
                    "",
                    "csrf=<csrf>; Path=/; HttpOnly; SameSite=Lax\
                     \ncallback-url=<%origin>; Path=/; HttpOnly; SameSite=Lax",
                ),
            ),
        ],
    },
    Difference {
        at: SIGNED,
        requests: &["way back: a stored one that is none"],
        because: "the same",
        changes: &[
            ("status", Is("500", "302")),
            ("location", Is("", "<origin>")),
            ("content-type", To("")),
            ("body", To("")),
            ("cookies", Is("", HOME_AND_SESSION)),
        ],
    },
    Difference {
        at: SIGNED,
        requests: &["sign-in page: two slashes", "way back: two slashes"],
        because: "what some take for the address of another site leads nowhere",
        changes: &[
            ("cookies", Has("<%origin>%2F%2Fevil.example", "<%origin>")),
            ("location", Has("<origin>//evil.example", "<origin>")),
        ],
    },
    Difference {
        at: SIGNED,
        requests: &["way back: slash and backslash"],
        because: "the same",
        changes: &[
            ("cookies", Has("<%origin>%2F%5Cevil.example", "<%origin>")),
            ("location", Is("<origin>/\\evil.example", "<origin>")),
        ],
    },
    Difference {
        at: SIGNED,
        requests: &["sign-in page: markup"],
        because: "addresses are written as browsers write them",
        changes: &[(
            "cookies",
            Has("%2F%22%3E%3Cb%3E", "%2F%2522%253E%253Cb%253E"),
        )],
    },
    Difference {
        at: &["v5 http", "v5 secure", "v5 pages"],
        requests: &["way back: no address"],
        because: "an address that cannot be read leads home, and breaks nothing (CVE-2022-31093)",
        changes: &[
            ("location", To("<origin>")),
            ("cookies", Is("", HOME_AND_SESSION)),
        ],
    },
    Difference {
        at: &["v5 http", "v5 pages"],
        requests: &["way back: like the origin"],
        because: "the same",
        changes: &[
            ("location", To("<origin>")),
            ("cookies", Is("", HOME_AND_SESSION)),
        ],
    },
    Difference {
        at: &["v5 http", "v5 secure", "v5 pages"],
        requests: &["way back: no address, by a script"],
        because: "the same",
        changes: &[
            ("location", Is("", "<origin>")),
            ("body", To(r#"{"url":"<origin>"}"#)),
            ("cookies", Is("", HOME_AND_SESSION)),
        ],
    },
    Difference {
        at: &["v4 http", "v4 secure", "v4 pages"],
        requests: &["way back: no address"],
        because: "the same",
        changes: &[
            ("status", Is("500", "302")),
            ("location", Is("", "<origin>")),
            ("body", Is("Internal Server Error", "")),
            ("cookies", Is("", HOME_AND_SESSION)),
        ],
    },
    Difference {
        at: &["v4 http", "v4 pages"],
        requests: &["way back: like the origin"],
        because: "the same",
        changes: &[
            ("status", Is("500", "302")),
            ("location", Is("", "<origin>")),
            ("body", Is("Internal Server Error", "")),
            ("cookies", Is("", HOME_AND_SESSION)),
        ],
    },
    Difference {
        at: &["v4 http", "v4 secure", "v4 pages"],
        requests: &["way back: no address, by a script"],
        because: "the same",
        changes: &[
            ("status", Is("500", "200")),
            ("content-type", Is("", "application/json")),
            ("body", To(r#"{"url":"<origin>"}"#)),
            ("cookies", Is("", HOME_AND_SESSION)),
        ],
    },
    Difference {
        at: &["v4 pages", "v5 pages"],
        requests: &["sign-in page: two slashes", "sign-in page: markup"],
        because: "the same",
        changes: &[
            ("location", Has("<%origin>%2F%2Fevil.example", "<%origin>")),
            (
                "location",
                Has("%2F%22%3E%3Cb%3E", "%2F%2522%253E%253Cb%253E"),
            ),
        ],
    },
];
