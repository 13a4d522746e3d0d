//! The application's own view of a user whom the upstream knows.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use portcullis::routing::get as route_get;
use portcullis::{
    AuthBuilder, CallbackError, Callbacks, ProxyOptions, Router, ServerSession, Session,
    SessionEvent, User, protected,
};
use portcullis_tests::{Answer, get, send};
use serde::Deserialize;
use serde_json::json;

use crate::app::{App, COOKIE, routes, session};
use crate::upstream::{Reply, Upstream};

const ANEW: &str = "session=anew; Path=/; HttpOnly";

/// What the upstream's `callbacks.session` shows.
#[derive(Debug, Deserialize)]
struct Shown {
    id: String,
    name: String,
    plan: String,
}

/// What the application's own database has.
#[derive(Debug, Clone, Deserialize)]
struct Account {
    owes: u32,
}

#[protected]
async fn shown(session: Session<Shown>) -> String {
    let Shown { id, name, plan } = session.user;
    format!("{id} {name} {plan}")
}

#[protected]
async fn account(session: Session<Account>) -> String {
    session.user.owes.to_string()
}

fn options(upstream: &Upstream) -> ProxyOptions {
    upstream.options().cache_ttl(Duration::from_secs(60))
}

fn application(upstream: &Upstream, configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Router {
    let auth = App::configured(options(upstream), configure).auth;
    routes()
        .route("/as-shown", route_get(shown))
        .route("/account", route_get(account))
        .with_state(auth)
}

async fn visit(app: &Router, path: &str) -> Answer {
    send(app, get(path).header("cookie", COOKIE)).await
}

#[tokio::test]
async fn a_user_is_read_into_the_handler_s_own_type() {
    let mut told = session();
    told["user"]["plan"] = json!("gold");
    let upstream = Upstream::with_session(told);
    let app = application(&upstream, |builder| builder);
    assert_eq!(visit(&app, "/as-shown").await.body, "7 Ada gold");
    // It says nothing of what the user owes.
    let corrupt = visit(&app, "/account").await;
    assert_eq!((corrupt.status.as_u16(), corrupt.cookies().len()), (500, 0));
    assert_eq!(corrupt.code(), "session_corrupt");
}

#[tokio::test]
async fn a_user_is_loaded_by_the_id_that_the_upstream_tells() {
    let upstream = Upstream::with_session(session());
    let load = |id: String| async move {
        let owes = id.parse().map_err(io::Error::other)?;
        Ok::<_, io::Error>(Some(Account { owes }))
    };
    let app = application(&upstream, |builder| builder.load_user(load));
    assert_eq!(visit(&app, "/account").await.body, "7");
    let nobody = |_: String| async { Ok::<Option<Account>, io::Error>(None) };
    let app = application(&upstream, |builder| builder.load_user(nobody));
    assert_eq!(visit(&app, "/account").await.status, 401);
    assert_eq!(visit(&app, "/me").await.status, 200);
}

#[tokio::test]
async fn a_user_who_is_rechecked_may_what_the_application_says() {
    let mut told = session();
    told["user"]["role"] = json!("admin");
    let upstream = Upstream::start(move |_| Reply::json(&told).with("set-cookie", ANEW));
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let read = move |id: String| {
        counted.fetch_add(1, Ordering::SeqCst);
        async move { Ok::<_, io::Error>(Some(User::new(id).with_roles(["reader"]))) }
    };
    let hour = Duration::from_secs(60 * 60);
    let app = application(&upstream, |builder| builder.recheck_user(hour, read));
    let me = visit(&app, "/me").await;
    assert_eq!((me.status.as_u16(), me.cookies()), (200, vec![ANEW]));
    assert_eq!(visit(&app, "/admin").await.status, 403);
    assert!(visit(&app, "/me").await.cookies().is_empty());
    assert_eq!((asked.load(Ordering::SeqCst), upstream.count()), (3, 1));

    let fails = |_: String| async { Err::<Option<User>, _>(io::Error::other("down")) };
    let app = application(&upstream, |builder| builder.recheck_user(hour, fails));
    let failed = visit(&app, "/me").await;
    assert_eq!((failed.status.as_u16(), failed.cookies().len()), (503, 0));
}

/// Would change whatever is shown.
struct Meddling;

impl Callbacks for Meddling {
    async fn session(
        &self,
        mut session: ServerSession,
        _: SessionEvent<'_>,
    ) -> Result<ServerSession, CallbackError> {
        session.user.insert("name".to_owned(), json!("changed"));
        Ok(session)
    }
}

#[tokio::test]
async fn what_is_shown_is_the_upstream_s_to_say() {
    let upstream = Upstream::with_session(session());
    let app = application(&upstream, |builder| builder.callbacks(Meddling));
    let shown = visit(&app, "/shown").await;
    assert_eq!(shown.body, session().to_string());
    assert_eq!(visit(&app, "/me").await.status, 200);
}
