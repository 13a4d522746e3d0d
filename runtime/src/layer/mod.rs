//! Layers for plain axum routers.

mod session_layer;

pub use self::session_layer::{SessionLayer, SessionService};
