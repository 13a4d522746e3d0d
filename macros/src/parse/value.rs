//! The values of arguments: strings, and lists of strings.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Lit, LitStr};

use super::args::{self, Argument};
use super::place::Place;
use crate::diag::{Errors, Report, Reported, every};
use crate::keys::{Key, Kind, Setting};

/// One or several names.
pub(super) enum Names {
    One(LitStr),
    All(Vec<LitStr>),
    Any(Vec<LitStr>),
}

/// The value of an argument that takes one string.
pub(super) fn text(argument: &Argument) -> Result<LitStr, Report> {
    Slot::of(argument).string(argument.value()?)
}

/// The value of an argument that takes one string, or `any(..)` or `all(..)` of several.
pub(super) fn names(
    argument: &Argument,
    place: Place,
    errors: &mut Errors,
) -> Result<Names, Reported> {
    let key = argument.key;
    let value = errors.take(argument.value())?;
    let (list, names): (_, fn(_) -> _) = match value {
        [TokenTree::Ident(word), TokenTree::Group(list), rest @ ..] if is_list(list) => {
            errors.take(args::end(rest))?;
            match word.to_string().as_str() {
                "any" => (list, Names::Any),
                "all" => (list, Names::All),
                _ => return Err(errors.add(not_a_list(key, word, list))),
            }
        }
        _ => {
            return errors
                .take(Slot::of(argument).string(value))
                .map(Names::One);
        }
    };
    let literals = every(args::values(list.stream()).map(|value| {
        let value = errors.take(value)?;
        errors.take(Slot::in_list(argument).string(&value))
    }))?;
    if literals.is_empty() {
        let whole = value.iter().cloned().collect::<TokenStream>();
        return Err(errors.add(empty(whole, place)));
    }
    Ok(names(literals))
}

/// `any()` and `all()`.
pub(super) fn empty(group: TokenStream, place: Place) -> Report {
    match group.to_string().starts_with("any") {
        true => Report::new(group, "`any()` accepts nobody")
            .help("list at least one requirement, or remove it"),
        false => Report::new(group, "`all()` accepts everybody").help(format!(
            "use `{}` if a login is enough",
            place.within.login_only()
        )),
    }
}

fn not_a_list(key: &Key, word: &Ident, list: &Group) -> Report {
    let name = key.name;
    let written = match word == "not" {
        true => format!("not({name} = {})", list.stream()),
        false => format!("{name} = any({})", list.stream()),
    };
    Report::new(word, format!("expected {}, found `{word}(..)`", key.takes))
        .help(format!("write `{written}`"))
}

fn is_list(group: &Group) -> bool {
    group.delimiter() == Delimiter::Parenthesis
}

/// A place where one string is expected.
struct Slot {
    key: &'static Key,
    in_list: bool,
}

impl Slot {
    fn of(argument: &Argument) -> Self {
        Self {
            key: argument.key,
            in_list: false,
        }
    }

    fn in_list(argument: &Argument) -> Self {
        Self {
            key: argument.key,
            in_list: true,
        }
    }

    fn string(&self, tokens: &[TokenTree]) -> Result<LitStr, Report> {
        match tokens {
            [TokenTree::Literal(literal), rest @ ..] => match Lit::new(literal.clone()) {
                Lit::Str(string) => args::end(rest).map(|()| string),
                other => Err(self.unexpected(literal, kind(&other))),
            },
            [TokenTree::Ident(word)] if word == "true" || word == "false" => {
                Err(self.unexpected(word, "a boolean"))
            }
            [TokenTree::Ident(word)] => Err(self.unquoted(word)),
            [TokenTree::Ident(_), TokenTree::Punct(colon), ..] if colon.as_char() == ':' => {
                Err(self.unexpected(path(tokens), "a path"))
            }
            [TokenTree::Ident(word), next, ..] => match next {
                TokenTree::Group(_) => {
                    Err(self.unexpected(quote!(#word #next), &format!("`{word}(..)`")))
                }
                _ => Err(self.unquoted(word)),
            },
            [other, ..] => Err(self.unexpected(other, &format!("`{other}`"))),
            [] => Err(self.unexpected(TokenStream::new(), "nothing")),
        }
    }

    fn unexpected(&self, found: impl ToTokens, kind: &str) -> Report {
        Report::new(found, format!("expected {}, found {kind}", self.key.takes))
            .help(format!("write a string such as `{}`", self.key.sample()))
    }

    fn unquoted(&self, word: &Ident) -> Report {
        let quoted = match self.key.kind {
            Kind::Setting(Setting::Redirect) => format!("\"/{word}\""),
            Kind::Setting(_) | Kind::Rule(_) => format!("\"{word}\""),
        };
        let written = match self.in_list {
            true => quoted,
            false => format!("{} = {quoted}", self.key.name),
        };
        Report::new(word, format!("`{word}` is not quoted")).help(format!("write `{written}`"))
    }
}

/// The tokens of a path at the start of these.
fn path(tokens: &[TokenTree]) -> TokenStream {
    tokens
        .iter()
        .take_while(|token| match token {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => punct.as_char() == ':',
            TokenTree::Group(_) | TokenTree::Literal(_) => false,
        })
        .cloned()
        .collect()
}

fn kind(literal: &Lit) -> &'static str {
    match literal {
        Lit::ByteStr(_) => "a byte string",
        Lit::CStr(_) => "a C string",
        Lit::Byte(_) => "a byte",
        Lit::Char(_) => "a character",
        Lit::Int(_) => "an integer",
        Lit::Float(_) => "a float",
        _ => "another literal",
    }
}
