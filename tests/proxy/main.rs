//! Sessions of an upstream, seen from outside.

mod app;
mod cache;
mod changes;
mod configuration;
mod faults;
mod flights;
mod given;
mod message;
mod names;
mod ours;
mod requests;
mod retry;
mod sessions;
mod tokens;
mod upstream;
mod views;
