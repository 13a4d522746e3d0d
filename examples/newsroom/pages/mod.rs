//! The pages, a file for each part of the newspaper.

pub(crate) mod admin;
pub(crate) mod dashboard;
pub(crate) mod front;
pub(crate) mod password;
pub(crate) mod posts;
pub(crate) mod sign_in;
pub(crate) mod story;
