//! What is said about requirements and redirects that cannot be meant as written.

use super::HANDLER;
use super::messages::{assert_says, said};
use crate::keys::Macro;

#[test]
fn redirects_stay_on_the_site() {
    for target in [
        "https://a.example",
        "HTTP:/a",
        "javascript:alert(1)",
        "data:,x",
        "//a.example",
        "/\\a.example",
        "\\\\a",
        "/a\\b",
        "login",
        "",
        "./login",
        "?a",
        "/a\tb",
        "/\n/a",
        "/a b",
        "/caf\u{e9}",
        "/%2f/a",
        "/%2Fa",
        "/%5c",
        "/%00",
        "/%09",
        "/%0A",
        "/%0d",
        "/%2525",
        "/a//b",
        "/./a",
        "/..//a",
        "/%2e%2E/a",
        "/a/.",
        "/.%2e",
    ] {
        let messages = said(Macro::Protected, &format!("redirect = {target:?}"), HANDLER);
        assert_eq!(messages.len(), 1, "{target:?}: {messages:?}");
    }
    let longest = format!("/{}", "a".repeat(2047));
    for target in [
        "/",
        "/login",
        "/login?next=//a&x=%2f#//",
        "/a.b/...",
        "/a:b",
        &longest,
    ] {
        assert_says(Macro::Protected, &format!("redirect = {target:?}"), &[]);
    }
    assert_says(
        Macro::Protected,
        &format!("redirect = \"{longest}a\""),
        &["a redirect target cannot be longer than 2048 bytes"],
    );
}

#[test]
fn requirements_mean_something() {
    for (args, expected) in [
        (
            r#"all(role = "a", not(role = "a"))"#,
            "this requirement can never be met: role `a` is both required and refused",
        ),
        (
            r#"role = "a", not(role = any("a", "b"))"#,
            "this requirement can never be met: whoever meets the ones before it fails it",
        ),
        (
            r#"any(not(role = "a"), role = "a")"#,
            "this requirement is always met: role `a` is both accepted and refused",
        ),
        (
            r#"any(role = "a", not(all(role = "a", permission = "a")))"#,
            "this requirement is always met: whoever fails the ones before it meets it",
        ),
        (
            r#"any(role = "a", role = "b", role = "a")"#,
            "role `a` is listed twice",
        ),
        (r#"role = any("a", "a")"#, "role `a` is listed twice"),
        (
            r#"any(all(role = "a", role = "b"), all(role = "a", role = "b"))"#,
            "this requirement is listed twice",
        ),
        (
            r#"not(role = "a")"#,
            "`not(..)` alone lets every other signed-in user in",
        ),
        (
            r#"all(not(role = "a"))"#,
            "`not(..)` alone lets every other signed-in user in",
        ),
        (
            r#"not(role = "a"), not(role = "b")"#,
            "`not(..)` alone lets every other signed-in user in",
        ),
    ] {
        assert_says(Macro::Authorized, args, &[expected]);
    }
    for args in [
        r#"role = "a", permission = "a""#,
        r#"not(not(role = "a"))"#,
        r#"any(role = "a", not(role = "b"))"#,
        r#"role = "a", not(role = "b"), not(permission = "c")"#,
        r#"any(all(role = "a", role = "b"), role = "c")"#,
    ] {
        assert_says(Macro::Authorized, args, &[]);
    }
}

#[test]
fn large_requirements_are_compared_pair_by_pair() {
    let roles: Vec<_> = (0..40).map(|n| format!(r#"role = "r{n}""#)).collect();
    let roles = roles.join(", ");
    assert_says(Macro::Authorized, &format!("any({roles})"), &[]);
    assert_says(
        Macro::Authorized,
        &format!(r#"all({roles}, not(role = "r7"))"#),
        &["this requirement can never be met: role `r7` is both required and refused"],
    );
}

#[test]
fn every_mistake_in_rules_and_options_is_reported_in_one_run() {
    assert_says(
        Macro::Authorized,
        r#"scope = "a b", claim(plan = "gold", "tier" > 3), owner = "{id}", when = || true, policy = "owns",
           role = Role::, deny = teapot, fresh = "0s", acr = "", via = (cookie, cookie), live = true, state = 3,
           crate = portcullis, redirect = login"#,
        &[
            "a scope cannot contain a space",
            "`plan` is not quoted",
            "expected `=`, `contains` or `,` after the name of a claim",
            "`owner` takes the bare name of a path parameter",
            "a condition takes the session",
            "a policy is a path, not a string",
            "this path is not finished",
            "`deny` does not take `teapot`",
            "a duration must be greater than zero",
            "an authentication context class cannot be empty",
            "`cookie` is listed twice",
            "`live` takes no value",
            "expected a type",
            "this path must be absolute",
            "`login` is not quoted",
        ],
    );
}

#[test]
fn what_another_requirement_says_is_not_said_again() {
    for args in [
        r#"any(role = "a", all(role = "a", role = "b"))"#,
        r#"any(all(role = "a", role = "b"), role = "a")"#,
        r#"any(all(role = "a", role = "b"), all(role = "b", role = "a", scope = "c"))"#,
        r#"role = "a", any(role = "a", role = "b")"#,
        r#"role = "a", scope = "s", any(scope = "s", policy = p)"#,
        r#"any(role = "a", role = "b"), any(role = "b", role = "a")"#,
        r#"role = "c", not(any(role = "a", role = "b")), not(role = "a")"#,
        r#"any(role = "a", any(role = "a", role = "b"))"#,
    ] {
        assert_says(Macro::Authorized, args, &["this requirement adds nothing"]);
    }
    for args in [
        r#"any(role = "a", all(role = "b", role = "c"))"#,
        r#"any(role = "a", role = Role::A)"#,
        r#"role = "a", any(role = "b", role = "c")"#,
        // The third decides when nobody can say `a`.
        r#"any(all(claim("a"), role = "b"), all(not(claim("a")), role = "c"), all(role = "b", role = "c"))"#,
    ] {
        assert_says(Macro::Authorized, args, &[]);
    }
}
