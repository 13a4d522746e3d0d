//! Sessions of an upstream, seen from outside.

mod app;
mod faults;
mod message;
mod routes;
mod upstream;
