//! The test kit (feature `testing`): what an application tests its guards with.
//!
//! It only adds functions. An [`Auth`](crate::Auth) that is built with this feature on accepts
//! exactly what it accepts without; still, the feature belongs under `[dev-dependencies]`, and an
//! optimised build that has it says so in the log.
//!
//! - [`visitor`] signs requests in as anybody.
//! - [`FakeClock`] moves time instead of waiting for it.
//! - [`pass`] lets a test call a guarded handler as a function.
//! - [`assert_refused`] asserts that a guard refuses a request.
//! - [`matrix`] sends every kind of visitor to every entry of an access matrix, and reports who got
//!   where they must not.
//! - [`store_contract`] checks any [`SessionStore`](crate::SessionStore) against all that is promised of one.
//!
//! [`MemoryStore`](crate::MemoryStore) is a store that needs nothing installed.

mod clock;
mod matrix;
mod pass;
mod refusal;
mod store_contract;
mod visitor;

pub use self::clock::FakeClock;
pub use self::matrix::{Finding, Fixture, Matrix, Report, matrix};
pub use self::pass::pass;
pub use self::refusal::assert_refused;
pub use self::store_contract::{ContractCheck, ContractReport, StoreContract, store_contract};
pub use self::visitor::{Visitor, visitor};
