//! Sessions of an upstream, seen from outside.

mod app;
mod cache;
mod changes;
mod configuration;
mod defaults;
mod environment;
mod faults;
mod flights;
mod given;
mod message;
mod names;
mod ours;
mod real;
mod requests;
mod retry;
mod rolling;
mod routes;
mod sessions;
mod strangers;
mod tokens;
mod upstream;
mod views;
