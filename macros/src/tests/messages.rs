//! What is said, how often, and that the handler stays shut meanwhile.

use super::{HANDLER, expand, messages};
use crate::keys::{KEYS, Macro};
use crate::pipeline;
use crate::tests::tokens;

/// The first line of each message.
fn said(within: Macro, args: &str, item: &str) -> Vec<String> {
    let messages = messages(expand(within, args, item));
    messages
        .iter()
        .map(|message| message.lines().next().unwrap_or_default().to_owned())
        .collect()
}

#[track_caller]
fn assert_says(within: Macro, args: &str, expected: &[&str]) {
    assert_eq!(said(within, args, HANDLER), expected, "{args}");
}

#[test]
fn every_mistake_is_reported_in_one_run() {
    assert_says(
        Macro::Authorized,
        r#"rol = "admin", role = 3, permission, "editor", any(role = "", all()), redirect = "login""#,
        &[
            "unknown argument `rol`",
            "expected a role, found an integer",
            "`permission` needs a value",
            "expected an argument name",
            "a role name cannot be empty",
            "`all()` accepts everybody",
            "a redirect target must start with `/`",
        ],
    );
}

#[test]
fn arguments_and_handler_are_judged_together() {
    assert_eq!(
        said(Macro::Authorized, "rol", "unsafe fn edit() {}"),
        [
            "unknown argument `rol`",
            "a guarded handler cannot be `unsafe`",
            "a guarded handler must be an `async fn`",
        ]
    );
    assert_eq!(
        said(Macro::Authorized, "rol", "struct Edit;"),
        [
            "`#[authorized]` goes on a handler function",
            "unknown argument `rol`",
        ]
    );
}

#[test]
fn a_mistake_leaves_the_handler_in_place_and_shut() {
    for (within, args, item) in [
        (Macro::Authorized, "rol", HANDLER),
        (Macro::Authorized, "", "fn edit() {}"),
        (Macro::Public, "", HANDLER),
        (
            Macro::Protected,
            "",
            "#[public(reason = \"\")] async fn edit() {}",
        ),
    ] {
        let expansion = expand(within, args, item).to_string();
        assert!(expansion.contains("async fn edit"), "{expansion}");
        assert!(
            expansion.contains("Guard < __guard_of_edit >"),
            "{expansion}"
        );
        assert!(expansion.contains("Requirement :: Never"), "{expansion}");
    }
}

#[test]
fn what_cannot_carry_a_guard_is_left_as_it_is() {
    for item in [
        "struct Edit ;",
        "async fn edit (& self) { }",
        "async fn edit () -> Self { }",
        "async fn edit () ;",
    ] {
        let expansion = expand(Macro::Protected, "", item).to_string();
        assert!(expansion.starts_with(item), "{expansion}");
        assert_eq!(said(Macro::Protected, "", item).len(), 1, "{item}");
    }
}

#[test]
fn an_expression_with_a_mistake_lets_nobody_in() {
    let expansion = pipeline::expression(tokens("rol"));
    assert!(expansion.to_string().contains("Requirement :: Never"));
    assert_eq!(messages(expansion).len(), 1);
}

#[test]
fn every_example_of_the_table_is_accepted() {
    for key in KEYS {
        for within in key.accepted_by {
            let args = match key.name {
                "redirect" if *within == Macro::Authorized => {
                    format!(r#"role = "admin", {}"#, key.example)
                }
                "not" => format!(r#"role = "editor", {}"#, key.example),
                _ => key.example.to_owned(),
            };
            assert_says(*within, &args, &[]);
        }
    }
}

#[test]
fn names_are_for_people() {
    for (name, said) in [
        ("", "a role name cannot be empty"),
        ("  ", "a role name cannot be empty"),
        (" admin", "role name ` admin` starts with a space"),
        ("admin ", "role name `admin ` ends with a space"),
        ("admin,editor", "`,` in a role name"),
        (
            "ad\u{200b}min",
            "a role name contains the invisible character U+200B",
        ),
        (
            "admin\u{a0}",
            "a role name contains the invisible character U+00A0",
        ),
        (
            "ad\u{202e}min",
            "a role name contains the invisible character U+202E",
        ),
    ] {
        assert_says(Macro::Authorized, &format!("role = {name:?}"), &[said]);
    }
    for name in ["super admin", "e\u{301}diteur", "编辑", "o'brien", "a:b/c"] {
        assert_says(Macro::Authorized, &format!("role = {name:?}"), &[]);
    }
}

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
fn sixteen_arguments_are_enough() {
    let handler = |count: usize| {
        let arguments: Vec<_> = (0..count).map(|n| format!("a{n}: A{n}")).collect();
        format!("async fn edit({}) {{}}", arguments.join(", "))
    };
    assert_eq!(said(Macro::Protected, "", &handler(16)).len(), 0);
    assert_eq!(
        said(Macro::Protected, "", &handler(17)),
        ["a guarded handler takes at most 16 arguments"]
    );
}
