//! From tokens to tokens. Total: whatever goes in, the item comes out, guarded or with the errors that stop the build.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::container::{self, Container};
use crate::diag::{self, Errors};
use crate::expand;
use crate::keys::Macro;
use crate::model::{self, Access, Site};
use crate::names;
use crate::parse::{self, Handler};

/// Expands an attribute on a handler.
pub(crate) fn attribute(within: Macro, args: TokenStream, item: &TokenStream) -> TokenStream {
    whole(|| expand_attribute(within, args, item)).unwrap_or_else(|bug| quote!(#item #bug))
}

/// Expands `guard!(..)`.
pub(crate) fn expression(args: TokenStream) -> TokenStream {
    whole(|| expand_expression(args)).unwrap_or_else(|bug| quote!({ #bug }))
}

/// Expands `#[policy]`.
pub(crate) fn policy(args: &TokenStream, item: &TokenStream) -> TokenStream {
    whole(|| crate::policy::expand(args, item)).unwrap_or_else(|bug| quote!(#item #bug))
}

/// Expands `#[derive(Roles)]` and `#[derive(Permissions)]`, which stand beside their item.
pub(crate) fn derive(kind: names::Kind, item: &TokenStream) -> TokenStream {
    whole(|| names::derive(kind, item.clone())).unwrap_or_else(|bug| bug)
}

/// Expands `#[helper]` where no container has taken it away.
pub(crate) fn helper(item: &TokenStream) -> TokenStream {
    let report = container::lone_helper();
    quote!(#item #report)
}

/// Expands to the names that an editor offers.
pub(crate) fn arguments() -> TokenStream {
    whole(expand::modules).unwrap_or_else(|bug| bug)
}

/// Expands `vocabulary!`.
pub(crate) fn vocabulary(declared: TokenStream) -> TokenStream {
    whole(|| names::vocabulary(declared)).unwrap_or_else(|bug| bug)
}

fn expand_attribute(within: Macro, args: TokenStream, item: &TokenStream) -> TokenStream {
    if let Some(container) = Container::read(item.clone()) {
        return container::expand(within, args, &container);
    }
    let words = parse::words(&args);
    let handler = Handler::read(within, item.clone());
    let mut site = Site::default();
    let access = Errors::collect(|errors| {
        let access = access(within, args, &mut site, errors);
        if let Ok(access) = &access {
            model::stands_alone(access, errors);
        }
        if let Ok(handler) = &handler {
            handler.check(within, errors);
        }
        access
    });
    let completion = expand::completion(within, &words, &site);
    match (handler, access) {
        (Ok(handler), Ok(access)) => {
            let doubts = model::doubts(&handler.attrs, &handler.sig, &access);
            let name = expand::Name::of(&handler);
            let guarded = expand::guarded(handler, &name, &access, &site, &doubts, &completion);
            guarded.into_token_stream()
        }
        // Nothing may stand beside a method, and what runs by itself takes no guard.
        (Ok(handler), Err(errors)) if handler.is_method() || handler.is_entry_point() => {
            quote!(#item #errors)
        }
        (Ok(mut handler), Err(errors)) => {
            let name = match handler.is_guarded() {
                true => expand::Name::of(&handler).again(),
                false => expand::Name::of(&handler),
            };
            handler.take_guard();
            let denied = expand::denied(handler, &name, &site, &completion);
            quote!(#denied #errors)
        }
        (Err(report), Ok(_)) => quote!(#item #report),
        (Err(report), Err(errors)) => quote!(#item #report #errors),
    }
}

fn expand_expression(args: TokenStream) -> TokenStream {
    let words = parse::words(&args);
    let mut site = Site::default();
    let access = Errors::collect(|errors| access(Macro::Guard, args, &mut site, errors));
    let completion = expand::completion(Macro::Guard, &words, &site);
    let (access, errors) = match access {
        Ok(access) => (access, TokenStream::new()),
        Err(errors) => (Access::nobody(), errors),
    };
    let expression = expand::expression(&access, &site, &completion);
    quote!({ #errors #expression })
}

/// Reads and judges the arguments of one attribute.
pub(crate) fn access(
    within: Macro,
    args: TokenStream,
    site: &mut Site,
    errors: &mut Errors,
) -> Result<Access, diag::Reported> {
    let access = parse::access(within, args, site, errors)?;
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
