//! One application where people sign in with a password, twice: on the real packages, and on ours.

mod ours;
mod real;

pub use self::ours::{ada, application};
pub use self::real::{RealServer, bundle};
