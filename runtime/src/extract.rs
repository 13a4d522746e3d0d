//! Sessions as handler arguments. They read what the guard found out, or find it out themselves.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::credential::Source;
use crate::denial::{Circumstances, Denial, Refused, identified};
use crate::guard::{Exchange, ProvidesAuth};
use crate::session::Session;

/// Rejects with 401 if nobody is signed in, with 503 if the store does not answer and with 500 if
/// the user of the session is no `U`.
impl<S, U> FromRequestParts<S> for Session<U>
where
    S: ProvidesAuth,
    U: DeserializeOwned,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let exchange = Exchange::of(parts, state.auth());
        let session = session(&exchange, parts).await;
        session.map_err(|denial| refuse(denial, &exchange, parts))
    }
}

/// `None` if nobody is signed in or the session cookie is of no use. A bearer token that is not
/// valid is still 401: who sends one means it. A store that does not answer is still 503.
impl<S, U> OptionalFromRequestParts<S> for Session<U>
where
    S: ProvidesAuth,
    U: DeserializeOwned,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Refused> {
        let exchange = Exchange::of(parts, state.auth());
        match session(&exchange, parts).await {
            Ok(session) => Ok(Some(session)),
            Err(
                Denial::Unauthenticated
                | Denial::Refused {
                    source: Source::Cookie,
                    ..
                },
            ) => Ok(None),
            Err(denial) => Err(refuse(denial, &exchange, parts)),
        }
    }
}

async fn session<U: DeserializeOwned>(
    exchange: &Exchange,
    parts: &Parts,
) -> Result<Session<U>, Denial> {
    let identity = identified(exchange.outcome(&parts.headers).await)?;
    match serde_json::from_str(identity.user.get()) {
        Ok(user) => Ok(Session::new(user, identity.clone())),
        Err(error) => {
            tracing::error!(
                target: "portcullis::session",
                user = std::any::type_name::<U>(),
                category = ?error.classify(),
                "the user of a session is not of the type that the handler asks for"
            );
            Err(Denial::Corrupt)
        }
    }
}

fn refuse(denial: Denial, exchange: &Exchange, parts: &Parts) -> Refused {
    Refused::new(denial.answer(exchange.auth.runtime(), parts, Circumstances::DEFAULT))
}
