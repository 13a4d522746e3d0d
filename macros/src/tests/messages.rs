//! What is said, how often, and that the handler stays shut meanwhile.

use super::{HANDLER, expand, messages};
use crate::keys::{KEYS, Kind, Macro, Rule, Setting};
use crate::pipeline;
use crate::tests::tokens;

/// The first line of each message.
pub(super) fn said(within: Macro, args: &str, item: &str) -> Vec<String> {
    let messages = messages(expand(within, args, item));
    messages
        .iter()
        .map(|message| message.lines().next().unwrap_or_default().to_owned())
        .collect()
}

#[track_caller]
pub(super) fn assert_says(within: Macro, args: &str, expected: &[&str]) {
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
            "`#[authorized]` goes on a handler function, an `impl` block or an inline `mod`",
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
            let needed = match (within, key.kind) {
                (Macro::Public, Kind::Setting(Setting::Overrides)) => continue,
                (Macro::Public, Kind::Setting(setting)) if setting != Setting::Reason => {
                    r#"reason = "landing page", "#
                }
                (Macro::Authorized, Kind::Setting(_)) => r#"role = "admin", "#,
                (_, Kind::Rule(Rule::Not)) => r#"role = "editor", "#,
                _ => "",
            };
            assert_says(*within, &format!("{needed}{}", key.example), &[]);
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

#[test]
fn values_may_stick_to_their_sign() {
    for args in [
        r#"claim("tier"=-3)"#,
        "when=|session|session.is_admin()",
        "role=Role::Admin,crate=::portcullis",
        r#"role="a",state=App<A,B>"#,
    ] {
        assert_says(Macro::Authorized, args, &[]);
    }
}

#[test]
fn a_broken_attribute_finds_the_runtime_where_it_is() {
    let expansion = expand(Macro::Authorized, "crate = ::gate, rol", HANDLER).to_string();
    assert!(expansion.contains(":: gate :: Guard"), "{expansion}");
    assert!(!expansion.contains(":: portcullis"), "{expansion}");
}

#[test]
fn a_second_guard_shuts_the_first() {
    let item = "async fn edit(_: ::portcullis::Guard<__guard_of_edit>, id: Id) {}";
    let expansion = expand(Macro::Protected, "", item).to_string();
    assert!(
        expansion.contains("edit (_ : :: portcullis :: Guard < __guard_of_edit_again > , id : Id)"),
        "{expansion}"
    );
    assert!(expansion.contains("Requirement :: Never"), "{expansion}");
}

#[test]
fn each_argument_is_documented_where_it_is_accepted() {
    let source = include_str!("../lib.rs");
    let documented = |within: Macro| {
        let name = format!(
            "pub fn {}(",
            within.written().trim_matches(['#', '[', ']', '!'])
        );
        let before = source.split(name.as_str()).next().unwrap_or_default();
        before.rsplit("}\n").next().unwrap_or_default()
    };
    for key in KEYS {
        for within in key.accepted_by {
            let text = documented(*within);
            let is_named = ["", "(", " ", " ="]
                .iter()
                .flat_map(|end| ["`", "<code>"].map(|start| format!("{start}{}{end}", key.name)))
                .any(|form| text.contains(&form));
            assert!(
                is_named,
                "`{}` is not in the documentation of {within:?}",
                key.name
            );
        }
    }
}
