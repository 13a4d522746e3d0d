//! What only the compiler can check: each check stands alone, underlines the user's words, and costs nothing later.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{FnArg, GenericParam, Signature};

use super::named;
use super::paths::Paths;
use crate::model::{Access, Doubt, Site, Target};

/// The checks of the roles and permissions that the rules name.
pub(super) fn names(paths: &Paths, access: &Access) -> TokenStream {
    let requirement = access.requirement();
    requirement
        .map(|requirement| named::checks(paths, requirement))
        .unwrap_or_default()
}

/// The redirect whose target is a constant, and its check.
pub(super) fn redirect(paths: &Paths, access: &Access) -> TokenStream {
    let Access::Guarded { options, .. } = access else {
        return TokenStream::new();
    };
    match options.redirect.as_ref().map(|redirect| &redirect.target) {
        Some(Target::Constant(path)) => {
            let private = &paths.private;
            let (first, last) = ends(path);
            // From the first token to the parentheses: that is what the compiler underlines.
            let check = spanned(quote!(#private::safe_redirect), first);
            let arguments = quote_spanned!(last=> (__REDIRECT));
            quote! {
                const __REDIRECT: &::core::primitive::str = #path;
                const _: () = #check #arguments;
            }
        }
        _ => TokenStream::new(),
    }
}

/// The check of a handler against the state it is meant for. A generic handler is checked where it is routed.
pub(super) fn state(
    paths: &Paths,
    sig: &Signature,
    handler: &TokenStream,
    site: &Site,
) -> TokenStream {
    let Some(state) = site.state.as_ref().filter(|_| !is_generic(sig)) else {
        return TokenStream::new();
    };
    let private = &paths.private;
    let (first, last) = ends(&state.to_token_stream());
    // All of it stands at the type: there the compiler says what is wrong, and says it once.
    let check = spanned(quote!(#private::handler_for::<), first);
    let inferred = quote_spanned!(last=> , _, _>);
    quote! {
        const _: fn() = || #check #state #inferred(#handler);
    }
}

/// Where tokens begin and end.
fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut spans = tokens.clone().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

fn is_generic(sig: &Signature) -> bool {
    let has_parameter = |parameter: &GenericParam| !matches!(parameter, GenericParam::Lifetime(_));
    sig.generics.params.iter().any(has_parameter)
        || sig.inputs.iter().any(|input| match input {
            FnArg::Typed(argument) => mentions_impl(argument.ty.to_token_stream()),
            FnArg::Receiver(_) => true,
        })
}

fn mentions_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "impl",
        TokenTree::Group(group) => mentions_impl(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// A warning: the use of a constant that is deprecated for the reason to be told.
pub(super) fn warning(doubt: &Doubt) -> TokenStream {
    let Doubt {
        culprit,
        name,
        message,
    } = doubt;
    let declared = format_ident!("{name}", span = Span::call_site());
    let used = Ident::new(name, *culprit);
    quote! {
        const _: () = {
            #[deprecated(note = #message)]
            #[allow(non_upper_case_globals)]
            const #declared: () = ();
            #used
        };
    }
}

/// The same tokens, all of them standing there.
pub(super) fn spanned(tokens: TokenStream, span: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut group = Group::new(group.delimiter(), spanned(group.stream(), span));
            group.set_span(span);
            TokenTree::Group(group)
        }
        mut token => {
            token.set_span(span);
            token
        }
    });
    tokens.collect()
}
