//! Which functions may carry a guard.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, GenericArgument, PathArguments, Safety, Type};

use super::Handler;
use crate::diag::{Errors, Report};
use crate::keys::Macro;

/// How many arguments the router accepts beside the guard.
pub(crate) const MOST_ARGUMENTS: usize = 16;

impl Handler {
    /// Adds whatever keeps this function from being a guarded handler.
    pub(crate) fn check(&self, within: Macro, errors: &mut Errors) {
        let faults = [
            guarded_twice_beside(self, within),
            guarded_twice_renamed(self),
            qualified(self),
            not_async(self),
            variadic(self),
            method(self),
            too_many_arguments(self),
        ];
        for fault in faults.into_iter().flatten() {
            errors.add(fault);
        }
    }

    /// Whether it stands in an `impl` or a trait, where nothing may be put beside it.
    pub(crate) fn is_method(&self) -> bool {
        own_type(self).is_some()
    }

    /// Whether another of our attributes has already guarded it.
    pub(crate) fn is_guarded(&self) -> bool {
        guard_parameter(self).is_some()
    }

    /// Takes away the attributes of ours that have not run yet.
    pub(crate) fn take_inner_guards(&mut self) -> Vec<Attribute> {
        let (inner, others) = std::mem::take(&mut self.attrs)
            .into_iter()
            .partition(|attr| own_attribute(attr).is_some());
        self.attrs = others;
        inner
    }
}

/// An outer attribute sees those below it.
fn guarded_twice_beside(handler: &Handler, outer: Macro) -> Option<Report> {
    let (attr, inner) = handler
        .attrs
        .iter()
        .find_map(|attr| Some((attr, own_attribute(attr)?)))?;
    let report = match (outer, inner) {
        (Macro::Public, Macro::Public) => {
            Report::new(attr, "this handler is already public").help("keep one `#[public(..)]`")
        }
        (Macro::Public, _) | (_, Macro::Public) => {
            Report::new(attr, "a handler is either protected or public")
                .help("keep one of the two attributes")
        }
        (Macro::Authorized, Macro::Authorized) => already_guarded(attr)
            .help("write the rules of both in one `#[authorized(..)]`, separated by commas"),
        (Macro::Protected, Macro::Protected) => {
            already_guarded(attr).help("keep one `#[protected]`")
        }
        _ => already_guarded(attr).help("keep `#[authorized(..)]`, which includes `#[protected]`"),
    };
    Some(report)
}

/// Under another name an inner attribute is only seen once the outer one has run.
fn guarded_twice_renamed(handler: &Handler) -> Option<Report> {
    guard_parameter(handler)?;
    Some(Report::missing("this handler is already guarded").help("keep one of the two attributes"))
}

fn already_guarded(attr: &Attribute) -> Report {
    Report::new(attr, "this handler is already guarded")
}

fn qualified(handler: &Handler) -> Option<Report> {
    let sig = &handler.sig;
    let (culprit, qualifier) = match (&sig.constness, &sig.safety, &sig.abi) {
        (Some(constness), _, _) => (quote!(#constness), "const"),
        (_, Safety::Unsafe(safety), _) => (quote!(#safety), "unsafe"),
        (_, Safety::Safe(safety), _) => (quote!(#safety), "safe"),
        (_, _, Some(abi)) => (quote!(#abi), "extern"),
        (None, Safety::Default, None) => return None,
    };
    let message = format!("a guarded handler cannot be `{qualifier}`");
    Some(Report::new(culprit, message).help(format!("write `async fn {}`", sig.ident)))
}

fn not_async(handler: &Handler) -> Option<Report> {
    let sig = &handler.sig;
    // A `const fn` is told to give up `const` first, and could not be `async` before.
    let is_fault = sig.asyncness.is_none() && sig.constness.is_none();
    is_fault.then(|| {
        let name = &sig.ident;
        Report::new(sig.fn_token, "a guarded handler must be an `async fn`")
            .help(format!("write `async fn {name}`"))
    })
}

fn variadic(handler: &Handler) -> Option<Report> {
    let variadic = handler.sig.variadic.as_ref()?;
    Some(Report::new(
        variadic,
        "a guarded handler cannot take a variable number of arguments",
    ))
}

fn method(handler: &Handler) -> Option<Report> {
    let culprit = own_type(handler)?;
    let message = format!("a guarded handler cannot take `{culprit}`");
    Some(Report::new(culprit, message).help("move the handler out of the `impl` block"))
}

fn too_many_arguments(handler: &Handler) -> Option<Report> {
    let inputs = &handler.sig.inputs;
    (inputs.len() > MOST_ARGUMENTS).then(|| {
        let message = format!("a guarded handler takes at most {MOST_ARGUMENTS} arguments");
        Report::new(inputs, message)
            .help("group arguments in a tuple: `(State(db), Path(id)): (State<Db>, Path<u64>)`")
    })
}

/// Which of our attributes this is, going by the name it is used under.
fn own_attribute(attr: &Attribute) -> Option<Macro> {
    let segments = &attr.path().segments;
    let is_ours = segments.len() == 1 || segments.first()?.ident == "portcullis";
    match segments.last()?.ident.to_string().as_str() {
        "protected" if is_ours => Some(Macro::Protected),
        "authorized" if is_ours => Some(Macro::Authorized),
        "public" if is_ours => Some(Macro::Public),
        _ => None,
    }
}

/// The first argument's hidden type, if an attribute of ours put it there.
fn guard_parameter(handler: &Handler) -> Option<&Type> {
    let FnArg::Typed(first) = handler.sig.inputs.first()? else {
        return None;
    };
    let Type::Path(path) = &*first.ty else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(rule) => rule
            .to_token_stream()
            .to_string()
            .starts_with("__guard_of_")
            .then_some(rule),
        _ => None,
    }
}

/// The first `self` or `Self` of the signature.
fn own_type(handler: &Handler) -> Option<Ident> {
    let sig = &handler.sig;
    first_self(sig.inputs.to_token_stream()).or_else(|| first_self(sig.output.to_token_stream()))
}

fn first_self(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(word) if word == "self" || word == "Self" => Some(word),
        TokenTree::Group(group) => first_self(group.stream()),
        _ => None,
    })
}
