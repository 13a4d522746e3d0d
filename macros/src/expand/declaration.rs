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
    let requirement = match access {
        Access::Guarded { requirement, .. } => Some(requirement),
        Access::Public(_) => None,
    };
    let enforce = enforce(paths, guard, requirement);
    let identity_only = identity_only(paths, guard, requirement);
    quote!(#rule #enforce #identity_only)
}

/// `impl Rule for __guard_of_..`
fn rule(paths: &Paths, guard: &Ident, place: &Place, access: &Access) -> TokenStream {
    let private = &paths.private;
    let access = self::access(paths, access);
    let name = &place.name;
    let line = quote_spanned!(place.span=> ::core::line!());
    quote! {
        #[automatically_derived]
        impl #private::Rule for #guard {
            const DECLARATION: &'static #private::Declaration = &#private::Declaration {
                handler: ::core::concat!(::core::module_path!(), "::", #name),
                file: ::core::file!(),
                line: #line,
                access: #access,
            };
        }
    }
}

/// `impl Enforce<S> for __guard_of_..`: asks the policies by their index.
fn enforce(paths: &Paths, guard: &Ident, requirement: Option<&Requirement>) -> TokenStream {
    let (root, private) = (&paths.root, &paths.private);
    let policies = requirement.map(policies).unwrap_or_default();
    let (bounds, ask) = match policies.split_last() {
        None => (TokenStream::new(), TokenStream::new()),
        Some((last, others)) => {
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
            let bounds = quote!(where #(#policies: #private::Policy<__State>),*);
            let ask = quote! {
                async fn ask(
                    index: ::core::primitive::usize,
                    cx: &mut #private::Cx<'_, __State>,
                ) -> #private::Answer {
                    match index {
                        #(#indices => #others,)*
                        _ => #last,
                    }
                }
            };
            (bounds, ask)
        }
    };
    quote! {
        #[automatically_derived]
        impl<__State: #root::ProvidesAuth> #private::Enforce<__State> for #guard #bounds {
            #ask
        }
    }
}

/// `impl IdentityOnly for __guard_of_..`, where no rule needs the request.
fn identity_only(paths: &Paths, guard: &Ident, requirement: Option<&Requirement>) -> TokenStream {
    let private = &paths.private;
    let atoms = requirement.map(Requirement::atoms).unwrap_or_default();
    let needs_request = |atom: &&Atom| matches!(atom, Atom::Policy(_) | Atom::Owner(_));
    if atoms.iter().any(needs_request) {
        return TokenStream::new();
    }
    quote! {
        #[automatically_derived]
        impl #private::IdentityOnly for #guard {}
    }
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
