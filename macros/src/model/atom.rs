//! The single facts that rules ask for.

use proc_macro2::TokenStream;
use syn::LitStr;

use super::guard::{Claim, ClaimTest, Literal};

/// A single fact about a session, or about a request.
#[derive(Clone)]
pub(crate) enum Atom {
    Role(Name),
    Permission(Name),
    Scope(LitStr),
    Claim(Claim),
    Owner(LitStr),
    When(TokenStream),
    Policy(TokenStream),
}

/// A role or a permission.
#[derive(Clone)]
pub(crate) enum Name {
    Text(LitStr),
    /// The variant of an enum, and the enum.
    Variant {
        path: TokenStream,
        owner: TokenStream,
    },
}

impl Atom {
    /// The fact in words.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Role(name) => format!("role `{}`", name.written()),
            Self::Permission(name) => format!("permission `{}`", name.written()),
            Self::Scope(scope) => format!("scope `{}`", scope.value()),
            Self::Claim(claim) => format!("claim `{}`", claim.written()),
            Self::Owner(parameter) => format!("owner `{}`", parameter.value()),
            Self::When(_) => "this condition".to_owned(),
            Self::Policy(path) => format!("policy `{}`", written(path)),
        }
    }
}

/// Facts are the same when they are written the same: what a path leads to is not known here.
impl PartialEq for Atom {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Role(one), Self::Role(two)) | (Self::Permission(one), Self::Permission(two)) => {
                one == two
            }
            (Self::Scope(one), Self::Scope(two)) | (Self::Owner(one), Self::Owner(two)) => {
                one.value() == two.value()
            }
            (Self::Claim(one), Self::Claim(two)) => one.written() == two.written(),
            (Self::When(one), Self::When(two)) | (Self::Policy(one), Self::Policy(two)) => {
                written(one) == written(two)
            }
            _ => false,
        }
    }
}

impl Name {
    fn written(&self) -> String {
        match self {
            Self::Text(name) => name.value(),
            Self::Variant { path, .. } => written(path),
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        matches!(self, Self::Text(_)) == matches!(other, Self::Text(_))
            && self.written() == other.written()
    }
}

impl Claim {
    fn written(&self) -> String {
        let path: Vec<_> = self
            .path
            .iter()
            .map(|name| format!("{:?}", name.value()))
            .collect();
        let path = path.join(", ");
        match &self.test {
            ClaimTest::Present => path,
            ClaimTest::Is(Literal::Text(text)) => format!("{path} = {:?}", text.value()),
            ClaimTest::Is(Literal::Integer(number) | Literal::Float(number)) => {
                format!("{path} = {}", written(number))
            }
            ClaimTest::Is(Literal::Boolean(truth)) => format!("{path} = {}", truth.value),
            ClaimTest::Contains(text) => format!("{path} contains {:?}", text.value()),
        }
    }
}

/// Tokens as text, without the spaces that depend on who prints them.
pub(crate) fn written(tokens: &TokenStream) -> String {
    let text = tokens.to_string();
    match text.contains(['"', '\'']) {
        // Spaces inside of a literal mean something.
        true => text,
        false => text
            .replace(" :: ", "::")
            .replace(":: ", "::")
            .replace("- ", "-"),
    }
}
