use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::header::{
    CONNECTION, HeaderMap, HeaderName, HeaderValue, ORIGIN, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{Method, Request};

use super::super::visitor::{Visitor, visitor};
use crate::auth::Auth;
use crate::credential::{Credential, Source};
use crate::guard::{Access, Declaration, foretell};
use crate::session::{AuthError, Identity, Outcome, User};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What must come of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Expected {
    /// The handler must not run.
    Refused,
    /// A policy decides, or the extractors of a public handler do.
    Either,
    /// The guard lets it pass.
    Allowed,
}

/// Somebody who can be signed in, and what the rule of an entry says of them.
pub(super) struct Member {
    label: String,
    user: User,
    visitor: Visitor,
    expected: Expected,
}

/// One request to an entry, and what must come of it.
pub(super) struct Attempt {
    /// Who sends it, in words.
    pub(super) who: String,
    pub(super) expected: Expected,
    signer: Option<(Visitor, Source)>,
    is_cross_site: bool,
}

impl Member {
    /// Somebody on their way to the entry of that declaration, as strongly signed in as it asks.
    pub(super) async fn new(
        auth: &Auth,
        (label, user): (String, User),
        declaration: &'static Declaration,
        parameters: &[(Box<str>, Box<str>)],
    ) -> Result<Self, AuthError> {
        let mut visitor = visitor(auth, user.clone());
        if let Some(acr) = declaration.options().acr {
            visitor = visitor.acr(acr);
        }
        let expected = match (declaration.requirement(), identity(auth, &visitor).await?) {
            (None, _) => Expected::Allowed,
            (Some(requirement), Some(identity)) => {
                match foretell(requirement, auth.clone(), identity, parameters.to_vec()) {
                    Some(true) => Expected::Allowed,
                    Some(false) => Expected::Refused,
                    None => Expected::Either,
                }
            }
            (Some(_), None) => Expected::Refused,
        };
        Ok(Self {
            label,
            user,
            visitor,
            expected,
        })
    }

    fn attempt(&self, source: Source, expected: Expected) -> Attempt {
        self.flawed("a", source, expected, Visitor::clone)
    }

    /// The same with another session: `an expired` one, say.
    fn flawed(
        &self,
        state: &str,
        source: Source,
        expected: Expected,
        session: impl FnOnce(&Visitor) -> Visitor,
    ) -> Attempt {
        Attempt {
            who: format!("{} with {state} {}", self.label, name(source)),
            expected,
            signer: Some((session(&self.visitor), source)),
            is_cross_site: false,
        }
    }
}

impl Attempt {
    /// Somebody who is not signed in.
    pub(super) fn anonymous(declaration: &Declaration) -> Self {
        Self {
            who: "anonymous".to_owned(),
            expected: match declaration.access {
                Access::Public { .. } => Expected::Allowed,
                Access::Guarded { .. } => Expected::Refused,
            },
            signer: None,
            is_cross_site: false,
        }
    }

    fn sent_cross_site(self) -> Self {
        Self {
            who: format!("{} from a page of another site", self.who),
            expected: Expected::Refused,
            is_cross_site: true,
            ..self
        }
    }

    /// Makes the request that of whoever sends it.
    pub(super) async fn sign(
        &self,
        mut request: Request<Body>,
        is_web_socket: bool,
    ) -> Result<Request<Body>, AuthError> {
        let is_get = request.method() == Method::GET;
        let headers = request.headers_mut();
        if self.is_cross_site {
            headers.insert(SEC_FETCH_SITE, HeaderValue::from_static("cross-site"));
            headers.insert(ORIGIN, HeaderValue::from_static("https://other.invalid"));
        } else {
            headers.insert(SEC_FETCH_SITE, HeaderValue::from_static("same-origin"));
        }
        // A `GET` of another site can do harm only so.
        if is_web_socket || self.is_cross_site && is_get {
            open_a_web_socket(headers);
        }
        match &self.signer {
            None => Ok(request),
            Some((visitor, Source::Cookie)) => visitor.sign(request).await,
            Some((visitor, Source::Bearer)) => visitor.sign_bearer(request).await,
        }
    }
}

/// Everything else that is sent to an entry with that method.
pub(super) fn attempts(
    auth: &Auth,
    declaration: &Declaration,
    members: &[Member],
    method: &Method,
) -> Vec<Attempt> {
    let (flawed, takes_cross_site) = match declaration.access {
        Access::Public { cross_site, .. } => (Expected::Either, cross_site),
        Access::Guarded { .. } => (Expected::Refused, false),
    };
    let via = declaration.options().via;
    let counts = |source: &Source| via.is_empty() || via.contains(source);
    let sources = [Source::Cookie, Source::Bearer];
    let mut attempts = Vec::new();
    // Whoever comes furthest with a good session shows best what a bad one is worth.
    if let Some(best) = members.iter().rev().max_by_key(|member| member.expected) {
        for source in sources {
            attempts.push(best.flawed("an expired", source, flawed, |visitor| {
                visitor.clone().expired()
            }));
            attempts.push(best.flawed("a tampered", source, flawed, |visitor| {
                visitor.clone().tampered()
            }));
        }
        for source in sources.into_iter().filter(counts) {
            attempts.extend(step_up(auth, declaration, best, source));
        }
        // Only what can do harm is refused: unsafe methods, and WebSockets, which start with a GET.
        let can_do_harm = ![Method::HEAD, Method::OPTIONS, Method::TRACE].contains(method);
        if can_do_harm && !takes_cross_site {
            attempts.push(Attempt::anonymous(declaration).sent_cross_site());
            let best = best.attempt(Source::Cookie, best.expected);
            attempts.push(best.sent_cross_site());
        }
    }
    for member in members {
        attempts.extend(sources.map(|source| {
            let expected = if counts(&source) {
                member.expected
            } else {
                Expected::Refused
            };
            member.attempt(source, expected)
        }));
    }
    attempts
}

/// Signed in too long ago, or too weakly.
fn step_up(
    auth: &Auth,
    declaration: &Declaration,
    member: &Member,
    source: Source,
) -> impl Iterator<Item = Attempt> {
    let options = declaration.options();
    let stale = options.fresh.map(|seconds| {
        let age = Duration::from_secs(seconds);
        member.flawed("a too old", source, Expected::Refused, |visitor| {
            visitor.clone().authenticated_ago(age)
        })
    });
    let weak = options.acr.map(|_| {
        member.flawed("a too weak", source, Expected::Refused, |_| {
            visitor(auth, member.user.clone())
        })
    });
    stale.into_iter().chain(weak)
}

/// Who the visitor is to a guard.
async fn identity(auth: &Auth, visitor: &Visitor) -> Result<Option<Arc<Identity>>, AuthError> {
    let token = visitor.bearer().await?;
    let credential = Credential::Present {
        source: Source::Bearer,
        token: &token,
    };
    Ok(
        match auth.resolve(credential, &HeaderMap::new(), true).await {
            Outcome::Known(identity) => Some(identity),
            _ => None,
        },
    )
}

fn name(source: Source) -> &'static str {
    match source {
        Source::Cookie => "cookie",
        Source::Bearer => "bearer token",
    }
}

/// RFC 6455 section 4.1.
fn open_a_web_socket(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    let key = HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ==");
    headers.insert(SEC_WEBSOCKET_KEY, key);
}
