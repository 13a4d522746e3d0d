//! One sign-in for the real packages of Auth.js and for us, without a store in between.

mod advisories;
mod app;
mod codec;
mod environment;
mod jar;
mod settings;
mod table;
mod written;
