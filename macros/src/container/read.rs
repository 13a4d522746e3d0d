//! What stands inside of a container: found item by item, every other token untouched.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Token, Visibility};

use crate::diag::Report;
use crate::parse::{Handler, QUALIFIERS};

/// An `impl` block or an inline `mod`.
pub(crate) struct Container {
    pub(super) attrs: Vec<Attribute>,
    /// From the visibility to the brace.
    pub(super) head: Vec<TokenTree>,
    pub(super) body: Group,
    pub(super) kind: Kind,
}

/// What kind of container it is.
pub(super) enum Kind {
    Module,
    /// An inherent `impl` of this type.
    Inherent(TokenStream),
    /// An `impl` of this trait.
    Trait(TokenStream),
}

/// An item of a container.
pub(super) enum Item {
    Function(Box<Handler>),
    Container(Box<Container>),
    /// An item that could bring handlers which nobody sees here.
    Opaque {
        item: TokenStream,
        report: Report,
    },
    Other(TokenStream),
}

impl Container {
    /// Reads a container, if the item is one.
    pub(crate) fn read(item: TokenStream) -> Option<Self> {
        if !begins_like_one(&item) {
            return None;
        }
        let read = |input: ParseStream<'_>| {
            let attrs = input.call(Attribute::parse_outer)?;
            let keyword = keyword(input)?;
            Ok((attrs, keyword, input.parse::<TokenStream>()?))
        };
        let (attrs, keyword, rest) = read.parse2(item).ok()?;
        let keyword = keyword.filter(|keyword| keyword == "impl" || keyword == "mod")?;
        let mut head: Vec<_> = rest.into_iter().collect();
        let body = match head.pop() {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
            _ => return None,
        };
        let kind = match keyword == "mod" {
            true => Kind::Module,
            false => implemented(&head),
        };
        Some(Self {
            attrs,
            head,
            body,
            kind,
        })
    }

    /// Whether the `impl` block has parameters.
    pub(super) fn is_generic(&self) -> bool {
        let mut head = self.head.iter().skip_while(|token| !is_word(token, "impl"));
        head.nth(1).is_some_and(|next| is_punct(next, '<'))
    }

    /// The items, and what of them could not be read.
    pub(super) fn items(&self) -> Vec<Item> {
        let items = |input: ParseStream<'_>| {
            let mut items = Vec::new();
            while !input.is_empty() {
                items.push(item(input)?);
            }
            Ok(items)
        };
        match items.parse2(self.body.stream()) {
            Ok(items) => items,
            Err(error) => vec![Item::Opaque {
                item: self.body.stream(),
                report: error.into(),
            }],
        }
    }
}

/// Whether the first word that tells items apart is that of a container: most items are functions, and need not be
/// read twice.
fn begins_like_one(item: &TokenStream) -> bool {
    let mut tokens = item.clone().into_iter();
    let found = tokens.find_map(|token| match token {
        TokenTree::Ident(word) if word == "impl" || word == "mod" => Some(true),
        TokenTree::Ident(word) if word == "async" || word == "fn" => Some(false),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => Some(true),
        _ => None,
    });
    found.unwrap_or(false)
}

/// The `impl` of a trait has a `for` that is not part of `for<'a>`.
fn implemented(head: &[TokenTree]) -> Kind {
    let after = head
        .iter()
        .skip_while(|token| !is_word(token, "impl"))
        .skip(1);
    let after = after.cloned().collect::<Vec<_>>();
    let after = after.get(generics(&after)..).unwrap_or_default();
    let clause = after.iter().position(|token| is_word(token, "where"));
    let after = after
        .get(..clause.unwrap_or(after.len()))
        .unwrap_or_default();
    let of = after.iter().enumerate().position(|(index, token)| {
        let is_bound = after.get(index + 1).is_some_and(|next| is_punct(next, '<'));
        is_word(token, "for") && !is_bound
    });
    match of {
        Some(of) => Kind::Trait(after.iter().take(of).cloned().collect()),
        None => Kind::Inherent(after.iter().cloned().collect()),
    }
}

/// How many tokens the generic parameters of an `impl` take.
fn generics(tokens: &[TokenTree]) -> usize {
    let mut depth = 0_usize;
    let mut follows_dash = false;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            token if is_punct(token, '<') => depth += 1,
            token if is_punct(token, '>') && !follows_dash => depth = depth.saturating_sub(1),
            _ => {}
        }
        follows_dash = is_punct(token, '-');
        if depth == 0 {
            return if index == 0 { 0 } else { index + 1 };
        }
    }
    0
}

fn item(input: ParseStream<'_>) -> syn::Result<Item> {
    if input.peek(Token![#]) && input.peek2(Token![!]) {
        let tokens = [input.parse()?, input.parse()?, input.parse::<TokenTree>()?];
        return Ok(Item::Other(TokenStream::from_iter(tokens)));
    }
    let start = input.fork();
    let attrs = start.call(Attribute::parse_outer)?;
    let keyword = keyword(&start)?;
    match keyword.as_ref().map(ToString::to_string).as_deref() {
        Some("fn") => {
            let function =
                Handler::parse(|keyword| Report::new(keyword, "expected a function"), input)?;
            Ok(Item::Function(Box::new(function)))
        }
        Some("impl" | "mod") => {
            let tokens = until_end(input, false)?;
            Ok(match Container::read(tokens.clone()) {
                Some(container) => Item::Container(Box::new(container)),
                None => out_of_line(tokens, keyword),
            })
        }
        Some("use" | "static" | "type") => until_end(input, true).map(Item::Other),
        Some("struct" | "enum" | "union" | "trait" | "macro_rules") => {
            until_end(input, false).map(Item::Other)
        }
        _ => {
            let call = call(&start)?;
            let is_value = start.peek(Token![const]) || !attrs.is_empty() && call.is_none();
            let tokens = until_end(input, is_value && call.is_none())?;
            Ok(match call {
                Some(name) => opaque_call(tokens, &name),
                None => Item::Other(tokens),
            })
        }
    }
}

/// The keyword that says what an item is, or the first word of its path.
fn keyword(input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    let start = input.fork();
    start.parse::<Visibility>()?;
    let mut cursor = start.cursor();
    loop {
        match (cursor.ident(), cursor.literal()) {
            (Some((word, next)), _) if QUALIFIERS.iter().any(|other| word == other) => {
                cursor = next;
            }
            (Some((word, _)), _) => return Ok(Some(word)),
            (None, Some((_, next))) => cursor = next,
            (None, None) => return Ok(None),
        }
    }
}

/// The tokens of one item: up to its `;`, or to its braces where these end it.
fn until_end(input: ParseStream<'_>, needs_semicolon: bool) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !needs_semicolon,
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        tokens.extend([token]);
        if ends {
            break;
        }
    }
    Ok(tokens)
}

/// The path of a macro that is called here.
fn call(input: ParseStream<'_>) -> syn::Result<Option<syn::Path>> {
    let path = input.fork();
    match path.call(syn::Path::parse_mod_style) {
        Ok(name) if path.peek(Token![!]) => Ok(Some(name)),
        _ => Ok(None),
    }
}

fn opaque_call(item: TokenStream, name: &syn::Path) -> Item {
    let written = name.to_token_stream().to_string().replace(' ', "");
    let message = format!("what `{written}!` makes here could not be guarded");
    Item::Opaque {
        item,
        report: Report::new(name, message)
            .help("move the call out, or put an attribute on each handler instead"),
    }
}

fn out_of_line(item: TokenStream, keyword: Option<Ident>) -> Item {
    Item::Opaque {
        item,
        report: Report::new(
            keyword,
            "what is in this module's file could not be guarded",
        )
        .help("make the module inline, or move it out and guard the handlers in its file"),
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_punct(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(other) if other.as_char() == punct)
}
