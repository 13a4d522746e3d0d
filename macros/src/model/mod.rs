//! What a handler declares, once it is read, and the rules that hold across arguments.

mod atom;
mod check;
mod combine;
mod doubt;
mod guard;
mod implication;
mod truth;

pub(crate) use self::atom::{Atom, Name, written};
pub(crate) use self::check::{check, stands_alone};
pub(crate) use self::combine::narrowed;
pub(crate) use self::doubt::{Doubt, doubts};
pub(crate) use self::guard::{
    Access, Claim, ClaimTest, Literal, OnDenied, Options, Public, Redirect, Requirement, Rule,
    Site, Source, Target,
};
