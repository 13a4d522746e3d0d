//! What a handler declares, as constant data.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::paths::Paths;
use crate::model::{Access, Atom, OnAnonymous, Requirement, Rule};

/// The handler as the access matrix shows it: its name, and where that stands.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) span: Span,
}

/// `impl Rule for __guard_of_..`
pub(super) fn rule(paths: &Paths, guard: &Ident, place: &Place, access: &Access) -> TokenStream {
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

fn access(paths: &Paths, access: &Access) -> TokenStream {
    let private = &paths.private;
    match access {
        Access::Public { reason } => quote!(#private::Access::Public { reason: #reason }),
        Access::Guarded {
            requirement,
            on_anonymous,
        } => {
            let requirement = self::requirement(paths, requirement);
            let on_anonymous = self::on_anonymous(paths, on_anonymous);
            quote! {
                #private::Access::Guarded {
                    requirement: #requirement,
                    on_anonymous: #on_anonymous,
                }
            }
        }
    }
}

fn requirement(paths: &Paths, requirement: &Requirement) -> TokenStream {
    let private = &paths.private;
    let several = |children: &[Requirement]| {
        let children = children.iter().map(|child| self::requirement(paths, child));
        quote!(&[#(#children),*])
    };
    let rule = match &requirement.rule {
        Rule::SignedIn => quote!(SignedIn),
        Rule::Never => quote!(Never),
        Rule::Atom(Atom::Role(name)) => quote!(Role(#name)),
        Rule::Atom(Atom::Permission(name)) => quote!(Permission(#name)),
        Rule::All(children) => {
            let children = several(children);
            quote!(All(#children))
        }
        Rule::Any(children) => {
            let children = several(children);
            quote!(Any(#children))
        }
        Rule::Not(child) => {
            let child = self::requirement(paths, child);
            quote!(Not(&#child))
        }
    };
    quote!(#private::Requirement::#rule)
}

fn on_anonymous(paths: &Paths, on_anonymous: &OnAnonymous) -> TokenStream {
    let private = &paths.private;
    match on_anonymous {
        OnAnonymous::Refuse => quote!(#private::OnAnonymous::Refuse),
        OnAnonymous::SignInPage => quote!(#private::OnAnonymous::SignInPage),
        OnAnonymous::RedirectTo(target) => quote!(#private::OnAnonymous::RedirectTo(#target)),
    }
}
