//! The rules that hold across arguments.

use super::implication::implies;
use super::{Access, Atom, Public, Requirement, Rule, truth};
use crate::diag::{Errors, Report, brief};
use crate::keys::Macro;

/// Adds every requirement that cannot be meant as it is written.
pub(crate) fn check(access: &Access, within: Macro, errors: &mut Errors) {
    if let Access::Guarded { requirement, .. } = access
        && is_sound(requirement, within, errors)
        && only_refuses(requirement)
    {
        errors.add(lone_not(requirement));
    }
}

/// Adds what cannot be meant of a requirement that stands inside of a container.
pub(super) fn check_inside(
    outer: &Requirement,
    own: &Requirement,
    within: Macro,
    errors: &mut Errors,
) {
    let is_alone = matches!(outer.rule, Rule::SignedIn);
    if is_sound(own, within, errors) && is_alone && only_refuses(own) {
        errors.add(lone_not(own));
    }
}

/// Adds what only makes sense inside of a guarded container.
pub(crate) fn stands_alone(access: &Access, errors: &mut Errors) {
    if let Access::Public(Public {
        overrides: Some(word),
        ..
    }) = access
    {
        errors.add(
            Report::new(word, "`overrides` has nothing to override here")
                .help("remove it: it opens one handler inside of a guarded `impl` block or `mod`"),
        );
    }
}

/// Innermost first: a group around an unsound one has nothing of its own to say.
fn is_sound(requirement: &Requirement, within: Macro, errors: &mut Errors) -> bool {
    let (children, fault) = match &requirement.rule {
        Rule::SignedIn | Rule::Never | Rule::Atom(_) => return true,
        Rule::Not(child) => return is_sound(child, within, errors),
        Rule::All(children) => (children, never_met as fn(_, _, _) -> _),
        Rule::Any(children) => (children, always_met as fn(_, _, _) -> _),
    };
    for repeated in listed_twice(children) {
        errors.add(repeated);
    }
    let broken = children
        .iter()
        .filter(|child| !is_sound(child, within, errors))
        .count();
    if broken > 0 {
        return false;
    }
    let fault = prefixes(children).find_map(|(last, earlier)| fault(last, earlier, within));
    let faults = match fault {
        Some(fault) => vec![fault],
        None => absorbed(requirement, children).collect(),
    };
    let is_sound = faults.is_empty();
    for fault in faults {
        errors.add(fault);
    }
    is_sound
}

fn listed_twice(children: &[Requirement]) -> impl Iterator<Item = Report> {
    prefixes(children)
        .filter(|(last, earlier)| earlier.contains(last))
        .map(|(last, _)| {
            let what = match &last.rule {
                Rule::Atom(atom) => atom.described(),
                _ => "this requirement".to_owned(),
            };
            Report::new(&last.source, format!("{what} is listed twice")).help("remove one of them")
        })
}

/// The children that change nothing, since another says as much.
fn absorbed(group: &Requirement, children: &[Requirement]) -> impl Iterator<Item = Report> {
    let is_any = matches!(group.rule, Rule::Any(_));
    let decides = move |one: &Requirement, other: &Requirement| match is_any {
        true => implies(other, one),
        false => implies(one, other),
    };
    let numbered = children.iter().enumerate();
    numbered.filter_map(move |(index, child)| {
        let mut others = children.iter().enumerate();
        // Of two that say the same, the later one is too many.
        let (_, other) = others.find(|(other_index, other)| {
            *other != child
                && decides(other, child)
                && (*other_index < index || !decides(child, other))
        })?;
        Some(adds_nothing(child, other, is_any))
    })
}

fn adds_nothing(child: &Requirement, other: &Requirement, is_any: bool) -> Report {
    let help = match (brief(&other.source), is_any) {
        (Some(other), true) => format!("remove it: whoever meets it meets `{other}` as well"),
        (Some(other), false) => format!("remove it: whoever meets `{other}` meets it as well"),
        (None, _) => "remove it: another one in this list decides without it".to_owned(),
    };
    Report::new(&child.source, "this requirement adds nothing").help(help)
}

fn never_met(last: &Requirement, earlier: &[Requirement], _: Macro) -> Option<Report> {
    let (why, help) = match opposed(last, earlier) {
        Some(atom) => (
            format!("{} is both required and refused", atom.described()),
            "remove one of the two",
        ),
        None if truth::never(last, earlier) => (
            "whoever meets the ones before it fails it".to_owned(),
            "remove it, or accept either with `any(..)`",
        ),
        None => return None,
    };
    let message = format!("this requirement can never be met: {why}");
    Some(Report::new(&last.source, message).help(help))
}

fn always_met(last: &Requirement, earlier: &[Requirement], within: Macro) -> Option<Report> {
    let why = match opposed(last, earlier) {
        Some(atom) => format!("{} is both accepted and refused", atom.described()),
        None if truth::always(last, earlier) => {
            "whoever fails the ones before it meets it".to_owned()
        }
        None => return None,
    };
    let message = format!("this requirement is always met: {why}");
    let help = format!("use `{}` if a login is enough", within.login_only());
    Some(Report::new(&last.source, message).help(help))
}

/// The fact that the last requirement asks for and an earlier one refuses, or the other way round.
fn opposed<'a>(last: &'a Requirement, earlier: &'a [Requirement]) -> Option<&'a Atom> {
    let (atom, is_refused) = literal(last)?;
    earlier
        .iter()
        .filter_map(literal)
        .any(|(other, is_other_refused)| atom == other && is_refused != is_other_refused)
        .then_some(atom)
}

/// A fact, and whether it is refused.
fn literal(requirement: &Requirement) -> Option<(&Atom, bool)> {
    match &requirement.rule {
        Rule::Atom(atom) => Some((atom, false)),
        Rule::Not(child) => literal(child).map(|(atom, is_refused)| (atom, !is_refused)),
        _ => None,
    }
}

/// Whether it lets in every signed-in user but some.
fn only_refuses(requirement: &Requirement) -> bool {
    match &requirement.rule {
        Rule::SignedIn | Rule::Never | Rule::Atom(_) => false,
        Rule::All(children) | Rule::Any(children) => children.iter().all(only_refuses),
        Rule::Not(child) => !only_refuses(child),
    }
}

fn lone_not(requirement: &Requirement) -> Report {
    let refusal = &first_not(requirement).source;
    Report::new(
        refusal,
        "`not(..)` alone lets every other signed-in user in",
    )
    .help(format!(
        r#"say what is required beside it, as in `role = "editor", {refusal}`"#
    ))
}

/// The `not(..)` to underline, behind the groups it is wrapped in.
fn first_not(requirement: &Requirement) -> &Requirement {
    match &requirement.rule {
        Rule::All(children) | Rule::Any(children) => {
            children.first().map_or(requirement, first_not)
        }
        _ => requirement,
    }
}

/// Each child with the ones before it.
fn prefixes(children: &[Requirement]) -> impl Iterator<Item = (&Requirement, &[Requirement])> {
    (1..=children.len()).filter_map(|count| children.get(..count)?.split_last())
}
