use std::fmt;

use super::vocabulary::{PermissionRule, RoleRule};
use crate::session::Session;

/// What a signed-in visitor must meet: the tree that an attribute's rules become.
#[derive(Debug, Clone)]
pub enum Requirement {
    /// Nothing but a session.
    SignedIn,
    /// Nobody meets it: what a handler with a mistake in its attribute gets.
    Never,
    /// The session has the role, or one that comes with it.
    Role(RoleRule),
    /// The session has the permission, or a role that grants it.
    Permission(PermissionRule),
    /// The credential carries the scope (RFC 6749 section 3.3).
    Scope(&'static str),
    /// The claim at that path passes the test.
    Claim {
        /// The names of the members that lead to it.
        path: &'static [&'static str],
        /// What must hold for it.
        test: ClaimTest,
    },
    /// The path parameter of that name is the user's id.
    Owner(&'static str),
    /// The function says so.
    When {
        /// The function as it is written.
        source: &'static str,
        /// The function.
        holds: fn(&Session) -> bool,
    },
    /// The policy says so.
    Policy {
        /// Which of the rule's policies it is.
        index: usize,
        /// The policy as it is written.
        name: &'static str,
    },
    /// All of them.
    All(&'static [Requirement]),
    /// At least one of them.
    Any(&'static [Requirement]),
    /// The opposite.
    Not(&'static Requirement),
}

/// What must hold for a claim.
#[derive(Debug, Clone, Copy)]
pub enum ClaimTest {
    /// It is neither null nor false.
    Present,
    /// It equals the literal.
    Is(Literal),
    /// It is an array with that string.
    Contains(&'static str),
}

/// A literal that a claim is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Literal {
    /// A string.
    Text(&'static str),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// True or false.
    Boolean(bool),
}

impl Requirement {
    /// Whether this holds for it or for any part of it.
    pub(crate) fn any_part(&self, is: fn(&Self) -> bool) -> bool {
        is(self)
            || match self {
                Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.any_part(is)),
                Self::Not(part) => part.any_part(is),
                _ => false,
            }
    }

    /// The path parameters whose value must be the user's id.
    pub(crate) fn owners(&self) -> Vec<&'static str> {
        match self {
            Self::Owner(parameter) => vec![parameter],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::owners).collect(),
            Self::Not(part) => part.owners(),
            _ => Vec::new(),
        }
    }

    /// The scopes that it names, each once, in the order of the rule.
    pub(crate) fn scopes(&self) -> Vec<&'static str> {
        let mut scopes = Vec::new();
        self.collect_scopes(&mut scopes);
        scopes
    }

    fn collect_scopes(&self, scopes: &mut Vec<&'static str>) {
        match self {
            Self::Scope(scope) if !scopes.contains(scope) => scopes.push(scope),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect_scopes(scopes));
            }
            _ => {}
        }
    }

    /// It and all its parts.
    #[cfg(feature = "testing")]
    pub(crate) fn all_parts(&self) -> Vec<&Self> {
        let mut all = vec![self];
        match self {
            Self::All(parts) | Self::Any(parts) => {
                all.extend(parts.iter().flat_map(Self::all_parts));
            }
            Self::Not(part) => all.extend(part.all_parts()),
            _ => {}
        }
        all
    }

    fn nested(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) | Self::Any(_) => write!(f, "({self})"),
            _ => write!(f, "{self}"),
        }
    }
}

/// In words, as the access matrix shows it.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedIn => f.write_str("any signed-in user"),
            Self::Never => f.write_str("nobody"),
            Self::Role(rule) => write!(f, "role {}", Name(rule.name())),
            Self::Permission(rule) => write!(f, "permission {}", Name(rule.name())),
            Self::Scope(scope) => write!(f, "scope {}", Name(scope)),
            Self::Claim { path, test } => {
                f.write_str("claim ")?;
                for (index, name) in path.iter().enumerate() {
                    let dot = if index > 0 { "." } else { "" };
                    write!(f, "{dot}{}", Name(name))?;
                }
                write!(f, "{test}")
            }
            Self::Owner(parameter) => write!(f, "owner of {{{parameter}}}"),
            Self::When { source, .. } => write!(f, "when {source}"),
            Self::Policy { name, .. } => write!(f, "policy {name}"),
            Self::All(parts) => join(f, parts, " and "),
            Self::Any(parts) => join(f, parts, " or "),
            Self::Not(part) => {
                f.write_str("not ")?;
                part.nested(f)
            }
        }
    }
}

/// A name in a sentence: quoted where it could be taken for something else, so that two rules never
/// read the same.
struct Name(&'static str);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |character: char| character.is_alphanumeric() || "_-:/".contains(character);
        if !self.0.is_empty() && self.0.chars().all(is_plain) {
            f.write_str(self.0)
        } else {
            write!(f, "{:?}", self.0)
        }
    }
}

impl fmt::Display for ClaimTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present => Ok(()),
            Self::Is(Literal::Text(text)) => write!(f, " = {text:?}"),
            Self::Is(Literal::Integer(number)) => write!(f, " = {number}"),
            Self::Is(Literal::Float(number)) => write!(f, " = {number}"),
            Self::Is(Literal::Boolean(boolean)) => write!(f, " = {boolean}"),
            Self::Contains(text) => write!(f, " contains {text:?}"),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Requirement], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        part.nested(f)?;
    }
    Ok(())
}
