//! The stores that keep sessions, against the real servers.

mod authjs;
mod cached;
mod contract;
mod faults;
mod postgres;
mod redis;
mod redis_admin;
mod redis_authjs;
mod redis_authjs_interop;
mod redis_channel;
mod redis_faults;
mod servers;
mod sqlite;
mod tower_sessions;
