use std::time::Duration;

use super::Options;
use crate::auth::Auth;
use crate::denial::Denial;
use crate::session::Identity;

/// How long after signing in a visitor counts as just signed in, in seconds: asking again would
/// change nothing.
const JUST_NOW: u64 = 60;
/// How far ahead an authentication may lie: the largest leeway between clocks.
const MOST_AHEAD: Duration = Duration::from_secs(300);

/// What is missing of the authentication that a handler asks for (RFC 9470).
pub(super) fn missing(identity: &Identity, options: &Options, auth: &Auth) -> Option<Denial> {
    let needed = options
        .acr
        .filter(|needed| !is_met(needed, identity.acr.as_deref(), auth));
    if options.fresh.is_none() && needed.is_none() {
        return None;
    }
    // Without it nobody can tell a fresh session from a stale one, nor a new one from a loop.
    let Some(auth_time) = identity.auth_time else {
        return Some(Denial::AuthTimeMissing);
    };
    let now = auth.now();
    // Another machine's clock may run a little ahead; what lies further ahead says nothing of the age.
    let age = match auth_time.since(now) > MOST_AHEAD {
        true => u64::MAX,
        false => now.since(auth_time).as_secs(),
    };
    let is_stale = options.fresh.is_some_and(|fresh| age >= fresh);
    match needed {
        None if !is_stale => None,
        Some(_) if age < JUST_NOW => Some(Denial::AcrUnreachable),
        _ => Some(Denial::StepUp {
            max_age: options.fresh,
            acr: options.acr,
        }),
    }
}

/// Whether it is the strength that is needed, or one that the configuration ranks above it.
fn is_met(needed: &str, held: Option<&str>, auth: &Auth) -> bool {
    let order = &auth.runtime().acr_order;
    let rank = |acr: &str| order.iter().position(|known| known == acr);
    match held {
        Some(held) if held == needed => true,
        Some(held) => rank(needed)
            .zip(rank(held))
            .is_some_and(|(needed, held)| held > needed),
        None => false,
    }
}
