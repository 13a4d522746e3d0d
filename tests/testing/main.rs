//! What applications test themselves with.

mod memory_store;
