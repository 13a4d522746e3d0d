//! Tokens to model: every argument is read, whatever is wrong with its neighbours.

mod args;
mod handler;
mod name;
mod place;
mod placement;
mod redirect;
mod requirement;
mod value;

use proc_macro2::TokenStream;
use syn::LitStr;

use self::args::{Argument, Given};
pub(crate) use self::handler::Handler;
use self::place::Place;
pub(crate) use self::placement::MOST_ARGUMENTS;
use crate::diag::{Errors, Report, Reported, every};
use crate::keys::{Kind, Macro, Setting};
use crate::model::{Access, OnAnonymous, Requirement, Rule};

/// Reads the arguments of one macro.
pub(crate) fn access(
    within: Macro,
    tokens: TokenStream,
    errors: &mut Errors,
) -> Result<Access, Reported> {
    let place = Place::top(within);
    let mut arguments = Arguments::default();
    every(args::split(tokens, place).map(|argument| {
        let argument = errors.take(argument)?;
        arguments.accept(argument, place, errors)
    }))?;
    let access = arguments.into_access(within);
    errors.take(access)
}

/// The arguments read so far.
#[derive(Default)]
struct Arguments {
    seen: Vec<Argument>,
    rules: Vec<Requirement>,
    on_anonymous: OnAnonymous,
    reason: Option<LitStr>,
}

impl Arguments {
    fn accept(
        &mut self,
        argument: Argument,
        place: Place,
        errors: &mut Errors,
    ) -> Result<(), Reported> {
        errors.take(self.not_given_twice(&argument))?;
        match argument.key.kind {
            Kind::Rule(rule) => {
                let requirement = requirement::read(rule, &argument, place, errors)?;
                self.rules.push(requirement);
            }
            Kind::Setting(Setting::Redirect) => {
                self.on_anonymous = errors.take(on_anonymous(&argument))?;
            }
            Kind::Setting(Setting::Reason) => self.reason = Some(errors.take(reason(&argument))?),
        }
        self.seen.push(argument);
        Ok(())
    }

    fn not_given_twice(&self, argument: &Argument) -> Result<(), Report> {
        let earlier = self.seen.iter().find(|seen| seen.key == argument.key);
        let Some(earlier) = earlier.filter(|_| !argument.key.is_group()) else {
            return Ok(());
        };
        let key = argument.key.name;
        let report = Report::new(&argument.name, format!("`{key}` is given twice"));
        let help = match (argument.key.kind, earlier.single(), argument.single()) {
            (Kind::Rule(_), Some(first), Some(second)) if first != second => {
                format!("to accept several {key}s write `{key} = any({first}, {second})`")
            }
            _ => "keep one of them".to_owned(),
        };
        Err(report.help(help))
    }

    fn into_access(self, within: Macro) -> Result<Access, Report> {
        match within {
            Macro::Public => match self.reason {
                Some(reason) => Ok(Access::Public { reason }),
                None => Err(says_not_why()),
            },
            Macro::Authorized if self.rules.is_empty() => Err(says_not_who(&self.on_anonymous)),
            Macro::Protected | Macro::Authorized | Macro::Guard => Ok(Access::Guarded {
                requirement: together(self.rules),
                on_anonymous: self.on_anonymous,
            }),
        }
    }
}

/// A top-level comma is `all`.
fn together(mut rules: Vec<Requirement>) -> Requirement {
    match (rules.pop(), rules.is_empty()) {
        (None, _) => Requirement::bare(Rule::SignedIn),
        (Some(only), true) => only,
        (Some(last), false) => {
            rules.push(last);
            Requirement::bare(Rule::All(rules))
        }
    }
}

fn on_anonymous(argument: &Argument) -> Result<OnAnonymous, Report> {
    match argument.given {
        Given::Nothing => Ok(OnAnonymous::SignInPage),
        Given::Value(_) | Given::List(_) => {
            let target = value::text(argument)?;
            redirect::check(&target)?;
            Ok(OnAnonymous::RedirectTo(target))
        }
    }
}

fn reason(argument: &Argument) -> Result<LitStr, Report> {
    let reason = value::text(argument)?;
    if reason.value().trim().is_empty() {
        return Err(Report::new(&reason, "a reason cannot be empty")
            .help(r#"say why everyone may see this, as in `reason = "landing page"`"#));
    }
    Ok(reason)
}

fn says_not_why() -> Report {
    Report::missing("`#[public]` does not say why")
        .help(r#"write `#[public(reason = "landing page")]`"#)
}

fn says_not_who(on_anonymous: &OnAnonymous) -> Report {
    let instead = match on_anonymous {
        OnAnonymous::Refuse => "#[protected]",
        OnAnonymous::SignInPage | OnAnonymous::RedirectTo(_) => "#[protected(redirect)]",
    };
    Report::missing("`#[authorized]` says nothing about who is authorized").help(format!(
        r#"add `role = "admin"`, or use `{instead}` to require only a login"#
    ))
}
