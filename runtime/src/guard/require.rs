//! The way in for what is no handler, and declares its rule when the application starts.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::request::Parts;

use super::enter::Entry;
use super::{Declaration, Enforce, Exchange, ProvidesAuth, Rule};
use crate::auth::Auth;
use crate::denial::{Denial, Hidden, Refused};
use crate::token::Token;

/// Decides whether a request may go on, by a rule and a state that are not named any more.
pub(crate) type Enter = dyn for<'a> Fn(&'a mut Parts, Terms<'a>) -> Entering<'a> + Send + Sync;

type Entering<'a> = Pin<Box<dyn Future<Output = Result<Arc<Exchange>, Refused>> + Send + 'a>>;

/// Says whether who meets the rule may go on.
pub(crate) type Authorized =
    Arc<dyn Fn(Parts, Token) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// What there is besides the rule.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    /// The rule as it is declared here: with other options, say.
    pub(crate) declaration: &'static Declaration,
    /// Whether the application's callbacks have a say.
    pub(crate) asks_callbacks: bool,
    /// Who else has.
    pub(crate) authorized: &'a [Authorized],
}

/// The way in by the rule `R`. Whoever comes through has their token in the request's extensions.
pub(crate) fn enter_by<R, S>(state: S) -> Arc<Enter>
where
    R: Rule<Needs: Enforce<S>>,
    S: ProvidesAuth,
{
    Arc::new(move |parts, terms| {
        let state = state.clone();
        Box::pin(async move {
            let entered = enter_on::<R, S>(parts, &state, terms).await;
            if entered.as_ref().is_err_and(Refused::is_hidden) {
                Hidden::leave_word(&parts.extensions, &state);
            }
            entered
        })
    })
}

async fn enter_on<R, S>(
    parts: &mut Parts,
    state: &S,
    terms: Terms<'_>,
) -> Result<Arc<Exchange>, Refused>
where
    R: Rule<Needs: Enforce<S>>,
    S: ProvidesAuth,
{
    let (entry, denial) = Entry::begin(parts, state.auth(), terms.declaration).await;
    match denial {
        None => settle(entry.decided::<R, S>(parts, state).await?, parts, terms).await,
        Some(denial) if admits(&entry.exchange.auth, denial, parts, terms).await => {
            Ok(entry.finish(parts))
        }
        Some(denial) => Err(entry.refusal(denial, parts)),
    }
}

/// Whether the application lets in somebody who is not signed in. Whoever else has a say asks for a token,
/// and nobody has none.
async fn admits(auth: &Auth, denial: Denial, parts: &Parts, terms: Terms<'_>) -> bool {
    let may_ask = terms.asks_callbacks && terms.authorized.is_empty() && denial.is_of_nobody();
    may_ask && auth.authorized(parts, None).await
}

/// Asks those who have a say besides the rule, once it is met. Every one of them can refuse.
async fn settle(
    entry: Entry,
    parts: &mut Parts,
    terms: Terms<'_>,
) -> Result<Arc<Exchange>, Refused> {
    let Some(token) = entry.token() else {
        return Err(entry.refusal(Denial::Corrupt, parts));
    };
    let auth = &entry.exchange.auth;
    if terms.asks_callbacks && !auth.authorized(parts, Some(&token)).await {
        return Err(entry.refusal(Denial::Forbidden, parts));
    }
    for authorized in terms.authorized {
        if !authorized(parts.clone(), token.clone()).await {
            return Err(entry.refusal(Denial::Forbidden, parts));
        }
    }
    parts.extensions.insert(token);
    Ok(entry.finish(parts))
}
