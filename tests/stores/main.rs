//! The stores that keep sessions, against the real servers.

mod contract;
mod postgres;
mod servers;
mod sqlite;
