//! The options: what else holds for a handler.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Lit, LitStr, Type};

use super::args::{self, Argument, Given};
use super::value::{self, Value};
use super::{characters, path, redirect};
use crate::diag::Report;
use crate::model::{OnDenied, Redirect, Source, Target};

/// `redirect`, `redirect = "/login"`, `redirect = paths::LOGIN`.
pub(super) fn redirect(argument: &Argument) -> Result<Redirect, Report> {
    let target = match &argument.given {
        Given::Nothing => Target::SignInPage,
        Given::Value(_) | Given::List(_) => match value::text_or_path(argument)? {
            Value::Text(path) => {
                redirect::check(&path)?;
                Target::Path(path)
            }
            Value::Path(path) => Target::Constant(path.whole),
        },
    };
    Ok(Redirect {
        key: argument.name.clone(),
        target,
    })
}

/// `reason = "landing page"`.
pub(super) fn reason(argument: &Argument) -> Result<LitStr, Report> {
    let reason = value::text(argument)?;
    if reason.value().trim().is_empty() {
        return Err(Report::new(&reason, "a reason cannot be empty")
            .help(r#"say why everyone may see this, as in `reason = "landing page"`"#));
    }
    Ok(reason)
}

/// `deny = not_found`.
pub(super) fn on_denied(argument: &Argument) -> Result<OnDenied, Report> {
    let value = argument.value()?;
    let denied = [
        ("forbidden", OnDenied::Forbid),
        ("not_found", OnDenied::Hide),
    ];
    let (denied, rest) = word(argument, value, &denied)?;
    args::end(rest).map(|()| denied)
}

/// `via = cookie`, `via = (bearer, cookie)`.
pub(super) fn via(argument: &Argument) -> Result<Vec<Source>, Report> {
    let sources = [("cookie", Source::Cookie), ("bearer", Source::Bearer)];
    let value = argument.value()?;
    let [TokenTree::Group(list), rest @ ..] = value else {
        let (source, rest) = word(argument, value, &sources)?;
        return match rest {
            [sign @ TokenTree::Punct(_), ..] => Err(Report::new(
                sign,
                "several credentials stand in parentheses",
            )
            .help("write `via = (bearer, cookie)`")),
            _ => args::end(rest).map(|()| vec![source]),
        };
    };
    if !value::is_list(list) {
        return Err(
            Report::new(list, "a list of credentials stands in parentheses")
                .help("write `via = (bearer, cookie)`"),
        );
    }
    args::end(rest)?;
    let mut via = Vec::new();
    for item in args::values(list.stream()) {
        let item = item?;
        let (source, rest) = word(argument, &item, &sources)?;
        args::end(rest)?;
        if via.contains(&source) {
            let name = item.first();
            let written = name.map(ToString::to_string).unwrap_or_default();
            return Err(Report::new(name, format!("`{written}` is listed twice"))
                .help("remove one of them"));
        }
        via.push(source);
    }
    if via.is_empty() {
        return Err(Report::new(list, "no credential counts")
            .help("write `via = cookie`, `via = bearer` or `via = (bearer, cookie)`"));
    }
    Ok(via)
}

/// One of a few words, and what follows it.
fn word<'a, T: Copy>(
    argument: &Argument,
    value: &'a [TokenTree],
    words: &[(&'static str, T)],
) -> Result<(T, &'a [TokenTree]), Report> {
    let accepted: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    let accepted = accepted.join(", ");
    let name = argument.key.name;
    match value {
        [TokenTree::Ident(found), rest @ ..] => {
            let word = found.to_string();
            if let Some((_, meant)) = words.iter().find(|(accepted, _)| *accepted == word) {
                return Ok((*meant, rest));
            }
            Err(
                Report::new(found, format!("`{name}` does not take `{word}`"))
                    .note(format!("accepted: {accepted}")),
            )
        }
        [found @ TokenTree::Literal(literal), ..] => {
            let Lit::Str(text) = Lit::new(literal.clone()) else {
                return Err(unexpected(argument, found));
            };
            let text = text.value();
            let report = Report::new(found, format!("`{name}` takes a word without quotes"));
            Err(match words.iter().any(|(word, _)| *word == text) {
                true => report.help(format!("write `{name} = {text}`")),
                false => report.note(format!("accepted: {accepted}")),
            })
        }
        [found, ..] => Err(unexpected(argument, found)),
        [] => Err(unexpected(argument, &argument.name)),
    }
}

fn unexpected(argument: &Argument, found: impl ToTokens) -> Report {
    let message = format!("expected {}", argument.key.takes);
    Report::new(found, message).help(format!("write `{}`", argument.key.example))
}

/// `fresh = "15m"`, in seconds.
pub(super) fn duration(argument: &Argument) -> Result<u64, Report> {
    if let [TokenTree::Literal(number)] = argument.value()?
        && let Lit::Int(number) = Lit::new(number.clone())
        && ["s", "m", "h", "d"].contains(&number.suffix())
    {
        return Err(Report::new(&number, format!("`{number}` is not quoted"))
            .help(format!("write `fresh = \"{number}\"`")));
    }
    let literal = value::text(argument)?;
    let text = literal.value();
    let help = r#"write a number of `s`, `m`, `h` or `d`, such as `"15m"`"#;
    let seconds = text.char_indices().next_back().and_then(|(at, unit)| {
        let unit: u64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            _ => return None,
        };
        let number = text.get(..at)?;
        let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
        is_number.then(|| number.parse::<u64>().ok()?.checked_mul(unit))
    });
    match seconds {
        None => Err(Report::new(literal, format!("`{text}` is not a duration")).help(help)),
        Some(Some(0)) => {
            Err(Report::new(literal, "a duration must be greater than zero").help(help))
        }
        Some(Some(seconds)) if seconds <= LONGEST => Ok(seconds),
        Some(_) => Err(
            Report::new(literal, "a duration cannot be longer than 100 years")
                .help("use a shorter one, or remove it"),
        ),
    }
}

/// Whoever wrote more than this meant something else.
const LONGEST: u64 = 100 * 366 * 24 * 60 * 60;

/// `acr = "phr"`.
pub(super) fn acr(argument: &Argument) -> Result<LitStr, Report> {
    let literal = value::text(argument)?;
    characters::check(&literal, "an authentication context class", r#""phr""#)?;
    Ok(literal)
}

/// `state = AppState`.
pub(super) fn state(argument: &Argument) -> Result<Type, Report> {
    let tokens: TokenStream = argument.value()?.iter().cloned().collect();
    match syn::parse2(tokens.clone()) {
        Ok(state @ (Type::Path(_) | Type::Tuple(_) | Type::Paren(_) | Type::Group(_))) => Ok(state),
        _ => Err(unexpected(argument, tokens)),
    }
}

/// `crate = ::path`.
pub(super) fn root(argument: &Argument) -> Result<TokenStream, Report> {
    let value = argument.value()?;
    let Some((path, rest)) = path::read(value) else {
        return Err(unexpected(
            argument,
            value.iter().cloned().collect::<TokenStream>(),
        ));
    };
    args::end(rest)?;
    let is_absolute = match value.first() {
        Some(TokenTree::Ident(first)) => first == "crate" || first == "$crate",
        _ => true,
    };
    match is_absolute {
        true => Ok(path.whole),
        false => Err(relative(path.whole, value.first())),
    }
}

fn relative(path: TokenStream, first: Option<&TokenTree>) -> Report {
    let text = crate::model::written(&path);
    let help = match first {
        Some(TokenTree::Ident(word)) if is_relative(word) => {
            "write it from the root of the crate, such as `crate::portcullis`".to_owned()
        }
        _ => format!("write `::{text}` for a dependency, or `crate::{text}` for a module of yours"),
    };
    Report::new(path, "this path must be absolute").help(help)
}

fn is_relative(word: &Ident) -> bool {
    word == "self" || word == "super" || word == "Self"
}
