//! The requirement tree, as constant data.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::named;
use super::paths::Paths;
use crate::model::{Atom, Claim, ClaimTest, Literal, Requirement, Rule, written};

/// The policies of a tree, each once: what the tree says of them is their place in this list.
pub(super) fn policies(requirement: &Requirement) -> Vec<&TokenStream> {
    let mut policies: Vec<&TokenStream> = Vec::new();
    for atom in requirement.atoms() {
        if let Atom::Policy(path) = atom
            && position(&policies, path).is_none()
        {
            policies.push(path);
        }
    }
    policies
}

fn position(policies: &[&TokenStream], path: &TokenStream) -> Option<usize> {
    let path = written(path);
    policies.iter().position(|policy| written(policy) == path)
}

/// A value of the runtime's type `Requirement`.
pub(super) fn tree(paths: &Paths, requirement: &Requirement) -> TokenStream {
    let policies = policies(requirement);
    Tree { paths, policies }.node(requirement)
}

struct Tree<'a> {
    paths: &'a Paths,
    policies: Vec<&'a TokenStream>,
}

impl Tree<'_> {
    fn node(&self, requirement: &Requirement) -> TokenStream {
        let private = &self.paths.private;
        let rule = match &requirement.rule {
            Rule::Atom(atom) => return self.atom(atom, &requirement.source),
            Rule::SignedIn => quote!(SignedIn),
            Rule::Never => quote!(Never),
            Rule::All(children) => {
                let children = children.iter().map(|child| self.node(child));
                quote!(All(&[#(#children),*]))
            }
            Rule::Any(children) => {
                let children = children.iter().map(|child| self.node(child));
                quote!(Any(&[#(#children),*]))
            }
            Rule::Not(child) => {
                let child = self.node(child);
                quote!(Not(&#child))
            }
        };
        quote!(#private::Requirement::#rule)
    }

    fn atom(&self, atom: &Atom, source: &TokenStream) -> TokenStream {
        let private = &self.paths.private;
        let rule = match atom {
            Atom::Role(name) => return named::role(self.paths, name),
            Atom::Permission(name) => return named::permission(self.paths, name),
            Atom::Scope(scope) => quote!(Scope(#scope)),
            Atom::Claim(claim) => self.claim(claim),
            Atom::Owner(parameter) => quote!(Owner(#parameter)),
            Atom::When(condition) => {
                let source = shown(&as_written(source, condition));
                quote!(When { source: #source, holds: #condition })
            }
            Atom::Policy(path) => {
                let index = position(&self.policies, path).unwrap_or_default();
                let index = proc_macro2::Literal::usize_unsuffixed(index);
                let name = written(&as_written(source, path));
                quote!(Policy { index: #index, name: #name })
            }
        };
        quote!(#private::Requirement::#rule)
    }

    fn claim(&self, claim: &Claim) -> TokenStream {
        let private = &self.paths.private;
        let Claim { path, test } = claim;
        let test = match test {
            ClaimTest::Present => quote!(Present),
            ClaimTest::Contains(text) => quote!(Contains(#text)),
            ClaimTest::Is(literal) => {
                let literal = match literal {
                    Literal::Text(text) => quote!(Text(#text)),
                    Literal::Integer(number) => quote!(Integer(#number)),
                    Literal::Float(number) => quote!(Float(#number)),
                    Literal::Boolean(truth) => quote!(Boolean(#truth)),
                };
                quote!(Is(#private::Literal::#literal))
            }
        };
        quote!(Claim { path: &[#(#path),*], test: #private::ClaimTest::#test })
    }
}

/// The value behind the `=` of an argument; the tokens to expand may name it by another way.
fn as_written(source: &TokenStream, expanded: &TokenStream) -> TokenStream {
    let mut tokens = source.clone().into_iter().skip(1);
    match tokens.next() {
        Some(TokenTree::Punct(equals)) if equals.as_char() == '=' => tokens.collect(),
        _ => expanded.clone(),
    }
}

/// A condition as the access matrix shows it.
fn shown(condition: &TokenStream) -> String {
    let text = written(condition);
    match text.chars().count() <= LONGEST_SHOWN && !text.contains('\n') {
        true => text,
        false => "..".to_owned(),
    }
}

const LONGEST_SHOWN: usize = 60;
