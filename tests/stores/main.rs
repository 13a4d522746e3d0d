//! The stores that keep sessions, against the real servers.

mod contract;
mod servers;

mod sqlite;
mod tower_sessions;
