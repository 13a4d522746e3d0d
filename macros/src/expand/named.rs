//! The rules that name a role or a permission: what the vocabulary says of the name.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

use super::checks::spanned;
use super::fingerprint::{crate_key, fingerprint};
use super::paths::Paths;
use crate::model::{Atom, Name, Requirement};

/// The path to the vocabulary of the crate, where [`checks`] has brought its second choice into scope. A constant of
/// its own would cost every handler more than looking twice.
fn vocabulary(paths: &Paths) -> TokenStream {
    let private = &paths.private;
    let key = crate_key();
    quote!(<#private::Lookup<#private::CrateKey<#key>, _>>::VOCABULARY)
}

/// A role, as a value of the runtime's type `Requirement`.
pub(super) fn role(paths: &Paths, name: &Name) -> TokenStream {
    let private = &paths.private;
    match name {
        Name::Text(name) => {
            let vocabulary = vocabulary(paths);
            quote!(#private::role(#vocabulary, #name))
        }
        Name::Variant { path, owner } => {
            quote!(#private::role_at::<#owner>(#path as ::core::primitive::usize))
        }
    }
}

/// A permission, as a value of the runtime's type `Requirement`.
pub(super) fn permission(paths: &Paths, name: &Name) -> TokenStream {
    let private = &paths.private;
    let vocabulary = vocabulary(paths);
    match name {
        Name::Text(name) => quote!(#private::permission(#vocabulary, #name)),
        Name::Variant { path, owner } => {
            let index = quote!(#path as ::core::primitive::usize);
            quote!(#private::permission_at::<#owner>(#vocabulary, #index))
        }
    }
}

/// The checks of what the rules name: each a constant of its own, so that every wrong name is reported.
pub(super) fn checks(paths: &Paths, requirement: &Requirement) -> TokenStream {
    let private = &paths.private;
    let mut named: Vec<&Atom> = Vec::new();
    let mut checks = TokenStream::new();
    let vocabulary = vocabulary(paths);
    for atom in requirement.atoms() {
        let check = match atom {
            Atom::Role(Name::Text(name)) => Some((quote!(declared_role), name)),
            Atom::Permission(Name::Text(name)) => Some((quote!(declared_permission), name)),
            Atom::Permission(Name::Variant { .. }) => None,
            _ => continue,
        };
        if named.contains(&atom) {
            continue;
        }
        named.push(atom);
        if let Some((check, name)) = check {
            let check = spanned(quote!(#private::#check), name.span());
            let fingerprint = Literal::u64_unsuffixed(fingerprint(&name.value()));
            let call = quote_spanned!(name.span()=> #check(#vocabulary, #name, #fingerprint));
            checks.extend(quote!(const _: () = #call;));
        }
    }
    if named.is_empty() {
        return checks;
    }
    quote! {
        #[allow(unused_imports)]
        use #private::Undeclared as _;
        #checks
    }
}
