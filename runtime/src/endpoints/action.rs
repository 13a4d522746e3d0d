//! What a path below the base path asks for.

use http::Method;

use crate::auth::Auth;
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

/// How an endpoint is declared.
pub(super) struct Entry {
    pub(super) action: Action,
    pub(super) handler: &'static str,
    pub(super) methods: &'static str,
    pub(super) paths: &'static [&'static str],
    pub(super) reason: &'static str,
}

pub(super) const ENTRIES: [Entry; 9] = [
    Entry {
        action: Action::Session,
        handler: "portcullis::endpoints::session",
        methods: "GET, POST",
        paths: &["/session"],
        reason: "tells visitors their own session, and updates it with a token that only their pages know",
    },
    Entry {
        action: Action::Csrf,
        handler: "portcullis::endpoints::csrf",
        methods: "GET",
        paths: &["/csrf"],
        reason: "gives the visitor's pages the token that their forms must send",
    },
    Entry {
        action: Action::Providers,
        handler: "portcullis::endpoints::providers",
        methods: "GET",
        paths: &["/providers"],
        reason: "says how one can sign in",
    },
    Entry {
        action: Action::SignIn,
        handler: "portcullis::endpoints::sign_in",
        methods: "GET, POST",
        paths: &["/signin", "/signin/{provider}"],
        reason: "this is where people sign in",
    },
    Entry {
        action: Action::Callback,
        handler: "portcullis::endpoints::callback",
        methods: "GET, POST",
        paths: &["/callback/{provider}"],
        reason: "this is where credentials are checked",
    },
    Entry {
        action: Action::SignOut,
        handler: "portcullis::endpoints::sign_out",
        methods: "GET, POST",
        paths: &["/signout"],
        reason: "ends the visitor's own session, with a token that only their pages know",
    },
    Entry {
        action: Action::Error,
        handler: "portcullis::endpoints::error",
        methods: "GET",
        paths: &["/error"],
        reason: "says why nobody was signed in",
    },
    Entry {
        action: Action::VerifyRequest,
        handler: "portcullis::endpoints::verify_request",
        methods: "GET",
        paths: &["/verify-request"],
        reason: "says that a message is on its way",
    },
    Entry {
        action: Action::Log,
        handler: "portcullis::endpoints::log",
        methods: "POST",
        paths: &["/_log"],
        reason: "takes what clients report, and keeps nothing of it",
    },
];

/// Everything else below the base path.
pub(super) const REST: Entry = Entry {
    action: Action::Unknown,
    handler: "portcullis::endpoints::unknown",
    methods: "*",
    paths: &[],
    reason: "says that there is no such endpoint",
};

impl Auth {
    /// Whether that is a request to one of the endpoints, as they are declared: those that are for nobody
    /// in particular, and not everything that may be below the base path.
    pub(crate) fn is_endpoint(&self, method: &str, path: &str) -> bool {
        let runtime = self.runtime();
        let dialect = Dialect::of(runtime.profile);
        let mut entries = ENTRIES.iter().filter(|entry| entry.is_in(dialect));
        path.strip_prefix(runtime.base_path.as_str())
            .is_some_and(|below| entries.any(|entry| entry.takes(method, below)))
    }
}

impl Entry {
    fn takes(&self, method: &str, below: &str) -> bool {
        let mut methods = self.methods.split(", ");
        let mut paths = self.paths.iter();
        methods.any(|declared| declared == method)
            && paths.any(|declared| match declared.strip_suffix("{provider}") {
                None => *declared == below,
                Some(before) => below
                    .strip_prefix(before)
                    .is_some_and(|provider| !provider.is_empty() && !provider.contains('/')),
            })
    }

    pub(super) fn is_in(&self, dialect: Dialect) -> bool {
        self.action != Action::Log || dialect == Dialect::V4
    }
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
