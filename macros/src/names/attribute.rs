//! `#[role("name", implies(..), grants(..))]` and `#[permission("name")]`.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Lit, LitStr, Meta};

use super::{Kind, Variant};
use crate::diag::{Errors, Report, nearest};
use crate::keys::Key;
use crate::parse;

/// What the attributes of one variant say.
#[derive(Default)]
pub(super) struct Said {
    pub(super) name: Option<LitStr>,
    pub(super) implies: Vec<Ident>,
    pub(super) grants: Vec<LitStr>,
}

/// Reads all attributes of ours on a variant.
pub(super) fn read(kind: Kind, variant: &syn::Variant, errors: &mut Errors) -> Said {
    let mut said = Said::default();
    let attrs = variant.attrs.iter();
    for attr in attrs.filter(|attr| attr.path().is_ident(kind.noun())) {
        match arguments(kind, attr) {
            Ok(arguments) => {
                for argument in parse::values(arguments) {
                    let read = argument.and_then(|argument| said.accept(kind, &argument, errors));
                    let _: Result<(), _> = errors.take(read);
                }
            }
            Err(report) => {
                errors.add(report);
            }
        }
    }
    said
}

fn arguments(kind: Kind, attr: &Attribute) -> Result<TokenStream, Report> {
    let (noun, sample) = (kind.noun(), kind.sample());
    match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => Ok(list.tokens.clone()),
        Meta::NameValue(pair) => Err(Report::new(
            pair.eq_token,
            format!("expected parentheses after `{noun}`"),
        )
        .help(format!(
            "write `#[{noun}({})]`",
            pair.value.to_token_stream()
        ))),
        _ => Err(
            Report::new(attr, format!("`#[{noun}]` says nothing")).help(format!(
                "give the {noun} a name, as in `#[{noun}({sample})]`, or remove it"
            )),
        ),
    }
}

impl Said {
    fn accept(
        &mut self,
        kind: Kind,
        argument: &[TokenTree],
        errors: &mut Errors,
    ) -> Result<(), Report> {
        match argument {
            [TokenTree::Literal(literal)] => match Lit::new(literal.clone()) {
                Lit::Str(name) => self.name(kind, name),
                other => Err(unexpected(kind, other)),
            },
            [TokenTree::Ident(word), TokenTree::Group(list)]
                if kind == Kind::Role && list.delimiter() == Delimiter::Parenthesis =>
            {
                match word.to_string().as_str() {
                    "implies" => self.implies(word, list, errors),
                    "grants" => self.grants(word, list, errors),
                    _ => Err(unknown(kind, word)),
                }
            }
            [TokenTree::Ident(word), rest @ ..] => Err(misspelled(kind, word, rest)),
            _ => Err(unexpected(
                kind,
                argument.iter().cloned().collect::<TokenStream>(),
            )),
        }
    }

    fn name(&mut self, kind: Kind, name: LitStr) -> Result<(), Report> {
        check(kind, &name)?;
        if self.name.is_some() {
            let message = format!("the {} has a name already", kind.noun());
            return Err(Report::new(name, message).help("keep one of them"));
        }
        self.name = Some(name);
        Ok(())
    }

    fn implies(&mut self, word: &Ident, list: &Group, errors: &mut Errors) -> Result<(), Report> {
        listed_once(word, list, self.implies.is_empty())?;
        for role in parse::values(list.stream()) {
            let role = role.and_then(|role| match role.as_slice() {
                [TokenTree::Ident(role)] => Ok(role.clone()),
                other => Err(not_a_variant(other)),
            });
            let role = role.and_then(|role| match self.implies.contains(&role) {
                true => Err(listed_twice(&role, &role)),
                false => Ok(role),
            });
            self.implies.extend(errors.take(role));
        }
        Ok(())
    }

    fn grants(&mut self, word: &Ident, list: &Group, errors: &mut Errors) -> Result<(), Report> {
        listed_once(word, list, self.grants.is_empty())?;
        for permission in parse::values(list.stream()) {
            let permission = permission.and_then(|permission| granted(&permission));
            let permission = permission.and_then(|permission| {
                let is_same = |other: &LitStr| other.value() == permission.value();
                match self.grants.iter().any(is_same) {
                    true => Err(listed_twice(&permission, permission.value())),
                    false => Ok(permission),
                }
            });
            self.grants.extend(errors.take(permission));
        }
        Ok(())
    }
}

/// Adds every role that a variant implies and the enum does not have.
pub(super) fn implies_are_variants(of: &syn::Variant, all: &[Variant], errors: &mut Errors) {
    let named = |name: &Ident| all.iter().find(|variant| variant.ident == *name);
    let Some(variant) = named(&of.ident) else {
        return;
    };
    for role in &variant.implies {
        if *role == of.ident {
            let message = format!("`{role}` implies itself");
            errors.add(Report::new(role, message).help("remove it: every role comes with itself"));
        } else if named(role).is_none() {
            errors.add(no_variant(role, all));
        }
    }
}

fn no_variant(role: &Ident, all: &[Variant]) -> Report {
    let report = Report::new(role, format!("no variant named `{role}`"));
    let names: Vec<_> = all
        .iter()
        .map(|variant| variant.ident.to_string())
        .collect();
    match nearest(&role.to_string(), names.iter().map(String::as_str)) {
        Some(near) => report.help(format!("a variant with a similar name exists: `{near}`")),
        None => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            report.note(format!("the variants: {}", names.join(", ")))
        }
    }
}

/// The rules for names are those of the attributes that ask for them.
fn check(kind: Kind, name: &LitStr) -> Result<(), Report> {
    if name.value().contains(',') {
        let message = format!("`,` in a {} name", kind.noun());
        return Err(Report::new(name, message)
            .help(format!("give each {} a variant of its own", kind.noun())));
    }
    match Key::named(kind.noun()) {
        Some(key) => parse::check_name(name, key),
        None => Ok(()),
    }
}

fn granted(permission: &[TokenTree]) -> Result<LitStr, Report> {
    let tokens: TokenStream = permission.iter().cloned().collect();
    match permission {
        [TokenTree::Literal(literal)] => {
            if let Lit::Str(name) = Lit::new(literal.clone()) {
                check(Kind::Permission, &name)?;
                return Ok(name);
            }
        }
        [TokenTree::Ident(word)] => {
            return Err(Report::new(word, format!("`{word}` is not quoted"))
                .help(format!("write `\"{word}\"`")));
        }
        _ => {}
    }
    Err(Report::new(tokens, "expected the name of a permission")
        .help(r#"write a string such as `"post:write"`"#))
}

fn listed_once(word: &Ident, list: &Group, is_first: bool) -> Result<(), Report> {
    if list.stream().is_empty() {
        let group = [TokenTree::from(word.clone()), TokenTree::from(list.clone())];
        let group = TokenStream::from_iter(group);
        return Err(Report::new(group, format!("`{word}()` lists nothing")).help("remove it"));
    }
    match is_first {
        true => Ok(()),
        false => Err(Report::new(word, format!("`{word}` is given twice"))
            .help(format!("write both lists in one `{word}(..)`"))),
    }
}

fn listed_twice(culprit: impl ToTokens, name: impl std::fmt::Display) -> Report {
    Report::new(culprit, format!("`{name}` is listed twice")).help("remove one of them")
}

fn not_a_variant(tokens: &[TokenTree]) -> Report {
    let last = tokens.iter().rev().find_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    let variant = last.as_deref().unwrap_or("Editor");
    let tokens: TokenStream = tokens.iter().cloned().collect();
    Report::new(tokens, "expected the name of a variant")
        .help(format!("write `implies({variant})`"))
}

fn misspelled(kind: Kind, word: &Ident, rest: &[TokenTree]) -> Report {
    let list = matches!(word.to_string().as_str(), "implies" | "grants") && kind == Kind::Role;
    match rest {
        _ if kind == Kind::Permission && (word == "implies" || word == "grants") => {
            Report::new(word, format!("`{word}` belongs in `#[role(..)]`"))
                .help("say it of the role that comes with this permission")
        }
        _ if list => {
            let sample = match word == "implies" {
                true => "implies(Editor)",
                false => r#"grants("post:write")"#,
            };
            let culprit = rest
                .first()
                .map_or(word.to_token_stream(), ToTokens::to_token_stream);
            Report::new(culprit, format!("`{word}` takes a list in parentheses"))
                .help(format!("write `{sample}`"))
        }
        [TokenTree::Punct(equals), TokenTree::Literal(name)]
            if word == "name" && equals.as_char() == '=' =>
        {
            Report::new(word, "a name is written by itself")
                .help(format!("write `#[{}({name})]`", kind.noun()))
        }
        [] if nearest(&word.to_string(), accepted(kind).iter().copied()).is_none() => {
            Report::new(word, format!("`{word}` is not quoted"))
                .help(format!("write `#[{}(\"{word}\")]`", kind.noun()))
        }
        _ => unknown(kind, word),
    }
}

fn unknown(kind: Kind, word: &Ident) -> Report {
    let report = Report::new(word, format!("unknown argument `{word}`"));
    match nearest(&word.to_string(), accepted(kind).iter().copied()) {
        Some(near) => report.help(format!("an argument with a similar name exists: `{near}`")),
        None => report.note(match kind {
            Kind::Role => "accepted: a name, `implies(..)`, `grants(..)`",
            Kind::Permission => "accepted: a name",
        }),
    }
}

fn accepted(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Role => &["implies", "grants"],
        Kind::Permission => &[],
    }
}

fn unexpected(kind: Kind, found: impl ToTokens) -> Report {
    Report::new(found, format!("expected the name of the {}", kind.noun()))
        .help(format!("write a string such as `{}`", kind.sample()))
}
