//! The behaviour of guarded routers, seen from outside.

mod app;
mod bad_input;
mod configuration;
mod cross_site;
mod order;
mod plain_axum;
mod redirects;
mod refusals;
mod routing;
mod services;
mod sessions;
mod sqlite;
mod states;
mod stores;
