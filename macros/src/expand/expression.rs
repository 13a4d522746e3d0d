//! A guard as a value, where there is no handler to put it on.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};

use super::declaration::{self, Place};
use super::paths::Paths;
use crate::model::Access;

/// A block that makes a guard expression.
pub(crate) fn expression(access: &Access) -> TokenStream {
    let paths = Paths::new();
    let guard = format_ident!("__guard_of_expression");
    let place = Place {
        name: "guard!".to_owned(),
        span: Span::call_site(),
    };
    let rule = declaration::rule(&paths, &guard, &place, access);
    let private = &paths.private;
    quote! {
        #[allow(non_camel_case_types)]
        struct #guard {}
        #rule
        #private::guard_expression::<#guard>()
    }
}
