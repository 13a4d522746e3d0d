//! The words, forms and links of the built-in pages.

use super::super::differences::Change::{Has, Is};
use super::super::differences::Difference;

/// Where the pages are the built-in ones.
const BUILT_IN: &[&str] = &["v4 http", "v4 secure", "v5 http", "v5 secure"];
const SIGN_OUT: &[&str] = &[
    "v4 http",
    "v4 secure",
    "v4 database",
    "v5 http",
    "v5 secure",
    "v5 database",
];
const OWN: &[&str] = &["v4 pages", "v5 pages"];

pub const ALL: &[Difference] = &[
    Difference {
        at: BUILT_IN,
        requests: &["sign-in page*", "an action too deep"],
        because: "a page has a heading",
        changes: &[(
            "body",
            Has("title: Sign In\n", "title: Sign in\nh1: Sign in\n"),
        )],
    },
    Difference {
        at: SIGN_OUT,
        requests: &["*"],
        because: "it is this site's own page",
        changes: &[("body", Has("form POST <origin>/", "form POST /"))],
    },
    Difference {
        at: BUILT_IN,
        requests: &["sign-in page*", "an action too deep"],
        because: "pages in two tabs lead to two places",
        changes: &[(
            "body",
            Has(
                "label: User name",
                "input hidden callbackUrl value=\"<origin>\" placeholder=\"\"\nlabel: User name",
            ),
        )],
    },
    Difference {
        at: BUILT_IN,
        requests: &["sign-in page: way back"],
        because: "the same",
        changes: &[(
            "body",
            Has("value=\"<origin>\"", "value=\"<origin>/dashboard?a=1&b=2\""),
        )],
    },
    Difference {
        at: BUILT_IN,
        requests: &["sign-in page: markup"],
        because: "the same",
        changes: &[(
            "body",
            Has("value=\"<origin>\"", "value=\"<origin>/%22%3E%3Cb%3E\""),
        )],
    },
    Difference {
        at: BUILT_IN,
        requests: &["sign-in page: no csrf"],
        because: "visitors who come back to the form are told why",
        changes: &[(
            "body",
            Has(
                "h1: Sign in\n",
                "h1: Sign in\np: This page was open for too long. Please try again.\n",
            ),
        )],
    },
    Difference {
        at: SIGN_OUT,
        requests: &["sign-out page*"],
        because: "the words of the page are those of its button",
        changes: &[(
            "body",
            Has(
                "title: Sign Out\nh1: Signout\n",
                "title: Sign out\nh1: Sign out\n",
            ),
        )],
    },
    Difference {
        at: SIGN_OUT,
        requests: &["sign-out page*"],
        because: "pages in two tabs lead to two places",
        changes: &[(
            "body",
            Has(
                "button: Sign out",
                "input hidden callbackUrl value=\"<origin>\" placeholder=\"\"\nbutton: Sign out",
            ),
        )],
    },
    Difference {
        at: SIGN_OUT,
        requests: &["sign-out page: way back"],
        because: "the same",
        changes: &[(
            "body",
            Has("value=\"<origin>\"", "value=\"<origin>/dashboard\""),
        )],
    },
    Difference {
        at: &["v5 http", "v5 secure", "v5 database"],
        requests: &["sign-out page: way back"],
        because: "the same",
        changes: &[("body", Has("?callbackUrl=%2Fdashboard", ""))],
    },
    Difference {
        at: BUILT_IN,
        requests: &[
            "error page*",
            "sign-in page: way back that is*",
            "verify-request page",
        ],
        because: "a title says what the page says, a sentence follows another, and links stay on this site",
        changes: &[
            (
                "body",
                Has(
                    "title: Error\nh1: Server error",
                    "title: Server error\nh1: Server error",
                ),
            ),
            (
                "body",
                Has("configuration.\np: Check", "configuration. Check"),
            ),
            (
                "body",
                Has(
                    "title: Error\nh1: Access Denied",
                    "title: Access denied\nh1: Access denied",
                ),
            ),
            (
                "body",
                Has(
                    "title: Error\nh1: Unable",
                    "title: Unable to sign in\nh1: Unable",
                ),
            ),
            ("body", Has("valid.\np: It", "valid. It")),
            (
                "body",
                Has("title: Verify Request", "title: Check your email"),
            ),
            ("body", Has("link <origin>\n", "link /\n")),
        ],
    },
    Difference {
        at: &["v4 http", "v4 secure"],
        requests: &["error page*"],
        because: "the same",
        changes: &[("body", Has("link <origin>/", "link /"))],
    },
    Difference {
        at: &["v5 http", "v5 secure"],
        requests: &["error page*"],
        because: "the link leads to the sign-in page",
        changes: &[
            (
                "body",
                Has(
                    "<origin>/api/auth/error?error=AccessDenied/signin",
                    "/api/auth/signin",
                ),
            ),
            (
                "body",
                Has(
                    "<origin>/api/auth/error?error=Verification/signin",
                    "/api/auth/signin",
                ),
            ),
        ],
    },
    Difference {
        at: OWN,
        requests: &["error page"],
        because: "no error is no error",
        changes: &[("location", Is("/oops?error=undefined", "/oops"))],
    },
    Difference {
        at: OWN,
        requests: &["error page: markup"],
        because: "a query has no markup",
        changes: &[("location", Has("<script>", "%3Cscript%3E"))],
    },
];
