//! What is configured for the whole process. Each test has a process of its own, where nothing is configured
//! yet.

mod app;
mod keeps;
mod layers;
mod replaced;
mod routes;
mod shares;
mod turns;
mod unconfigured;
