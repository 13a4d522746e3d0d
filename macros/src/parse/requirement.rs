//! The rules: who may pass.

use quote::quote;
use syn::LitStr;

use super::args::{self, Argument};
use super::name;
use super::place::Place;
use super::value::{self, Names};
use crate::diag::{Errors, Report, Reported, every};
use crate::keys::{self, Key, Kind};
use crate::model::{Atom, Requirement, Rule};

/// Reads one rule.
pub(super) fn read(
    rule: keys::Rule,
    argument: &Argument,
    place: Place,
    errors: &mut Errors,
) -> Result<Requirement, Reported> {
    let rule = match rule {
        keys::Rule::Role => named(Atom::Role, argument, place, errors),
        keys::Rule::Permission => named(Atom::Permission, argument, place, errors),
        keys::Rule::All => group(argument, place, errors).map(Rule::All),
        keys::Rule::Any => group(argument, place, errors).map(Rule::Any),
        keys::Rule::Not => refused(argument, place, errors).map(Rule::Not),
    }?;
    Ok(Requirement {
        source: argument.source.clone(),
        rule,
    })
}

/// `role = "admin"`, `role = any("admin", "editor")`.
fn named(
    atom: fn(LitStr) -> Atom,
    argument: &Argument,
    place: Place,
    errors: &mut Errors,
) -> Result<Rule, Reported> {
    let key = argument.key;
    let names = value::names(argument, place, errors)?;
    let mut read = |literal: LitStr| {
        errors.take(name::check(&literal, key))?;
        Ok(Requirement {
            source: quote!(#literal),
            rule: Rule::Atom(atom(literal)),
        })
    };
    match names {
        Names::One(literal) => read(literal).map(|requirement| requirement.rule),
        Names::All(literals) => every(literals.into_iter().map(read)).map(Rule::All),
        Names::Any(literals) => every(literals.into_iter().map(read)).map(Rule::Any),
    }
}

/// `all(..)` and `any(..)`.
fn group(
    argument: &Argument,
    place: Place,
    errors: &mut Errors,
) -> Result<Vec<Requirement>, Reported> {
    let rules = rules(argument, place, errors)?;
    match rules.is_empty() {
        true => Err(errors.add(value::empty(argument.source.clone(), place))),
        false => Ok(rules),
    }
}

/// `not(..)`.
fn refused(
    argument: &Argument,
    place: Place,
    errors: &mut Errors,
) -> Result<Box<Requirement>, Reported> {
    let mut rules = rules(argument, place, errors)?.into_iter();
    match (rules.next(), rules.next()) {
        (Some(only), None) => Ok(Box::new(only)),
        (None, _) => Err(errors.add(
            Report::new(&argument.source, "`not()` refuses nobody")
                .help(r#"say who is refused, as in `not(role = "suspended")`"#),
        )),
        (Some(first), Some(second)) => {
            let both = format!("{}, {}", first.source, second.source);
            let report = Report::new(second.source, "`not(..)` takes exactly one rule");
            Err(errors.add(report.help(format!(
                "to refuse whoever meets one of them write `not(any({both}))`"
            ))))
        }
    }
}

fn rules(
    argument: &Argument,
    place: Place,
    errors: &mut Errors,
) -> Result<Vec<Requirement>, Reported> {
    let list = errors.take(argument.list())?;
    let group = argument.key;
    let place = place.inside_group();
    every(args::split(list.stream(), place).map(|argument| {
        let argument = errors.take(argument)?;
        match argument.key.kind {
            Kind::Rule(rule) => read(rule, &argument, place, errors),
            Kind::Setting(_) => Err(errors.add(not_a_rule(&argument, group))),
        }
    }))
}

fn not_a_rule(argument: &Argument, group: &Key) -> Report {
    let (name, group) = (argument.key.name, group.name);
    Report::new(&argument.name, format!("`{name}` is not a rule"))
        .help(format!("move it out of `{group}(..)`, beside the rules"))
}
