//! Decisions as others see them: in the log, and in the application's own audit trail.

use std::fmt;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http::request::Parts;
use http::{Method, StatusCode};
use tracing::Level;

use super::Declaration;
use crate::denial::visited;

/// The target of everything that the log hears of decisions.
pub(super) const TARGET: &str = "portcullis::decision";

/// Hears what guards decide, for an audit trail: every refusal, and what is granted by handlers with
/// `audit`. Given to [`AuthBuilder::decisions`](crate::AuthBuilder::decisions).
///
/// ```
/// use std::sync::mpsc::{Sender, channel};
///
/// use axum::{body::Body, http::Request};
/// use portcullis::{Auth, Decision, DecisionSink, Router, protected, routing::get};
/// use tower::ServiceExt;
///
/// /// Leaves the writing to whoever has the other end.
/// struct Trail(Sender<String>);
///
/// impl DecisionSink for Trail {
///     fn decided(&self, decision: &Decision<'_>) {
///         let who = decision.user_id().unwrap_or("somebody");
///         let _ = self.0.send(format!("{who} {}: {}", decision.path(), decision.code()));
///     }
/// }
///
/// #[protected]
/// async fn dashboard() {}
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (sender, trail) = channel();
/// let auth = Auth::builder()
///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
///     .origin("https://app.example")
///     .decisions(Trail(sender))
///     .build()?;
/// let app = Router::new().route("/dashboard", get(dashboard)).with_state(auth);
/// app.oneshot(Request::get("/dashboard?tab=1").body(Body::empty())?).await?;
/// assert_eq!(trail.recv()?, "somebody /dashboard: unauthenticated");
/// # Ok(())
/// # }
/// ```
pub trait DecisionSink: Send + Sync + 'static {
    /// Hears one decision, once. It is called in the task of the request, before the answer is sent:
    /// what takes time, or may fail, belongs into a channel. A panic changes nothing about the
    /// decision, is told to the log the first time, and does not keep the sink from hearing the next.
    fn decided(&self, decision: &Decision<'_>);
}

/// What was decided about one request: by the guard of a handler, or by its [`Session`](crate::Session)
/// argument. Nothing in it is a secret; the user's id and the path are what the application made them.
#[derive(Clone, Copy)]
pub struct Decision<'a> {
    declaration: Option<&'static Declaration>,
    parts: &'a Parts,
    user_id: Option<&'a str>,
    /// Why not, and the status of the answer; nothing if it was granted.
    refusal: Option<(&'static str, StatusCode)>,
    duration: Option<Duration>,
}

impl<'a> Decision<'a> {
    pub(crate) fn new(declaration: Option<&'static Declaration>, parts: &'a Parts) -> Self {
        Self {
            declaration,
            parts,
            user_id: None,
            refusal: None,
            duration: None,
        }
    }

    pub(super) fn about(self, user_id: Option<&'a str>) -> Self {
        Self { user_id, ..self }
    }

    pub(crate) fn refused(self, code: &'static str, status: StatusCode) -> Self {
        Self {
            refusal: Some((code, status)),
            ..self
        }
    }

    /// The path of the handler function, such as `newsroom::pages::dashboard`; none for services, and
    /// for handlers without a guard in a plain axum router.
    pub fn handler(&self) -> Option<&'static str> {
        let handler = self.declaration?.handler;
        (!handler.is_empty()).then_some(handler)
    }

    /// Where the handler, or the service's entry, stands in the source; nowhere for handlers without
    /// a guard.
    pub fn location(&self) -> Option<&'static Location<'static>> {
        self.declaration.map(|declaration| declaration.location)
    }

    /// The rule in words, as the access matrix has it; none for public handlers.
    pub fn rule(&self) -> Option<impl fmt::Display + use<>> {
        self.declaration?.requirement()
    }

    /// The method of the request.
    pub fn method(&self) -> &'a Method {
        &self.parts.method
    }

    /// The full path that was asked for, as the client sent it. Without the query, which may carry
    /// secrets.
    pub fn path(&self) -> &'a str {
        visited(self.parts).path()
    }

    /// Whether the request may go on.
    pub fn is_granted(&self) -> bool {
        self.refusal.is_none()
    }

    /// `granted`, or the stable name of the reason why not, such as `forbidden`; `policy_failed` if a
    /// policy's own error is the answer. It is the reason even where the answer hides it
    /// (`deny = not_found`).
    pub fn code(&self) -> &'static str {
        self.refusal.map_or("granted", |(code, _)| code)
    }

    /// The status of the refusal, which is 404 if it is hidden, whatever the fallback makes of it; none
    /// if the request was granted, for then the handler answers.
    pub fn status(&self) -> Option<StatusCode> {
        self.refusal.map(|(_, status)| status)
    }

    /// The id of the user whose request it is, as it was signed in; none if nobody was found to be.
    pub fn user_id(&self) -> Option<&'a str> {
        self.user_id
    }

    /// How long it took to decide, looking into the credential and asking policies included.
    /// Measured by the monotonic clock of the machine, not by the [`Clock`](crate::Clock) of the
    /// [`Auth`](crate::Auth).
    pub fn duration(&self) -> Duration {
        // Where there is a sink, it was measured.
        self.duration.unwrap_or_default()
    }
}

/// Without the headers, which carry the credential.
impl fmt::Debug for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("handler", &self.handler())
            .field("method", self.method())
            .field("path", &self.path())
            .field("code", &self.code())
            .field("status", &self.status())
            .field("user_id", &self.user_id())
            .finish_non_exhaustive()
    }
}

/// Everybody who hears of decisions.
#[derive(Default)]
pub(crate) struct Decisions {
    sinks: Vec<Box<dyn DecisionSink>>,
    has_panicked: AtomicBool,
}

impl Decisions {
    pub(crate) fn add(&mut self, sink: impl DecisionSink) {
        self.sinks.push(Box::new(sink));
    }

    /// When a decision begins, if anybody wants to know how long it takes.
    pub(crate) fn begin(&self) -> Option<Instant> {
        let is_heard = !self.sinks.is_empty() || tracing::enabled!(target: TARGET, Level::WARN);
        is_heard.then(Instant::now)
    }

    /// Tells the log and every sink.
    pub(crate) fn report(&self, decision: Decision<'_>, begun: Option<Instant>) {
        let decision = Decision {
            duration: begun.map(|begun| begun.elapsed()),
            ..decision
        };
        log(&decision);
        for sink in &self.sinks {
            let heard = catch_unwind(AssertUnwindSafe(|| sink.decided(&decision)));
            if heard.is_err() && !self.has_panicked.swap(true, Ordering::Relaxed) {
                tracing::error!(
                    target: TARGET,
                    "a decision sink panicked: its audit trail has a gap (this is said only once)"
                );
            }
        }
    }
}

fn log(decision: &Decision<'_>) {
    macro_rules! event {
        ($level:ident, $message:literal) => {
            tracing::$level!(
                target: TARGET,
                handler = decision.handler(),
                method = %decision.method(),
                path = decision.path(),
                rule = decision.rule().map(|rule| rule.to_string()),
                code = decision.code(),
                status = decision.status().map(|status| status.as_u16()),
                user = decision.user_id(),
                duration_us = decision.duration.map(microseconds),
                $message
            )
        };
    }
    match decision.status() {
        None => event!(info, "granted"),
        Some(status) if status.is_server_error() => event!(warn, "denied"),
        Some(_) => event!(info, "denied"),
    }
}

/// More than half a million years are as good as forever.
fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
