//! Guarded `impl` blocks and modules.

#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    private_interfaces,
    private_bounds,
    unused_qualifications,
    rust_2018_idioms
)]
#![forbid(unsafe_code)]

use std::marker::PhantomData;

use axum::extract::{FromRef, State};
use portcullis::{
    Auth, Roles, Router, Session, authorized, helper, policy, protected, public,
    routing::{get, post},
};

#[derive(Clone, Copy, Roles)]
enum Role {
    Admin,
    Editor,
}

portcullis::vocabulary! { roles: Role }

const LOGIN: &str = "/login";

fn is_home(session: &Session) -> bool {
    !format!("{session:?}").is_empty()
}

#[policy]
async fn is_somebody(_: &Session) -> bool {
    true
}

trait Repo: Clone + Send + Sync + 'static {
    fn load(&self) -> String;
}

#[derive(Clone)]
struct Memory;

impl Repo for Memory {
    fn load(&self) -> String {
        String::new()
    }
}

#[derive(Clone)]
struct AppState(Auth);

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.0.clone()
    }
}

impl FromRef<AppState> for Memory {
    fn from_ref(_: &AppState) -> Self {
        Self
    }
}

struct Api<R>(PhantomData<R>);

#[protected]
impl<R: Repo> Api<R> {
    const NAME: &'static str = "api";

    async fn list(State(repo): State<R>) -> String {
        Self::load(&repo).await
    }

    #[authorized(role = "admin", fresh = "5m")]
    async fn edit(State(_): State<R>) -> &'static str {
        Self::NAME
    }

    #[helper]
    async fn load(repo: &R) -> String {
        repo.load()
    }

    fn describe() -> &'static str {
        "sync"
    }
}

struct Sized<T>(PhantomData<T>);

#[authorized(role = Role::Editor)]
impl Sized<u8> {
    async fn show() {}
}

#[authorized(role = Role::Admin)]
impl Sized<u16> {
    async fn show() {}
}

#[cfg(any())]
#[protected]
impl Sized<u32> {
    async fn show() {}
}

#[authorized(
    role = any(Role::Admin, "editor"),
    policy = is_somebody,
    any(when = is_home, when = |session| is_home(session)),
    redirect = LOGIN,
    state = AppState
)]
mod posts {
    use portcullis::{authorized, helper, public};

    pub(super) async fn list() -> &'static str {
        load().await
    }

    #[authorized(not(role = "suspended-is-unknown-here-but-free"))]
    #[cfg(any())]
    async fn left_out() {}

    #[authorized(policy = super::is_somebody)]
    pub(super) async fn edit() {}

    #[public(overrides, reason = "help")]
    pub(super) async fn help() {}

    #[helper]
    async fn load() -> &'static str {
        drafts::NAME
    }

    pub(super) mod drafts {
        pub(super) const NAME: &str = "drafts";

        pub(crate) async fn list() {}
    }

    #[authorized(role = "admin")]
    pub(super) mod own {
        pub(crate) struct Own;

        impl Own {
            pub(crate) async fn list() {}
        }
    }
}

#[protected]
mod plain {
    use super::*;

    #[public(overrides, reason = "help")]
    pub(super) async fn help() {}
}

fn main() {
    let _: Router<AppState> = Router::new()
        .route("/api", get(Api::<Memory>::list).post(Api::<Memory>::edit))
        .route("/sized", get(Sized::<u8>::show).post(Sized::<u16>::show))
        .route("/posts", get(posts::list).post(posts::edit))
        .route(
            "/drafts",
            get(posts::drafts::list).post(posts::own::Own::list),
        )
        .route("/help", get(posts::help))
        .route("/plain", post(plain::help));
    let _ = (
        Api::<Memory>::describe(),
        Sized::<u8>(PhantomData).0,
        Api::<Memory>(PhantomData).0,
    );
}
