//! One application with a password sign-in, twice: with the real packages in Node.js, and with ours.

mod ours;
mod real;

pub use self::ours::{Renaming, ada, application};
pub use self::real::{RealServer, bundle};
