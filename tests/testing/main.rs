//! What applications test themselves with.

mod app;
mod layers;
mod matrix;
mod memory_store;
mod reach;
mod refusals;
mod visitors;
