//! What applications test themselves with.

mod app;
mod matrix;
mod memory_store;
mod reach;
mod refusals;
mod visitors;
