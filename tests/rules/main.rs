//! The rule language: what each rule and option means for a request. The vocabulary below holds
//! for this whole crate, as it would in an application.

mod asking;
mod containers;
mod leaves;
mod names;
mod options;
mod policies;

use portcullis::{Auth, Permissions, Roles, Router, User};
use portcullis_tests::{Answer, FakeClock, builder, send};

/// The roles of these tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Roles)]
pub enum Role {
    /// Comes with everything that editors have.
    #[role(implies(Editor))]
    Admin,
    /// Writes.
    #[role(implies(Viewer), grants("post:write"))]
    Editor,
    /// Reads.
    Viewer,
    /// Is left out.
    Banned,
}

/// The permissions of these tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Permissions)]
pub enum Permission {
    /// Granted by the role editor.
    #[permission("post:write")]
    PostWrite,
    /// Granted by nobody but the user's own record.
    #[permission("post:delete")]
    PostDelete,
}

portcullis::vocabulary! { roles: Role, permissions: Permission }

/// An application under test.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) router: Router,
    pub(crate) auth: Auth,
    pub(crate) clock: FakeClock,
}

impl App {
    pub(crate) fn new(router: Router<Auth>) -> Self {
        let clock = FakeClock::default();
        let auth = builder(&clock)
            .acr_order(["pwd", "mfa", "phr"])
            .build()
            .expect("usable");
        Self {
            router: router.with_state(auth.clone()),
            auth,
            clock,
        }
    }

    /// The cookie of a user who has just signed in.
    pub(crate) async fn cookie(&self, user: User) -> String {
        let signed_in = self.auth.sign_in(user).await.expect("signed in");
        format!("session={}", signed_in.expose_token())
    }

    pub(crate) async fn get(&self, path: &str, user: User) -> Answer {
        let cookie = self.cookie(user).await;
        send(
            &self.router,
            portcullis_tests::get(path).header("cookie", cookie),
        )
        .await
    }
}

/// Somebody without roles.
pub(crate) fn somebody() -> User {
    User::new(7)
}

/// Somebody with that role.
pub(crate) fn with_role(role: Role) -> User {
    somebody().with_roles([role])
}
