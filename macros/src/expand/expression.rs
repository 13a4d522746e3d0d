//! A guard as a value, where there is no handler to put it on.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};

use super::checks;
use super::declaration::{self, Place};
use super::paths::Paths;
use crate::model::{Access, Site};

/// A block that makes a guard expression.
pub(crate) fn expression(access: &Access, site: &Site, completion: &TokenStream) -> TokenStream {
    let paths = Paths::new(site);
    let guard = format_ident!("__guard_of_expression");
    let place = Place {
        name: "guard!".to_owned(),
        span: Span::call_site(),
    };
    let names = checks::names(&paths, access);
    let redirect = checks::redirect(&paths, access);
    let implementations = declaration::implementations(&paths, &guard, &place, access);
    let private = &paths.private;
    quote! {
        #[allow(non_camel_case_types)]
        struct #guard {}
        #[allow(unexpected_cfgs)]
        const _: () = {
            #completion
            #names
            #redirect
            #implementations
        };
        #private::guard_expression::<#guard>()
    }
}
