//! The pipeline as a plain function, without a compiler.

mod messages;
mod snapshots;
mod totality;

use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};
use syn::LitStr;

use crate::keys::Macro;
use crate::pipeline;

const HANDLER: &str = "async fn edit(Path(id): Path<u64>) -> String { body!(id) }";

fn tokens(text: &str) -> TokenStream {
    TokenStream::from_str(text).unwrap_or_default()
}

fn expand(within: Macro, args: &str, item: &str) -> TokenStream {
    pipeline::attribute(within, tokens(args), &tokens(item))
}

/// The messages of all `compile_error!`s, in order.
fn messages(expansion: TokenStream) -> Vec<String> {
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
