//! The declaration of one handler. No value of these types contradicts itself.

use proc_macro2::{Ident, TokenStream};
use syn::{LitBool, LitStr, Type};

use super::atom::Atom;

/// Where an expansion stands in the user's program.
#[derive(Clone, Default)]
pub(crate) struct Site {
    /// Where the runtime is found, if not at `::portcullis`.
    pub(crate) root: Option<TokenStream>,
    /// The router state that the handler is meant for.
    pub(crate) state: Option<Type>,
}

/// Who reaches the handler.
#[derive(Clone)]
pub(crate) enum Access {
    Public(Public),
    Guarded {
        requirement: Requirement,
        options: Options,
    },
}

/// What is said of a handler that everybody reaches.
#[derive(Clone)]
pub(crate) struct Public {
    pub(crate) reason: LitStr,
    pub(crate) cross_site: bool,
    /// The word that weakens a container, where it was written.
    pub(crate) overrides: Option<Ident>,
}

impl Access {
    /// What stands in for a declaration that could not be read.
    pub(crate) fn nobody() -> Self {
        Self::Guarded {
            requirement: Requirement::bare(Rule::Never),
            options: Options::default(),
        }
    }

    /// What must be met, unless everybody may call it.
    pub(crate) fn requirement(&self) -> Option<&Requirement> {
        match self {
            Self::Guarded { requirement, .. } => Some(requirement),
            Self::Public(_) => None,
        }
    }
}

/// What else holds for a guarded handler; what is not given is left to the runtime's defaults.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) redirect: Option<Redirect>,
    pub(crate) on_denied: Option<OnDenied>,
    /// In seconds.
    pub(crate) fresh: Option<u64>,
    pub(crate) acr: Option<LitStr>,
    pub(crate) via: Option<Vec<Source>>,
    pub(crate) live: bool,
    pub(crate) audit: bool,
}

/// Where a visitor who is not signed in is sent, and the word that says so.
#[derive(Clone)]
pub(crate) struct Redirect {
    pub(crate) key: Ident,
    pub(crate) target: Target,
}

/// Where a redirect leads.
#[derive(Clone)]
pub(crate) enum Target {
    SignInPage,
    Path(LitStr),
    /// A constant, whose value only the compiler knows.
    Constant(TokenStream),
}

/// What a signed-in visitor who may not pass is answered.
#[derive(Clone, Copy)]
pub(crate) enum OnDenied {
    Forbid,
    Hide,
}

/// A kind of credential.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Bearer,
    Cookie,
}

/// A rule and the tokens that say it.
#[derive(Clone)]
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

    /// Every fact that is asked for, in the order of writing, as often as it is written.
    pub(crate) fn atoms(&self) -> Vec<&Atom> {
        match &self.rule {
            Rule::SignedIn | Rule::Never => Vec::new(),
            Rule::Atom(atom) => vec![atom],
            Rule::All(children) | Rule::Any(children) => {
                children.iter().flat_map(Self::atoms).collect()
            }
            Rule::Not(child) => child.atoms(),
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
#[derive(Clone, PartialEq)]
pub(crate) enum Rule {
    SignedIn,
    Never,
    Atom(Atom),
    All(Vec<Requirement>),
    Any(Vec<Requirement>),
    Not(Box<Requirement>),
}

/// The test of a claim.
#[derive(Clone)]
pub(crate) struct Claim {
    /// The names of the members that lead to it.
    pub(crate) path: Vec<LitStr>,
    pub(crate) test: ClaimTest,
}

/// What must hold for a claim.
#[derive(Clone)]
pub(crate) enum ClaimTest {
    Present,
    Is(Literal),
    Contains(LitStr),
}

/// What a claim is compared with.
#[derive(Clone)]
pub(crate) enum Literal {
    Text(LitStr),
    /// With its sign.
    Integer(TokenStream),
    /// With its sign.
    Float(TokenStream),
    Boolean(LitBool),
}
