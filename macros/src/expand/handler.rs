//! A handler with its guard.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Pat, PatType, Safety, Token, Type, parse_quote};

use super::checks;
use super::declaration::{self, Place};
use super::paths::Paths;
use crate::model::{Access, Doubt, Site};
use crate::parse::{Handler, MOST_ARGUMENTS};

/// The names a handler goes by.
pub(crate) struct Name {
    /// The hidden type.
    pub(crate) guard: Ident,
    /// What the access matrix shows, and where that stands.
    pub(crate) place: Place,
    /// The function, as the items beside it call it.
    pub(crate) path: TokenStream,
}

impl Name {
    /// The names of a free function.
    pub(crate) fn of(handler: &Handler) -> Self {
        let ident = &handler.sig.ident;
        let name = ident.unraw();
        Self {
            guard: format_ident!("__guard_of_{}", name, span = Span::call_site()),
            place: Place {
                name: name.to_string(),
                span: ident.span(),
            },
            path: ident.to_token_stream(),
        }
    }

    /// The names of a function that has a guard already.
    pub(crate) fn again(self) -> Self {
        Self {
            guard: format_ident!("{}_again", self.guard),
            ..self
        }
    }
}

/// A handler with its guard.
pub(crate) struct Expansion {
    /// The handler, the guard its first argument.
    pub(crate) function: TokenStream,
    /// The guard's type, and what it declares. Nowhere but in a module or a block.
    pub(crate) siblings: TokenStream,
}

impl ToTokens for Expansion {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.function.to_tokens(tokens);
        self.siblings.to_tokens(tokens);
    }
}

/// The handler, with the guard as its first argument and the guard's rule beside it.
pub(crate) fn guarded(
    mut handler: Handler,
    name: &Name,
    access: &Access,
    site: &Site,
    doubts: &[Doubt],
    completion: &TokenStream,
) -> Expansion {
    let paths = Paths::new(site);
    let guard = &name.guard;
    let state = checks::state(&paths, &handler.sig, &name.path, site);

    let root = &paths.root;
    // Made by hand: the parser would take its time over every handler.
    let argument = FnArg::Typed(PatType {
        attrs: Vec::new(),
        pat: Box::new(Pat::Verbatim(quote!(_))),
        colon_token: <Token![:]>::default(),
        ty: Box::new(Type::Verbatim(quote!(#root::Guard<#guard>))),
    });
    handler.sig.inputs.insert(0, argument);

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
    let names = checks::names(&paths, access);
    let redirect = checks::redirect(&paths, access);
    let warnings = doubts.iter().map(checks::warning);
    let implementations = declaration::implementations(&paths, guard, &name.place, access);
    Expansion {
        function: quote!(#(#attrs)* #vis #sig #body),
        siblings: quote! {
            #(#conditions)*
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #vis struct #guard {}

            #(#conditions)*
            #[allow(unexpected_cfgs)]
            const _: () = {
                #completion
                #names
                #redirect
                #implementations
                #state
                #(#warnings)*
            };
        },
    }
}

/// The handler behind a guard that lets nobody in, in a form that a router accepts: what is wrong is said once.
pub(crate) fn denied(
    mut handler: Handler,
    name: &Name,
    site: &Site,
    completion: &TokenStream,
) -> Expansion {
    make_local_beyond(MOST_ARGUMENTS, &mut handler);
    let consumed = handler.take_inner_guards();
    let uses = consumed.iter().map(still_used);
    let is_async = !handler.returns_future();
    let sig = &mut handler.sig;
    sig.constness = None;
    if is_async {
        sig.asyncness = Some(sig.asyncness.unwrap_or_default());
    }
    sig.safety = Safety::Default;
    sig.abi = None;
    sig.variadic = None;
    // A broken attribute is reported at its words, not once more at the router.
    let site = Site {
        state: None,
        ..site.clone()
    };
    let mut expansion = guarded(handler, name, &Access::nobody(), &site, &[], completion);
    expansion.siblings.extend(uses);
    expansion
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
pub(crate) fn still_used(attr: &Attribute) -> TokenStream {
    let path = attr.path();
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #path as _;
        };
    }
}
