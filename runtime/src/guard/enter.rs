use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;
use http::request::Parts;

use super::decision::TARGET;
use super::evaluate::Verdict;
use super::explain::explain;
use super::facts::{Facts, parameters};
use super::inquiry::Inquiry;
use super::policy::{Answer, Cx};
use super::{
    Access, Decision, Declaration, Enforce, Exchange, ProvidesAuth, Rule, cross_site, step_up,
};
use crate::auth::Auth;
use crate::denial::{Denial, Hidden, Refused, Unanswered, identified};
#[cfg(feature = "testing")]
use crate::probe::{Event, Probe};
use crate::session::Session;
use crate::token::Token;

/// The way in: decides whether the request may go on to the handler.
///
/// # Errors
/// The finished refusal.
pub(crate) async fn enter<R, S>(parts: &mut Parts, state: &S) -> Result<Arc<Exchange>, Refused>
where
    R: Rule<Needs: Enforce<S>>,
    S: ProvidesAuth,
{
    let entered = decide::<R, S>(parts, state).await;
    if entered.as_ref().is_err_and(Refused::is_hidden) {
        Hidden::leave_word(&parts.extensions, state);
    }
    entered
}

async fn decide<R, S>(parts: &mut Parts, state: &S) -> Result<Arc<Exchange>, Refused>
where
    R: Rule<Needs: Enforce<S>>,
    S: ProvidesAuth,
{
    let entry = Entry::begun(parts, state.auth(), R::DECLARATION).await?;
    let entry = entry.decided::<R, S>(parts, state).await?;
    Ok(entry.finish(parts))
}

/// The way in for what has no policies.
///
/// # Errors
/// The finished refusal.
pub(crate) async fn enter_declared(
    parts: &mut Parts,
    auth: Auth,
    declaration: &'static Declaration,
) -> Result<Arc<Exchange>, Refused> {
    let mut entry = Entry::begun(parts, auth, declaration).await?;
    entry.question(parts)?;
    Ok(entry.finish(parts))
}

/// A request on its way in, as far as it does not depend on the router's state.
pub(super) struct Entry {
    pub(super) exchange: Arc<Exchange>,
    declaration: &'static Declaration,
    /// What is left to decide; nothing for a public handler.
    inquiry: Option<Inquiry>,
    begun: Option<Instant>,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy)]
enum Cause {
    Denied(Denial),
    /// A policy failed, and its own error is the answer.
    PolicyFailed,
}

impl Entry {
    /// Decides by the rule `R`.
    pub(super) async fn decided<R, S>(
        mut self,
        parts: &mut Parts,
        state: &S,
    ) -> Result<Self, Refused>
    where
        R: Rule<Needs: Enforce<S>>,
        S: ProvidesAuth,
    {
        while let Some((policy, session)) = self.question(parts)? {
            #[cfg(feature = "testing")]
            Probe::of(&parts.extensions).note(Event::Asked(self.declaration, policy));
            let mut cx = Cx::new(parts, state, session, Arc::clone(&self.exchange));
            self.hear(policy, R::Needs::ask(policy, &mut cx).await);
        }
        Ok(self)
    }

    /// What the visitor's session says; `None` if that cannot be read, or nobody was asked for.
    pub(super) fn token(&self) -> Option<Token> {
        let inquiry = self.inquiry.as_ref()?;
        self.exchange.auth.token_of(inquiry.facts.identity())
    }

    /// Lets the request go on.
    pub(super) fn finish(self, parts: &Parts) -> Arc<Exchange> {
        self.report_granted(parts);
        self.exchange
    }

    /// Finds out whose request it is, and refuses it if that is nobody's.
    async fn begun(
        parts: &mut Parts,
        auth: Auth,
        declaration: &'static Declaration,
    ) -> Result<Self, Refused> {
        match Self::begin(parts, auth, declaration).await {
            (entry, None) => Ok(entry),
            (entry, Some(denial)) => Err(entry.refusal(denial, parts)),
        }
    }

    /// Finds out whose request it is, or why it may not go on.
    pub(super) async fn begin(
        parts: &mut Parts,
        auth: Auth,
        declaration: &'static Declaration,
    ) -> (Self, Option<Denial>) {
        let begun = auth.runtime().decisions.begin();
        #[cfg(feature = "testing")]
        Probe::of(&parts.extensions).note(Event::Met(declaration, auth.clone()));
        let exchange = Exchange::of(parts, auth);
        exchange.meet(declaration);
        let identified = match &declaration.access {
            Access::Public { cross_site, .. } if *cross_site => Ok(None),
            access => identify(&exchange, parts, access).await,
        };
        let mut entry = Self {
            exchange,
            declaration,
            inquiry: None,
            begun,
        };
        match identified {
            Ok(inquiry) => {
                entry.inquiry = inquiry;
                (entry, None)
            }
            Err(denial) => (entry, Some(denial)),
        }
    }

    /// The next policy to ask, if the verdict needs one.
    fn question(&mut self, parts: &Parts) -> Result<Option<(usize, Arc<Session>)>, Refused> {
        let Some(inquiry) = &mut self.inquiry else {
            return Ok(None);
        };
        let denial = match inquiry.verdict() {
            Verdict::Granted => {
                let identity = inquiry.facts.identity();
                match step_up::missing(identity, self.declaration.options(), &self.exchange.auth) {
                    Some(denial) => denial,
                    None => return Ok(None),
                }
            }
            Verdict::Ask(policy) => match inquiry.facts.session() {
                Some(session) => return Ok(Some((policy, Arc::clone(session)))),
                None => Denial::Corrupt,
            },
            Verdict::Unknown => match inquiry.take_failure() {
                Some(failure) => {
                    let (runtime, about) = (self.exchange.auth.runtime(), self.declaration);
                    let circumstances = about.circumstances();
                    let answer = Unanswered::answered(failure, &runtime, parts, circumstances);
                    return Err(self.refuse(Cause::PolicyFailed, Refused::new(answer), parts));
                }
                None => Denial::Forbidden,
            },
            Verdict::Denied => inquiry.denial(),
        };
        Err(self.refusal(denial, parts))
    }

    fn hear(&mut self, policy: usize, answer: Answer) {
        if let Some(inquiry) = &mut self.inquiry {
            inquiry.hear(policy, answer);
        }
    }

    pub(super) fn refusal(&self, denial: Denial, parts: &Parts) -> Refused {
        let runtime = self.exchange.auth.runtime();
        let refused = match denial.is_hidden(self.declaration.options().on_denied) {
            true => Refused::hidden(),
            false => Refused::new(denial.answer(&runtime, parts, self.declaration.circumstances())),
        };
        let refused = refused.with_cookies(self.exchange.given_to_refused());
        self.refuse(Cause::Denied(denial), refused, parts)
    }

    /// Ends here with that refusal, and says so.
    fn refuse(&self, cause: Cause, refused: Refused, parts: &Parts) -> Refused {
        self.report(Some((cause, refused.status())), parts);
        // Nothing is added to a refusal: what it says to the cookie is in it.
        self.exchange.begin_seal();
        refused
    }

    fn report_granted(&self, parts: &Parts) {
        if self.declaration.options().audit {
            self.report(None, parts);
        }
    }

    fn report(&self, refusal: Option<(Cause, StatusCode)>, parts: &Parts) {
        let inquiry = self.inquiry.as_ref();
        let user_id = inquiry.map(|inquiry| inquiry.facts.identity().user_id.as_str());
        let decision = Decision::new(Some(self.declaration), parts).about(user_id);
        let decision = match refusal {
            Some((cause, status)) => decision.refused(cause.code(), status),
            None => decision,
        };
        let decisions = &self.exchange.auth.runtime().decisions;
        decisions.report(decision, self.begun);
        tracing::debug!(
            target: TARGET,
            handler = decision.handler(),
            code = decision.code(),
            tree = %self.explanation(refusal.and_then(|(cause, _)| cause.denial())),
            "explained"
        );
    }

    fn explanation(&self, denial: Option<Denial>) -> String {
        let known = self.inquiry.as_ref().map(Inquiry::known);
        explain(self.declaration, known, denial)
    }
}

impl Cause {
    fn code(self) -> &'static str {
        match self {
            Self::Denied(denial) => denial.code(),
            Self::PolicyFailed => "policy_failed",
        }
    }

    fn denial(self) -> Option<Denial> {
        match self {
            Self::Denied(denial) => Some(denial),
            Self::PolicyFailed => None,
        }
    }
}

async fn identify(
    exchange: &Exchange,
    parts: &mut Parts,
    access: &'static Access,
) -> Result<Option<Inquiry>, Denial> {
    let via = match access {
        Access::Public { .. } => &[],
        Access::Guarded { options, .. } => options.via,
    };
    if cross_site::is_refused(parts, exchange, via) {
        // Nobody knows yet which site is ours.
        return Err(match exchange.is_unconfigured() {
            true => Denial::NotConfigured,
            false => Denial::CrossSite,
        });
    }
    let Access::Guarded { requirement, .. } = access else {
        return Ok(None);
    };
    let outcome = exchange.outcome_via(&parts.headers, via).await;
    let identity = Arc::clone(identified(outcome)?);
    let facts = Facts::new(
        exchange.auth.clone(),
        identity,
        parameters(parts, requirement).await,
    );
    Ok(Some(Inquiry::new(requirement, facts)))
}
