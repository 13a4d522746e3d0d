//! Options that leave one another without effect. The later one is underlined.

use super::args::Argument;
use crate::diag::Report;
use crate::keys::{Kind, Setting};
use crate::model::{Options, Source};

/// Refuses the option that was read last, if it does not go with an earlier one.
pub(super) fn check(options: &Options, latest: &Argument) -> Result<(), Report> {
    redirect_of_tokens(options, latest)
}

/// Only page visits are sent anywhere, and they come with cookies.
fn redirect_of_tokens(options: &Options, latest: &Argument) -> Result<(), Report> {
    let is_bearer_only = options.via.as_deref() == Some(&[Source::Bearer]);
    if options.redirect.is_none() || !is_bearer_only {
        return Ok(());
    }
    match latest.key.kind {
        Kind::Setting(Setting::Redirect) => Err(Report::new(
            &latest.name,
            "`redirect` has no effect with `via = bearer`",
        )
        .help("remove it: a client without a token is answered 401")),
        Kind::Setting(Setting::Via) => Err(Report::new(
            &latest.name,
            "`via = bearer` leaves `redirect` without effect",
        )
        .help("remove `redirect`, or accept cookies too: `via = (bearer, cookie)`")),
        Kind::Setting(_) | Kind::Rule(_) => Ok(()),
    }
}
