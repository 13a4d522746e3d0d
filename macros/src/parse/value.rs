//! The values of arguments: strings, paths, and lists of them.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Lit, LitStr};

use super::args::{self, Argument};
use super::path::{self, Path};
use super::place::Place;
use crate::diag::{Errors, Report, Reported, every};
use crate::keys::{Key, Kind, Rule, Setting};

/// One value, or several.
pub(super) enum Several<T> {
    One(T),
    All(Vec<T>),
    Any(Vec<T>),
}

/// A string, or the path of what stands for one.
pub(super) enum Value {
    Text(LitStr),
    Path(Path),
}

/// The value of an argument that takes one string.
pub(super) fn text(argument: &Argument) -> Result<LitStr, Report> {
    Slot::of(argument).string(argument.value()?)
}

/// The value of an argument that takes a string or a path.
pub(super) fn text_or_path(argument: &Argument) -> Result<Value, Report> {
    Slot::of(argument).value(argument.value()?)
}

/// The value of an argument that takes one of these, or `any(..)` or `all(..)` of several.
pub(super) fn several(
    argument: &Argument,
    place: Place,
    errors: &mut Errors,
) -> Result<Several<Value>, Reported> {
    let key = argument.key;
    let value = errors.take(argument.value())?;
    let (list, several): (_, fn(_) -> _) = match value {
        [TokenTree::Ident(word), TokenTree::Group(list), rest @ ..] if is_list(list) => {
            errors.take(args::end(rest))?;
            match word.to_string().as_str() {
                "any" => (list, Several::Any),
                "all" => (list, Several::All),
                _ => return Err(errors.add(not_a_list(key, word, list))),
            }
        }
        _ => {
            return errors
                .take(Slot::of(argument).value(value))
                .map(Several::One);
        }
    };
    let values = every(args::values(list.stream()).map(|value| {
        let value = errors.take(value)?;
        errors.take(Slot::in_list(argument).value(&value))
    }))?;
    if values.is_empty() {
        let whole = value.iter().cloned().collect::<TokenStream>();
        return Err(errors.add(empty(whole, place)));
    }
    Ok(several(values))
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

pub(super) fn is_list(group: &Group) -> bool {
    group.delimiter() == Delimiter::Parenthesis
}

/// A place where one value is expected.
pub(super) struct Slot {
    key: &'static Key,
    /// The value as it could be written.
    sample: &'static str,
    is_alone: bool,
}

impl Slot {
    pub(super) fn of(argument: &Argument) -> Self {
        Self {
            key: argument.key,
            sample: argument.key.sample(),
            is_alone: true,
        }
    }

    fn in_list(argument: &Argument) -> Self {
        Self {
            is_alone: false,
            ..Self::of(argument)
        }
    }

    /// A place inside of the argument's parentheses.
    pub(super) fn inside(argument: &Argument, sample: &'static str) -> Self {
        Self {
            sample,
            ..Self::in_list(argument)
        }
    }

    fn value(&self, tokens: &[TokenTree]) -> Result<Value, Report> {
        if !self.is_path(tokens) {
            return self.string(tokens).map(Value::Text);
        }
        let (path, rest) = path::read(tokens).ok_or_else(|| self.unfinished(tokens))?;
        match rest {
            [TokenTree::Group(_), ..] => {
                let call = tokens.iter().cloned().collect::<TokenStream>();
                Err(self.unexpected(call, "a call"))
            }
            _ => args::end(rest).map(|()| Value::Path(path)),
        }
    }

    /// Whether these tokens are a path, in a place that takes one. A constant's name is told from a forgotten
    /// quotation mark by its letters; a variant has its enum before it.
    fn is_path(&self, tokens: &[TokenTree]) -> bool {
        let is_constant = |word: &Ident| {
            let word = word.to_string();
            word.contains(|c: char| c.is_ascii_uppercase()) && word.to_ascii_uppercase() == word
        };
        match self.key.kind {
            Kind::Setting(Setting::Redirect) => {
                path::begins(tokens) || path::word(tokens).is_some_and(is_constant)
            }
            _ => self.key.sample_path().is_some() && path::begins(tokens),
        }
    }

    pub(super) fn string(&self, tokens: &[TokenTree]) -> Result<LitStr, Report> {
        match tokens {
            [TokenTree::Literal(literal), rest @ ..] => match Lit::new(literal.clone()) {
                Lit::Str(string) => args::end(rest).map(|()| string),
                other => Err(self.unexpected(literal, kind(&other))),
            },
            [TokenTree::Ident(word)] if word == "true" || word == "false" => {
                Err(self.unexpected(word, "a boolean"))
            }
            [TokenTree::Ident(word)] => Err(self.unquoted(word)),
            _ if path::begins(tokens) => Err(self.unexpected(path::attempt(tokens), "a path")),
            [TokenTree::Ident(word), next, ..] => match next {
                TokenTree::Group(_) => {
                    Err(self.unexpected(quote!(#word #next), &format!("`{word}(..)`")))
                }
                _ => Err(self.unquoted(word)),
            },
            [TokenTree::Punct(minus), TokenTree::Literal(number), ..] if minus.as_char() == '-' => {
                Err(self.unexpected(quote!(#minus #number), "a number"))
            }
            [TokenTree::Group(group), ..] => Err(self.unexpected(group, "a group")),
            [other, ..] => Err(self.unexpected(other, &format!("`{other}`"))),
            [] => Err(self.unexpected(TokenStream::new(), "nothing")),
        }
    }

    pub(super) fn unexpected(&self, found: impl ToTokens, kind: &str) -> Report {
        let report = Report::new(found, format!("expected {}, found {kind}", self.key.takes));
        let sample = self.sample;
        match self.key.sample_path() {
            Some(path) => report.help(format!(
                "write a string such as `{sample}`, or a path such as `{path}`"
            )),
            None => report.help(format!("write a string such as `{sample}`")),
        }
    }

    fn unfinished(&self, tokens: &[TokenTree]) -> Report {
        let name = self.key.name;
        let path = self.key.sample_path().unwrap_or_default();
        let attempt = path::attempt(tokens);
        Report::new(attempt, "this path is not finished").help(format!("write `{name} = {path}`"))
    }

    fn unquoted(&self, word: &Ident) -> Report {
        let quoted = match self.key.kind {
            Kind::Setting(Setting::Redirect) => format!("\"/{word}\""),
            Kind::Setting(_) | Kind::Rule(_) => format!("\"{word}\""),
        };
        let written = match self.is_alone {
            true => format!("{} = {quoted}", self.key.name),
            false => quoted,
        };
        let report = Report::new(word, format!("`{word}` is not quoted"));
        match (self.key.kind, self.key.sample_path()) {
            (Kind::Rule(Rule::Role | Rule::Permission), Some(path)) => {
                report.help(format!("write `{written}`, or a path such as `{path}`"))
            }
            _ => report.help(format!("write `{written}`")),
        }
    }
}

pub(super) fn kind(literal: &Lit) -> &'static str {
    match literal {
        Lit::Str(_) => "a string",
        Lit::ByteStr(_) => "a byte string",
        Lit::CStr(_) => "a C string",
        Lit::Byte(_) => "a byte",
        Lit::Char(_) => "a character",
        Lit::Int(_) => "an integer",
        Lit::Float(_) => "a float",
        _ => "another literal",
    }
}
