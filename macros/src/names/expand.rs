//! The implementations an enum of names gets.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::read::MOST_ROLES;
use super::{Kind, Names, Variant};
use crate::expand::fingerprint;

/// All of them, in one anonymous constant.
pub(super) fn implementations(names: &Names) -> TokenStream {
    let table = table(names);
    let text = text(names);
    let parsing = parsing(names);
    let serde = serde(names);
    quote! {
        const _: () = {
            #table
            #text
            #parsing
            #serde
        };
    }
}

/// `RoleSet` or `PermissionSet`. The constant beside it makes `cargo check` look into the table.
fn table(names: &Names) -> TokenStream {
    let Names {
        kind,
        ident,
        variants,
    } = names;
    let type_name = ident.to_string();
    let strings = variants.iter().map(|variant| &variant.name);
    let (set, table, rest) = match kind {
        Kind::Role => (quote!(RoleSet), quote!(RoleTable), roles(variants)),
        Kind::Permission => (
            quote!(PermissionSet),
            quote!(PermissionTable),
            TokenStream::new(),
        ),
    };
    let mut fingerprints: Vec<_> = variants
        .iter()
        .map(|variant| fingerprint(&variant.name.value()))
        .collect();
    fingerprints.sort_unstable();
    quote! {
        #[automatically_derived]
        impl ::portcullis::#set for #ident {
            const TABLE: &'static ::portcullis::__private::#table = &::portcullis::__private::#table {
                type_name: #type_name,
                names: &[#(#strings),*],
                fingerprints: &[#(#fingerprints),*],
                #rest
            };
        }
        const _: &::portcullis::__private::#table = <#ident as ::portcullis::#set>::TABLE;
    }
}

fn roles(variants: &[Variant]) -> TokenStream {
    // Those beyond are reported.
    let variants = variants.get(..MOST_ROLES).unwrap_or(variants);
    let idents = variants.iter().map(|variant| variant.ident.to_string());
    let idents = quote!([#(#idents),*]);
    let direct = variants.iter().map(|variant| implied(variant, variants));
    let grants = variants.iter().map(|variant| {
        let grants = &variant.grants;
        quote!(&[#(#grants),*])
    });
    let span = circle(variants).map_or_else(Span::call_site, |role| located(role.span()));
    let closure = quote_spanned! {span=>
        ::portcullis::__private::closure(#idents, [#(#direct),*])
    };
    quote! {
        variants: &#idents,
        implied: &#closure,
        grants: &[#(#grants),*],
    }
}

/// The bits of the roles that this one implies by its own words.
fn implied(variant: &Variant, variants: &[Variant]) -> TokenStream {
    let implied = variants.iter().zip(0_u32..128).filter_map(|(other, bit)| {
        let is_implied = other.ident != variant.ident && variant.implies.contains(&other.ident);
        is_implied.then(|| 1_u128 << bit)
    });
    let bits = implied.fold(0, |bits, bit| bits | bit);
    quote!(#bits)
}

/// The first role named where roles imply each other in a circle. The text comes with the constant.
fn circle(variants: &[Variant]) -> Option<&Ident> {
    variants.iter().find_map(|variant| {
        let mut implies = variant.implies.iter();
        implies.find(|role| **role != variant.ident && leads_to(role, &variant.ident, variants))
    })
}

fn leads_to(from: &Ident, to: &Ident, variants: &[Variant]) -> bool {
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(role) = reached.get(next).copied() {
        let found = variants.iter().find(|variant| variant.ident == *role);
        for role in found.into_iter().flat_map(|variant| &variant.implies) {
            if !reached.contains(&role) {
                reached.push(role);
            }
        }
        next += 1;
    }
    reached.contains(&to)
}

/// `AsRef<str>`, `Display`, `From<Role> for String`.
fn text(names: &Names) -> TokenStream {
    let Names {
        ident, variants, ..
    } = names;
    let arms = variants.iter().map(|variant| {
        let (variant, name) = (&variant.ident, &variant.name);
        quote!(Self::#variant { .. } => #name,)
    });
    let matched = match variants.is_empty() {
        true => quote!(match *self {}),
        false => quote!(match self { #(#arms)* }),
    };
    quote! {
        #[automatically_derived]
        impl ::core::convert::AsRef<::core::primitive::str> for #ident {
            fn as_ref(&self) -> &::core::primitive::str {
                #matched
            }
        }
        #[automatically_derived]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.pad(::core::convert::AsRef::<::core::primitive::str>::as_ref(self))
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<#ident> for ::std::string::String {
            fn from(name: #ident) -> Self {
                Self::from(::core::convert::AsRef::<::core::primitive::str>::as_ref(&name))
            }
        }
    }
}

/// `FromStr`.
fn parsing(names: &Names) -> TokenStream {
    let Names {
        kind,
        ident,
        variants,
    } = names;
    let noun = kind.noun();
    let arms = unambiguous(variants).map(|variant| {
        let (variant, name) = (&variant.ident, &variant.name);
        quote!(#name => ::core::result::Result::Ok(Self::#variant),)
    });
    quote! {
        #[automatically_derived]
        impl ::core::str::FromStr for #ident {
            type Err = ::portcullis::UnknownName;
            fn from_str(name: &::core::primitive::str) -> ::core::result::Result<Self, Self::Err> {
                match name {
                    #(#arms)*
                    _ => ::core::result::Result::Err(::portcullis::UnknownName::new(#noun)),
                }
            }
        }
    }
}

/// Beside a mistake that is reported, nothing may follow from it.
fn unambiguous(variants: &[Variant]) -> impl Iterator<Item = &Variant> {
    let numbered = variants.iter().enumerate();
    numbered
        .filter(|(index, variant)| {
            let mut earlier = variants.iter().take(*index);
            variant.is_unit && !earlier.any(|other| other.name.value() == variant.name.value())
        })
        .map(|(_, variant)| variant)
}

/// `Serialize` and `Deserialize`, as the name.
fn serde(names: &Names) -> TokenStream {
    let Names {
        ident, variants, ..
    } = names;
    let strings = variants.iter().map(|variant| &variant.name);
    quote! {
        #[automatically_derived]
        impl ::portcullis::__private::serde::Serialize for #ident {
            fn serialize<S: ::portcullis::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(::core::convert::AsRef::<::core::primitive::str>::as_ref(self))
            }
        }
        #[automatically_derived]
        impl<'de> ::portcullis::__private::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::portcullis::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let name = <::std::string::String as ::portcullis::__private::serde::Deserialize<'de>>
                    ::deserialize(deserializer)?;
                <Self as ::core::str::FromStr>::from_str(&name).map_err(|_| {
                    <D::Error as ::portcullis::__private::serde::de::Error>::unknown_variant(
                        &name,
                        &[#(#strings),*],
                    )
                })
            }
        }
    }
}

/// Where an error is shown, with the names of the macro.
fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}
