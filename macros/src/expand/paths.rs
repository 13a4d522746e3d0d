//! The paths that expansions use: absolute, and all in one place.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Site;

/// Where the runtime is found.
pub(super) struct Paths {
    pub(super) root: TokenStream,
    pub(super) private: TokenStream,
}

impl Paths {
    pub(super) fn new(site: &Site) -> Self {
        let root = site.root.clone().unwrap_or_else(|| quote!(::portcullis));
        Self {
            private: quote!(#root::__private),
            root,
        }
    }
}
