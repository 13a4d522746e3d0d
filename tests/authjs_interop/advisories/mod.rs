//! What went wrong over there once does not go wrong here: a test for each advisory.

mod endpoints;
mod tokens;
