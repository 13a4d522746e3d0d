//! Model to tokens. Nothing here can fail, and nothing here looks at what the user wrote.

mod declaration;
mod expression;
mod handler;
mod paths;

pub(crate) use self::expression::expression;
pub(crate) use self::handler::{denied, guarded};
