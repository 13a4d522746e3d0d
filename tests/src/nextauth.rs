//! One application with a password sign-in, twice: with the real packages in Node.js, and with ours.

mod ours;
mod real;

pub use self::ours::{ada, application};
pub use self::real::{RealServer, bundle, missing};

/// A version of the package `next-auth`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `next-auth@4`.
    V4,
    /// `next-auth@5` and `@auth/core`.
    V5,
}

impl Dialect {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V4, Self::V5];

    /// As the programs in `nextauth/` call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::V4 => "v4",
            Self::V5 => "v5",
        }
    }
}
