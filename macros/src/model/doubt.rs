//! What is probably not meant. Told by names alone, so it warns and never stops the build.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, FnArg, GenericArgument, Path, PathArguments, Signature, Type};

use super::{Access, Options};

/// One warning.
pub(crate) struct Doubt {
    pub(crate) culprit: Span,
    /// What the compiler prints as the name of the deprecated thing.
    pub(crate) name: &'static str,
    pub(crate) message: &'static str,
}

/// Everything doubtful about a handler, unless its `#[allow(deprecated)]` says it is meant.
pub(crate) fn doubts(attrs: &[Attribute], sig: &Signature, access: &Access) -> Vec<Doubt> {
    if attrs.iter().any(allows_deprecated) {
        return Vec::new();
    }
    match access {
        Access::Public(_) => types(sig).filter_map(session_of_public).collect(),
        Access::Guarded { options, .. } => types(sig)
            .filter_map(optional_session)
            .chain(redirect_of_json(sig, options))
            .collect(),
    }
}

fn allows_deprecated(attr: &Attribute) -> bool {
    attr.path().is_ident("allow")
        && attr
            .meta
            .to_token_stream()
            .to_string()
            .contains("deprecated")
}

/// `session: Session` on a handler that needs none.
fn session_of_public(argument: &Type) -> Option<Doubt> {
    Some(Doubt {
        culprit: session(argument)?.span(),
        name: "session_of_a_public_handler",
        message: "a public handler may have no session: take `Option<Session>`",
    })
}

/// `session: Option<Session>` on a handler that always has one.
fn optional_session(argument: &Type) -> Option<Doubt> {
    let last = path(argument)?.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let is_optional = last.ident == "Option"
        && matches!(arguments.args.first(), Some(GenericArgument::Type(inner)) if session(inner).is_some());
    is_optional.then(|| Doubt {
        culprit: last.ident.span(),
        name: "optional_session_of_a_guarded_handler",
        message: "the session is always there: take `Session`",
    })
}

/// `redirect` on a handler that programs call, not browsers.
fn redirect_of_json(sig: &Signature, options: &Options) -> Option<Doubt> {
    let redirect = options.redirect.as_ref()?;
    let is_json = types(sig).any(|argument| mentions_json(argument.to_token_stream()))
        || mentions_json(sig.output.to_token_stream());
    is_json.then(|| Doubt {
        culprit: redirect.key.span(),
        name: "redirect_of_a_json_handler",
        message: "a JSON handler answers 401: remove `redirect`",
    })
}

fn types(sig: &Signature) -> impl Iterator<Item = &Type> {
    sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(&*argument.ty),
        FnArg::Receiver(_) => None,
    })
}

fn path(argument: &Type) -> Option<&Path> {
    match argument {
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

/// The name of the type, if it is the session of ours, going by that name.
fn session(argument: &Type) -> Option<&Ident> {
    let segments = &path(argument)?.segments;
    let last = &segments.last()?.ident;
    let is_ours = segments.len() == 1 || segments.first()?.ident == "portcullis";
    (is_ours && last == "Session").then_some(last)
}

/// Whether `Json<` stands anywhere in these tokens.
fn mentions_json(tokens: TokenStream) -> bool {
    let mut after_json = false;
    tokens.into_iter().any(|token| {
        let is_opened = after_json && matches!(&token, TokenTree::Punct(p) if p.as_char() == '<');
        after_json = matches!(&token, TokenTree::Ident(word) if word == "Json");
        is_opened || matches!(token, TokenTree::Group(group) if mentions_json(group.stream()))
    })
}
