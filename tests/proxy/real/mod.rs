//! Sessions of the real Auth.js and of another Portcullis, with real clients.

mod example;
mod get_token;
mod guards;
mod oauth;
mod ours;
mod paths;
mod refresh;
mod sign_out;
mod visitor;
mod world;
