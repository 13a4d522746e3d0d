//! The attributes of `portcullis`, which re-exports them: `use portcullis::{authorized, guard, protected, public};`.
//!
//! Each attribute gives its handler a first argument, the guard, and puts beside it what the handler declares, as
//! constant data. The body is never read. A mistake is an error at the word that is wrong, and the handler behind it
//! is emitted with a guard that lets nobody in.

mod container;
mod diag;
mod expand;
mod keys;
mod model;
mod names;
mod parse;
mod pipeline;
mod policy;
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
/// #[protected(redirect, fresh = "15m")]
/// async fn settings(session: Session) -> Html<String> { .. }
/// ```
///
/// # Options
/// | option | meaning |
/// | --- | --- |
/// | `redirect` | a visitor who is not signed in and asks for a page is sent to the sign-in page, and returns afterwards; everybody else who is not signed in gets 401 |
/// | `redirect = "/login"` | the same, to this path of the site, or to that of a `const`: `redirect = paths::LOGIN`; checked while compiling |
/// | `deny = not_found` | a signed-in visitor who may not pass gets the answer that the router gives to paths it does not know; `deny = forbidden`, the default, is 403 |
/// | `fresh = "15m"` | the user has signed in that recently; a number of `s`, `m`, `h` or `d` |
/// | `acr = "phr"` | the user has signed in that strongly: the authentication context class of OpenID Connect |
/// | `via = cookie`, `via = bearer`, `via = (bearer, cookie)` | which credentials count, in that order |
/// | `live` | no cached session will do: it is read from the store for this request |
/// | `audit` | granted decisions are reported too; refusals always are |
/// | `state = AppState` | checks the handler against this router state where it is written, not where it is routed; for handlers without type parameters |
/// | `crate = ::path` | where the `portcullis` crate is found, if it is renamed: `::path`, or `crate::path` |
///
/// # Where it goes
/// On an `async fn` of at most 16 arguments, outside of any `impl` block; or on an `impl` block or an inline `mod`,
/// where it guards every `async fn` inside. Attributes that read the arguments, such as `#[axum::debug_handler]`, go
/// below it. A handler has one of `#[protected]`, [`#[authorized]`](macro@authorized) and [`#[public]`](macro@public).
///
/// # Warnings
/// They go by names, so they never stop the build: `redirect` on a handler that takes or returns `Json<_>`, and
/// `Option<Session>` where the session is always there. The compiler calls them deprecated constants;
/// `#[allow(deprecated)]` on the handler silences them.
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
/// | `role = "admin"`, `role = Role::Admin` | the session has the role, or one that implies it |
/// | `permission = "post:write"`, `permission = Permission::PostWrite` | the session has the permission, or a role that grants it |
/// | `scope = "posts:read"` | the token carries the scope |
/// | `role = any("admin", Role::Editor)` | it has one of them; `all(..)` asks for every one. `permission` and `scope` take lists too |
/// | `claim("emailVerified")` | the claim is there, and neither null nor false |
/// | `claim("plan" = "gold")` | the claim equals the literal: a string, a number, `true` or `false` |
/// | `claim("groups" contains "staff")` | the claim is an array with that string |
/// | `claim("realm", "tier" = 3)` | the same, for the member `tier` of the claim `realm`: each string is one name |
/// | `owner = "user_id"` | the path parameter of that name is the id of the user |
/// | <code>when = \|session\| ..</code>, `when = path::to::function` | the closure or function says so, which is a `fn(&Session) -> bool` |
/// | `policy = owns_post` | the [`#[policy]`](macro@policy) function says so |
/// | `all(..)`, `any(..)` | every rule holds, or one of them |
/// | `not(..)` | the one rule inside does not hold |
///
/// A comma between rules is `all`. What cannot be told, such as a claim that is missing or a policy that fails, lets
/// nobody in, also under `not(..)`. A requirement that nobody can meet, that everybody meets, that only refuses, or
/// that another one says already, is an error.
///
/// Enums of roles and permissions are made by [`#[derive(Roles)]`](macro@Roles) and
/// [`#[derive(Permissions)]`](macro@Permissions). With [`vocabulary!`](macro@vocabulary) at the root of the crate,
/// every string is checked against them while compiling.
///
/// # Options
/// Those of [`#[protected]`](macro@protected): `redirect`, `deny`, `fresh`, `acr`, `via`, `live`, `audit`, `state` and
/// `crate`. A visitor who is signed in and may not pass is never redirected.
///
/// # Where it goes
/// As [`#[protected]`](macro@protected), whose warnings apply as well.
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
/// | option | meaning |
/// | --- | --- |
/// | `reason = ".."` | required; shown in the router's access matrix, for whoever reviews what is open |
/// | `cross_site` | pages of other sites may make a browser call it: requests that change something are not checked for their origin |
/// | `overrides` | required inside of a guarded `impl` block or `mod`, and only there: this handler is open all the same |
/// | `state = AppState`, `crate = ::path` | as for [`#[protected]`](macro@protected) |
///
/// # Where it goes
/// On a handler, as [`#[protected]`](macro@protected); never on an `impl` block or a `mod`. A handler that takes
/// `Session` in place of `Option<Session>` is warned about: it answers 401 where there is none.
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
/// It takes the rules and options of [`#[authorized]`](macro@authorized), except `state`: `role`, `permission`, `scope`,
/// `claim`, `owner`, `when`, `policy`, `all`, `any` and `not`; `redirect`, `deny`, `fresh`, `acr`, `via`, `live`,
/// `audit` and `crate`. `guard!()` lets in everybody who is signed in.
#[proc_macro]
pub fn guard(args: TokenStream) -> TokenStream {
    pipeline::expression(args.into()).into()
}

/// Makes an enum the roles of an application.
///
/// ```text
/// #[derive(Clone, Copy, Roles)]
/// enum Role {
///     #[role(implies(Editor))]
///     Admin,
///     #[role(implies(Viewer), grants("post:write"))]
///     Editor,
///     #[role("reader")]
///     Viewer,
/// }
///
/// portcullis::vocabulary! { roles: Role }
/// ```
///
/// A role is written `role = Role::Admin` or, by its name, `role = "admin"`. With
/// [`vocabulary!`](macro@vocabulary) a name that no variant has is an error while compiling.
///
/// # What a variant may say
/// - `#[role("reader")]`: its name. Without one it is the variant's own in kebab case: `SuperAdmin` is `super-admin`.
/// - `#[role(implies(Editor, ..))]`: whoever has this role has those too, and what they imply in turn. Roles that
///   imply each other in a circle are an error.
/// - `#[role(grants("post:write", ..))]`: the permissions that come with the role.
///
/// # What the enum gets
/// `Display`, `AsRef<str>`, `From<Role> for String`, and serde's `Serialize`, with the name; `FromStr` and serde's
/// `Deserialize`, from it. The enum has neither fields nor numbers of its own, and at most 128 variants.
#[proc_macro_derive(Roles, attributes(role))]
pub fn derive_roles(item: TokenStream) -> TokenStream {
    pipeline::derive(names::Kind::Role, &item.into()).into()
}

/// Makes an enum the permissions of an application.
///
/// ```text
/// #[derive(Clone, Copy, Permissions)]
/// enum Permission {
///     #[permission("post:write")]
///     WritePosts,
///     #[permission("post:read")]
///     ReadPosts,
/// }
///
/// portcullis::vocabulary! { roles: Role, permissions: Permission }
/// ```
///
/// A permission is written `permission = Permission::WritePosts` or, by its name, `permission = "post:write"`. Without
/// a name given it is the variant's own in kebab case. The enum gets what [`#[derive(Roles)]`](macro@Roles) gives.
#[proc_macro_derive(Permissions, attributes(permission))]
pub fn derive_permissions(item: TokenStream) -> TokenStream {
    pipeline::derive(names::Kind::Permission, &item.into()).into()
}

/// Declares the roles and permissions of a crate, at its root, once.
///
/// ```text
/// portcullis::vocabulary! { roles: Role, permissions: Permission }
/// ```
///
/// Either can be left out. From here on every `role = ".."` and `permission = ".."` of the crate is checked while
/// compiling, and the permissions that roles grant are, too. Without a vocabulary these names are free.
///
/// Every crate declares its own: integration tests, examples and programs beside a library are crates too. They declare
/// the library's enums once more, as in `vocabulary! { roles: my_app::Role }`.
#[proc_macro]
pub fn vocabulary(declared: TokenStream) -> TokenStream {
    pipeline::vocabulary(declared.into()).into()
}

/// Makes a function a rule: `policy = owns_post`.
///
/// ```text
/// #[policy]
/// async fn owns_post(session: &Session, Path(id): Path<i64>, State(db): State<Db>) -> Result<bool, AppError> {
///     Ok(db.author_of(id).await? == session.user_id())
/// }
///
/// #[authorized(any(role = "admin", policy = owns_post))]
/// async fn edit(Path(id): Path<i64>, Json(edit): Json<Edit>) -> Result<Json<Post>, AppError> { .. }
/// ```
///
/// It is asked at most once a request, and only when the rules that cost nothing have not decided. Its first argument
/// is the session; the others are extractors that leave the body alone. It answers `bool`, or `Result<bool, E>` where
/// `E` is a response: a policy that fails lets nobody in, and its error is the answer.
///
/// It stays an ordinary `async fn`. Beside it stands a hidden type of the same name, so `use policies::owns_post;`
/// brings both, and nothing else that is a type or a module may have that name there.
#[proc_macro_attribute]
pub fn policy(args: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::policy(&args.into(), &item.into()).into()
}

/// Says that a function inside of a guarded `impl` block or `mod` is no handler.
///
/// ```text
/// #[authorized(role = "admin")]
/// impl Api {
///     async fn list(State(db): State<Db>) -> Result<Json<Vec<User>>, AppError> {
///         Self::load(&db).await.map(Json)
///     }
///
///     #[helper]
///     async fn load(db: &Db) -> Result<Vec<User>, AppError> { .. }
/// }
/// ```
///
/// [`#[protected]`](macro@protected) and [`#[authorized]`](macro@authorized) on an `impl` block or an inline `mod`
/// guard every `async fn` inside, whatever its visibility. One that is called by others and never routed says
/// `#[helper]`; so does a module or an `impl` block inside that has no handlers. Functions that are not `async` are
/// left alone without it.
#[proc_macro_attribute]
pub fn helper(_args: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::helper(&item.into()).into()
}

/// The names of all arguments, as constants in a module a macro: what an editor completes them from. For the runtime.
#[doc(hidden)]
#[proc_macro]
pub fn arguments(_: TokenStream) -> TokenStream {
    pipeline::arguments().into()
}
