//! What the log and the sinks of an application hear of decisions.

mod explained;
mod told;

use std::sync::{Arc, Mutex};

use axum::extract::Path;
use http::StatusCode;
use http::request::Builder;
use portcullis::routing::{get, post};
use portcullis::{
    Auth, AuthBuilder, Decision, DecisionSink, Router, Session, User, authorized, policy,
    protected, public,
};
use portcullis_tests::{Answer, FakeClock, Log, builder, send};

#[public(reason = "greets everybody")]
async fn open(_session: Option<Session>) {}

#[public(reason = "needs a number", cross_site)]
async fn odd(_session: Option<Session<u8>>) {}

#[protected]
async fn me() {}

#[protected(redirect)]
async fn page() {}

#[authorized(role = "admin", deny = not_found)]
async fn hidden() {}

#[authorized(role = any("viewer", "admin"), audit)]
async fn audited() {}

#[authorized(any(role = "admin", all(scope = "mfa", policy = owns)), not(claim("banned")))]
async fn nested() {}

#[authorized(policy = owns)]
async fn own() {}

#[protected(fresh = "15m")]
async fn fresh() {}

#[protected(acr = "phr", via = cookie)]
async fn strong() {}

/// Post 1 is everybody's, 2 is nobody's, and the others are not there.
#[policy]
async fn owns(_session: &Session, Path(id): Path<u32>) -> Result<bool, StatusCode> {
    match id {
        1 => Ok(true),
        2 => Ok(false),
        3 => Err(StatusCode::NOT_FOUND),
        _ => Err(StatusCode::BAD_GATEWAY),
    }
}

/// Writes down all that it hears.
#[derive(Debug, Clone, Default)]
struct Trail(Arc<Mutex<Vec<String>>>);

impl Trail {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("nobody panicked"))
    }
}

impl DecisionSink for Trail {
    fn decided(&self, decision: &Decision<'_>) {
        let rule = decision.rule().map(|rule| rule.to_string());
        let heard = format!(
            "{} {} {:?} {:?} {:?} {:?}",
            decision.method(),
            decision.path(),
            decision.code(),
            decision.status().map(|status| status.as_u16()),
            rule,
            decision.user_id(),
        );
        assert_eq!(decision.is_granted(), decision.code() == "granted");
        let file = decision.location().map(|location| location.file());
        assert_eq!(file, decision.handler().map(|_| file!()));
        assert!(!format!("{decision:?}").contains("session="));
        self.0.lock().expect("nobody panicked").push(heard);
    }
}

struct Watched {
    router: Router,
    auth: Auth,
    clock: FakeClock,
    trail: Trail,
}

fn watched(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Watched {
    let (clock, trail) = (FakeClock::default(), Trail::default());
    let auth = configure(builder(&clock).decisions(trail.clone()))
        .build()
        .expect("usable");
    let posts = Router::new()
        .route("/{id}", get(own))
        .route("/{id}/nested", get(nested));
    let router = Router::new()
        .route("/open", post(open).get(open))
        .route("/odd", get(odd))
        .route("/me", get(me))
        .route("/page", get(page))
        .route("/hidden", get(hidden))
        .route("/audited", get(audited))
        .route("/fresh", get(fresh))
        .route("/strong", get(strong))
        .nest("/posts", posts)
        .with_state(auth.clone());
    Watched {
        router,
        auth,
        clock,
        trail,
    }
}

impl Watched {
    async fn cookie(&self, user: User) -> String {
        let signed_in = self.auth.sign_in(user).await.expect("signed in");
        format!("session={}", signed_in.expose_token())
    }

    /// Sends a request, and tells what the log said of the decision meanwhile, and the trail.
    async fn send(&self, request: Builder) -> (Answer, Vec<String>, Vec<String>) {
        let log = Log::default();
        let logging = log.start();
        let answer = send(&self.router, request).await;
        drop(logging);
        (answer, events(&log), self.trail.take())
    }

    /// The tree in the log of a request.
    async fn tree(&self, path: &str, cookie: &str) -> String {
        let log = Log::default();
        let logging = log.start();
        send(&self.router, request(path, "cookie", cookie)).await;
        drop(logging);
        let text = log.text();
        let (_, tree) = text.split_once("tree=\n").expect("a tree");
        let lines = tree.lines().take_while(|line| !line.contains("portcullis"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn request(path: &str, name: &str, value: &str) -> Builder {
    portcullis_tests::get(path).header(name, value)
}

/// The events about decisions, without the time and the trees.
fn events(log: &Log) -> Vec<String> {
    let text = log.text();
    let lines = text.lines().filter_map(|line| {
        let (before, event) = line.split_once(" portcullis::decision: ")?;
        let level = before.split_whitespace().last()?;
        (level != "DEBUG").then(|| format!("{level} {event}"))
    });
    lines
        .map(|line| match line.split_once(" duration_us=") {
            Some((line, duration)) => {
                duration.parse::<u64>().expect("a number");
                line.to_owned()
            }
            None => line,
        })
        .collect()
}
