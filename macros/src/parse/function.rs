//! `when` and `policy`: rules that a function of the user decides.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Lit};

use super::args::{self, Argument};
use super::path;
use crate::diag::Report;

/// A closure with one parameter, or the path of a function; its tokens stay as they are.
pub(super) fn condition(argument: &Argument) -> Result<TokenStream, Report> {
    let value = argument.value()?;
    let tokens: TokenStream = value.iter().cloned().collect();
    match syn::parse2::<Expr>(tokens.clone()) {
        Ok(Expr::Closure(closure)) => {
            let parameters = closure.inputs.len();
            if let Some(asyncness) = &closure.asyncness {
                return Err(Report::new(asyncness, "a condition cannot be `async`")
                    .help("to await something write a `#[policy]` function"));
            }
            match parameters {
                1 => Ok(tokens),
                0 => Err(Report::new(bars(value), "a condition takes the session")
                    .help("write `when = |session| ..`")),
                _ => Err(
                    Report::new(&closure.inputs, "a condition takes the session alone")
                        .help("write `when = |session| ..`"),
                ),
            }
        }
        Ok(Expr::Path(_)) => Ok(tokens),
        Ok(other) => Err(not_a_condition(other)),
        Err(_) if matches!(value.first(), Some(TokenTree::Literal(_))) => {
            Err(not_a_condition(value.first()))
        }
        // The end has no place of its own to underline.
        Err(error) if error.to_string().starts_with("unexpected end") => {
            Err(Report::new(tokens, "this condition is not finished")
                .help("write `when = |session| ..`, or `when = path::to::function`"))
        }
        Err(error) => {
            Err(Report::from(error)
                .help("write `when = |session| ..`, or `when = path::to::function`"))
        }
    }
}

/// The first two `|`.
fn bars(value: &[TokenTree]) -> TokenStream {
    let is_bar =
        |token: &&TokenTree| matches!(token, TokenTree::Punct(bar) if bar.as_char() == '|');
    value.iter().filter(is_bar).take(2).cloned().collect()
}

fn not_a_condition(found: impl ToTokens) -> Report {
    Report::new(found, "expected a closure or the path of a function")
        .help("write `when = |session| ..`, or `when = path::to::function`")
}

/// The path of a policy.
pub(super) fn policy(argument: &Argument) -> Result<TokenStream, Report> {
    let value = argument.value()?;
    if let Some((path, rest)) = path::read(value) {
        return match rest {
            [arguments @ TokenTree::Group(_), ..] => {
                Err(
                    Report::new(arguments, "a policy is named, not called").help(format!(
                        "write `policy = {}`",
                        crate::model::written(&path.whole)
                    )),
                )
            }
            _ => args::end(rest).map(|()| path.whole),
        };
    }
    let [first, ..] = value else {
        return Err(Report::new(&argument.name, "`policy` needs a value"));
    };
    if path::begins(value) {
        return Err(
            Report::new(path::attempt(value), "this path is not finished")
                .help("write `policy = policies::owns_post`"),
        );
    }
    let found = match first {
        TokenTree::Literal(literal) => match Lit::new(literal.clone()) {
            Lit::Str(name) => return Err(quoted(&name)),
            other => super::value::kind(&other).to_owned(),
        },
        TokenTree::Punct(bar) if bar.as_char() == '|' => {
            return Err(Report::new(first, "a policy is a function of its own")
                .help("for a closure write `when = |session| ..`"));
        }
        other => format!("`{other}`"),
    };
    Err(Report::new(
        first,
        format!("expected {}, found {found}", argument.key.takes),
    )
    .help("write `policy = owns_post`"))
}

fn quoted(name: &syn::LitStr) -> Report {
    let written = match syn::parse_str::<syn::Path>(&name.value()) {
        Ok(_) => name.value(),
        Err(_) => "owns_post".to_owned(),
    };
    Report::new(name, "a policy is a path, not a string")
        .help(format!("write `policy = {written}`"))
}
