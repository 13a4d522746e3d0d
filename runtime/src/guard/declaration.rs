use std::future::Future;
use std::panic::Location;

use super::policy::{Answer, Cx, IntoAnswer};
use super::requirement::Requirement;
use crate::credential::Source;
use crate::denial::{Circumstances, OnAnonymous, OnDenied, Pages};

/// What an attribute says about its handler: constant data that the guard, the access matrix and
/// the log all read.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The path of the handler, such as `newsroom::pages::dashboard`; empty for a public service.
    pub handler: &'static str,
    /// Where its name stands in the source.
    pub location: &'static Location<'static>,
    /// Who may call it.
    pub access: Access,
}

/// Who may call a handler.
#[derive(Debug, Clone)]
pub enum Access {
    /// Everybody, for a reason.
    Public {
        /// Why.
        reason: &'static str,
        /// Whether other sites' pages may make a browser call it as well.
        cross_site: bool,
    },
    /// Whoever is signed in and meets the requirement.
    Guarded {
        /// What they must meet.
        requirement: Requirement,
        /// What else holds.
        options: Options,
    },
}

/// What else holds for a guarded handler.
#[derive(Debug, Clone)]
pub struct Options {
    /// What happens to visitors who are not signed in.
    pub on_anonymous: OnAnonymous,
    /// What happens to visitors who are, and may not pass.
    pub on_denied: OnDenied,
    /// How recently the user must have proved who they are, in seconds.
    pub fresh: Option<u64>,
    /// How strongly (`acr`, OpenID Connect Core section 2).
    pub acr: Option<&'static str>,
    /// Which credentials count, in that order; empty for the default.
    pub via: &'static [Source],
    /// Whether no cached session will do.
    pub live: bool,
    /// Whether granted decisions are reported too.
    pub audit: bool,
    /// Where visitors are sent instead of the application's pages; only layers say so.
    pub pages: Option<&'static Pages>,
}

impl Options {
    /// What holds where nothing is said.
    pub const DEFAULT: Self = Self {
        on_anonymous: OnAnonymous::Refuse,
        on_denied: OnDenied::Forbid,
        fresh: None,
        acr: None,
        via: &[],
        live: false,
        audit: false,
        pages: None,
    };
}

impl Declaration {
    /// What else holds for it; a public handler has the defaults.
    pub(crate) fn options(&self) -> &Options {
        match &self.access {
            Access::Guarded { options, .. } => options,
            Access::Public { .. } => &Options::DEFAULT,
        }
    }

    /// What a refusal depends on.
    pub(crate) fn circumstances(&'static self) -> Circumstances {
        let options = self.options();
        Circumstances {
            on_anonymous: options.on_anonymous,
            takes_bearer: options.via.is_empty() || options.via.contains(&Source::Bearer),
            takes_cookie: options.via.is_empty() || options.via.contains(&Source::Cookie),
            requirement: self.requirement(),
            pages: options.pages,
        }
    }

    /// What must be met, unless it is public.
    pub(crate) fn requirement(&self) -> Option<&Requirement> {
        match &self.access {
            Access::Guarded { requirement, .. } => Some(requirement),
            Access::Public { .. } => None,
        }
    }
}

/// A type that stands for a declaration. The attributes implement it; doing so by hand is the one
/// way to write an open handler without one of them, and easy to search for.
pub trait Rule: 'static {
    /// What must be at hand to decide: [`Identity`], the [`Request`](AlsoRequest) as well, or the type
    /// itself, which then asks its policies.
    type Needs: 'static;

    /// What was declared. By value: what a reference in its place refers to, the compiler would
    /// evaluate with every check.
    const DECLARED: Declaration;

    /// What was declared.
    const DECLARATION: &'static Declaration = &Self::DECLARED;
}

/// A rule that the session alone can answer.
#[derive(Debug)]
pub struct Identity(());

/// A rule that asks for the owner of what the request names.
#[derive(Debug)]
pub struct AlsoRequest(());

/// What a rule needs, where the router has the state `S`.
pub trait Enforce<S> {
    /// Asks the policy of that index. A rule without policies is never asked, and says no.
    fn ask(index: usize, cx: &mut Cx<'_, S>) -> impl Future<Output = Answer> + Send {
        let _ = (index, cx);
        std::future::ready(false.into_answer())
    }
}

impl<S> Enforce<S> for Identity {}

impl<S> Enforce<S> for AlsoRequest {}

/// A rule that a session alone can answer: one without `policy` and `owner`.
#[diagnostic::on_unimplemented(
    message = "this rule depends on the request, so the session alone cannot answer",
    label = "its rule has a `policy` or an `owner`",
    note = "use `session.may_here(handler, &mut parts, &state).await`"
)]
pub trait IdentityOnly {}

impl IdentityOnly for Identity {}
