//! A policy as a type that guards can ask.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ReturnType, Type};

use super::Policy;
use crate::parse::Handler;

/// The function, and beside it the type of its name.
pub(super) fn asked(function: &Handler, policy: &Policy) -> TokenStream {
    let Policy {
        name,
        session,
        extractors,
        output,
    } = policy;
    let arguments: Vec<_> = (0..extractors.len())
        .map(|index| format_ident!("__argument_{index}", span = Span::call_site()))
        .collect();
    let taken = extractors.iter().zip(&arguments).map(|(extractor, argument)| {
        quote! {
            let #argument = match <#extractor as ::portcullis::__private::PolicyArgument<S>>::take(cx).await {
                ::core::result::Result::Ok(argument) => argument,
                ::core::result::Result::Err(answer) => return answer,
            };
        }
    });
    let session = quote_spanned!(located(session)=> __session);
    let asked = quote!(#name(#session #(, #arguments)*).await);
    let answer = answer(name, output, &asked);
    let body = quote! {
        #(#taken)*
        let __session: &::portcullis::Session = &cx.session();
        #answer
    };
    let bounds = (!extractors.is_empty())
        .then(|| quote!(where #(#extractors: ::portcullis::__private::PolicyArgument<S>),*));
    beside(function, bounds.as_ref(), &body)
}

/// The function, and a policy that refuses everybody.
pub(super) fn refused(function: &Handler) -> TokenStream {
    let body = quote!(::portcullis::__private::IntoAnswer::into_answer(false));
    beside(function, None, &body)
}

fn beside(function: &Handler, bounds: Option<&TokenStream>, body: &TokenStream) -> TokenStream {
    let Handler {
        attrs,
        vis,
        sig,
        body: function,
    } = function;
    let name = &sig.ident;
    let conditions: Vec<_> = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .collect();
    // A future that is not `Send` is reported here.
    let decide = quote_spanned! {located(name)=>
        async fn decide(
            cx: &mut ::portcullis::__private::Cx<'_, S>,
        ) -> ::portcullis::__private::Answer
    };
    quote! {
        #(#attrs)* #vis #sig #function

        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #vis struct #name {}

        #(#conditions)*
        #[automatically_derived]
        impl<S: ::core::marker::Send + ::core::marker::Sync> ::portcullis::__private::Policy<S> for #name
        #bounds
        {
            #[allow(unused_variables)]
            #decide {
                #body
            }
        }
    }
}

/// The answer, with the result type in the place that is checked.
fn answer(name: &Ident, output: &ReturnType, asked: &TokenStream) -> TokenStream {
    match output {
        ReturnType::Type(_, output) if !matches!(**output, Type::ImplTrait(_)) => {
            quote!(<#output as ::portcullis::__private::IntoAnswer>::into_answer(#asked))
        }
        ReturnType::Type(..) => {
            quote!(::portcullis::__private::IntoAnswer::into_answer(#asked))
        }
        ReturnType::Default => {
            let nothing = quote_spanned!(located(name)=> ());
            quote!(<#nothing as ::portcullis::__private::IntoAnswer>::into_answer(#asked))
        }
    }
}

/// Where the user's tokens stand, with the names of the macro.
fn located(tokens: &impl Spanned) -> Span {
    Span::call_site().located_at(tokens.span())
}
