//! Who is told their session, and what failures say.

use super::super::differences::Change::{Has, Is, To};
use super::super::differences::Difference;

const BEARER: &str = "{\"expires\":\"in 1 hours\",\"user\":{\"email\":\"ada@example.com\",\
    \"image\":\"https://example.com/ada.png\",\"name\":\"Ada Lovelace\"}}";
const BROKEN: &[&str] = &[
    "password: the check is broken",
    "password: the check is broken, by a script",
];

pub const ALL: &[Difference] = &[
    Difference {
        at: &["v4 http", "v4 secure", "v4 pages"],
        requests: &["session: bearer"],
        because: "clients without cookies ask as well, such as Nuxt's `local` provider",
        changes: &[("body", Is("{}", BEARER))],
    },
    Difference {
        at: &["v5 http", "v5 secure", "v5 pages"],
        requests: &["session: bearer"],
        because: "the same",
        changes: &[("body", Is("null", BEARER))],
    },
    Difference {
        at: &["v5 http", "v5 secure", "v5 pages"],
        requests: &["password: the check is broken, by a script"],
        because: "a failure of the server has the status of one",
        changes: &[("status", Is("200", "500"))],
    },
    Difference {
        at: &["v4 http", "v4 secure", "v4 pages"],
        requests: &["password: the check is broken, by a script"],
        because: "the same",
        changes: &[("status", Is("401", "500"))],
    },
    Difference {
        at: &["v4 http", "v4 secure", "v4 pages"],
        requests: BROKEN,
        because: "what an error says is for the log, not for the visitor's address bar",
        changes: &[
            (
                "location",
                Has("the%20database%20is%20gone", "Configuration"),
            ),
            ("body", Has("the%20database%20is%20gone", "Configuration")),
        ],
    },
    Difference {
        at: &["v4 http", "v4 secure", "v4 pages"],
        requests: BROKEN,
        because: "where nothing came of a request, nothing is remembered of it",
        changes: &[("cookies", To(""))],
    },
    Difference {
        at: &["v4 pages"],
        requests: BROKEN,
        because: "the application has a page for errors",
        changes: &[
            ("location", Has("/api/auth/error", "/oops")),
            ("body", Has("/api/auth/error", "/oops")),
        ],
    },
];
