//! `#[protected]` and `#[authorized(..)]` on an `impl` block or an inline `mod`: every `async fn` inside is guarded.

mod alias;
mod function;
mod read;
#[cfg(test)]
mod tests;

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, LitStr};

pub(crate) use self::read::Container;
use self::read::{Item, Kind};
use crate::diag::{Errors, Report, Reported};
use crate::expand::{self, still_used};
use crate::keys::Macro;
use crate::model::{self, Access, Site};
use crate::parse::{self, own_attribute};
use crate::pipeline;

/// What is declared, and where.
#[derive(Clone)]
struct Declared {
    access: Access,
    site: Site,
}

/// What a container says to the items inside.
struct Scope {
    declared: Declared,
    /// The type of the `impl` block, and the conditions it is compiled under.
    owner: Option<Owner>,
}

/// The `impl` block around a handler.
struct Owner {
    of: TokenStream,
    conditions: Vec<Attribute>,
    is_generic: bool,
}

/// A container's items with their guards.
#[derive(Default)]
struct Guarded {
    inside: TokenStream,
    /// What may not stand inside of an `impl` block.
    beside: TokenStream,
    errors: TokenStream,
}

/// Expands an attribute on a container. Whatever is wrong, every handler inside is guarded.
pub(crate) fn expand(within: Macro, args: TokenStream, container: &Container) -> TokenStream {
    if let Kind::Trait(path) = &container.kind {
        let report = Report::new(
            path,
            "a trait impl cannot be guarded: the trait fixes its arguments",
        )
        .help("move the handlers to an `impl` block of the type itself, or to free functions");
        let container = container.verbatim();
        return quote!(#container #report);
    }
    let words = parse::words(&args);
    let declared = Errors::collect(|errors| match within {
        Macro::Public => Err(errors.add(opened(container, TokenStream::new()))),
        _ => Declared::read(within, args, errors),
    });
    let (declared, errors) = match declared {
        Ok(declared) => (declared, TokenStream::new()),
        Err(errors) => (Declared::nobody(), errors),
    };
    let guarded = container.guarded(&declared);
    let completion = expand::completion(within, &words, &declared.site);
    let completion = (!words.is_empty()).then(|| {
        quote! {
            #[allow(unexpected_cfgs)]
            const _: () = { #completion };
        }
    });
    quote!(#guarded #completion #errors)
}

fn opened(container: &Container, attr: impl ToTokens) -> Report {
    let what = match container.kind {
        Kind::Module => "a module",
        Kind::Inherent(_) | Kind::Trait(_) => "an `impl` block",
    };
    Report::new(attr, format!("`#[public]` does not go on {what}"))
        .help(r#"say why of each handler: `#[public(reason = "landing page")]`"#)
}

impl Container {
    /// The container as it was, but for its attributes of ours.
    fn verbatim(&self) -> TokenStream {
        let Self {
            attrs, head, body, ..
        } = self;
        quote!(#(#attrs)* #(#head)* #body)
    }

    /// The container with a guard on every handler inside.
    fn guarded(&self, declared: &Declared) -> TokenStream {
        let (inner, aliases, owner) = match &self.kind {
            Kind::Module => {
                let (inner, aliases) = alias::through(declared, &self.head);
                (inner, aliases, None)
            }
            Kind::Inherent(of) | Kind::Trait(of) => {
                let owner = Owner {
                    of: of.clone(),
                    conditions: conditions(&self.attrs),
                    is_generic: self.is_generic(),
                };
                (declared.clone(), Vec::new(), Some(owner))
            }
        };
        let conditions = conditions(&self.attrs);
        let scope = Scope {
            declared: inner,
            owner,
        };
        let Guarded {
            inside,
            beside,
            errors,
        } = scope.items(self.items());
        let mut body = Group::new(self.body.delimiter(), inside);
        body.set_span(self.body.span());
        let Self { attrs, head, .. } = self;
        let aliases = alias::under(&conditions, &aliases);
        quote!(#(#attrs)* #(#head)* #body #aliases #beside #errors)
    }
}

impl Scope {
    fn items(&self, items: Vec<Item>) -> Guarded {
        let mut guarded = Guarded::default();
        for item in items {
            match item {
                Item::Function(function) => self.function(*function, &mut guarded),
                Item::Container(container) => self.container(*container, &mut guarded),
                Item::Opaque { item, report } => {
                    guarded.inside.extend(item);
                    report.to_tokens(&mut guarded.errors);
                }
                Item::Other(item) => guarded.inside.extend(item),
            }
        }
        guarded
    }

    /// A module or an `impl` block inside. The methods of traits are no handlers.
    fn container(&self, mut container: Container, guarded: &mut Guarded) {
        let is_helper = function::take(&mut container.attrs, "helper");
        let uses = is_helper.iter().map(still_used);
        guarded.inside.extend(uses);
        if !is_helper.is_empty() || matches!(container.kind, Kind::Trait(_)) {
            guarded.inside.extend(container.verbatim());
            return;
        }
        let declared = Errors::collect(|errors| {
            let own = function::take_guards(&mut container.attrs);
            guarded.inside.extend(own.iter().map(still_used));
            let mut declared = self.declared.clone();
            for attr in own {
                if own_attribute(&attr) == Some(Macro::Public) {
                    return Err(errors.add(opened(&container, &attr)));
                }
                declared = declared.narrowed_by(&attr, errors)?;
            }
            Ok(declared)
        });
        let declared = declared.unwrap_or_else(|errors| {
            guarded.errors.extend(errors);
            Declared::nobody()
        });
        guarded.inside.extend(container.guarded(&declared));
    }
}

/// What is said of `#[helper]` outside of a container.
pub(crate) fn lone_helper() -> Report {
    Report::missing("`#[helper]` has a meaning only inside of a guarded `impl` block or `mod`")
        .help("remove it: outside of these a function without a guard attribute is left alone")
}

/// The conditions that an item is compiled under.
fn conditions(attrs: &[Attribute]) -> Vec<Attribute> {
    let conditions = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    conditions.cloned().collect()
}

impl Declared {
    fn read(within: Macro, args: TokenStream, errors: &mut Errors) -> Result<Self, Reported> {
        let mut site = Site::default();
        let access = pipeline::access(within, args, &mut site, errors)?;
        Ok(Self { access, site })
    }

    /// What stands in for a declaration that could not be read.
    fn nobody() -> Self {
        Self {
            access: Access::nobody(),
            site: Site::default(),
        }
    }

    /// What holds inside of this container for an item with an attribute of its own.
    fn narrowed_by(&self, attr: &Attribute, errors: &mut Errors) -> Result<Self, Reported> {
        let Some(within) = own_attribute(attr) else {
            return Ok(self.clone());
        };
        let args = errors.take(function::arguments(attr))?;
        let mut site = self.site.clone();
        let own = parse::access(within, args, &mut site, errors)?;
        if let Access::Public(own) = &own
            && own.overrides.is_none()
        {
            return Err(errors.add(habitual(attr, &own.reason)));
        }
        let access = model::narrowed(&self.access, own, within, errors);
        Ok(Self { access, site })
    }
}

/// A handler is opened with a word for it, so that nobody does so by habit.
fn habitual(attr: &Attribute, reason: &LitStr) -> Report {
    let reason = reason.to_token_stream();
    Report::new(attr, "this handler stands in a guarded container").help(format!(
        "to open it all the same write `#[public(overrides, reason = {reason})]`"
    ))
}
