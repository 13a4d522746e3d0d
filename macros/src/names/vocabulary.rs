//! `vocabulary! { roles: Role, permissions: Permission }`

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use crate::diag::{Errors, Report, nearest};
use crate::expand::crate_key;
use crate::parse;

/// What a crate declares.
#[derive(Default)]
struct Vocabulary {
    roles: Option<Type>,
    permissions: Option<Type>,
}

/// Expands `vocabulary!`. With a mistake in it, every name is free: what is wrong is said once.
pub(crate) fn vocabulary(tokens: TokenStream) -> TokenStream {
    let read = Errors::collect(|errors| {
        let mut vocabulary = Vocabulary::default();
        if tokens.is_empty() {
            errors.add(
                Report::missing("`vocabulary!` declares nothing")
                    .help("write `vocabulary! { roles: Role }`"),
            );
        }
        for entry in parse::values(tokens) {
            let entry = entry.and_then(|entry| vocabulary.accept(&entry));
            let _: Result<(), _> = errors.take(entry);
        }
        Ok(vocabulary)
    });
    match read {
        Ok(vocabulary) => vocabulary.expand(),
        Err(errors) => {
            let free = Vocabulary::default().expand();
            quote!(#free #errors)
        }
    }
}

impl Vocabulary {
    fn accept(&mut self, entry: &[TokenTree]) -> Result<(), Report> {
        let (name, rest) = match entry {
            [TokenTree::Ident(name), rest @ ..] => (name, rest),
            [other, ..] => return Err(nameless(other)),
            [] => return Ok(()),
        };
        let (slot, sample) = match name.to_string().as_str() {
            "roles" => (&mut self.roles, "roles: Role"),
            "permissions" => (&mut self.permissions, "permissions: Permission"),
            _ => return Err(unknown(name, rest)),
        };
        if slot.is_some() {
            return Err(Report::new(name, format!("`{name}` is given twice"))
                .help("keep one of them: a crate has one enum for each"));
        }
        *slot = Some(enumeration(name, rest, sample)?);
        Ok(())
    }

    fn expand(&self) -> TokenStream {
        let roles = match &self.roles {
            Some(roles) => quote! {
                ::core::option::Option::Some(<#roles as ::portcullis::RoleSet>::TABLE)
            },
            None => quote!(::core::option::Option::None),
        };
        let permissions = match &self.permissions {
            Some(permissions) => quote! {
                ::core::option::Option::Some(<#permissions as ::portcullis::PermissionSet>::TABLE)
            },
            None => quote!(::core::option::Option::None),
        };
        let grants = self.roles.as_ref().map(|roles| {
            let span = syn::spanned::Spanned::span(roles);
            let span = proc_macro2::Span::call_site().located_at(span);
            quote_spanned! {span=>
                const _: () = ::portcullis::__private::grants_are_declared(
                    &vocabulary_belongs_at_the_crate_root_once,
                );
            }
        });
        let key = crate_key();
        quote! {
            #[doc(hidden)]
            #[allow(non_upper_case_globals)]
            pub const vocabulary_belongs_at_the_crate_root_once: ::portcullis::__private::Vocabulary =
                ::portcullis::__private::Vocabulary {
                    roles: #roles,
                    permissions: #permissions,
                };
            const _: () = {
                #[allow(unused_imports)]
                use crate::vocabulary_belongs_at_the_crate_root_once as _;
            };
            const _: () = {
                struct Root;
                impl ::portcullis::__private::Declares<Root>
                    for ::portcullis::__private::CrateKey<#key>
                {
                    const VOCABULARY: &'static ::portcullis::__private::Vocabulary =
                        &vocabulary_belongs_at_the_crate_root_once;
                }
            };
            #grants
        }
    }
}

/// The type behind `roles:`.
fn enumeration(name: &Ident, rest: &[TokenTree], sample: &str) -> Result<Type, Report> {
    let value: TokenStream = match rest {
        [TokenTree::Punct(colon), value @ ..] if colon.as_char() == ':' && !value.is_empty() => {
            value.iter().cloned().collect()
        }
        [] | [TokenTree::Punct(_)] => {
            return Err(Report::new(name, format!("`{name}` needs an enum"))
                .help(format!("write `{sample}`")));
        }
        [found, ..] => {
            return Err(Report::new(found, format!("expected `:` after `{name}`"))
                .help(format!("write `{sample}`")));
        }
    };
    match syn::parse2(value.clone()) {
        Ok(path @ Type::Path(_)) => Ok(path),
        _ => Err(
            Report::new(value, format!("`{name}` takes the path of an enum"))
                .help(format!("write `{sample}`")),
        ),
    }
}

fn unknown(name: &Ident, rest: &[TokenTree]) -> Report {
    let report = Report::new(name, format!("unknown entry `{name}`"));
    match nearest(&name.to_string(), ["roles", "permissions"].into_iter()) {
        Some(near) => report.help(format!("an entry with a similar name exists: `{near}`")),
        None if rest.is_empty() => report.help(format!("write `roles: {name}`")),
        None => report.note("accepted: `roles`, `permissions`"),
    }
}

fn nameless(found: impl ToTokens) -> Report {
    Report::new(found, "expected `roles` or `permissions`").help("write `roles: Role`")
}
