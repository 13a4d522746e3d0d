//! Handler arguments. Sessions read what the guard found out, or find it out themselves.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::config::OnStoreError;
use crate::credential::Source;
use crate::denial::{Denial, Refused, ReturnTo, identified};
use crate::guard::{Complete, Decision, Exchange, ProvidesAuth};
use crate::session::{Fault, Identity, Session, UserLoader, report};
use crate::token::Token;

/// Rejects with 401 if nobody is signed in, with 503 if the store does not answer and with 500 if
/// the user of the session is no `U`.
impl<S, U> FromRequestParts<S> for Session<U>
where
    S: ProvidesAuth,
    U: DeserializeOwned + 'static,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let exchange = Exchange::of(parts, state.auth());
        let begun = exchange.auth.runtime().decisions.begin();
        let session = session(&exchange, parts).await;
        session.map_err(|denial| refuse(denial, &exchange, parts, begun))
    }
}

/// `None` if nobody is signed in or the session cookie is of no use. A bearer token that is not
/// valid is still 401: who sends one means it. A store that does not answer is still 503, unless
/// [`on_store_error`](crate::AuthBuilder::on_store_error) says otherwise.
impl<S, U> OptionalFromRequestParts<S> for Session<U>
where
    S: ProvidesAuth,
    U: DeserializeOwned + 'static,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Refused> {
        let exchange = Exchange::of(parts, state.auth());
        let begun = exchange.auth.runtime().decisions.begin();
        let session = session(&exchange, parts).await;
        unless_nobody(session, &exchange).map_err(|denial| refuse(denial, &exchange, parts, begun))
    }
}

/// What the session says, in the claims of Auth.js. Rejects as a [`Session`] does.
impl<S: ProvidesAuth> FromRequestParts<S> for Token {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let exchange = Exchange::of(parts, state.auth());
        let begun = exchange.auth.runtime().decisions.begin();
        let token = token(&exchange, parts).await;
        token.map_err(|denial| refuse(denial, &exchange, parts, begun))
    }
}

/// `None` where an `Option<Session>` is.
impl<S: ProvidesAuth> OptionalFromRequestParts<S> for Token {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Refused> {
        let exchange = Exchange::of(parts, state.auth());
        let begun = exchange.auth.runtime().decisions.begin();
        let token = token(&exchange, parts).await;
        unless_nobody(token, &exchange).map_err(|denial| refuse(denial, &exchange, parts, begun))
    }
}

/// What was found, if somebody is signed in.
fn unless_nobody<T>(found: Result<T, Denial>, exchange: &Exchange) -> Result<Option<T>, Denial> {
    let is_lenient = exchange.auth.runtime().on_store_error == OnStoreError::Anonymous;
    match found {
        Ok(found) => Ok(Some(found)),
        Err(denial) if denial.is_of_nobody() => Ok(None),
        Err(Denial::Unavailable) if is_lenient => {
            exchange.degrade();
            Ok(None)
        }
        Err(denial) => Err(denial),
    }
}

/// Whether an `Option<Session>` before this argument is `None` only because the store did not answer,
/// and [`OnStoreError::Anonymous`] is configured.
///
/// ```
/// # use portcullis::{Degraded, Session, public};
/// #[public(reason = "the start page greets everybody")]
/// async fn home(session: Option<Session>, Degraded(degraded): Degraded) -> &'static str {
///     match session {
///         Some(_) => "hello",
///         None if degraded => "we cannot tell who you are just now",
///         None => "hello stranger",
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Degraded(pub bool);

impl<S: ProvidesAuth> FromRequestParts<S> for Degraded {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(Exchange::of(parts, state.auth()).is_degraded()))
    }
}

/// Reads the query parameter `callbackUrl`: a path, or an address of this site's origin.
impl<S: ProvidesAuth> FromRequestParts<S> for ReturnTo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let said = form_urlencoded::parse(query).find(|(name, _)| name == "callbackUrl");
        let Some((_, address)) = said else {
            return Ok(Self::default());
        };
        let auth = state.auth();
        let known = Exchange::known(&parts.extensions, &auth);
        let runtime = known.as_ref().map_or(&auth, |known| &known.auth).runtime();
        Ok(Self::on(&runtime.origin, &address))
    }
}

async fn token(exchange: &Exchange, parts: &Parts) -> Result<Token, Denial> {
    let identity = identified(exchange.outcome(&parts.headers).await)?;
    let decoded = exchange.decoded(&parts.headers);
    let token = decoded.or_else(|| {
        exchange.auth.mention_undecoded();
        exchange.auth.token_of(identity)
    });
    token.ok_or(Denial::Corrupt)
}

async fn session<U>(exchange: &Exchange, parts: &Parts) -> Result<Session<U>, Denial>
where
    U: DeserializeOwned + 'static,
{
    let identity = identified(exchange.outcome(&parts.headers).await)?;
    let runtime = exchange.auth.runtime();
    let loader = runtime.load_user.as_ref();
    let user = match loader.filter(|loader| loader.gives::<U>()) {
        Some(loader) => loaded(exchange, parts, loader, &identity.user_id).await?,
        None => signed_in(identity)?,
    };
    Ok(Session::new(
        user,
        Arc::clone(identity),
        exchange.auth.clone(),
    ))
}

/// The user as the application has them.
async fn loaded<U: 'static>(
    exchange: &Exchange,
    parts: &Parts,
    loader: &UserLoader,
    user_id: &str,
) -> Result<U, Denial> {
    let loaded = exchange.loaded(loader, user_id).await.map_err(|error| {
        report(&error);
        Denial::Unavailable
    })?;
    loaded
        .and_then(|user| user.get())
        .ok_or_else(|| gone(exchange, parts))
}

/// Who is not there any more has a session of no use.
fn gone(exchange: &Exchange, parts: &Parts) -> Denial {
    let Some(source) = exchange.source(&parts.headers) else {
        return Denial::Unauthenticated;
    };
    if source == Source::Cookie {
        exchange.lose_user();
    }
    Denial::Refused {
        source,
        fault: Fault::Invalid,
    }
}

/// The user as they were signed in.
fn signed_in<U: DeserializeOwned>(identity: &Identity) -> Result<U, Denial> {
    serde_json::from_str(identity.user.get()).map_err(|error| {
        tracing::error!(
            target: "portcullis::session",
            user = std::any::type_name::<U>(),
            category = ?error.classify(),
            "the user of a session is not of the type that the handler asks for"
        );
        Denial::Corrupt
    })
}

fn refuse(denial: Denial, exchange: &Exchange, parts: &Parts, begun: Option<Instant>) -> Refused {
    let runtime = exchange.auth.runtime();
    let mut response = denial.answer(&runtime, parts, exchange.circumstances());
    // Nothing is added to a refusal: what it says to the cookie is in it.
    response.extensions_mut().insert(Complete);
    let decision = Decision::new(exchange.declaration(), parts);
    let decision = decision.refused(denial.code(), response.status());
    runtime.decisions.report(decision, begun);
    Refused::new(response).with_cookies(exchange.given_to_refused())
}
