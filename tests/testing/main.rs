//! What applications test themselves with.

mod app;
mod memory_store;
mod refusals;
mod visitors;
