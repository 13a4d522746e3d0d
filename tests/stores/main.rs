//! The stores that keep sessions, against the real servers.

mod servers;
mod tower_sessions;
