//! The paths that expansions use: absolute, and all in one place.

use proc_macro2::TokenStream;
use quote::quote;

/// Where the runtime is found.
pub(super) struct Paths {
    pub(super) root: TokenStream,
    pub(super) private: TokenStream,
}

impl Paths {
    pub(super) fn new() -> Self {
        let root = quote!(::portcullis);
        Self {
            private: quote!(#root::__private),
            root,
        }
    }
}
