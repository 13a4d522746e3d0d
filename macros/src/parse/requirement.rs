//! The rules: who may pass.

use quote::ToTokens;
use syn::LitStr;

use super::args::{self, Argument};
use super::place::Place;
use super::value::{self, Several, Value};
use super::{characters, claim, function, name};
use crate::diag::{Errors, Report, Reported, every};
use crate::keys::{self, Key, Kind};
use crate::model::{Atom, Name, Requirement, Rule};

/// Reads one rule.
pub(super) fn read(
    rule: keys::Rule,
    argument: &Argument,
    place: Place,
    errors: &mut Errors,
) -> Result<Requirement, Reported> {
    let rule = match rule {
        keys::Rule::Role => several(role, argument, place, errors),
        keys::Rule::Permission => several(permission, argument, place, errors),
        keys::Rule::Scope => several(scope, argument, place, errors),
        keys::Rule::Claim => {
            claim::read(argument, errors).map(|claim| Rule::Atom(Atom::Claim(claim)))
        }
        keys::Rule::Owner => errors.take(owner(argument)).map(Rule::Atom),
        keys::Rule::When => {
            let condition = function::condition(argument);
            errors
                .take(condition)
                .map(|condition| Rule::Atom(Atom::When(condition)))
        }
        keys::Rule::Policy => {
            let policy = function::policy(argument);
            errors
                .take(policy)
                .map(|policy| Rule::Atom(Atom::Policy(policy)))
        }
        keys::Rule::All => group(argument, place, errors).map(Rule::All),
        keys::Rule::Any => group(argument, place, errors).map(Rule::Any),
        keys::Rule::Not => refused(argument, place, errors).map(Rule::Not),
    }?;
    Ok(Requirement {
        source: argument.source.clone(),
        rule,
    })
}

/// `role = "admin"`, `role = any(Role::Admin, "editor")`.
fn several(
    atom: fn(Value, &Key) -> Result<Atom, Report>,
    argument: &Argument,
    place: Place,
    errors: &mut Errors,
) -> Result<Rule, Reported> {
    let key = argument.key;
    let values = value::several(argument, place, errors)?;
    let mut read = |value: Value| {
        let source = match &value {
            Value::Text(literal) => literal.to_token_stream(),
            Value::Path(path) => path.whole.clone(),
        };
        let rule = Rule::Atom(errors.take(atom(value, key))?);
        Ok(Requirement { source, rule })
    };
    match values {
        Several::One(value) => read(value).map(|requirement| requirement.rule),
        Several::All(values) => every(values.into_iter().map(read)).map(Rule::All),
        Several::Any(values) => every(values.into_iter().map(read)).map(Rule::Any),
    }
}

fn role(value: Value, key: &Key) -> Result<Atom, Report> {
    named(value, key).map(Atom::Role)
}

fn permission(value: Value, key: &Key) -> Result<Atom, Report> {
    named(value, key).map(Atom::Permission)
}

fn named(value: Value, key: &Key) -> Result<Name, Report> {
    match value {
        Value::Text(literal) => {
            name::check(&literal, key)?;
            Ok(Name::Text(literal))
        }
        Value::Path(path) => Ok(Name::Variant {
            path: path.whole,
            owner: path.owner,
        }),
    }
}

fn scope(value: Value, key: &Key) -> Result<Atom, Report> {
    match value {
        Value::Text(literal) => {
            characters::check(&literal, key.takes, key.sample())?;
            Ok(Atom::Scope(literal))
        }
        Value::Path(path) => Err(Report::new(path.whole, "a scope is written as a string")),
    }
}

/// `owner = "user_id"`.
fn owner(argument: &Argument) -> Result<Atom, Report> {
    let literal = value::text(argument)?;
    let bare = bare(&literal);
    if literal.value() == bare && !bare.is_empty() {
        return Ok(Atom::Owner(literal));
    }
    let bare = match bare.as_str() {
        "" => "id",
        bare => bare,
    };
    let message = "`owner` takes the bare name of a path parameter";
    Err(Report::new(&literal, message).help(format!("write `owner = \"{bare}\"`")))
}

/// The name of the last parameter in what could be a path.
fn bare(literal: &LitStr) -> String {
    let text = literal.value();
    let last = text.rsplit('/').find(|part| !part.trim().is_empty());
    last.unwrap_or_default()
        .chars()
        .filter(|c| !matches!(c, '{' | '}' | '*' | ':') && !c.is_whitespace())
        .collect()
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
