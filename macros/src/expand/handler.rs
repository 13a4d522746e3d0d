//! A handler with its guard.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Safety, parse_quote};

use super::declaration::{self, Place};
use super::paths::Paths;
use crate::model::Access;
use crate::parse::{Handler, MOST_ARGUMENTS};

/// The handler, with the guard as its first argument and the guard's rule beside it.
pub(crate) fn guarded(mut handler: Handler, access: &Access) -> TokenStream {
    let paths = Paths::new();
    let name = handler.sig.ident.unraw();
    let guard = format_ident!("__guard_of_{}", name, span = Span::call_site());

    let root = &paths.root;
    let argument = parse_quote!(_: #root::Guard<#guard>);
    handler.sig.inputs.insert(0, argument);

    let place = Place {
        name: name.to_string(),
        span: handler.sig.ident.span(),
    };
    let Handler {
        attrs,
        vis,
        sig,
        body,
    } = &handler;
    let conditions: Vec<_> = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .collect();
    let rule = declaration::rule(&paths, &guard, &place, access);
    quote! {
        #(#attrs)* #vis #sig #body

        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #vis struct #guard {}

        #(#conditions)*
        #rule
    }
}

/// The handler behind a guard that lets nobody in, in a form that a router accepts: what is wrong is said once.
pub(crate) fn denied(mut handler: Handler) -> TokenStream {
    make_local_beyond(MOST_ARGUMENTS, &mut handler);
    let consumed = handler.take_inner_guards();
    let uses = consumed.iter().map(still_used);
    let sig = &mut handler.sig;
    sig.constness = None;
    sig.asyncness = Some(sig.asyncness.unwrap_or_default());
    sig.safety = Safety::Default;
    sig.abi = None;
    sig.variadic = None;
    let handler = guarded(handler, &Access::nobody());
    quote!(#handler #(#uses)*)
}

/// Moves the arguments that are too many into the body, which still finds their names there.
fn make_local_beyond(most: usize, handler: &mut Handler) {
    let mut inputs = std::mem::take(&mut handler.sig.inputs).into_iter();
    handler.sig.inputs = inputs.by_ref().take(most).collect();
    let local: Vec<_> = inputs.collect();
    if !local.is_empty() {
        let body = &handler.body;
        let body = quote!(#(let #local = loop {};)* #body);
        handler.body = Group::new(Delimiter::Brace, body);
        handler.attrs.push(parse_quote!(#[allow(unreachable_code)]));
    }
}

/// Keeps the import of an attribute that is taken away from being called unused.
fn still_used(attr: &Attribute) -> TokenStream {
    let path = attr.path();
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #path as _;
        };
    }
}
