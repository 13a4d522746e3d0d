//! From an enum to the names it stands for.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::{Fields, Item, ItemEnum, LitStr};

use super::attribute::{self, Said};
use super::{Kind, Names, Variant};
use crate::diag::{Errors, Report};

/// Roles are bits of a `u128`.
pub(super) const MOST_ROLES: usize = 128;

/// Reads what can be read, and adds every mistake on the way.
pub(super) fn names(kind: Kind, item: TokenStream, errors: &mut Errors) -> Option<Names> {
    let item = match syn::parse2(item) {
        Ok(Item::Enum(item)) => item,
        Ok(Item::Struct(item)) => return not_an_enum(kind, item.struct_token, item.ident, errors),
        Ok(Item::Union(item)) => return not_an_enum(kind, item.union_token, item.ident, errors),
        Ok(other) => return not_an_enum(kind, &other, None, errors),
        Err(error) => {
            errors.add(error.into());
            return None;
        }
    };
    if let Some(parameter) = item.generics.params.first() {
        let message = format!("an enum of {}s cannot be generic", kind.noun());
        errors.add(Report::new(parameter, message).help("remove the parameter"));
        return None;
    }
    if item.variants.is_empty() {
        let message = format!("`{}` declares no {}", item.ident, kind.noun());
        errors.add(Report::new(&item.ident, message).help("give it at least one variant"));
    }
    too_many(kind, &item, errors);
    misplaced(kind, &item, errors);
    let variants: Vec<_> = item
        .variants
        .iter()
        .map(|variant| read(kind, variant, errors))
        .collect();
    same_name(kind, &variants, errors);
    for variant in &item.variants {
        attribute::implies_are_variants(variant, &variants, errors);
    }
    Some(Names {
        kind,
        ident: item.ident,
        variants,
    })
}

fn not_an_enum(
    kind: Kind,
    culprit: impl quote::ToTokens,
    ident: impl Into<Option<Ident>>,
    errors: &mut Errors,
) -> Option<Names> {
    let message = format!("`{}` goes on an enum", kind.derive());
    errors.add(Report::new(culprit, message).help(format!(
        "write `enum {} {{ .. }}`, with one variant a {}",
        ident.into().map_or("Role".to_owned(), |ident| ident.to_string()),
        kind.noun()
    )));
    None
}

fn read(kind: Kind, variant: &syn::Variant, errors: &mut Errors) -> Variant {
    let is_unit = matches!(variant.fields, Fields::Unit);
    if !is_unit {
        let message = format!("a {} cannot hold fields", kind.noun());
        let help = format!("write `{}`", variant.ident);
        errors.add(Report::new(&variant.fields, message).help(help));
    }
    if let Some((_, number)) = &variant.discriminant {
        let message = format!("a {} cannot have a number of its own", kind.noun());
        let help = format!("remove `= {}`", quote::quote!(#number));
        errors.add(Report::new(number, message).help(help));
    }
    let Said {
        name,
        implies,
        grants,
    } = attribute::read(kind, variant, errors);
    Variant {
        name: name.unwrap_or_else(|| default_name(&variant.ident)),
        ident: variant.ident.clone(),
        implies,
        grants,
        is_unit,
    }
}

fn too_many(kind: Kind, item: &ItemEnum, errors: &mut Errors) {
    if let (Kind::Role, Some(variant)) = (kind, item.variants.get(MOST_ROLES)) {
        let message = format!("`{}` has more than {MOST_ROLES} roles", item.ident);
        errors.add(
            Report::new(&variant.ident, message).help(
                "describe what a role may do with permissions: they may be as many as wanted",
            ),
        );
    }
}

/// On the enum itself our attribute would say nothing.
fn misplaced(kind: Kind, item: &ItemEnum, errors: &mut Errors) {
    let noun = kind.noun();
    for attr in item.attrs.iter().filter(|attr| attr.path().is_ident(noun)) {
        errors.add(
            Report::new(attr, format!("`#[{noun}(..)]` goes on a variant"))
                .help(format!("put it on the variant whose {noun} it describes")),
        );
    }
}

fn same_name(kind: Kind, variants: &[Variant], errors: &mut Errors) {
    for (index, variant) in variants.iter().enumerate() {
        let name = variant.name.value();
        let mut earlier = variants.iter().take(index);
        if let Some(other) = earlier.find(|other| other.name.value() == name) {
            let message = format!(
                "{} `{name}` is already the name of `{}`",
                kind.noun(),
                other.ident
            );
            errors.add(Report::new(&variant.name, message).help("give each its own name"));
        }
    }
}

/// `SuperAdmin` is `super-admin`, `HTTPClient` is `http-client`.
fn default_name(variant: &Ident) -> LitStr {
    let letters: Vec<char> = variant.unraw().to_string().chars().collect();
    let mut name = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(index + 1);
        let starts_a_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() && *before != '_'
                    || before.is_uppercase() && after.is_some_and(|after| after.is_lowercase())
            });
        if starts_a_word {
            name.push('-');
        }
        match letter {
            '_' => name.push('-'),
            letter => name.extend(letter.to_lowercase()),
        }
    }
    LitStr::new(&name, variant.span())
}
