//! Layers for plain axum routers, and for everything that is no handler.

mod require;
mod session_layer;

pub(crate) use self::require::required_by;
pub use self::require::{RequireLayer, RequireService};
pub use self::session_layer::{SessionLayer, SessionService};
