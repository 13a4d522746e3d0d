//! The way in for what is no handler, and declares its rule when the application starts.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::request::Parts;

use super::enter::Entry;
use super::{Declaration, Enforce, Exchange, ProvidesAuth, Rule};
use crate::denial::{Hidden, Refused};

/// Decides whether a request may go on, by a rule and a state that are not named any more.
pub(crate) type Enter =
    dyn for<'a> Fn(&'a mut Parts, &'static Declaration) -> Entering<'a> + Send + Sync;

type Entering<'a> = Pin<Box<dyn Future<Output = Result<Arc<Exchange>, Refused>> + Send + 'a>>;

/// The way in by the rule `R`, declared anew: with other options, say.
pub(crate) fn enter_as<R, S>(state: S) -> Arc<Enter>
where
    R: Rule<Needs: Enforce<S>>,
    S: ProvidesAuth,
{
    Arc::new(move |parts, declaration| {
        let state = state.clone();
        Box::pin(async move {
            let entered = match Entry::decided::<R, S>(parts, &state, declaration).await {
                Ok(entry) => Ok(entry.finish(parts)),
                Err(refused) => Err(refused),
            };
            if entered.as_ref().is_err_and(Refused::is_hidden) {
                Hidden::leave_word(&parts.extensions, &state);
            }
            entered
        })
    })
}
