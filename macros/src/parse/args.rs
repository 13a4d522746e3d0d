//! The argument list: split at its commas, so that one broken argument leaves the others readable.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Lit;

use super::brackets;
use super::place::Place;
use crate::diag::Report;
use crate::keys::{Key, Kind, Macro, Setting, Shape};

/// One argument whose name is known.
pub(super) struct Argument {
    pub(super) key: &'static Key,
    pub(super) name: Ident,
    pub(super) given: Given,
    /// The argument as written.
    pub(super) source: TokenStream,
}

/// What follows the name.
pub(super) enum Given {
    Nothing,
    Value(Vec<TokenTree>),
    List(Group),
}

/// The arguments between the commas.
pub(super) fn split(
    tokens: TokenStream,
    place: Place,
) -> impl Iterator<Item = Result<Argument, Report>> {
    let segments = segments(tokens);
    let listed = listed_strings(&segments, place);
    let arguments = match listed {
        Some(report) => vec![Err(report)],
        None => segments
            .into_iter()
            .map(|segment| Argument::parse(&segment, place))
            .collect(),
    };
    arguments.into_iter()
}

/// The tokens between the commas, whatever they are.
pub(super) fn parts(tokens: TokenStream) -> impl Iterator<Item = Vec<TokenTree>> {
    segments(tokens).into_iter().map(|segment| segment.tokens)
}

/// The values between the commas.
pub(crate) fn values(tokens: TokenStream) -> impl Iterator<Item = Result<Vec<TokenTree>, Report>> {
    segments(tokens)
        .into_iter()
        .map(|segment| match segment.tokens.as_slice() {
            [] => Err(nothing_before(&segment.comma)),
            _ => Ok(segment.tokens),
        })
}

impl Argument {
    fn parse(segment: &Segment, place: Place) -> Result<Self, Report> {
        let (name, rest) = match segment.tokens.as_slice() {
            [TokenTree::Ident(name), rest @ ..] => (name, rest),
            [first, ..] => return Err(nameless(first, place)),
            [] => return Err(nothing_before(&segment.comma)),
        };
        let key = place.key(name, &segment.tokens)?;
        Ok(Self {
            key,
            name: name.clone(),
            given: Given::parse(key, rest)?,
            source: segment.tokens.iter().cloned().collect(),
        })
    }

    /// The tokens after `=`.
    pub(super) fn value(&self) -> Result<&[TokenTree], Report> {
        match &self.given {
            Given::Value(value) if !value.is_empty() => Ok(value),
            Given::List(list) => Err(without_equals(self.key, list, &strings(list.stream()))),
            Given::Nothing | Given::Value(_) => {
                let name = self.key.name;
                Err(Report::new(&self.name, format!("`{name}` needs a value"))
                    .help(format!("write `{}`", self.key.example)))
            }
        }
    }

    /// Nothing: the name says it all.
    pub(super) fn word(&self) -> Result<(), Report> {
        let name = self.key.name;
        let found = match &self.given {
            Given::Nothing => return Ok(()),
            Given::Value(value) if value.is_empty() => self.name.to_token_stream(),
            Given::Value(value) => value.iter().cloned().collect(),
            Given::List(list) => list.to_token_stream(),
        };
        let help = match found.to_string().as_str() {
            "false" => format!("remove `{name} = false`"),
            _ => format!("write `{name}`"),
        };
        Err(Report::new(found, format!("`{name}` takes no value")).help(help))
    }

    /// The group after the name.
    pub(super) fn list(&self) -> Result<&Group, Report> {
        match &self.given {
            Given::List(list) => Ok(list),
            Given::Nothing | Given::Value(_) => Err(without_parentheses(self.key, &self.name)),
        }
    }

    /// The value as text, where it is a single token.
    pub(super) fn single(&self) -> Option<String> {
        match &self.given {
            Given::Value(value) => match value.as_slice() {
                [token] => Some(token.to_string()),
                _ => None,
            },
            Given::Nothing | Given::List(_) => None,
        }
    }
}

impl Given {
    fn parse(key: &Key, rest: &[TokenTree]) -> Result<Self, Report> {
        match rest {
            [] => Ok(Self::Nothing),
            [TokenTree::Punct(equals), value @ ..] if is_equals(equals, value) => {
                Ok(Self::Value(value.to_vec()))
            }
            [TokenTree::Group(list), rest @ ..] if list.delimiter() == Delimiter::Parenthesis => {
                end(rest)?;
                Ok(Self::List(list.clone()))
            }
            [TokenTree::Ident(next), ..] if Key::named(&next.to_string()).is_some() => {
                Err(missing_comma(next))
            }
            [next, ..] if key.is_group() => Err(without_parentheses(key, next)),
            [next, ..] if key.shape == Shape::Word => Err(missing_comma(next)),
            [next, ..] => Err(without_equals(
                key,
                next,
                &strings(rest.iter().cloned().collect()),
            )),
        }
    }
}

/// Nothing may follow a complete argument.
pub(super) fn end(rest: &[TokenTree]) -> Result<(), Report> {
    match rest {
        [] => Ok(()),
        [next, ..] => Err(missing_comma(next)),
    }
}

struct Segment {
    tokens: Vec<TokenTree>,
    comma: Option<TokenTree>,
}

fn segments(tokens: TokenStream) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut current = Vec::new();
    for token in ungrouped(tokens) {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' && !brackets::open(&current) => {
                segments.push(Segment {
                    tokens: std::mem::take(&mut current),
                    comma: Some(token),
                });
            }
            _ => current.push(token),
        }
    }
    if !current.is_empty() {
        segments.push(Segment {
            tokens: current,
            comma: None,
        });
    }
    segments
}

/// Opens the invisible groups in which `macro_rules!` hands its fragments on.
fn ungrouped(tokens: TokenStream) -> Vec<TokenTree> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                ungrouped(group.stream())
            }
            other => vec![other],
        })
        .collect()
}

/// Whether this is `=` alone, also where a value such as `-3` or `::path` sticks to it.
pub(super) fn is_equals(punct: &Punct, rest: &[TokenTree]) -> bool {
    let is_joined = punct.spacing() == Spacing::Joint
        && matches!(rest.first(), Some(TokenTree::Punct(next)) if "=>".contains(next.as_char()));
    punct.as_char() == '=' && !is_joined
}

pub(super) fn nothing_before(comma: &Option<TokenTree>) -> Report {
    Report::new(comma, "expected an argument before `,`")
}

fn missing_comma(next: impl ToTokens) -> Report {
    Report::new(next, "expected `,` between arguments")
}

fn without_equals(key: &Key, found: impl ToTokens, strings: &[String]) -> Report {
    let name = key.name;
    let written = match strings {
        [] => key.example.to_owned(),
        [only] if !matches!(key.kind, Kind::Setting(Setting::Via | Setting::Deny)) => {
            format!("{name} = {only}")
        }
        several if key.takes_list() => format!("{name} = any({})", several.join(", ")),
        _ => key.example.to_owned(),
    };
    Report::new(found, format!("expected `=` after `{name}`")).help(format!("write `{written}`"))
}

fn without_parentheses(key: &Key, found: impl ToTokens) -> Report {
    let (name, takes) = (key.name, key.takes);
    Report::new(found, format!("`{name}` takes {takes} in parentheses"))
        .help(format!("write `{}`", key.example))
}

fn nameless(found: &TokenTree, place: Place) -> Report {
    let report = Report::new(found, "expected an argument name");
    match string(found) {
        Some(string) => report.help(format!("write `{}`", named(&string, place))),
        None => report.note(place.accepted()),
    }
}

/// The argument that a lone string was meant to be.
fn named(string: &str, place: Place) -> String {
    match place.within {
        Macro::Public => format!("reason = {string}"),
        Macro::Protected if !string.starts_with("\"/") => format!("#[authorized(role = {string})]"),
        _ if string.starts_with("\"/") => format!("redirect = {string}"),
        _ => format!("role = {string}"),
    }
}

/// A list of nothing but strings is one mistake, not one a string.
fn listed_strings(segments: &[Segment], place: Place) -> Option<Report> {
    let strings: Option<Vec<_>> = segments
        .iter()
        .map(|segment| match segment.tokens.as_slice() {
            [only] => string(only),
            _ => None,
        })
        .collect();
    let (strings, first) = (strings?, segments.first()?.tokens.first()?);
    let asks = matches!(place.within, Macro::Authorized | Macro::Guard);
    (asks && strings.len() > 1).then(|| {
        Report::new(first, "expected an argument name")
            .help(format!("write `role = any({})`", strings.join(", ")))
    })
}

fn strings(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .filter_map(|token| string(&token))
        .collect()
}

fn string(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Literal(literal) => match Lit::new(literal.clone()) {
            Lit::Str(_) => Some(literal.to_string()),
            _ => None,
        },
        _ => None,
    }
}
