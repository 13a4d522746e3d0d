//! Expansions are clean under every lint that a careful crate turns on.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    private_bounds,
    private_interfaces,
    rust_2018_idioms,
    single_use_lifetimes,
    unnameable_types,
    unreachable_pub,
    unused_qualifications
)]

use portcullis::{Auth, Router, authorized, protected, public, routing::get};

#[protected(redirect = "/login")]
async fn private() {}

#[authorized(any(role = "admin", all(permission = "user:read", not(role = "suspended"))))]
pub(crate) async fn restricted() {}

/// Outer documentation.
pub mod pages {
    use portcullis::{authorized, public};

    /// The front page.
    #[public(reason = "landing page")]
    pub async fn home() {}

    #[authorized(role = any("admin", "editor"), permission = all("user:read", "user:write"))]
    pub(super) async fn seen_above() {}

    #[authorized(role = "admin")]
    pub(in crate::pages) async fn seen_here() {}

    /// Reaches the handler that only this module sees.
    pub fn routes() -> portcullis::Router<portcullis::Auth> {
        portcullis::Router::new().route("/here", portcullis::routing::get(seen_here))
    }
}

#[public(reason = "health check")]
#[expect(non_snake_case, reason = "the name of the probe")]
async fn Health() {}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/private", get(private))
        .route("/restricted", get(restricted))
        .route("/", get(pages::home))
        .route("/above", get(pages::seen_above))
        .route("/health", get(Health))
        .merge(pages::routes());
}
