//! From a function to a policy.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{FnArg, PatType, Type};

use super::Policy;
use crate::diag::{Errors, Report, Reported};
use crate::parse::{Handler, own_attribute};

const EXAMPLE: &str = "session: &Session";

/// Reads what a guard needs, and adds every mistake.
pub(super) fn policy(
    args: &TokenStream,
    function: &Handler,
    errors: &mut Errors,
) -> Result<Policy, Reported> {
    let faults = [
        takes_nothing(args),
        guarded(function),
        qualified(function),
        not_async(function),
        generic(function),
    ];
    for fault in faults.into_iter().flatten() {
        errors.add(fault);
    }
    errors.take(method(function))?;
    let mut arguments = function.sig.inputs.iter();
    let session = errors.take(session(function, arguments.next()));
    let mut extractors = Vec::new();
    for argument in arguments {
        if let FnArg::Typed(argument) = argument {
            extractors.extend(errors.take(extractor(argument)));
        }
    }
    Ok(Policy {
        name: function.sig.ident.clone(),
        session: session?,
        extractors,
        output: function.sig.output.clone(),
    })
}

/// What is said of an item that is no function.
pub(super) fn not_a_function(keyword: &Ident) -> Report {
    Report::new(keyword, "`#[policy]` goes on an `async fn`")
        .help("write `#[policy] async fn owns_post(session: &Session) -> bool { .. }`")
}

fn takes_nothing(args: &TokenStream) -> Option<Report> {
    (!args.is_empty()).then(|| {
        Report::new(args, "`#[policy]` takes no arguments")
            .help("write `#[policy]`; what the policy needs to know are arguments of the function")
    })
}

fn guarded(function: &Handler) -> Option<Report> {
    let mut attrs = function.attrs.iter();
    let guard = attrs.find(|attr| own_attribute(attr).is_some());
    let is_guarded = function.is_guarded();
    if guard.is_none() && !is_guarded {
        return None;
    }
    let culprit = guard.map(ToTokens::to_token_stream).unwrap_or_default();
    Some(
        Report::new(culprit, "a function is either a handler or a policy")
            .help("keep one of the two attributes"),
    )
}

fn qualified(function: &Handler) -> Option<Report> {
    function.qualified("a policy")
}

fn not_async(function: &Handler) -> Option<Report> {
    let sig = &function.sig;
    let is_fault = sig.asyncness.is_none() && sig.constness.is_none();
    is_fault.then(|| {
        Report::new(sig.fn_token, "a policy must be an `async fn`")
            .help(format!("write `async fn {}`", sig.ident))
    })
}

fn generic(function: &Handler) -> Option<Report> {
    let sig = &function.sig;
    let parameter = sig.generics.params.first().map(ToTokens::to_token_stream);
    let culprit = parameter.or_else(|| impl_keyword(sig.inputs.to_token_stream()))?;
    Some(
        Report::new(culprit, "a policy cannot be generic")
            .help("name the types: a guard asks the policy without choosing any"),
    )
}

/// The first `impl Trait` of the arguments.
fn impl_keyword(tokens: TokenStream) -> Option<TokenStream> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(word) if word == "impl" => Some(quote!(#word)),
        TokenTree::Group(group) => impl_keyword(group.stream()),
        _ => None,
    })
}

fn method(function: &Handler) -> Result<(), Report> {
    let Some(culprit) = function.own_type() else {
        return Ok(());
    };
    let message = format!("a policy cannot take `{culprit}`");
    Err(Report::new(culprit, message).help("move the policy out of the `impl` block"))
}

/// The first argument, which is the session.
fn session(function: &Handler, first: Option<&FnArg>) -> Result<Type, Report> {
    let argument = match first {
        Some(FnArg::Typed(argument)) => argument,
        Some(FnArg::Receiver(_)) | None => {
            let mut nothing = Group::new(Delimiter::Parenthesis, TokenStream::new());
            nothing.set_span(function.sig.paren_token.span.join());
            let name = &function.sig.ident;
            return Err(
                Report::new(nothing, "a policy takes the session it decides about")
                    .help(format!("write `async fn {name}({EXAMPLE})`")),
            );
        }
    };
    match &*argument.ty {
        Type::Reference(reference) => match &reference.mutability {
            Some(mutability) => Err(Report::new(
                mutability,
                "a policy looks at the session and cannot change it",
            )
            .help(format!("write `{EXAMPLE}`"))),
            None => Ok(Type::Reference(reference.clone())),
        },
        other => Err(Report::new(
            other,
            "the first argument of a policy is the session, by reference",
        )
        .help(format!("write `{EXAMPLE}` first, then the extractors"))),
    }
}

/// Every other argument is an extractor.
fn extractor(argument: &PatType) -> Result<Type, Report> {
    match &*argument.ty {
        reference @ Type::Reference(_) => Err(Report::new(
            reference,
            "the arguments of a policy after the session are extractors, which it owns",
        )
        .help("write an extractor, such as `Path(id): Path<u64>` or `State(db): State<Db>`")),
        owned => Ok(owned.clone()),
    }
}
