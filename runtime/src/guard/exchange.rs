use std::any::TypeId;
use std::borrow::Cow;
use std::iter::successors;
use std::mem::replace;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::response::Response;
use http::request::Parts;
use http::{Extensions, HeaderMap, Request};

use super::Declaration;
use super::course::Course;
use super::found::Found;
use crate::auth::Auth;
use crate::credential::{Credential, SentCookie, Source, find};
use crate::denial::{Circumstances, Unanswered, is_by_a_person, visited};
use crate::session::{Failure, Loaded, Outcome, Strategy, UserLoader, within};
use crate::store::StoreError;

/// One request as one [`Auth`] sees it: whose it is, found out at most once for each source of a
/// credential, and who will finish the response. Travels in the request's extensions under a
/// private type.
pub(crate) struct Exchange {
    pub(crate) auth: Auth,
    /// Whether it is what was configured for the process when the request came.
    is_global: bool,
    /// The session cookie that came with the request. Whom it stands for is found out once: a layer that
    /// gives the request another cookie between two guards gives it no other identity.
    pub(super) sent: SentCookie,
    pub(super) course: Course,
    by_bearer: Found,
    by_cookie: Found,
    /// The user of an id as the application has them, once a handler has asked; nothing if there is none.
    loaded: OnceLock<(Box<str>, Option<Loaded>)>,
    /// Whether the user of the session cookie is not there any more.
    is_gone: AtomicBool,
    answers: Mutex<Vec<(PolicyKey, bool)>>,
    /// What an answer of ours depends on, if something around the handler finishes the response.
    head: OnceLock<Parts>,
    /// The exchanges of other `Auth`s that this request met before.
    others: Option<Arc<Exchange>>,
}

/// A policy, the state it was asked with, and the identity it was asked about, which lives as long as
/// the exchange.
type PolicyKey = (TypeId, TypeId, usize);

#[derive(Clone)]
struct Memo(Arc<Exchange>);

impl Exchange {
    /// The exchange of this request with `auth`, begun if there is none yet.
    pub(crate) fn of(parts: &mut Parts, auth: Auth) -> Arc<Self> {
        if let Some(exchange) = Self::known(&parts.extensions, &auth) {
            return exchange;
        }
        let is_global = auth.is_global();
        // Whatever is configured while it runs, it keeps what it began with.
        let auth = auth.into_pinned();
        let latest = Self::all(&parts.extensions).next().cloned();
        let exchange = Arc::new(Self {
            sent: auth.runtime().cookie.sent(&parts.headers),
            auth,
            is_global,
            course: Course::default(),
            by_bearer: Found::default(),
            by_cookie: Found::default(),
            loaded: OnceLock::new(),
            is_gone: AtomicBool::new(false),
            answers: Mutex::default(),
            head: OnceLock::new(),
            others: latest,
        });
        parts.extensions.insert(Memo(Arc::clone(&exchange)));
        exchange
    }

    /// The exchange with `auth` that was begun before, by a guard or a layer.
    pub(crate) fn known(extensions: &Extensions, auth: &Auth) -> Option<Arc<Self>> {
        let of_the_process = || Self::all(extensions).find(|exchange| exchange.is_global);
        let of_the_same = || Self::all(extensions).find(|exchange| exchange.auth.is(auth));
        // What is configured for the process may be another by now, and may be the router's own.
        let known = match auth.is_global() {
            true => of_the_process().or_else(of_the_same),
            false => of_the_same(),
        };
        known.cloned()
    }

    /// The exchanges of this request so far, the latest first.
    pub(super) fn all(extensions: &Extensions) -> impl Iterator<Item = &Arc<Self>> {
        let latest = extensions.get::<Memo>().map(|memo| &memo.0);
        successors(latest, |exchange| exchange.others.as_ref())
    }

    /// Says whose guard the request meets.
    pub(super) fn meet(&self, declaration: &'static Declaration) {
        self.course.now().declaration = Some(declaration);
    }

    /// What the handler declares whose guard the request has met last: the one that runs now.
    pub(crate) fn declaration(&self) -> Option<&'static Declaration> {
        self.course.now().declaration
    }

    /// What a refusal by the handler that runs now depends on.
    pub(crate) fn circumstances(&self) -> Circumstances {
        self.declaration()
            .map_or(Circumstances::DEFAULT, Declaration::circumstances)
    }

    /// Which credentials count for the handler that runs now.
    pub(crate) fn via(&self) -> &'static [Source] {
        self.declaration()
            .map_or(&[], |declaration| declaration.options().via)
    }

    /// Whether the handler that runs now asks for more than a cache knows.
    pub(super) fn is_live(&self) -> bool {
        let declared = self.declaration();
        declared.is_some_and(|declaration| declaration.options().live)
    }

    /// Whose request it is, by the credentials that count for the handler that runs now.
    pub(crate) async fn outcome(&self, headers: &HeaderMap) -> &Outcome {
        self.outcome_via(headers, self.via()).await
    }

    /// Where the request carries the credential that counts.
    pub(crate) fn source(&self, headers: &HeaderMap) -> Option<Source> {
        find(headers, &self.sent(headers), self.via()).source()
    }

    /// Whether it is a bearer token that counts.
    pub(super) fn is_decided_by_bearer(&self, headers: &HeaderMap, via: &[Source]) -> bool {
        let sent = self.sent(headers);
        let credential = find(headers, &sent, via);
        matches!(
            credential,
            Credential::Present {
                source: Source::Bearer,
                ..
            }
        )
    }

    /// What these headers have of the session cookie: they may be others than at first.
    pub(crate) fn sent(&self, headers: &HeaderMap) -> Cow<'_, SentCookie> {
        match self.sent.is_of(headers) {
            true => Cow::Borrowed(&self.sent),
            false => Cow::Owned(self.auth.runtime().cookie.sent(headers)),
        }
    }

    /// The stored session's id that came in the cookie: a new sign-in ends it.
    pub(super) fn presented(&self) -> Option<&str> {
        match (&self.auth.runtime().strategy, self.sent.credential()) {
            (Strategy::Database { .. }, Credential::Present { token, .. }) => Some(token),
            _ => None,
        }
    }

    /// Whose request it is, by the first of these credentials that is present.
    pub(crate) async fn outcome_via(&self, headers: &HeaderMap, via: &[Source]) -> &Outcome {
        self.course.now().has_asked = true;
        let runtime = self.auth.runtime();
        if self.is_unconfigured() || self.asks_for_what_is_not_kept() {
            return &Outcome::Failed(Failure::Unconfigured);
        }
        let sent = self.sent(headers);
        let credential = find(headers, &sent, via);
        let found = match credential.source() {
            None => {
                self.auth.mention_forgotten_profile(headers);
                return &Outcome::Anonymous;
            }
            Some(Source::Bearer) => &self.by_bearer,
            Some(Source::Cookie) => {
                self.course.now().has_asked_cookie = true;
                &self.by_cookie
            }
        };
        // Where there is no cache, every answer is as live as can be.
        let live = self.is_live() || !runtime.strategy.is_cached();
        if let Some(outcome) = found.get(live) {
            return outcome;
        }
        credential.report();
        let outcome = self.auth.resolve(credential, headers, live).await;
        found.keep(live, outcome)
    }

    /// The user of that id as the application has them, read at most once a request.
    pub(crate) async fn loaded(
        &self,
        loader: &UserLoader,
        user_id: &str,
    ) -> Result<Option<Loaded>, StoreError> {
        if let Some((known, loaded)) = self.loaded.get()
            && **known == *user_id
        {
            return Ok(loaded.clone());
        }
        let deadline = self.auth.runtime().store_deadline;
        let loaded = within(deadline, loader.load(user_id)).await?;
        let _ = self.loaded.set((user_id.into(), loaded.clone()));
        Ok(loaded)
    }

    /// Remembers that the user of the session cookie is not there any more.
    pub(crate) fn lose_user(&self) {
        self.is_gone.store(true, Ordering::Relaxed);
    }

    /// Whether the session cookie is of no more use, since its user is not there.
    pub(super) fn has_lost_user(&self) -> bool {
        self.is_gone.load(Ordering::Relaxed)
    }

    /// Goes on as if nobody were signed in, since nobody could say.
    pub(crate) fn degrade(&self) {
        self.course.now().is_degraded = true;
    }

    /// Whether it does.
    pub(crate) fn is_degraded(&self) -> bool {
        self.course.now().is_degraded
    }

    /// Whether anybody has asked whose request it is.
    pub(super) fn has_asked(&self) -> bool {
        self.course.now().has_asked
    }

    /// What became of the session cookie, if anybody has asked.
    pub(super) fn outcome_of_cookie(&self) -> Option<&Outcome> {
        let has_asked = self.course.now().has_asked_cookie;
        self.by_cookie.get(false).filter(|_| has_asked)
    }

    /// What a policy answered earlier in this request.
    pub(super) fn remembered_answer(&self, key: PolicyKey) -> Option<bool> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.iter().find(|(asked, _)| *asked == key);
        answer.map(|(_, answer)| *answer)
    }

    /// Keeps what a policy answered.
    pub(super) fn remember_answer(&self, key: PolicyKey, answer: bool) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push((key, answer));
    }

    /// Says that somebody will [`seal`](super::seal) the response.
    pub(crate) fn attend(&self, parts: &Parts) {
        let runtime = self.auth.runtime();
        self.head.get_or_init(|| {
            let (mut head, ()) = Request::new(()).into_parts();
            head.method = parts.method.clone();
            head.uri = visited(parts).clone();
            // They are copied only for those whose answer depends on them.
            if runtime.on_denied.is_some() || is_by_a_person(&parts.headers) {
                head.headers = parts.headers.clone();
            }
            head
        });
    }

    /// Whether somebody will.
    pub(crate) fn is_attended(&self) -> bool {
        self.head.get().is_some()
    }

    /// Puts the answer of ours in the place of a response that was made without a request at hand, and
    /// says whether it did.
    pub(super) fn answer(&self, response: &mut Response) -> bool {
        let Some(head) = self.head.get() else {
            return false;
        };
        let Some(unanswered) = Unanswered::take(response) else {
            return false;
        };
        let before = std::mem::take(response);
        *response = unanswered.answer(before, &self.auth.runtime(), head, self.circumstances());
        true
    }

    /// Whether the response still has to be finished; true only once.
    pub(super) fn begin_seal(&self) -> bool {
        !replace(&mut self.course.now().is_sealed, true)
    }

    /// Tells the log, once a process, that a refresh is due and nobody will do it.
    pub(super) fn mention_missing_layer(&self) {
        static MENTIONED: AtomicBool = AtomicBool::new(false);
        let Some(Outcome::Known(identity)) = self.outcome_of_cookie() else {
            return;
        };
        if self.auth.is_refresh_due(identity)
            && !self.is_attended()
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
