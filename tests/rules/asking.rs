//! What a session may do, asked in code.

use portcullis::routing::get;
use portcullis::{Auth, Router, Session, authorized, guard, protected, public};

use crate::{App, Role, somebody, with_role};

#[authorized(role = "editor")]
async fn write() {}

#[authorized(role = "admin", fresh = "1m")]
async fn administer() {}

#[protected]
async fn read() {}

#[public(reason = "a test")]
async fn open() {}

#[authorized(role = "viewer")]
async fn generic<T: Send + 'static>() -> &'static str {
    std::any::type_name::<T>()
}

#[protected]
async fn all(session: Session) -> String {
    let handlers = [
        session.may(write),
        session.may(administer),
        session.may(read),
        session.may(open),
        session.may(all),
        session.may(generic::<u8>),
    ];
    let rules = [
        session.allows(guard!()),
        session.allows(guard!(role = "editor", not(role = "banned"))),
        session.allows(guard!(permission = "post:write")),
        session.allows(guard!(claim("plan" = "gold"))),
        session.allows(guard!(when = |session| session.user.name.is_some())),
    ];
    let bits = |answers: &[bool]| {
        answers
            .iter()
            .map(|yes| if *yes { '1' } else { '0' })
            .collect()
    };
    let (handlers, rules): (String, String) = (bits(&handlers), bits(&rules));
    format!("{handlers} {rules}")
}

#[tokio::test]
async fn a_session_knows_what_it_may_do() {
    let app = App::new(Router::<Auth>::new().route("/all", get(all)));
    for (user, expected) in [
        (somebody(), "001110 10000"),
        (with_role(Role::Viewer), "001111 10000"),
        (with_role(Role::Editor), "101111 11100"),
        (
            with_role(Role::Admin).named("Ada").with("plan", "gold"),
            "111111 11111",
        ),
        (
            somebody().with_roles([Role::Editor, Role::Banned]),
            "101111 10100",
        ),
    ] {
        assert_eq!(app.get("/all", user).await.body, expected);
    }
}
