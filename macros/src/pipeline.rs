//! From tokens to tokens. Total: whatever goes in, the item comes out, guarded or with the errors that stop the build.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::{self, Errors};
use crate::expand;
use crate::keys::Macro;
use crate::model::{self, Access};
use crate::parse::{self, Handler};

/// Expands an attribute on a handler.
pub(crate) fn attribute(within: Macro, args: TokenStream, item: &TokenStream) -> TokenStream {
    whole(|| expand_attribute(within, args, item)).unwrap_or_else(|bug| quote!(#item #bug))
}

/// Expands `guard!(..)`.
pub(crate) fn expression(args: TokenStream) -> TokenStream {
    whole(|| expand_expression(args)).unwrap_or_else(|bug| quote!({ #bug }))
}

fn expand_attribute(within: Macro, args: TokenStream, item: &TokenStream) -> TokenStream {
    let handler = Handler::read(within, item.clone());
    let access = Errors::collect(|errors| {
        let access = access(within, args, errors);
        if let Ok(handler) = &handler {
            handler.check(within, errors);
        }
        access
    });
    match (handler, access) {
        (Ok(handler), Ok(access)) => expand::guarded(handler, &access),
        // Nothing may stand beside a method, and a guarded handler has its guard.
        (Ok(handler), Err(errors)) if handler.is_method() || handler.is_guarded() => {
            quote!(#item #errors)
        }
        (Ok(handler), Err(errors)) => {
            let denied = expand::denied(handler);
            quote!(#denied #errors)
        }
        (Err(report), Ok(_)) => quote!(#item #report),
        (Err(report), Err(errors)) => quote!(#item #report #errors),
    }
}

fn expand_expression(args: TokenStream) -> TokenStream {
    let access = Errors::collect(|errors| access(Macro::Guard, args, errors));
    let (access, errors) = match access {
        Ok(access) => (access, TokenStream::new()),
        Err(errors) => (Access::nobody(), errors),
    };
    let expression = expand::expression(&access);
    quote!({ #errors #expression })
}

fn access(within: Macro, args: TokenStream, errors: &mut Errors) -> Result<Access, diag::Reported> {
    let access = parse::access(within, args, errors)?;
    model::check(&access, within, errors);
    Ok(access)
}

/// Runs the expansion, and answers with an error of our own if it panics.
fn whole(expand: impl FnOnce() -> TokenStream) -> Result<TokenStream, TokenStream> {
    catch_unwind(AssertUnwindSafe(expand)).map_err(|panic| diag::bug(message(&*panic)))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}
