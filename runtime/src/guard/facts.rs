use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use serde_json::Value;

use super::requirement::{ClaimTest, Literal, Requirement};
use crate::auth::Auth;
use crate::session::{Identity, Session, User};

/// What is known of a visitor: everything a decision without policies is made on.
pub(crate) struct Facts {
    auth: Auth,
    identity: Arc<Identity>,
    /// The path parameters of the request, percent-decoded; none outside of a request.
    parameters: Vec<(Box<str>, Box<str>)>,
    claims: OnceLock<Value>,
    session: OnceLock<Option<Arc<Session>>>,
}

impl Facts {
    pub(crate) fn new(
        auth: Auth,
        identity: Arc<Identity>,
        parameters: Vec<(Box<str>, Box<str>)>,
    ) -> Self {
        Self {
            auth,
            identity,
            parameters,
            claims: OnceLock::new(),
            session: OnceLock::new(),
        }
    }

    pub(super) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The session as rules and policies see it; `None` if its user is no [`User`].
    pub(super) fn session(&self) -> Option<&Arc<Session>> {
        let session = || {
            let user: User = serde_json::from_str(self.identity.user.get()).ok()?;
            Some(Arc::new(Session::new(
                user,
                Arc::clone(&self.identity),
                self.auth.clone(),
            )))
        };
        self.session.get_or_init(session).as_ref()
    }

    /// Whether the path parameter is the user's id; `None` without such a parameter.
    pub(super) fn owns(&self, parameter: &str) -> Option<bool> {
        let (_, value) = self
            .parameters
            .iter()
            .find(|(name, _)| **name == *parameter)?;
        Some(**value == *self.identity.user_id)
    }

    /// Whether a claim passes a test; `None` if it is missing or of another JSON type.
    pub(super) fn claim(&self, path: &[&str], test: &ClaimTest) -> Option<bool> {
        let claims = self
            .claims
            .get_or_init(|| serde_json::from_str(self.identity.user.get()).unwrap_or(Value::Null));
        let claim = path
            .iter()
            .try_fold(claims, |claim, name| claim.as_object()?.get(*name))?;
        match (test, claim) {
            (ClaimTest::Present, claim) => Some(!matches!(claim, Value::Null | Value::Bool(false))),
            (ClaimTest::Contains(text), Value::Array(entries)) => {
                Some(entries.iter().any(|entry| entry.as_str() == Some(text)))
            }
            (ClaimTest::Is(Literal::Text(text)), Value::String(found)) => Some(found == text),
            (ClaimTest::Is(Literal::Boolean(boolean)), Value::Bool(found)) => {
                Some(found == boolean)
            }
            (ClaimTest::Is(Literal::Integer(number)), Value::Number(found)) => {
                Some(match found.as_i64() {
                    Some(found) => found == *number,
                    None => found.as_f64() == Some(*number as f64),
                })
            }
            (ClaimTest::Is(Literal::Float(number)), Value::Number(found)) => {
                Some(found.as_f64() == Some(*number))
            }
            _ => None,
        }
    }
}

/// The path parameters, if the rule asks for one.
pub(super) async fn parameters(
    parts: &mut Parts,
    requirement: &Requirement,
) -> Vec<(Box<str>, Box<str>)> {
    if !requirement.any_part(|part| matches!(part, Requirement::Owner(_))) {
        return Vec::new();
    }
    match RawPathParams::from_request_parts(parts, &()).await {
        Ok(found) => found
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        Err(_) => Vec::new(),
    }
}
