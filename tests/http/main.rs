//! The behaviour of guarded routers, seen from outside.

mod answers;
mod app;
mod bad_input;
mod changes;
mod configuration;
mod cross_site;
mod decisions;
mod failures;
mod faults;
mod hidden;
mod load_user;
mod matrix;
mod openapi;
mod order;
mod plain_axum;
mod races;
mod redirects;
mod refusals;
mod replaced;
mod routing;
mod services;
mod sessions;
mod sqlite;
mod states;
mod stores;
mod table;
