//! What a guard finds out, where the process is configured with the router's own `Auth`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::request::Parts;
use portcullis::routing::get as route_get;
use portcullis::{
    Auth, CallbackError, Callbacks, Router, ServerSession, ServerSessionError, SessionEvent, User,
    configure_auth_runtime, get_server_session, protected,
};

use crate::app::{cookie, local, visit};
use portcullis_tests::alone::alone;

/// Counts how often it is asked what is shown.
struct Counting(Arc<AtomicUsize>);

impl Callbacks for Counting {
    async fn session(
        &self,
        session: ServerSession,
        _: SessionEvent<'_>,
    ) -> Result<ServerSession, CallbackError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(session)
    }
}

#[protected]
async fn twice(parts: Parts) -> Result<String, ServerSessionError> {
    let mut names = Vec::new();
    for _ in 0..2 {
        let session = get_server_session(&parts).await?;
        names.extend(session.map(|session| session.session().user_id().to_owned()));
    }
    Ok(names.join(" and "))
}

#[test]
fn is_not_found_out_again() {
    alone("shares::is_not_found_out_again", async || {
        let asked = Arc::new(AtomicUsize::new(0));
        let auth = local(|builder| builder.callbacks(Counting(Arc::clone(&asked))));
        configure_auth_runtime(&auth);
        let cookie = cookie(&auth, "session", User::new("7")).await;
        for state in [auth, Auth::global()] {
            let app: Router = Router::new()
                .route("/twice", route_get(twice))
                .with_state(state);
            asked.store(0, Ordering::SeqCst);
            assert_eq!(visit(&app, "/twice", &cookie).await.body, "7 and 7");
            assert_eq!(asked.load(Ordering::SeqCst), 1);
        }
    });
}
