//! The guard: the only place that wires credential, identity, decision and refusal.

mod ask;
mod course;
mod cross_site;
mod decision;
mod declaration;
mod elsewhere;
mod enter;
mod evaluate;
mod exchange;
mod explain;
mod facts;
mod found;
mod inquiry;
mod policy;
mod require;
mod requirement;
mod seal;
mod step_up;
mod vocabulary;
mod words;

use std::fmt;
use std::marker::PhantomData;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

pub use self::ask::GuardOf;
#[cfg(feature = "testing")]
pub(crate) use self::ask::foretell;
pub(crate) use self::course::Arrival;
pub(crate) use self::decision::Decisions;
pub use self::decision::{Decision, DecisionSink};
pub use self::declaration::{
    Access, AlsoRequest, Declaration, Enforce, Identity, IdentityOnly, Options, Rule,
};
pub(crate) use self::enter::{enter, enter_declared};
pub(crate) use self::exchange::Exchange;
pub use self::policy::{Answer, Cx, IntoAnswer, Policy, PolicyArgument, ask_policy};
pub(crate) use self::require::{Authorized, Enter, Terms, enter_by};
pub use self::requirement::{ClaimTest, Literal, Requirement};
pub(crate) use self::seal::{Complete, seal};
pub use self::vocabulary::{
    CrateKey, Declares, Lookup, Nobody, PermissionRule, PermissionSet, PermissionTable, RoleRule,
    RoleSet, RoleTable, Undeclared, UnknownName, Vocabulary, closure, declared_permission,
    declared_role, grants_are_declared, permission, permission_at, role, role_at,
};
pub(crate) use self::words::duration;
use crate::auth::Auth;
use crate::denial::Refused;
#[cfg(feature = "testing")]
use crate::probe::{Event, Probe};

/// A state that has an [`Auth`] to give: `Auth` itself, and every `S` with `Auth: FromRef<S>`.
#[diagnostic::on_unimplemented(
    message = "the router's state `{Self}` does not provide an `Auth`",
    label = "this state has no `Auth`",
    note = "add an `Auth` to the state and write `impl FromRef<{Self}> for Auth`, or use `.with_state(auth)`",
    note = "if `{Self}` is only a part of the router's state `S`, write `impl FromRef<S> for {Self}`"
)]
pub trait ProvidesAuth: Clone + Send + Sync + 'static {
    /// A handle on the state's `Auth`.
    fn auth(&self) -> Auth;
}

#[diagnostic::do_not_recommend]
impl<S> ProvidesAuth for S
where
    S: Clone + Send + Sync + 'static,
    Auth: FromRef<S>,
{
    fn auth(&self) -> Auth {
        Auth::from_ref(self)
    }
}

/// Proof that a request has passed the rule `R`: the first argument that the attributes give a
/// handler. Nobody but this crate can make one.
pub struct Guard<R>(PhantomData<fn() -> R>);

#[cfg(feature = "testing")]
impl<R: Rule> Guard<R> {
    /// Proof of nothing, for a handler that is called as a function.
    pub(crate) const fn for_tests() -> Self {
        Self(PhantomData)
    }
}

impl<R> fmt::Debug for Guard<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

pub(crate) mod sealed {
    #[expect(unnameable_types, reason = "nobody else may implement it")]
    pub trait Sealed {}
    impl<R> Sealed for super::Guard<R> {}

    /// Only the runtime has one, so only the runtime makes guards.
    #[expect(unnameable_types, reason = "nobody else may name it")]
    #[derive(Debug)]
    pub struct Ticket(());

    impl Ticket {
        pub(crate) fn after_entering(_: &super::Exchange) -> Self {
            Self(())
        }
    }
}

/// The first argument of a handler that declares who may call it.
#[diagnostic::on_unimplemented(
    message = "this handler declares no guard",
    label = "annotate it with `#[protected]`, `#[authorized(..)]` or `#[public(reason = \"..\")]`",
    note = "a closure cannot carry an attribute: write an `async fn`, or serve static content by \
            `Router::public_service(path, reason, service)`"
)]
pub trait GuardParam: sealed::Sealed + Send {
    /// The rule that the attribute stands for.
    type Rule: Rule;
    #[doc(hidden)]
    fn mint(ticket: sealed::Ticket) -> Self;
}

#[diagnostic::do_not_recommend]
impl<R: Rule> GuardParam for Guard<R> {
    type Rule = R;

    fn mint(_: sealed::Ticket) -> Self {
        Self(PhantomData)
    }
}

/// Guards the same functions in a plain `axum::Router`. There a
/// [`SessionLayer`](crate::SessionLayer) refreshes and clears cookies.
impl<R, S> FromRequestParts<S> for Guard<R>
where
    R: Rule<Needs: Enforce<S>>,
    S: ProvidesAuth,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let entered = enter::<R, S>(parts, state).await;
        #[cfg(feature = "testing")]
        if entered.is_err() {
            Probe::of(&parts.extensions).note(Event::Refused(R::DECLARATION));
        }
        let exchange = entered?;
        exchange.mention_missing_layer();
        Ok(Self(PhantomData))
    }
}

/// What [`guard!`](crate::guard!) stands for: a rule that is not attached to a handler.
pub struct GuardExpression<R>(PhantomData<fn() -> R>);

impl<R: Rule> GuardExpression<R> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R> fmt::Debug for GuardExpression<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuardExpression")
    }
}
