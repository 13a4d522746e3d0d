//! What a handler declares, as constant data.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::paths::Paths;
use super::requirement::{self, policies};
use crate::model::{Access, Atom, OnDenied, Options, Public, Requirement, Source, Target};

/// The handler as the access matrix shows it: its name, and where that stands.
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// The implementations that make a hidden type a guard.
pub(super) fn implementations(
    paths: &Paths,
    guard: &Ident,
    place: &Place,
    access: &Access,
) -> TokenStream {
    let rule = rule(paths, guard, place, access);
    let enforce = access
        .requirement()
        .and_then(|requirement| enforce(paths, guard, requirement));
    quote!(#rule #enforce)
}

/// `impl Rule for __guard_of_..`
fn rule(paths: &Paths, guard: &Ident, place: &Place, access: &Access) -> TokenStream {
    let private = &paths.private;
    let needs = needs(paths, access);
    let access = self::access(paths, access);
    let name = &place.name;
    let location = quote_spanned!(place.span=> ::core::panic::Location::caller());
    quote! {
        #[automatically_derived]
        impl #private::Rule for #guard {
            type Needs = #needs;
            const DECLARED: #private::Declaration = #private::Declaration {
                handler: ::core::concat!(::core::module_path!(), "::", #name),
                location: #location,
                access: #access,
            };
        }
    }
}

/// What the rule cannot be decided without: its policies, the request, or the session alone.
fn needs(paths: &Paths, access: &Access) -> TokenStream {
    let private = &paths.private;
    let atoms = access
        .requirement()
        .map(Requirement::atoms)
        .unwrap_or_default();
    if atoms.iter().any(|atom| matches!(atom, Atom::Policy(_))) {
        quote!(Self)
    } else if atoms.iter().any(|atom| matches!(atom, Atom::Owner(_))) {
        quote!(#private::AlsoRequest)
    } else {
        quote!(#private::Identity)
    }
}

/// `impl Enforce<S> for __guard_of_..`, where there are policies: asks them by their index.
fn enforce(paths: &Paths, guard: &Ident, requirement: &Requirement) -> Option<TokenStream> {
    let (root, private) = (&paths.root, &paths.private);
    let policies = policies(requirement);
    let (last, others) = policies.split_last()?;
    let indices = 0..others.len();
    // Behind an alias, what is no type is told so once.
    let asked = |policy: &TokenStream| {
        quote!({
            type __Policy = #policy;
            #private::ask_policy::<__Policy, __State>(cx).await
        })
    };
    let last = asked(last);
    let others = others.iter().map(|policy| asked(policy));
    Some(quote! {
        #[automatically_derived]
        impl<__State: #root::ProvidesAuth> #private::Enforce<__State> for #guard
        where
            #(#policies: #private::Policy<__State>),*
        {
            async fn ask(
                index: ::core::primitive::usize,
                cx: &mut #private::Cx<'_, __State>,
            ) -> #private::Answer {
                match index {
                    #(#indices => #others,)*
                    _ => #last,
                }
            }
        }
    })
}

fn access(paths: &Paths, access: &Access) -> TokenStream {
    let private = &paths.private;
    match access {
        Access::Public(Public {
            reason, cross_site, ..
        }) => quote! {
            #private::Access::Public { reason: #reason, cross_site: #cross_site }
        },
        Access::Guarded {
            requirement,
            options,
        } => {
            let requirement = requirement::tree(paths, requirement);
            let options = self::options(paths, options);
            quote! {
                #private::Access::Guarded {
                    requirement: #requirement,
                    options: #options,
                }
            }
        }
    }
}

/// Only what is given; the rest is the runtime's to say.
fn options(paths: &Paths, options: &Options) -> TokenStream {
    let private = &paths.private;
    let Options {
        redirect,
        on_denied,
        fresh,
        acr,
        via,
        live,
        audit,
    } = options;
    let some = quote!(::core::option::Option::Some);
    let given: Vec<_> = [
        redirect.as_ref().map(|redirect| {
            let to = match &redirect.target {
                Target::SignInPage => quote!(SignInPage),
                Target::Path(path) => quote!(RedirectTo(#path)),
                Target::Constant(_) => quote!(RedirectTo(__REDIRECT)),
            };
            quote!(on_anonymous: #private::OnAnonymous::#to)
        }),
        on_denied.map(|on_denied| {
            let answer = match on_denied {
                OnDenied::Forbid => quote!(Forbid),
                OnDenied::Hide => quote!(Hide),
            };
            quote!(on_denied: #private::OnDenied::#answer)
        }),
        fresh.map(|seconds| quote!(fresh: #some(#seconds))),
        acr.as_ref().map(|acr| quote!(acr: #some(#acr))),
        via.as_ref().map(|sources| {
            let sources = sources.iter().map(|source| match source {
                Source::Bearer => quote!(#private::Source::Bearer),
                Source::Cookie => quote!(#private::Source::Cookie),
            });
            quote!(via: &[#(#sources),*])
        }),
        live.then(|| quote!(live: true)),
        audit.then(|| quote!(audit: true)),
    ]
    .into_iter()
    .flatten()
    .collect();
    match given.is_empty() {
        true => quote!(#private::Options::DEFAULT),
        false => quote!(#private::Options { #(#given,)* ..#private::Options::DEFAULT }),
    }
}
