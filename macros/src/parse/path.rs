//! Paths of the user's program. Only their form is known here.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::Parser;

/// The tokens of a path, in the two forms that are needed.
pub(super) struct Path {
    pub(super) whole: TokenStream,
    /// Without the last segment; empty if there is only one.
    pub(super) owner: TokenStream,
}

/// The path at the start of these tokens, and what follows it.
pub(super) fn read(tokens: &[TokenTree]) -> Option<(Path, &[TokenTree])> {
    let mut rest = separated(tokens).unwrap_or(tokens);
    let mut owner = TokenStream::new();
    loop {
        let [TokenTree::Ident(_), after @ ..] = rest else {
            return None;
        };
        let Some(next) = separated(after) else {
            let whole = tokens_before(tokens, after);
            syn::Path::parse_mod_style.parse2(whole.clone()).ok()?;
            return Some((Path { whole, owner }, after));
        };
        owner = tokens_before(tokens, after);
        rest = next;
    }
}

/// The one name that these tokens are.
pub(super) fn word(tokens: &[TokenTree]) -> Option<&Ident> {
    match tokens {
        [TokenTree::Ident(word)] => Some(word),
        _ => None,
    }
}

/// Whether these tokens begin as a path of several segments does.
pub(super) fn begins(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Ident(_), rest @ ..] => separated(rest).is_some(),
        _ => separated(tokens).is_some(),
    }
}

/// Everything that could belong to a path, also where it is unfinished.
pub(super) fn attempt(tokens: &[TokenTree]) -> TokenStream {
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

/// What follows `::`.
fn separated(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Punct(one), TokenTree::Punct(two), rest @ ..]
            if one.as_char() == ':' && two.as_char() == ':' =>
        {
            Some(rest)
        }
        _ => None,
    }
}

fn tokens_before(all: &[TokenTree], rest: &[TokenTree]) -> TokenStream {
    let count = all.len() - rest.len();
    all.iter().take(count).cloned().collect()
}
