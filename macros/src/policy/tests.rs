//! What is said of policies, and that they refuse meanwhile.

use proptest::prelude::*;

use crate::pipeline;
use crate::tests::{messages, prefix, tokens};

const POLICY: &str = r#"
    /// Authors.
    #[cfg(all())]
    pub(crate) async fn owns_post(session: &Session, Path(id): Path<i64>, State(db): State<Db>) -> Result<bool, Error> {
        db.author(id).await.map(|author| author == session.user_id())
    }
"#;

#[track_caller]
fn assert_says(args: &str, item: &str, expected: &[&str]) -> String {
    let expansion = pipeline::policy(&tokens(args), &tokens(item));
    let text = expansion.to_string();
    let said: Vec<_> = messages(expansion)
        .iter()
        .map(|message| message.lines().next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(said, expected, "{item}");
    text
}

#[test]
fn a_policy_is_a_function_and_a_type() {
    let expansion = pipeline::policy(&tokens(""), &tokens(POLICY));
    let pretty = match syn::parse2(expansion) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => error.to_string(),
    };
    insta::assert_snapshot!(pretty);
}

#[test]
fn every_mistake_is_reported_and_the_policy_refuses() {
    let expansion = assert_says(
        "role = \"a\"",
        "#[authorized(role = \"a\")] unsafe fn p<T>(session: &mut Session, db: &Db) -> bool { true }",
        &[
            "`#[policy]` takes no arguments",
            "a function is either a handler or a policy",
            "a policy cannot be `unsafe`",
            "a policy must be an `async fn`",
            "a policy cannot be generic",
            "a policy looks at the session and cannot change it",
            "the arguments of a policy after the session are extractors, which it owns",
        ],
    );
    assert!(expansion.contains("fn p < T >"), "{expansion}");
    assert!(expansion.contains("into_answer (false)"), "{expansion}");
    assert!(!expansion.contains("# [authorized"), "{expansion}");
}

#[test]
fn the_first_argument_is_the_session() {
    for (arguments, expected) in [
        ("", "a policy takes the session it decides about"),
        (
            "session: Session",
            "the first argument of a policy is the session, by reference",
        ),
        (
            "Path(id): Path<u8>",
            "the first argument of a policy is the session, by reference",
        ),
        ("&self", "a policy cannot take `self`"),
        (
            "session: &Session, db: impl Db",
            "a policy cannot be generic",
        ),
    ] {
        assert_says(
            "",
            &format!("async fn p({arguments}) -> bool {{ true }}"),
            &[expected],
        );
    }
}

#[test]
fn what_is_no_function_is_left_as_it_is() {
    for item in ["struct Post ;", "mod posts { }", "trait Posts { }"] {
        let expansion = assert_says("", item, &["`#[policy]` goes on an `async fn`"]);
        assert!(expansion.starts_with(item), "{expansion}");
    }
    assert_says(
        "",
        "async fn p(session: &Session) -> bool;",
        &["expected a function body"],
    );
}

proptest! {
    #[test]
    fn half_typed_policies_keep_the_function(mut length in 0_usize..70) {
        let item = prefix(tokens(POLICY), &mut length);
        let is_named = item.to_string().contains("owns_post");
        let expansion = pipeline::policy(&tokens(""), &item).to_string();
        prop_assert!(!expansion.contains("this is a bug"));
        prop_assert!(!is_named || expansion.contains("fn owns_post"));
    }
}
