//! `claim("plan" = "gold")`: the path of a claim, and what must hold for it.

use proc_macro2::{Ident, Punct, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Lit, LitBool, LitStr};

use super::args::{self, Argument};
use super::value::Slot;
use crate::diag::{Errors, Report, Reported, every};
use crate::model::{Claim, ClaimTest, Literal};

const NAME: &str = r#""plan""#;

/// Reads what stands in the parentheses.
pub(super) fn read(argument: &Argument, errors: &mut Errors) -> Result<Claim, Reported> {
    let list = errors.take(argument.list())?;
    let parts: Vec<_> = args::values(list.stream()).collect();
    let last = parts.len().saturating_sub(1);
    let parts = every(parts.into_iter().enumerate().map(|(index, part)| {
        let part = errors.take(part)?;
        let part = errors.take(Part::read(argument, &part))?;
        if index < last && !matches!(part.test, ClaimTest::Present) {
            return Err(errors.add(too_early(&part)));
        }
        Ok(part)
    }))?;
    let mut path = Vec::new();
    let mut test = None;
    for part in parts {
        path.push(part.name);
        test = Some(part.test);
    }
    match test {
        Some(test) => Ok(Claim { path, test }),
        None => Err(errors.add(
            Report::new(&argument.source, "`claim()` names no claim")
                .help(format!("write `{}`", argument.key.example)),
        )),
    }
}

/// One of the names, with its test.
struct Part {
    name: LitStr,
    test: ClaimTest,
    /// Where the test begins.
    sign: TokenStream,
}

impl Part {
    fn read(argument: &Argument, tokens: &[TokenTree]) -> Result<Self, Report> {
        let slot = Slot::inside(argument, NAME);
        let (name, rest) = tokens.split_at(1.min(tokens.len()));
        let name = slot.string(name)?;
        if name.value().is_empty() {
            return Err(Report::new(&name, "the name of a claim cannot be empty")
                .help(format!("write `{}`", argument.key.example)));
        }
        let sign = rest
            .first()
            .map(ToTokens::to_token_stream)
            .unwrap_or_default();
        Ok(Self {
            test: test(&name, rest)?,
            name,
            sign,
        })
    }
}

fn test(name: &LitStr, tokens: &[TokenTree]) -> Result<ClaimTest, Report> {
    match tokens {
        [] => Ok(ClaimTest::Present),
        [TokenTree::Punct(equals), value @ ..] if args::is_equals(equals, value) => {
            literal(name, equals, value).map(ClaimTest::Is)
        }
        [TokenTree::Ident(word), value @ ..] if word == "contains" => {
            contained(name, word, value).map(ClaimTest::Contains)
        }
        rest => Err(missing_test(rest)),
    }
}

fn contained(name: &LitStr, word: &Ident, value: &[TokenTree]) -> Result<LitStr, Report> {
    let name = quote!(#name);
    let help = format!(r#"write `claim({name} contains "staff")`"#);
    match value {
        [] => Err(Report::new(word, "`contains` needs a string").help(help)),
        [text, rest @ ..] => match syn::parse2(text.to_token_stream()) {
            Ok(text) => args::end(rest).map(|()| text),
            Err(_) => Err(Report::new(text, "`contains` takes a string").help(help)),
        },
    }
}

fn literal(name: &LitStr, equals: &Punct, value: &[TokenTree]) -> Result<Literal, Report> {
    let name = quote!(#name);
    let (minus, unsigned) = match value {
        [TokenTree::Punct(minus), rest @ ..] if minus.as_char() == '-' => (Some(minus), rest),
        _ => (None, value),
    };
    match unsigned {
        [] => Err(Report::new(
            minus.unwrap_or(equals),
            "the claim is compared with nothing",
        )
        .help(format!(r#"write `claim({name} = "gold")`"#))),
        [TokenTree::Literal(found), rest @ ..] => {
            let literal = signed(minus, &Lit::new(found.clone()))?;
            args::end(rest).map(|()| literal)
        }
        [TokenTree::Ident(word), rest @ ..] if word == "true" || word == "false" => {
            args::end(rest)?;
            Ok(Literal::Boolean(LitBool::new(word == "true", word.span())))
        }
        [TokenTree::Ident(word)] if word != "null" => {
            Err(Report::new(word, format!("`{word}` is not quoted"))
                .help(format!("write `claim({name} = \"{word}\")`")))
        }
        [other, ..] => Err(incomparable(other)),
    }
}

fn signed(minus: Option<&Punct>, literal: &Lit) -> Result<Literal, Report> {
    let tokens = quote!(#minus #literal);
    match literal {
        Lit::Str(text) if minus.is_none() => Ok(Literal::Text(text.clone())),
        Lit::Int(number) if number.suffix().is_empty() => {
            let sign = minus.map_or("", |_| "-");
            let number = format!("{sign}{}", number.base10_digits());
            match number.parse::<i64>() {
                Ok(_) => Ok(Literal::Integer(tokens)),
                Err(_) => Err(Report::new(tokens, format!("`{number}` is out of range"))
                    .help("claims are compared with whole numbers of 64 bits")),
            }
        }
        Lit::Float(number) if number.suffix().is_empty() => match number.base10_parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Literal::Float(tokens)),
            _ => Err(Report::new(tokens, format!("`{number}` is out of range"))
                .help("claims are compared with floating-point numbers of 64 bits")),
        },
        Lit::Int(_) | Lit::Float(_) => Err(Report::new(tokens, "a number of a claim has no type")
            .help("write the number without its suffix")),
        _ => Err(incomparable(tokens)),
    }
}

fn incomparable(found: impl ToTokens) -> Report {
    Report::new(
        found,
        "a claim is compared with a string, a number or a boolean",
    )
    .help(r#"write a literal such as `"gold"`, `3` or `true`"#)
}

fn missing_test(rest: &[TokenTree]) -> Report {
    Report::new(
        rest.first(),
        "expected `=`, `contains` or `,` after the name of a claim",
    )
    .help(r#"write `claim("plan" = "gold")` or `claim("groups" contains "staff")`"#)
}

fn too_early(part: &Part) -> Report {
    Report::new(&part.sign, "only the last name of a claim is tested")
        .help(r#"the names before it lead to it, as in `claim("realm", "tier" = 3)`"#)
}
