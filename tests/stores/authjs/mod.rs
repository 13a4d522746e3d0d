//! The tables of Auth.js, with Auth.js itself on the other side.

mod contract;
pub(crate) mod database;
mod interop;
mod members;
mod mistakes;
mod plans;
mod rows;
