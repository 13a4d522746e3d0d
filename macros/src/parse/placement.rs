//! Which functions may carry a guard.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, FnArg, GenericArgument, Path, PathArguments, Type};

use super::Handler;
use crate::diag::{Errors, Report};
use crate::keys::Macro;

/// How many arguments the router accepts beside the guard.
pub(crate) const MOST_ARGUMENTS: usize = 16;

impl Handler {
    /// Adds whatever keeps this function from being a guarded handler.
    pub(crate) fn check(&self, within: Macro, errors: &mut Errors) {
        self.check_inside(within, errors);
        if let Some(fault) = method(self) {
            errors.add(fault);
        }
    }

    /// The same where something guards a whole `impl` block or module, and `Self` means something.
    pub(crate) fn check_inside(&self, within: Macro, errors: &mut Errors) {
        let faults = [
            guarded_twice_beside(self, within),
            policy_beside(self),
            guarded_twice_renamed(self),
            entry_point(self, within),
            qualified(self),
            not_async(self),
            variadic(self),
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

    /// The first `self` or `Self` of the signature.
    pub(crate) fn own_type(&self) -> Option<Ident> {
        own_type(self)
    }

    /// Whether a runtime or the test harness calls it, without arguments.
    pub(crate) fn is_entry_point(&self) -> bool {
        runner(self).is_some()
    }

    /// Whether another of our attributes has already guarded it.
    pub(crate) fn is_guarded(&self) -> bool {
        guard_parameter(self).is_some()
    }

    /// Takes away the guard that another attribute of ours has put there.
    pub(crate) fn take_guard(&mut self) {
        if self.is_guarded() {
            let inputs = std::mem::take(&mut self.sig.inputs);
            self.sig.inputs = inputs.into_iter().skip(1).collect();
        }
    }

    /// Whether it makes its future itself, as far as the type that it returns says so.
    pub(crate) fn returns_future(&self) -> bool {
        self.sig.asyncness.is_none() && mentions_future(self.sig.output.to_token_stream())
    }

    /// Takes away the attributes of ours that have not run yet.
    pub(crate) fn take_inner_guards(&mut self) -> Vec<Attribute> {
        let (inner, others) = std::mem::take(&mut self.attrs)
            .into_iter()
            .partition(|attr| own_attribute(attr).is_some() || is_policy(attr));
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

/// A handler answers requests, a policy answers a guard.
fn policy_beside(handler: &Handler) -> Option<Report> {
    let attr = handler.attrs.iter().find(|attr| is_policy(attr))?;
    Some(
        Report::new(attr, "a function is either a handler or a policy")
            .help("keep one of the two attributes"),
    )
}

fn already_guarded(attr: &Attribute) -> Report {
    Report::new(attr, "this handler is already guarded")
}

/// Nobody routes to what runs by itself.
fn entry_point(handler: &Handler, within: Macro) -> Option<Report> {
    let runner = runner(handler)?.to_token_stream().to_string();
    let name = &handler.sig.ident;
    let runner = runner.replace(' ', "");
    Some(
        Report::new(name, format!("`{name}` is not a handler")).help(format!(
            "remove `{}`: `#[{runner}]` runs the function by itself",
            within.written()
        )),
    )
}

/// `#[test]`, `#[tokio::main]` and their like.
fn runner(handler: &Handler) -> Option<&Path> {
    let mut paths = handler.attrs.iter().map(Attribute::path);
    paths.find(|path| {
        let last = path.segments.last().map(|segment| &segment.ident);
        last.is_some_and(|last| last == "test" || (last == "main" && handler.sig.ident == "main"))
    })
}

fn qualified(handler: &Handler) -> Option<Report> {
    handler.qualified("a guarded handler")
}

fn not_async(handler: &Handler) -> Option<Report> {
    let sig = &handler.sig;
    // A `const fn` is told to give up `const` first, and could not be `async` before.
    let is_fault = sig.asyncness.is_none() && sig.constness.is_none() && !handler.is_entry_point();
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
    let help = match culprit == "self" {
        true => "move the handler out of the `impl` block",
        false => "put the attribute on the `impl` block, or move the handler out of it",
    };
    Some(Report::new(culprit, message).help(help))
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
pub(crate) fn own_attribute(attr: &Attribute) -> Option<Macro> {
    let segments = &attr.path().segments;
    let is_ours = segments.len() == 1 || segments.first()?.ident == "portcullis";
    match segments.last()?.ident.to_string().as_str() {
        "protected" if is_ours => Some(Macro::Protected),
        "authorized" if is_ours => Some(Macro::Authorized),
        "public" if is_ours => Some(Macro::Public),
        _ => None,
    }
}

/// Whether this is `#[policy]`.
pub(crate) fn is_policy(attr: &Attribute) -> bool {
    is_named(attr, "policy")
}

/// Whether this is an attribute of ours without arguments of its own, going by its name.
pub(crate) fn is_named(attr: &Attribute, name: &str) -> bool {
    let segments = &attr.path().segments;
    let is_ours = segments.len() == 1
        || segments
            .first()
            .is_some_and(|first| first.ident == "portcullis");
    is_ours && segments.last().is_some_and(|last| last.ident == name)
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

fn mentions_future(output: TokenStream) -> bool {
    output.into_iter().any(|token| match token {
        TokenTree::Ident(word) => ["Future", "BoxFuture"].iter().any(|name| word == name),
        TokenTree::Group(group) => mentions_future(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn first_self(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(word) if word == "self" || word == "Self" => Some(word),
        TokenTree::Group(group) => first_self(group.stream()),
        _ => None,
    })
}
