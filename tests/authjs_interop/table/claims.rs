use portcullis_tests::nextauth::{Headers, Site};
use serde_json::{Value, json};

use super::{Accepted, Case, StricterHere, case};

fn minted(site: &Site, claims: &Value) -> Headers {
    site.cookie(&site.mint(claims))
}

/// A token whose content is not what `encode` would write.
fn with_content(site: &Site, content: &str) -> Headers {
    let (header, length) = match site.version {
        portcullis_tests::nextauth::Version::V4 => ("A256GCM", 32),
        portcullis_tests::nextauth::Version::V5 => ("A256CBC-HS512", 64),
    };
    let header = json!({"alg": "dir", "enc": header});
    site.cookie(&site.forge(json!({"header": header, "length": length, "content": content})))
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("the usual claims", Accepted, |site| {
            minted(
                site,
                &json!({
                    "sub": "42", "name": "Ada", "email": "ada@example.com",
                    "picture": "https://cdn.example/ada.png?size=2&a=b",
                }),
            )
        }),
        case("nothing but an id", Accepted, |site| {
            minted(site, &json!({"sub": "42"}))
        }),
        case("null in the place of name and picture", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "name": null, "email": "a@b.example", "picture": null}),
            )
        }),
        case("empty texts", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "name": "", "email": "", "picture": ""}),
            )
        }),
        case("a name in any script", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "name": "Ada Łovelace, 愛達, ﻋﺎﺩﺓ, e\u{301}\u{200f}", "ключ": "значение"}),
            )
        }),
        case("emoji", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "name": "👩🏽‍🚀🇺🇦", "🔑": {"🗝️": ["🚪", "\u{10ffff}"]}}),
            )
        }),
        case("characters that JSON escapes", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "4\"2\\", "name": "a\u{0}b\n\t\u{7f}\u{2028}</script>\u{feff}"}),
            )
        }),
        case("an id of any kind of text", Accepted, |site| {
            minted(site, &json!({"sub": "auth0|65f0 ё/%2F?#\u{1F464}"}))
        }),
        case("roles in a list", Accepted, |site| {
            minted(site, &json!({"sub": "42", "roles": ["admin", "editor"]}))
        }),
        case("one role", Accepted, |site| {
            minted(site, &json!({"sub": "42", "role": "admin"}))
        }),
        case("roles of other types", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "roles": ["admin", 7, null, ["x"]], "role": {"a": 1}}),
            )
        }),
        case("nested roles", Accepted, |site| {
            minted(
                site,
                &json!({
                    "sub": "42",
                    "realm_access": {"roles": ["admin", "übung"]},
                    "resource_access": {"app": {"roles": [["deep"], {"er": null}]}},
                }),
            )
        }),
        case("permissions and scopes", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "permissions": ["post:write"], "scope": "posts:read posts:write", "scopes": ["x"]}),
            )
        }),
        case("numbers of every size", Accepted, |site| {
            let content = r#"{"sub":"42","exp":1900000000,"n":[0,-1,0.5,-1.5e-7,9007199254740991,-9007199254740991,4294967296]}"#;
            with_content(site, content)
        }),
        case("fractions to the last digit", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "n": [0.300_000_000_000_000_04, 52.520_006_599_999_99, 1.797_693_134_862_315_7e308, 5e-324]}),
            )
        }),
        case("lists, objects, null and booleans", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "a": [[], {}, null, true, [false, [1, [2]]]], "b": {"c": {"d": {"e": null}}}, "": ""}),
            )
        }),
        case("names with a meaning for JavaScript", Accepted, |site| {
            let content =
                r#"{"sub":"42","exp":1900000000,"constructor":"a","toString":"b","length":3}"#;
            with_content(site, content)
        }),
        case("names that we have a use for", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "sid": "short", "checked": true, "since": "2020-01-01", "remember": "yes", "user": {"id": 7}}),
            )
        }),
        case(
            "a sign-in time and strength of the identity provider's",
            Accepted,
            |site| {
                minted(
                    site,
                    &json!({"sub": "42", "auth_time": 1_799_999_000, "acr": "urn:mace:silver"}),
                )
            },
        ),
        case(
            "a sign-in time and strength of other types",
            Accepted,
            |site| {
                minted(
                    site,
                    &json!({"sub": "42", "auth_time": "yesterday", "acr": ["a", "b"]}),
                )
            },
        ),
        case("a name and a picture of other types", Accepted, |site| {
            minted(
                site,
                &json!({"sub": "42", "name": 7, "email": ["a"], "picture": {"data": "x"}}),
            )
        }),
        case(
            "registered claims of the application's own",
            Accepted,
            |site| {
                minted(
                    site,
                    &json!({"sub": "42", "iss": "https://app.example", "aud": ["a", "b"], "iat": 1, "exp": 2, "jti": "mine"}),
                )
            },
        ),
        case("no `sub`", StricterHere, |site| {
            minted(site, &json!({"name": "Ada", "email": "ada@example.com"}))
        }),
        case("an empty `sub`", StricterHere, |site| {
            minted(site, &json!({"sub": "", "name": "Ada"}))
        }),
        case("`sub` is null", StricterHere, |site| {
            minted(site, &json!({"sub": null, "name": "Ada"}))
        }),
        case("`sub` is a number", StricterHere, |site| {
            minted(site, &json!({"sub": 42, "name": "Ada"}))
        }),
        case("`sub` is an object", StricterHere, |site| {
            minted(site, &json!({"sub": {"id": "42"}}))
        }),
        case("nothing at all", StricterHere, |site| {
            minted(site, &json!({}))
        }),
        case("`jti` is a number", StricterHere, |site| {
            with_content(site, r#"{"sub":"42","exp":1900000000,"jti":7}"#)
        }),
        case("a claim twice", StricterHere, |site| {
            with_content(
                site,
                r#"{"sub":"42","exp":1900000000,"role":"user","role":"admin"}"#,
            )
        }),
        case("half a surrogate pair", StricterHere, |site| {
            with_content(site, r#"{"sub":"42","exp":1900000000,"name":"\ud83d"}"#)
        }),
        case("claims in each other, 33 deep", StricterHere, |site| {
            let (open, close) = ("[".repeat(33), "]".repeat(33));
            with_content(
                site,
                &format!(r#"{{"sub":"42","exp":1900000000,"a":{open}{close}}}"#),
            )
        }),
        case("claims in each other, 32 deep", Accepted, |site| {
            let (open, close) = ("[".repeat(32), "]".repeat(32));
            with_content(
                site,
                &format!(r#"{{"sub":"42","exp":1900000000,"a":{open}{close}}}"#),
            )
        }),
        case("a list of claims", super::Refused, |site| {
            with_content(site, r#"[{"sub":"42","exp":1900000000}]"#)
        }),
        case("a text of claims", super::Refused, |site| {
            with_content(site, r#""42""#)
        }),
        case("no claims", super::Refused, |site| {
            with_content(site, "null")
        }),
        case("nothing in it", super::Refused, |site| {
            with_content(site, "")
        }),
        case("no JSON", super::Refused, |site| {
            with_content(site, "{'sub':'42','exp':1900000000}")
        }),
    ]
}

#[tokio::test]
async fn claims_are_read_alike() {
    super::check(&cases()).await;
}
