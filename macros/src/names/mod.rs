//! The names a crate gives to its roles and permissions: `#[derive(Roles)]`, `#[derive(Permissions)]`, `vocabulary!`.

mod attribute;
mod expand;
mod read;
#[cfg(test)]
mod tests;
mod vocabulary;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::LitStr;

pub(crate) use self::vocabulary::vocabulary;
use crate::diag::Errors;

/// What the variants of an enum name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Role,
    Permission,
}

impl Kind {
    /// One of them in words, and the name of the attribute of a variant.
    fn noun(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Permission => "permission",
        }
    }

    /// The derive as a user writes it.
    fn derive(self) -> &'static str {
        match self {
            Self::Role => "#[derive(Roles)]",
            Self::Permission => "#[derive(Permissions)]",
        }
    }

    /// A name as it could be written.
    fn sample(self) -> &'static str {
        match self {
            Self::Role => r#""admin""#,
            Self::Permission => r#""post:write""#,
        }
    }
}

/// An enum of names.
struct Names {
    kind: Kind,
    ident: Ident,
    variants: Vec<Variant>,
}

/// One name.
struct Variant {
    ident: Ident,
    name: LitStr,
    implies: Vec<Ident>,
    grants: Vec<LitStr>,
    is_unit: bool,
}

/// Expands `#[derive(Roles)]` or `#[derive(Permissions)]`. With a mistake in the enum the implementations are there
/// all the same, as far as they can be, so that nothing else is reported than the mistake.
pub(crate) fn derive(kind: Kind, item: TokenStream) -> TokenStream {
    let mut names = None;
    let errors = Errors::collect(|errors| {
        names = read::names(kind, item, errors);
        Ok(())
    });
    let implementations = names.as_ref().map(expand::implementations);
    let errors = errors.err();
    quote!(#implementations #errors)
}
