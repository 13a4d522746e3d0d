//! What a handler declares, once it is read, and the rules that hold across arguments.

mod check;
mod guard;
mod truth;

pub(crate) use self::check::check;
pub(crate) use self::guard::{Access, Atom, OnAnonymous, Requirement, Rule};
