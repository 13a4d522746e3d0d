//! The user's own paths in a container's rule, made to mean inside of a module what they mean beside it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::Attribute;

use super::Declared;
use crate::model::{Access, Atom, Name, Requirement, Rule, Target, written};

/// The declaration as it is written inside of the module with this head, and the items beside the module that it
/// leads to.
pub(super) fn through(declared: &Declared, head: &[TokenTree]) -> (Declared, Vec<TokenStream>) {
    let name = head.iter().rev().find_map(|token| match token {
        TokenTree::Ident(name) => Some(syn::ext::IdentExt::unraw(name).to_string()),
        _ => None,
    });
    let mut aliases = Aliases {
        root: declared
            .site
            .root
            .clone()
            .unwrap_or_else(|| quote!(::portcullis)),
        of: name.unwrap_or_default(),
        items: Vec::new(),
        types: Vec::new(),
    };
    let mut declared = declared.clone();
    if let Access::Guarded {
        requirement,
        options,
    } = &mut declared.access
    {
        aliases.requirement(requirement);
        if let Some(redirect) = &mut options.redirect
            && let Target::Constant(path) = &mut redirect.target
        {
            *path = aliases.value(&quote!(&'static ::core::primitive::str), path);
        }
    }
    if let Some(state) = &mut declared.site.state {
        let alias = aliases.ty(&quote!(#state));
        *state = syn::parse_quote!(#alias);
    }
    (declared, aliases.items)
}

/// Each item under the conditions of the module it belongs to.
pub(super) fn under(conditions: &[Attribute], items: &[TokenStream]) -> TokenStream {
    let items = items.iter().map(|item| quote!(#(#conditions)* #item));
    items.collect()
}

struct Aliases {
    root: TokenStream,
    of: String,
    items: Vec<TokenStream>,
    /// The types that have an alias already.
    types: Vec<(String, TokenStream)>,
}

impl Aliases {
    fn requirement(&mut self, requirement: &mut Requirement) {
        match &mut requirement.rule {
            Rule::SignedIn | Rule::Never => {}
            Rule::Atom(atom) => self.atom(atom),
            Rule::All(children) | Rule::Any(children) => {
                for child in children {
                    self.requirement(child);
                }
            }
            Rule::Not(child) => self.requirement(child),
        }
    }

    fn atom(&mut self, atom: &mut Atom) {
        match atom {
            Atom::Role(Name::Variant { path, owner })
            | Atom::Permission(Name::Variant { path, owner }) => {
                let alias = self.ty(owner);
                let variant = path.clone().into_iter().last();
                *path = quote!(#alias::#variant);
                *owner = alias;
            }
            Atom::When(condition) => {
                let root = &self.root;
                let condition_type = quote!(fn(&#root::Session) -> ::core::primitive::bool);
                *condition = self.value(&condition_type, condition);
            }
            Atom::Policy(path) => *path = self.ty(path),
            Atom::Role(Name::Text(_))
            | Atom::Permission(Name::Text(_))
            | Atom::Scope(_)
            | Atom::Claim(_)
            | Atom::Owner(_) => {}
        }
    }

    fn ty(&mut self, path: &TokenStream) -> TokenStream {
        let written = written(path);
        if let Some((_, alias)) = self.types.iter().find(|(other, _)| *other == written) {
            return alias.clone();
        }
        let alias = self.next();
        self.types.push((written, quote!(super::#alias)));
        self.items.push(quote! {
            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code)]
            type #alias = #path;
        });
        quote!(super::#alias)
    }

    fn value(&mut self, of: &TokenStream, value: &TokenStream) -> TokenStream {
        let alias = self.next();
        self.items.push(quote! {
            #[doc(hidden)]
            #[allow(non_upper_case_globals, dead_code)]
            const #alias: #of = #value;
        });
        quote!(super::#alias)
    }

    fn next(&self) -> Ident {
        let (of, index) = (&self.of, self.items.len());
        format_ident!("__named_by_{of}_{index}", span = Span::call_site())
    }
}
