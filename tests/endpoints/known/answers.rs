//! What failures say.

use super::super::differences::Change::{Has, Is, To};
use super::super::differences::Difference;

const BROKEN: &[&str] = &[
    "password: the check is broken",
    "password: the check is broken, by a script",
];

pub const ALL: &[Difference] = &[
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
