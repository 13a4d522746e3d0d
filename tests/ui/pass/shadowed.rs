//! Expansions name everything by absolute paths.

#![expect(
    dead_code,
    non_camel_case_types,
    unused_macros,
    reason = "they only stand in the way"
)]

use portcullis::{Auth, Router, authorized, guard, public, routing::get};

struct Result;
struct Option;
struct Ok;
struct Some;
struct None;
struct Guard;
struct Rule;
struct Declaration;
struct Access;
struct Requirement;
struct str;
struct u32;
struct bool;

mod core {}
mod std {}

macro_rules! concat {
    () => {};
}

macro_rules! line {
    () => {};
}

macro_rules! module_path {
    () => {};
}

macro_rules! file {
    () => {};
}

#[authorized(
    any(role = "admin", not(not(permission = "user:read"))),
    redirect = "/login"
)]
async fn users() {}

#[public(reason = "landing page")]
async fn home() {}

fn main() {
    let _ = guard!(role = "admin", redirect);
    let _: Router<Auth> = Router::new()
        .route("/users", get(users))
        .route("/", get(home));
}
