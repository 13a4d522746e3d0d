//! Model to tokens. Nothing here can fail, and nothing here looks at what the user wrote.

mod checks;
mod completion;
mod crate_key;
mod declaration;
mod expression;
mod handler;
mod named;
mod paths;
mod requirement;

pub(crate) use self::completion::{completion, modules};
pub(crate) use self::crate_key::crate_key;
pub(crate) use self::declaration::Place;
pub(crate) use self::expression::expression;
pub(crate) use self::handler::{Name, denied, guarded, still_used};
