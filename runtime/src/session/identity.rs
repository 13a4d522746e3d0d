use std::sync::{Arc, OnceLock};

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Asked, AuthError, Given, Handle, Issued, User};
use crate::clock::Seconds;
use crate::credential::{Flaw, Source};
use crate::store::{SessionKey, StoredSession};
use crate::token::{Grants, SessionClaims};

/// Who a verified credential stands for.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) user_id: String,
    pub(crate) roles: Vec<String>,
    pub(crate) permissions: Vec<String>,
    pub(crate) scopes: Vec<String>,
    /// How strongly the user proved who they are, if that was said.
    pub(crate) acr: Option<String>,
    /// The user as signed in, read into the handler's own type when it asks for one.
    pub(crate) user: Box<RawValue>,
    /// All claims of the token that it was read from, if that was Auth.js's.
    pub(crate) original: Option<Box<RawValue>>,
    /// When the user proved who they are, if that is known.
    pub(crate) auth_time: Option<Seconds>,
    /// What the absolute limit counts from: that, or since when the session is known.
    pub(crate) began: Option<Seconds>,
    /// Since when the token lasts that it was read from, if that was Auth.js's and says so.
    pub(crate) dated: Option<Seconds>,
    /// When the credential was issued; `None` for one that only names a stored session.
    pub(crate) issued: Option<Issued>,
    /// Where the request carried the credential.
    pub(crate) source: Source,
    /// Whether the session outlives the browser's.
    pub(crate) remember: bool,
    /// The id that all tokens of the session have, if it is a signed one that has an id.
    pub(crate) sid: Option<String>,
    /// What no other token has, if it is a signed one that says so.
    pub(crate) jti: Option<String>,
    /// When it was last found out what the user is.
    pub(crate) checked: Seconds,
    /// Whether the user was read anew, and is not as the credential has them.
    pub(crate) is_rechecked: bool,
    pub(crate) expires: Seconds,
    /// Where the session is kept; `None` if the credential is all there is.
    pub(crate) stored: Option<SessionKey>,
    /// All that an upstream told about the session.
    pub(crate) told: Option<Map<String, Value>>,
    /// What an upstream gives the visitor for the session cookie.
    pub(crate) given: Given,
    /// What the application's callbacks said of it.
    pub(crate) asked: Asked,
    /// What took its place while the request ran.
    pub(crate) successor: OnceLock<Handle>,
}

/// What came of looking into a request's credential. There is no way from a failure to
/// "anonymous": what could not be asked is never answered.
pub(crate) enum Outcome {
    Anonymous,
    Known(Arc<Identity>),
    Refused {
        source: Source,
        fault: Fault,
        /// What an upstream gives the visitor for the session cookie.
        given: Given,
    },
    Failed(Failure),
}

impl Outcome {
    /// A credential that is found wrong here.
    pub(super) fn refused(source: Source, fault: Fault) -> Self {
        Self::Refused {
            source,
            fault,
            given: Given::default(),
        }
    }
}

/// What is wrong with a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Invalid,
    Expired,
    Ambiguous,
    InvalidRequest,
    /// Whoever keeps the sessions does not know it; what becomes of the cookie is theirs to say.
    Unknown,
}

/// Why nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    Unavailable,
    Corrupt,
    /// The process-wide runtime has not been configured.
    Unconfigured,
}

impl From<Flaw> for Fault {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Malformed => Self::Invalid,
            Flaw::Ambiguous => Self::Ambiguous,
            Flaw::InvalidRequest => Self::InvalidRequest,
        }
    }
}

impl Identity {
    /// A session of which no more is known than this. It came in the cookie.
    pub(crate) fn new(
        user_id: String,
        user: Box<RawValue>,
        grants: Grants,
        expires: Seconds,
    ) -> Self {
        Self {
            user_id,
            roles: grants.roles,
            permissions: grants.permissions,
            scopes: grants.scopes,
            acr: None,
            user,
            original: None,
            auth_time: None,
            began: None,
            dated: None,
            issued: None,
            source: Source::Cookie,
            remember: true,
            sid: None,
            jti: None,
            checked: Seconds(i64::MIN),
            is_rechecked: false,
            expires,
            stored: None,
            told: None,
            given: Given::default(),
            asked: Asked::default(),
            successor: OnceLock::new(),
        }
    }

    /// The identity in a verified token; `None` if its user is not of our making.
    pub(crate) fn from_claims(claims: SessionClaims, issued: Issued) -> Option<Self> {
        let grants: Grants = serde_json::from_str(claims.user.get()).ok()?;
        let began = claims.counted_from();
        Some(Self {
            acr: claims.acr,
            original: claims.original,
            auth_time: claims.auth_time.map(Seconds),
            began,
            dated: claims.dated.map(Seconds),
            issued: Some(issued),
            remember: claims.remember,
            sid: claims.sid,
            jti: claims.jti,
            checked: Seconds(claims.checked.unwrap_or(claims.iat)),
            ..Self::new(claims.sub, claims.user, grants, Seconds(claims.exp))
        })
    }

    /// All that an upstream told about the session.
    #[cfg(feature = "proxy")]
    pub(super) fn told(self, told: Map<String, Value>) -> Self {
        Self {
            told: Some(told),
            ..self
        }
    }

    /// The id that all tokens of the session have from now on. One without an id, which is Auth.js's, goes
    /// on under its own mark, so that ending either ends both.
    pub(super) fn session_id(&self) -> Option<String> {
        let mark = || self.issued.map(|issued| issued.mark.to_string());
        self.sid.clone().or_else(mark)
    }

    /// The same session, of the user as they were read at that moment.
    pub(super) fn of_user(self, user: &User, checked: Seconds) -> Result<Self, AuthError> {
        Ok(Self {
            roles: user.roles.clone(),
            permissions: user.permissions.clone(),
            scopes: user.scopes.clone(),
            user: user.to_json()?,
            checked,
            // What is in a store is not written anew: it is asked about with each request.
            is_rechecked: self.stored.is_none(),
            ..self
        })
    }

    /// The same, with where the request carried its credential.
    pub(crate) fn came_by(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// The identity in a stored session.
    pub(crate) fn from_stored(session: StoredSession) -> Result<Self, serde_json::Error> {
        let grants: Grants = serde_json::from_str(&session.user)?;
        let user = RawValue::from_string(session.user)?;
        let expires = Seconds::of(session.expires);
        Ok(Self {
            acr: session.acr,
            auth_time: session.auth_time.map(Seconds::of),
            began: session.auth_time.map(Seconds::of),
            remember: session.remember,
            stored: Some(session.key),
            ..Self::new(session.user_id, user, grants, expires)
        })
    }
}
