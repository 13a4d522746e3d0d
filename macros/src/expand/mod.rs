//! Model to tokens. Nothing here can fail, and nothing here looks at what the user wrote.

mod checks;
mod completion;
mod declaration;
mod expression;
mod fingerprint;
mod handler;
mod named;
mod paths;
mod requirement;

pub(crate) use self::completion::{completion, modules};
pub(crate) use self::declaration::Place;
pub(crate) use self::expression::expression;
pub(crate) use self::fingerprint::{crate_key, fingerprint};
pub(crate) use self::handler::{Name, denied, guarded, still_used};
