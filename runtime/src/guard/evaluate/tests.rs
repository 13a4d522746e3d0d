use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::value::RawValue;

use super::*;
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::guard::vocabulary::{RoleTable, Vocabulary, role};
use crate::session::Identity;
use crate::token::Grants;

/// A rule as text would have it: the leaves are three-valued, and a policy has its answer at hand.
#[derive(Debug, Clone)]
enum Tree {
    Known(Option<bool>),
    Policy(usize),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
}

const POLICIES: usize = 6;

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        any::<Option<bool>>().prop_map(Tree::Known),
        (0..POLICIES).prop_map(Tree::Policy),
        (0..POLICIES).prop_map(Tree::Policy),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..=4);
        prop_oneof![
            several.clone().prop_map(Tree::All),
            several.prop_map(Tree::Any),
            inner.prop_map(|tree| Tree::Not(Box::new(tree))),
        ]
    })
}

/// Kleene's logic as the textbook has it; no is 0, unknown is 1, yes is 2.
fn naive(tree: &Tree, answers: &[Option<bool>]) -> u8 {
    let value = |known: Option<bool>| known.map_or(1, |known| if known { 2 } else { 0 });
    match tree {
        Tree::Known(known) => value(*known),
        Tree::Policy(index) => value(answers[*index]),
        Tree::All(parts) => parts
            .iter()
            .map(|part| naive(part, answers))
            .min()
            .unwrap_or(2),
        Tree::Any(parts) => parts
            .iter()
            .map(|part| naive(part, answers))
            .max()
            .unwrap_or(0),
        Tree::Not(part) => 2 - naive(part, answers),
    }
}

fn requirement(tree: &Tree) -> Requirement {
    // A vocabulary without names knows none, so nobody can say.
    const EMPTY: RoleTable = RoleTable {
        type_name: "Role",
        names: &[],
        fingerprints: &[],
        variants: &[],
        implied: &[],
        grants: &[],
    };
    const NOTHING: Vocabulary = Vocabulary {
        roles: Some(&EMPTY),
        permissions: None,
    };
    let several = |parts: &[Tree]| -> &'static [Requirement] {
        Box::leak(parts.iter().map(requirement).collect::<Box<[_]>>())
    };
    match tree {
        Tree::Known(Some(true)) => Requirement::SignedIn,
        Tree::Known(Some(false)) => Requirement::Never,
        Tree::Known(None) => role(&NOTHING, "ghost"),
        Tree::Policy(index) => Requirement::Policy {
            index: *index,
            name: "policy",
        },
        Tree::All(parts) => Requirement::All(several(parts)),
        Tree::Any(parts) => Requirement::Any(several(parts)),
        Tree::Not(part) => Requirement::Not(Box::leak(Box::new(requirement(part)))),
    }
}

fn reversed(tree: &Tree) -> Tree {
    let backwards = |parts: &[Tree]| parts.iter().rev().map(reversed).collect();
    match tree {
        Tree::All(parts) => Tree::All(backwards(parts)),
        Tree::Any(parts) => Tree::Any(backwards(parts)),
        Tree::Not(part) => Tree::Not(Box::new(reversed(part))),
        leaf => leaf.clone(),
    }
}

fn facts() -> Facts {
    static AUTH: LazyLock<Auth> = LazyLock::new(|| {
        let builder = Auth::builder().secret("8IUVhWPsDZ6Bf0Sq2S5z3mZcpJBtVSlqRqIhxnCv5rE=");
        builder
            .origin("http://localhost:3000")
            .build()
            .expect("usable")
    });
    let user = RawValue::from_string(r#"{"id":"7"}"#.to_owned()).expect("JSON");
    let identity = Identity::new("7".to_owned(), user, Grants::default(), Seconds(1));
    Facts::new(AUTH.clone(), Arc::new(identity), Vec::new())
}

/// Asks as the guard does, and tells which policies were asked.
fn decide(tree: &Tree, answers: &[Option<bool>]) -> (Verdict, HashSet<usize>) {
    let (requirement, facts) = (requirement(tree), facts());
    let (mut heard, mut asked) = (Answers::default(), HashSet::new());
    loop {
        match evaluate(&requirement, &facts, &heard) {
            Verdict::Ask(policy) => {
                assert!(asked.insert(policy), "policy {policy} is asked twice");
                heard.add(policy, answers[policy].into());
            }
            verdict => return (verdict, asked),
        }
    }
}

#[test]
fn the_verdict_is_that_of_kleenes_logic_in_any_order() {
    let mut runner = TestRunner::new(Config {
        cases: 20_000,
        ..Config::default()
    });
    let answers = prop::collection::vec(any::<Option<bool>>(), POLICIES);
    let outcome = runner.run(&(trees(), answers), |(tree, answers)| {
        let expected = naive(&tree, &answers);
        let (verdict, asked) = decide(&tree, &answers);
        prop_assert_eq!(verdict == Verdict::Granted, expected == 2);
        let has_failed = asked.iter().any(|policy| answers[*policy].is_none());
        if has_failed {
            prop_assert_eq!(verdict == Verdict::Unknown, expected == 1);
        }
        let (backwards, _) = decide(&reversed(&tree), &answers);
        prop_assert_eq!(backwards == Verdict::Granted, expected == 2);
        Ok(())
    });
    outcome.expect("every tree agrees");
}

#[test]
fn policies_are_asked_only_while_they_matter() {
    let (yes, no, unknown) = (
        Tree::Known(Some(true)),
        Tree::Known(Some(false)),
        Tree::Known(None),
    );
    let policy = Tree::Policy(0);
    for (tree, asks) in [
        (Tree::Any(vec![policy.clone(), yes.clone()]), false),
        (Tree::All(vec![policy.clone(), no.clone()]), false),
        (Tree::All(vec![policy.clone(), unknown.clone()]), false),
        (Tree::Any(vec![policy.clone(), no]), true),
        (Tree::All(vec![policy.clone(), yes]), true),
        (Tree::Any(vec![unknown, policy]), true),
    ] {
        let (_, asked) = decide(&tree, &[Some(true); POLICIES]);
        assert_eq!(!asked.is_empty(), asks, "{tree:?}");
    }
}
