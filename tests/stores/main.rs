//! The stores that keep sessions, against the real servers.

mod contract;
mod servers;
mod tower_sessions;
