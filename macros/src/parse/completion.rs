//! The argument names that were written, whole or half, for an editor to complete. Never fails.

use proc_macro2::{Ident, TokenStream, TokenTree};

use super::args;

/// The first word of every argument, those inside of groups of rules included.
pub(crate) fn words(arguments: &TokenStream) -> Vec<Ident> {
    let mut words = Vec::new();
    collect(arguments.clone(), &mut words);
    words
}

fn collect(arguments: TokenStream, words: &mut Vec<Ident>) {
    for argument in args::parts(arguments) {
        let [TokenTree::Ident(word), rest @ ..] = argument.as_slice() else {
            continue;
        };
        if can_be_imported(word) {
            words.push(word.clone());
        }
        if let [TokenTree::Group(rules), ..] = rest
            && ["all", "any", "not"].iter().any(|group| word == group)
        {
            collect(rules.stream(), words);
        }
    }
}

/// Whether `use` takes this word; a keyword there would break the whole expansion.
fn can_be_imported(word: &Ident) -> bool {
    syn::parse2::<Ident>(TokenTree::Ident(word.clone()).into()).is_ok() && word != "gen"
}
