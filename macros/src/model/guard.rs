//! The declaration of one handler. No value of these types contradicts itself.

use proc_macro2::TokenStream;
use syn::LitStr;

/// Who reaches the handler.
pub(crate) enum Access {
    Public {
        reason: LitStr,
    },
    Guarded {
        requirement: Requirement,
        on_anonymous: OnAnonymous,
    },
}

impl Access {
    /// What stands in for a declaration that could not be read.
    pub(crate) fn nobody() -> Self {
        Self::Guarded {
            requirement: Requirement::bare(Rule::Never),
            on_anonymous: OnAnonymous::Refuse,
        }
    }
}

/// What happens to a visitor who is not signed in.
#[derive(Default)]
pub(crate) enum OnAnonymous {
    #[default]
    Refuse,
    SignInPage,
    RedirectTo(LitStr),
}

/// A rule and the tokens that say it.
pub(crate) struct Requirement {
    pub(crate) source: TokenStream,
    pub(crate) rule: Rule,
}

impl Requirement {
    /// A rule that nobody wrote as such.
    pub(crate) fn bare(rule: Rule) -> Self {
        Self {
            source: TokenStream::new(),
            rule,
        }
    }
}

/// Requirements are the same when they ask the same, wherever they stand.
impl PartialEq for Requirement {
    fn eq(&self, other: &Self) -> bool {
        self.rule == other.rule
    }
}

/// What is asked of a session.
#[derive(PartialEq)]
pub(crate) enum Rule {
    SignedIn,
    Never,
    Atom(Atom),
    All(Vec<Requirement>),
    Any(Vec<Requirement>),
    Not(Box<Requirement>),
}

/// A single fact about a session.
pub(crate) enum Atom {
    Role(LitStr),
    Permission(LitStr),
}

impl Atom {
    /// The fact in words.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Role(name) => format!("role `{}`", name.value()),
            Self::Permission(name) => format!("permission `{}`", name.value()),
        }
    }
}

impl PartialEq for Atom {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Role(one), Self::Role(two)) | (Self::Permission(one), Self::Permission(two)) => {
                one.value() == two.value()
            }
            _ => false,
        }
    }
}
