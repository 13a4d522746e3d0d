//! What a path below the base path asks for.

use http::Method;

use crate::config::Profile;

/// Whose answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Those of NextAuth.js 4.
    V4,
    /// Those of Auth.js 5.
    V5,
}

impl Dialect {
    pub(super) fn of(profile: Profile) -> Self {
        match profile {
            Profile::NextAuthV4 => Self::V4,
            Profile::Native | Profile::AuthJsV5 => Self::V5,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Callback,
    Csrf,
    Error,
    Log,
    Providers,
    Session,
    SignIn,
    SignOut,
    Unknown,
    VerifyRequest,
    WebauthnOptions,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) dialect: Dialect,
    pub(super) action: Action,
    /// What follows the action: the provider, as a rule.
    pub(super) detail: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// Reads a path below the base path.
    pub(super) fn read(dialect: Dialect, below: &'a str) -> Self {
        let mut segments = below.split('/').filter(|segment| !segment.is_empty());
        let (action, detail) = (segments.next().unwrap_or_default(), segments.next());
        let action = match (action, dialect) {
            ("callback", _) => Action::Callback,
            ("csrf", _) => Action::Csrf,
            ("error", _) => Action::Error,
            ("providers", _) => Action::Providers,
            ("session", _) => Action::Session,
            ("signin", _) => Action::SignIn,
            ("signout", _) => Action::SignOut,
            ("verify-request", _) => Action::VerifyRequest,
            ("_log", Dialect::V4) => Action::Log,
            ("webauthn-options", Dialect::V5) => Action::WebauthnOptions,
            _ => Action::Unknown,
        };
        let takes_detail = matches!(
            action,
            Action::SignIn | Action::Callback | Action::WebauthnOptions
        );
        // Version 4 does not look at what follows.
        let is_known = match dialect {
            Dialect::V4 => true,
            Dialect::V5 => segments.next().is_none() && (detail.is_none() || takes_detail),
        };
        Self {
            dialect,
            action: if is_known { action } else { Action::Unknown },
            detail: detail.filter(|detail| *detail != "undefined"),
        }
    }

    /// Whether there is an endpoint at all. Version 4 finds out later.
    pub(super) fn is_for(self, method: &Method) -> bool {
        let is_known = self.action != Action::Unknown;
        self.dialect == Dialect::V4 || is_known && [Method::GET, Method::POST].contains(method)
    }
}
