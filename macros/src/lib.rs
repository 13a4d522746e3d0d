//! The attributes of `portcullis`, which re-exports them: `use portcullis::{authorized, guard, protected, public};`.
//!
//! Each attribute gives its handler a first argument, the guard, and puts beside it what the handler declares, as
//! constant data. The body is never read. A mistake is an error at the word that is wrong, and the handler behind it
//! is emitted with a guard that lets nobody in.

mod diag;
mod expand;
mod keys;
mod model;
mod parse;
mod pipeline;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use crate::keys::Macro;

/// Lets in everybody who is signed in.
///
/// ```text
/// #[protected]
/// async fn profile(session: Session) -> String { .. }
///
/// #[protected(redirect)]
/// async fn dashboard(session: Session) -> Html<String> { .. }
/// ```
///
/// # Options
/// - `redirect`: a visitor who is not signed in and asks for a page is sent to the sign-in page, and returns
///   afterwards. Everybody else who is not signed in gets 401.
/// - `redirect = "/login"`: the same, to this page. It is a path of this site, checked while compiling.
///
/// # Where it goes
/// On an `async fn` of at most 16 arguments, outside of any `impl` block. Attributes that read the arguments, such as
/// `#[axum::debug_handler]`, go below it. A handler has one of `#[protected]`, [`#[authorized]`](macro@authorized) and
/// [`#[public]`](macro@public).
#[proc_macro_attribute]
pub fn protected(args: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::attribute(Macro::Protected, args.into(), &item.into()).into()
}

/// Lets in the signed-in users who meet its rules.
///
/// ```text
/// #[authorized(role = "admin")]
/// async fn users(State(db): State<Db>) -> Json<Vec<User>> { .. }
///
/// #[authorized(any(role = "admin", permission = "post:write"), redirect)]
/// async fn edit(Path(id): Path<u64>, session: Session) -> Html<String> { .. }
/// ```
///
/// # Rules
/// | rule | holds when |
/// | --- | --- |
/// | `role = "admin"` | the session has the role |
/// | `permission = "post:write"` | the session has the permission |
/// | `role = any("admin", "editor")` | it has one of them; `all(..)` asks for every one. `permission` takes lists too |
/// | `all(..)`, `any(..)` | every rule holds, or one of them |
/// | `not(..)` | the one rule inside does not hold |
///
/// A comma between rules is `all`. A requirement that nobody can meet, that everybody meets, or that only refuses is an
/// error.
///
/// # Options
/// - `redirect` and `redirect = "/login"`: as for [`#[protected]`](macro@protected). A visitor who is signed in and may
///   not pass gets 403, never a redirect.
///
/// # Where it goes
/// As [`#[protected]`](macro@protected).
#[proc_macro_attribute]
pub fn authorized(args: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::attribute(Macro::Authorized, args.into(), &item.into()).into()
}

/// Lets everybody in, and says why.
///
/// ```text
/// #[public(reason = "landing page")]
/// async fn home(session: Option<Session>) -> Html<String> { .. }
/// ```
///
/// # Options
/// - `reason = ".."`: required; shown in the router's access matrix, for whoever reviews what is open.
///
/// # Where it goes
/// As [`#[protected]`](macro@protected). Requests that change something are still checked for their origin.
#[proc_macro_attribute]
pub fn public(args: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::attribute(Macro::Public, args.into(), &item.into()).into()
}

/// A guard as a value, for what is not a handler.
///
/// ```text
/// Router::new().guarded_service("/reports", guard!(role = "admin"), reports)
/// ```
///
/// It takes the rules and options of [`#[authorized]`](macro@authorized); `guard!()` lets in everybody who is signed
/// in.
#[proc_macro]
pub fn guard(args: TokenStream) -> TokenStream {
    pipeline::expression(args.into()).into()
}
