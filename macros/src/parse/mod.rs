//! Tokens to model: every argument is read, whatever is wrong with its neighbours.

mod args;
mod brackets;
mod characters;
mod claim;
mod completion;
mod conflict;
mod function;
mod handler;
mod name;
mod option;
mod path;
mod place;
mod placement;
mod redirect;
mod requirement;
mod value;

use proc_macro2::{Ident, TokenStream};
use syn::LitStr;

use self::args::Argument;
pub(crate) use self::args::values;
pub(crate) use self::completion::words;
pub(crate) use self::handler::{Handler, QUALIFIERS};
pub(crate) use self::name::check as check_name;
use self::place::Place;
pub(crate) use self::placement::{MOST_ARGUMENTS, is_named, own_attribute};
use crate::diag::{Errors, Report, Reported, brief, every};
use crate::keys::{Kind, Macro, Setting};
use crate::model::{Access, Options, Public, Requirement, Rule, Site};

/// Reads the arguments of one macro. The site is filled in also where the rest is broken.
pub(crate) fn access(
    within: Macro,
    tokens: TokenStream,
    site: &mut Site,
    errors: &mut Errors,
) -> Result<Access, Reported> {
    let place = Place::top(within);
    let mut arguments = Arguments::default();
    let read = every(args::split(tokens, place).map(|argument| {
        let argument = errors.take(argument)?;
        arguments.accept(argument, place, errors)
    }));
    *site = std::mem::take(&mut arguments.site);
    read?;
    let access = arguments.into_access(within);
    errors.take(access)
}

/// The arguments read so far.
#[derive(Default)]
struct Arguments {
    seen: Vec<Argument>,
    rules: Vec<Requirement>,
    options: Options,
    reason: Option<LitStr>,
    cross_site: bool,
    overrides: Option<Ident>,
    site: Site,
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
            Kind::Setting(setting) => errors.take(self.set(setting, &argument))?,
        }
        self.seen.push(argument);
        Ok(())
    }

    fn set(&mut self, setting: Setting, argument: &Argument) -> Result<(), Report> {
        let options = &mut self.options;
        match setting {
            Setting::Redirect => options.redirect = Some(option::redirect(argument)?),
            Setting::Deny => options.on_denied = Some(option::on_denied(argument)?),
            Setting::Fresh => options.fresh = Some(option::duration(argument)?),
            Setting::Acr => options.acr = Some(option::acr(argument)?),
            Setting::Via => options.via = Some(option::via(argument)?),
            Setting::Live => options.live = argument.word().map(|()| true)?,
            Setting::Audit => options.audit = argument.word().map(|()| true)?,
            Setting::Reason => self.reason = Some(option::reason(argument)?),
            Setting::CrossSite => self.cross_site = argument.word().map(|()| true)?,
            Setting::Overrides => {
                argument.word()?;
                self.overrides = Some(argument.name.clone());
            }
            Setting::State => self.site.state = Some(option::state(argument)?),
            Setting::Crate => self.site.root = Some(option::root(argument)?),
        }
        conflict::check(&self.options, argument)
    }

    fn not_given_twice(&self, argument: &Argument) -> Result<(), Report> {
        let earlier = self.seen.iter().find(|seen| seen.key == argument.key);
        let Some(earlier) = earlier.filter(|_| !argument.key.is_group()) else {
            return Ok(());
        };
        let key = argument.key.name;
        let report = Report::new(&argument.name, format!("`{key}` is given twice"));
        let both = || Some((brief(&earlier.source)?, brief(&argument.source)?));
        let help = match (argument.key.kind, earlier.single(), argument.single()) {
            (Kind::Rule(_), Some(first), Some(second))
                if argument.key.takes_list() && first != second =>
            {
                format!("to accept several {key}s write `{key} = any({first}, {second})`")
            }
            (Kind::Rule(_), ..) => match both() {
                Some((first, second)) if first != second => format!(
                    "to accept either write `any({first}, {second})`, to require both `all(..)`"
                ),
                _ => "keep one of them".to_owned(),
            },
            (Kind::Setting(_), ..) => "keep one of them".to_owned(),
        };
        Err(report.help(help))
    }

    fn into_access(self, within: Macro) -> Result<Access, Report> {
        match within {
            Macro::Public => match self.reason {
                Some(reason) => Ok(Access::Public(Public {
                    reason,
                    cross_site: self.cross_site,
                    overrides: self.overrides,
                })),
                None => Err(says_not_why()),
            },
            Macro::Authorized if self.rules.is_empty() => Err(says_not_who(&self.seen)),
            Macro::Protected | Macro::Authorized | Macro::Guard => Ok(Access::Guarded {
                requirement: together(self.rules),
                options: self.options,
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

fn says_not_why() -> Report {
    Report::missing("`#[public]` does not say why")
        .help(r#"write `#[public(reason = "landing page")]`"#)
}

fn says_not_who(options: &[Argument]) -> Report {
    let written: Vec<_> = options
        .iter()
        .map(|option| option.source.to_string())
        .collect();
    let instead = match written.as_slice() {
        [] => "#[protected]".to_owned(),
        written => format!("#[protected({})]", written.join(", ")),
    };
    Report::missing("`#[authorized]` says nothing about who is authorized").help(format!(
        r#"add `role = "admin"`, or use `{instead}` to require only a login"#
    ))
}
