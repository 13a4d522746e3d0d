//! A router that takes guarded and public handlers, and nothing else by accident.
//!
//! The functions here are those of [`axum::routing`], for handlers that carry `#[protected]`,
//! `#[authorized(..)]` or `#[public(..)]`. A handler without one does not compile:
//!
//! ```compile_fail
//! use portcullis::{Auth, Router, routing::get};
//!
//! async fn forgotten() {}
//! let app: Router<Auth> = Router::new().route("/", get(forgotten));
//! ```

mod by_name;
mod handler;
mod hiding;
mod matrix;
mod method_router;
mod mirror;
mod router;
mod serve;
mod service;
mod startup;

use axum::routing::MethodFilter;

pub use self::handler::{Answers, Argument, LastArgument, NoArguments, ProtectedHandler, Shape};
pub use self::matrix::{AccessMatrix, MatrixEntry, assert_access_matrix};
pub use self::method_router::MethodRouter;
pub use self::router::Router;
pub use crate::guard::GuardParam;
use crate::guard::ProvidesAuth;

/// Routes `GET` requests, and `HEAD` requests with the same guard, to `handler`.
pub fn get<H, T, S>(handler: H) -> MethodRouter<S>
where
    S: ProvidesAuth,
    H: Shape<T> + ProtectedHandler<T, S>,
    T: 'static,
{
    on(MethodFilter::GET, handler)
}

/// Routes `POST` requests to `handler`.
pub fn post<H, T, S>(handler: H) -> MethodRouter<S>
where
    S: ProvidesAuth,
    H: Shape<T> + ProtectedHandler<T, S>,
    T: 'static,
{
    on(MethodFilter::POST, handler)
}

/// Routes `PUT` requests to `handler`.
pub fn put<H, T, S>(handler: H) -> MethodRouter<S>
where
    S: ProvidesAuth,
    H: Shape<T> + ProtectedHandler<T, S>,
    T: 'static,
{
    on(MethodFilter::PUT, handler)
}

/// Routes `PATCH` requests to `handler`.
pub fn patch<H, T, S>(handler: H) -> MethodRouter<S>
where
    S: ProvidesAuth,
    H: Shape<T> + ProtectedHandler<T, S>,
    T: 'static,
{
    on(MethodFilter::PATCH, handler)
}

/// Routes `DELETE` requests to `handler`.
pub fn delete<H, T, S>(handler: H) -> MethodRouter<S>
where
    S: ProvidesAuth,
    H: Shape<T> + ProtectedHandler<T, S>,
    T: 'static,
{
    on(MethodFilter::DELETE, handler)
}

/// Routes requests of every method to `handler`.
pub fn any<H, T, S>(handler: H) -> MethodRouter<S>
where
    S: ProvidesAuth,
    H: Shape<T> + ProtectedHandler<T, S>,
    T: 'static,
{
    MethodRouter::new().any(handler)
}

/// Routes requests of the methods in `filter` to `handler`.
pub fn on<H, T, S>(filter: MethodFilter, handler: H) -> MethodRouter<S>
where
    S: ProvidesAuth,
    H: Shape<T> + ProtectedHandler<T, S>,
    T: 'static,
{
    MethodRouter::new().on(filter, handler)
}

/// Compiles if `handler` can be routed with the state `S`: what `state = ..` asks.
#[doc(hidden)]
pub fn handler_for<S, H, T>(_handler: H)
where
    S: ProvidesAuth,
    H: Shape<T> + ProtectedHandler<T, S>,
{
}
