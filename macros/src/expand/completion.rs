//! What an editor completes argument names from. rust-analyzer alone compiles it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::paths::Paths;
use crate::keys::{KEYS, Key, Macro};
use crate::model::Site;

/// The written names, as imports from the runtime's module of all names that the macro accepts. They stand in a block
/// that allows a `cfg` unknown to Cargo.
pub(crate) fn completion(within: Macro, words: &[Ident], site: &Site) -> TokenStream {
    if words.is_empty() {
        return TokenStream::new();
    }
    let private = Paths::new(site).private;
    let accepted = module(within);
    quote! {
        #[cfg(rust_analyzer)]
        #[allow(unused_imports)]
        use #private::arguments::#accepted::{#(#words as _),*};
    }
}

/// The modules of all names, one a macro: what the runtime keeps for the imports.
pub(crate) fn modules() -> TokenStream {
    let macros = [
        Macro::Protected,
        Macro::Authorized,
        Macro::Public,
        Macro::Guard,
    ];
    let modules = macros.map(|within| {
        let name = module(within);
        let documentation = format!("The arguments of `{}`.", within.written());
        // No item can be named `crate`.
        let is_offered = |key: &&Key| key.accepted_by.contains(&within) && key.name != "crate";
        let constants = KEYS.iter().filter(is_offered).map(constant);
        quote! {
            #[doc = #documentation]
            #[allow(non_upper_case_globals)]
            pub mod #name {
                #(#constants)*
            }
        }
    });
    quote!(#(#modules)*)
}

fn constant(key: &Key) -> TokenStream {
    let name = Ident::new(key.name, Span::call_site());
    let documentation = format!("`{}`\n\n{}", key.example, key.about);
    quote! {
        #[doc = #documentation]
        pub const #name: () = ();
    }
}

fn module(within: Macro) -> Ident {
    let name = within.written().trim_matches(['#', '[', ']', '!']);
    Ident::new(name, Span::call_site())
}
