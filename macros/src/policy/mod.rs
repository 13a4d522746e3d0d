//! `#[policy]`: a function that answers a guard.

mod expand;
mod read;
#[cfg(test)]
mod tests;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{ReturnType, Type};

use crate::diag::Errors;
use crate::parse::Handler;

/// What a guard needs to ask a policy.
struct Policy {
    name: Ident,
    session: Type,
    extractors: Vec<Type>,
    output: ReturnType,
}

/// Expands `#[policy]`. The function stays as it is; with a mistake in it, the policy refuses everybody.
pub(crate) fn expand(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut function = match Handler::read_or(item.clone(), read::not_a_function) {
        Ok(function) => function,
        Err(report) => return quote!(#item #report),
    };
    let policy = Errors::collect(|errors| read::policy(args, &function, errors));
    match policy {
        Ok(policy) => expand::asked(&function, &policy),
        // Nothing may stand beside a method.
        Err(errors) if function.is_method() => quote!(#item #errors),
        Err(errors) => {
            let guards = function.take_inner_guards();
            let refused = expand::refused(&function);
            let uses = guards.iter().map(crate::expand::still_used);
            quote!(#refused #(#uses)* #errors)
        }
    }
}
