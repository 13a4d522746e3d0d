use super::Requirement;
use crate::denial::OnAnonymous;

/// What an attribute says about its handler: constant data that the guard, the access matrix and
/// the log all read.
#[derive(Debug)]
pub struct Declaration {
    /// The path of the handler, such as `newsroom::pages::dashboard`.
    pub handler: &'static str,
    /// The source file it stands in.
    pub file: &'static str,
    /// The line of its name.
    pub line: u32,
    /// Who may call it.
    pub access: Access,
}

/// Who may call a handler.
#[derive(Debug)]
pub enum Access {
    /// Everybody, for a reason.
    Public {
        /// Why.
        reason: &'static str,
    },
    /// Whoever is signed in and meets the requirement.
    Guarded {
        /// What they must meet.
        requirement: Requirement,
        /// What happens to visitors who are not signed in.
        on_anonymous: OnAnonymous,
    },
}

/// A type that stands for a declaration. The attributes implement it; doing so by hand is the one
/// way to write an open handler without one of them, and easy to search for.
pub trait Rule: 'static {
    /// What was declared.
    const DECLARATION: &'static Declaration;
}
