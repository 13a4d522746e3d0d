//! Every rule, in every form.

#![deny(warnings, missing_docs)]

use axum::extract::Path;
use portcullis::{Auth, Router, Session, authorized, guard, routing::get};

mod conditions {
    use portcullis::Session;

    /// Decided by the session.
    pub(crate) fn is_named(session: &Session) -> bool {
        !session.user_id().is_empty()
    }

    /// Decided by a type as well.
    pub(crate) fn either<A, B>(session: &Session) -> bool {
        size_of::<A>() < size_of::<B>() || is_named(session)
    }
}

#[authorized(role = any("admin", "editor"), permission = all("post:read", "post:write"))]
async fn lists() {}

#[authorized(scope = "posts:read")]
async fn scope() {}

#[authorized(scope = any("posts:read", "https://api.example/posts#read"))]
async fn scopes() {}

#[authorized(claim("plan" = "gold"), claim("realm", "tier" = 3), claim("debt" = -3))]
async fn claims() {}

#[authorized(claim("ratio" = 0.5), claim("loss"=-1.5e3), claim("vip" = true), claim("banned" = false))]
async fn claimed_numbers() {}

#[authorized(claim("emailVerified"), claim("groups" contains "staff"), claim("a.b", "c d"))]
async fn claimed_things() {}

#[authorized(owner = "user_id")]
async fn owner(Path(_): Path<String>) {}

#[authorized(when = |session| session.user_id().len() > 3, role = "admin")]
async fn closure() {}

#[authorized(when=|session: &Session| { let id = session.user_id(); id.starts_with("a") })]
async fn closure_with_a_block() {}

#[authorized(when = move |_| true)]
async fn closure_that_moves() {}

#[authorized(when = conditions::is_named, any(when = conditions::either::<u8, u16>, role = "admin"))]
async fn functions() {}

#[authorized(
    any(
        all(role = "admin", not(claim("suspended"))),
        owner = "user_id",
        not(not(scope = "posts:admin")),
    ),
    any(permission = "post:write", claim("plan" = "gold")),
)]
async fn together(Path(_): Path<String>) {}

fn main() {
    let _ = (
        guard!(scope = "posts:read", claim("plan" = "gold")),
        guard!(when = |session| session.user_id() == "1"),
        guard!(owner = "user_id"),
    );
    let _: Router<Auth> = Router::new()
        .route("/lists", get(lists))
        .route("/scope", get(scope))
        .route("/scopes", get(scopes))
        .route("/claims", get(claims))
        .route("/numbers", get(claimed_numbers))
        .route("/things", get(claimed_things))
        .route("/owner/{user_id}", get(owner))
        .route("/closure", get(closure))
        .route("/block", get(closure_with_a_block))
        .route("/moves", get(closure_that_moves))
        .route("/functions", get(functions))
        .route("/together/{user_id}", get(together));
}
