use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use http::HeaderMap;
use http::request::Parts;

use crate::auth::Auth;
use crate::credential::{self, Credential};
use crate::session::{Outcome, Strategy};

/// One request as one [`Auth`] sees it: whose it is, found out at most once, and who will finish
/// the response. Travels in the request's extensions under a private type.
pub(crate) struct Exchange {
    pub(crate) auth: Auth,
    /// The stored session's id that came in the cookie: a refresh sends it again, a new sign-in
    /// ends it.
    pub(super) presented: Option<Box<str>>,
    outcome: OnceLock<Outcome>,
    /// Whether something around the handler finishes the response.
    attended: AtomicBool,
    sealed: AtomicBool,
    /// The exchanges of other `Auth`s that this request met before.
    others: Option<Arc<Exchange>>,
}

#[derive(Clone)]
struct Memo(Arc<Exchange>);

impl Exchange {
    /// The exchange of this request with `auth`, begun if there is none yet.
    pub(crate) fn of(parts: &mut Parts, auth: Auth) -> Arc<Self> {
        let latest = parts
            .extensions
            .get::<Memo>()
            .map(|memo| Arc::clone(&memo.0));
        let mut link = latest.as_ref();
        while let Some(exchange) = link {
            if exchange.auth.is(&auth) {
                return Arc::clone(exchange);
            }
            link = exchange.others.as_ref();
        }
        let exchange = Arc::new(Self {
            presented: presented(&parts.headers, &auth),
            auth,
            outcome: OnceLock::new(),
            attended: AtomicBool::new(false),
            sealed: AtomicBool::new(false),
            others: latest,
        });
        parts.extensions.insert(Memo(Arc::clone(&exchange)));
        exchange
    }

    /// Whose request it is.
    pub(crate) async fn outcome(&self, headers: &HeaderMap) -> &Outcome {
        if let Some(outcome) = self.outcome.get() {
            return outcome;
        }
        let runtime = self.auth.runtime();
        let credential = credential::find(headers, &runtime.cookie);
        let outcome = runtime.strategy.resolve(credential, self.auth.now()).await;
        self.outcome.get_or_init(|| outcome)
    }

    /// Whose request it is, if anybody has asked.
    pub(super) fn known_outcome(&self) -> Option<&Outcome> {
        self.outcome.get()
    }

    /// Says that somebody will [`seal`](super::seal) the response.
    pub(crate) fn attend(&self) {
        self.attended.store(true, Ordering::Relaxed);
    }

    /// Whether the response still has to be finished; true only once.
    pub(super) fn begin_seal(&self) -> bool {
        !self.sealed.swap(true, Ordering::Relaxed)
    }

    /// Tells the log, once a process, that a refresh is due and nobody will do it.
    pub(super) fn mention_missing_layer(&self) {
        static MENTIONED: AtomicBool = AtomicBool::new(false);
        let Some(Outcome::Known(identity)) = self.outcome.get() else {
            return;
        };
        let is_due = self
            .auth
            .runtime()
            .lifetime
            .is_refresh_due(identity.expires, self.auth.now());
        if is_due
            && !self.attended.load(Ordering::Relaxed)
            && !MENTIONED.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                target: "portcullis::session",
                "a guarded handler runs in a plain axum router without a session layer, so sessions are not \
                 refreshed: add `.layer(auth.layer())` or use `portcullis::Router`"
            );
        }
    }
}

fn presented(headers: &HeaderMap, auth: &Auth) -> Option<Box<str>> {
    let runtime = auth.runtime();
    match (&runtime.strategy, runtime.cookie.find(headers)) {
        (Strategy::Database { .. }, Credential::Present { token, .. }) => Some(token.into()),
        _ => None,
    }
}
