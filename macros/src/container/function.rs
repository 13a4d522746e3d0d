//! One function of a container.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Meta};

use super::{Declared, Guarded, Owner, Scope};
use crate::diag::{Errors, Report, Reported};
use crate::expand::{self, Name, Place, still_used};
use crate::keys::Macro;
use crate::model::{self, Site};
use crate::parse::{self, Handler, is_named, own_attribute};

impl Scope {
    /// Guards a function, if it is a handler.
    pub(super) fn function(&self, mut function: Handler, guarded: &mut Guarded) {
        let helper = take(&mut function.attrs, "helper");
        guarded.uses(&helper, self);
        if let Some(helper) = helper.first() {
            let report = helper_fault(&function, helper);
            guarded
                .errors
                .extend(report.map(ToTokens::into_token_stream).unwrap_or_default());
            let guards = take_guards(&mut function.attrs);
            guarded.uses(&guards, self);
            function.to_tokens(&mut guarded.inside);
            return;
        }
        let own = take_guards(&mut function.attrs);
        let is_policy = function.attrs.iter().any(|attr| is_named(attr, "policy"));
        let is_handler = function.sig.asyncness.is_some() && !is_policy || !own.is_empty();
        if !is_handler {
            function.to_tokens(&mut guarded.inside);
            return;
        }
        guarded.uses(&own, self);
        let declared = Errors::collect(|errors| {
            // The attributes are judged together, as they are outside of a container.
            function.attrs.extend(own.iter().skip(1).cloned());
            let within = own.first().and_then(own_attribute);
            function.check_inside(within.unwrap_or(Macro::Protected), errors);
            take_guards(&mut function.attrs);
            let conditions = self.owner.iter().flat_map(|owner| owner.conditions.clone());
            function.attrs.extend(conditions);
            if let Some(report) = receiver(&function) {
                errors.add(report);
            }
            self.of(own.first(), errors)
        });
        let name = self.name(&function);
        let completion = own.first().and_then(|attr| self.completion(attr));
        let completion = completion.unwrap_or_default();
        let expansion = match declared {
            Ok(Declared { access, site }) => {
                let doubts = model::doubts(&function.attrs, &function.sig, &access);
                expand::guarded(
                    function,
                    &name,
                    &access,
                    &self.site(site),
                    &doubts,
                    &completion,
                )
            }
            Err(errors) => {
                guarded.errors.extend(errors);
                if receiver(&function).is_some() {
                    function.to_tokens(&mut guarded.inside);
                    return;
                }
                expand::denied(function, &name, &self.declared.site, &completion)
            }
        };
        guarded.inside.extend(expansion.function);
        match self.owner {
            Some(_) => guarded.beside.extend(expansion.siblings),
            None => guarded.inside.extend(expansion.siblings),
        }
    }

    /// What an editor completes a handler's own attribute from.
    fn completion(&self, attr: &Attribute) -> Option<TokenStream> {
        let words = parse::words(&arguments(attr).ok()?);
        let within = own_attribute(attr)?;
        Some(expand::completion(within, &words, &self.declared.site))
    }

    /// The names of a handler; in an `impl` block they include the type.
    fn name(&self, function: &Handler) -> Name {
        let name = Name::of(function);
        let Some(Owner { of, .. }) = &self.owner else {
            return name;
        };
        let (ident, of_text) = (&function.sig.ident, model::written(of).replace(' ', ""));
        let word: String = of_text
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '_' })
            .collect();
        let plain = ident.unraw();
        Name {
            guard: format_ident!("__guard_of_{word}_{plain}", span = Span::call_site()),
            place: Place {
                name: format!("{of_text}::{}", name.place.name),
                ..name.place
            },
            path: quote!(<#of>::#ident),
        }
    }

    /// The type parameters of an `impl` block are not known beside it.
    fn site(&self, site: Site) -> Site {
        match &self.owner {
            Some(owner) if owner.is_generic => Site {
                state: None,
                ..site
            },
            _ => site,
        }
    }

    /// What the container and the handler's own attribute declare together.
    fn of(&self, own: Option<&Attribute>, errors: &mut Errors) -> Result<Declared, Reported> {
        match own {
            Some(attr) => self.declared.narrowed_by(attr, errors),
            None => Ok(self.declared.clone()),
        }
    }
}

impl Guarded {
    /// Keeps the imports of attributes that are taken away from being called unused.
    fn uses(&mut self, attrs: &[Attribute], scope: &Scope) {
        let uses = attrs.iter().map(still_used);
        match scope.owner {
            Some(_) => self.beside.extend(uses),
            None => self.inside.extend(uses),
        }
    }
}

/// What stands between the parentheses of an attribute.
pub(super) fn arguments(attr: &Attribute) -> Result<TokenStream, Report> {
    match &attr.meta {
        Meta::Path(_) => Ok(TokenStream::new()),
        Meta::List(list) => Ok(list.tokens.clone()),
        Meta::NameValue(pair) => Err(Report::new(
            pair.eq_token,
            "expected arguments in parentheses",
        )
        .help("write `#[authorized(role = \"admin\")]`")),
    }
}

/// Takes away the attributes of this name.
pub(super) fn take(attrs: &mut Vec<Attribute>, name: &str) -> Vec<Attribute> {
    take_where(attrs, |attr| is_named(attr, name))
}

/// Takes away the attributes that guard.
pub(super) fn take_guards(attrs: &mut Vec<Attribute>) -> Vec<Attribute> {
    take_where(attrs, |attr| own_attribute(attr).is_some())
}

fn take_where(attrs: &mut Vec<Attribute>, is_meant: impl Fn(&Attribute) -> bool) -> Vec<Attribute> {
    let (meant, others) = std::mem::take(attrs).into_iter().partition(is_meant);
    *attrs = others;
    meant
}

fn helper_fault(function: &Handler, helper: &Attribute) -> Option<Report> {
    let mut attrs = function.attrs.iter();
    if let Some(guard) = attrs.find(|attr| own_attribute(attr).is_some()) {
        return Some(
            Report::new(guard, "a `#[helper]` is no handler")
                .help("keep one of the two attributes"),
        );
    }
    (!matches!(helper.meta, Meta::Path(_)))
        .then(|| Report::new(helper, "`#[helper]` takes no arguments").help("write `#[helper]`"))
}

fn receiver(function: &Handler) -> Option<Report> {
    match function.sig.inputs.first()? {
        FnArg::Receiver(receiver) => Some(
            Report::new(receiver.self_token, "a guarded handler cannot take `self`")
                .help("mark it `#[helper]` if it is no handler, or move it out of the container"),
        ),
        FnArg::Typed(_) => None,
    }
}
