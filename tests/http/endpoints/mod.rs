//! The endpoints of Auth.js, as its clients and as browsers ask them.

mod bad_input;
mod callback_url;
mod callbacks;
mod credentials;
mod csrf;
mod documents;
mod pages;
mod router;
mod sign_out;
pub mod site;
