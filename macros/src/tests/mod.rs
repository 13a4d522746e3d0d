//! The pipeline as a plain function, without a compiler.

mod messages;
mod requirements;
mod snapshots;
mod totality;

use std::str::FromStr;

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::LitStr;

use crate::keys::Macro;
use crate::pipeline;

const HANDLER: &str = "async fn edit(Path(id): Path<u64>) -> String { body!(id) }";

pub(crate) fn tokens(text: &str) -> TokenStream {
    TokenStream::from_str(text).unwrap_or_default()
}

pub(crate) fn expand(within: Macro, args: &str, item: &str) -> TokenStream {
    pipeline::attribute(within, tokens(args), &tokens(item))
}

/// The messages of all `compile_error!`s, in order.
pub(crate) fn messages(expansion: TokenStream) -> Vec<String> {
    let mut messages = Vec::new();
    let mut is_error = false;
    for token in expansion {
        match token {
            TokenTree::Ident(word) => is_error = word == "compile_error",
            TokenTree::Group(group) if is_error => {
                let message = syn::parse2::<LitStr>(group.stream());
                messages.extend(message.map(|message| message.value()));
                is_error = false;
            }
            TokenTree::Group(group) => messages.extend(self::messages(group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    messages
}

/// The first tokens, counting those inside of groups.
pub(crate) fn prefix(stream: TokenStream, left: &mut usize) -> TokenStream {
    stream
        .into_iter()
        .map_while(|token| {
            *left = left.checked_sub(1)?;
            Some(match token {
                TokenTree::Group(group) => {
                    let inside = prefix(group.stream(), left);
                    Group::new(group.delimiter(), inside).into()
                }
                other => other,
            })
        })
        .collect()
}
