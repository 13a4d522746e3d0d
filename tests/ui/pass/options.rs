//! Every option, in every form.

#![deny(warnings, missing_docs)]

use portcullis::{Auth, Router, authorized, guard, protected, public, routing::get};

mod paths {
    pub(crate) const LOGIN: &str = "/login";
}

const SIGN_IN: &str = "/sign-in?from=here";

#[protected(redirect = paths::LOGIN)]
async fn redirect_to_a_constant() {}

#[protected(redirect = SIGN_IN, deny = not_found)]
async fn redirect_to_a_short_name() {}

#[authorized(role = "admin", deny = forbidden, fresh = "15m", acr = "phr")]
async fn step_up() {}

#[protected(fresh = "90s", via = cookie)]
async fn seconds() {}

#[protected(fresh = "12h", via = bearer)]
async fn hours() {}

#[protected(fresh = "7d", via = (bearer, cookie), redirect)]
async fn days() {}

#[authorized(role = "admin", live, audit)]
async fn words() {}

#[public(cross_site, reason = "webhook")]
async fn webhook() {}

fn main() {
    let _ = guard!(
        role = "admin",
        redirect = "/login",
        deny = not_found,
        fresh = "1m",
        acr = "urn:mace:incommon:iap:silver",
        via = (cookie,),
        live,
        audit,
        crate = ::portcullis
    );
    let _: Router<Auth> = Router::new()
        .route("/constant", get(redirect_to_a_constant))
        .route("/short", get(redirect_to_a_short_name))
        .route("/step-up", get(step_up))
        .route("/seconds", get(seconds))
        .route("/hours", get(hours))
        .route("/days", get(days))
        .route("/words", get(words))
        .route("/webhook", get(webhook));
}
