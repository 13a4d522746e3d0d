//! Asking a rule without a request to guard: what may this visitor do?

use std::sync::Arc;

use http::request::Parts;

#[cfg(feature = "testing")]
use super::Requirement;
use super::evaluate::Verdict;
use super::facts::{Facts, parameters};
use super::inquiry::Inquiry;
use super::policy::Cx;
use super::{
    Declaration, Enforce, Exchange, Guard, GuardExpression, IdentityOnly, ProvidesAuth, Rule,
};
#[cfg(feature = "testing")]
use crate::auth::Auth;
use crate::denial::{Denial, Refused};
#[cfg(feature = "testing")]
use crate::session::Identity;
use crate::session::Session;

/// A handler whose guard is `R`, whatever its other arguments are.
#[diagnostic::on_unimplemented(
    message = "this is not a guarded handler",
    label = "expected an `async fn` with `#[protected]`, `#[authorized(..)]` or `#[public(..)]`"
)]
pub trait GuardOf<R, T> {}

macro_rules! guard_of {
    ($([$($argument:ident)*])*) => {$(
        impl<F, R, Out, $($argument),*> GuardOf<R, (R, $($argument),*)> for F
        where
            F: FnOnce(Guard<R>, $($argument),*) -> Out,
        {}
    )*};
}

guard_of! {
    []
    [A1]
    [A1 A2]
    [A1 A2 A3]
    [A1 A2 A3 A4]
    [A1 A2 A3 A4 A5]
    [A1 A2 A3 A4 A5 A6]
    [A1 A2 A3 A4 A5 A6 A7]
    [A1 A2 A3 A4 A5 A6 A7 A8]
    [A1 A2 A3 A4 A5 A6 A7 A8 A9]
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10]
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11]
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12]
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13]
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14]
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15]
    [A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15 A16]
}

impl<U> Session<U> {
    /// Whether this session meets a rule, as in `session.allows(guard!(role = "admin"))`. Only the
    /// rule is asked: options such as `fresh` and `via` belong to requests.
    pub fn allows<R: Rule<Needs: IdentityOnly>>(&self, _rule: GuardExpression<R>) -> bool {
        self.meets(R::DECLARATION)
    }

    /// Whether this session meets the rule of a handler, as in `session.may(edit)`. It does not
    /// compile for rules that ask a policy or for the owner: see [`may_here`](Self::may_here).
    pub fn may<H, R, T>(&self, _handler: H) -> bool
    where
        H: GuardOf<R, T>,
        R: Rule<Needs: IdentityOnly>,
    {
        self.meets(R::DECLARATION)
    }

    /// Whether this session meets the rule of a handler for the object of the present request: path
    /// parameters and policies see `parts`.
    ///
    /// # Errors
    /// What a policy that failed answered, if the verdict depends on it.
    pub async fn may_here<H, R, T, S>(
        &self,
        _handler: H,
        parts: &mut Parts,
        state: &S,
    ) -> Result<bool, Refused>
    where
        H: GuardOf<R, T>,
        R: Rule<Needs: Enforce<S>>,
        S: ProvidesAuth,
    {
        let Some(requirement) = R::DECLARATION.requirement() else {
            return Ok(true);
        };
        let exchange = Exchange::of(parts, state.auth());
        let parameters = parameters(parts, requirement).await;
        let mut inquiry = Inquiry::new(
            requirement,
            Facts::new(self.auth().clone(), self.shared_identity(), parameters),
        );
        loop {
            let policy = match inquiry.verdict() {
                Verdict::Granted => return Ok(true),
                Verdict::Denied => return Ok(false),
                Verdict::Unknown => {
                    return inquiry
                        .take_failure()
                        .map_or(Ok(false), |failure| Err(Refused::new(failure)));
                }
                Verdict::Ask(policy) => policy,
            };
            let Some(session) = inquiry.facts.session().map(Arc::clone) else {
                return Err(Refused::new(Denial::Corrupt.as_problem()));
            };
            let mut cx = Cx::new(parts, state, session, Arc::clone(&exchange));
            inquiry.hear(policy, R::Needs::ask(policy, &mut cx).await);
        }
    }

    fn meets(&self, declaration: &'static Declaration) -> bool {
        declaration.requirement().is_none_or(|requirement| {
            let facts = Facts::new(self.auth().clone(), self.shared_identity(), Vec::new());
            Inquiry::new(requirement, facts).verdict() == Verdict::Granted
        })
    }
}

/// What the guard of such a requirement will say of a visitor; `None` if a policy decides.
#[cfg(feature = "testing")]
pub(crate) fn foretell(
    requirement: &'static Requirement,
    auth: Auth,
    identity: Arc<Identity>,
    parameters: Vec<(Box<str>, Box<str>)>,
) -> Option<bool> {
    match Inquiry::new(requirement, Facts::new(auth, identity, parameters)).verdict() {
        Verdict::Granted => Some(true),
        Verdict::Denied | Verdict::Unknown => Some(false),
        Verdict::Ask(_) => None,
    }
}
