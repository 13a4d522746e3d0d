//! Every route there is, and how it is declared.

#[cfg(test)]
mod tests;

#[cfg(feature = "proxy")]
use http::HeaderValue;
use http::Method;

use super::action::{Action, Asked, Dialect};
use super::providers::is_provider_id;
use crate::auth::{Auth, Runtime};

/// Who answers the requests to the endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answerer {
    /// This process, as that version does.
    Here(Dialect),
    /// The upstream that keeps the sessions.
    #[cfg(feature = "proxy")]
    Upstream,
    /// Either of them, as the process is configured by then.
    #[cfg(feature = "proxy")]
    Either,
}

impl Answerer {
    /// Who is declared to answer in the name of that handle.
    pub(super) fn declared_by(auth: &Auth) -> Self {
        #[cfg(feature = "proxy")]
        if auth.is_global() {
            return Self::Either;
        }
        Self::of(&auth.runtime())
    }

    /// Who answers with that configuration.
    pub(super) fn of(runtime: &Runtime) -> Self {
        #[cfg(feature = "proxy")]
        if runtime.strategy.upstream().is_some() {
            return Self::Upstream;
        }
        Self::Here(Dialect::of(runtime.profile))
    }

    /// What a path below the base path asks for.
    pub(super) fn action(self, below: &str) -> Action {
        match self {
            Self::Here(dialect) => Asked::read(dialect, below).action,
            #[cfg(feature = "proxy")]
            Self::Upstream | Self::Either => {
                Route::read(below).map_or(Action::Unknown, |route| route.entry.action)
            }
        }
    }

    /// What a reason begins with where somebody else answers.
    fn in_words(self) -> Option<&'static str> {
        match self {
            Self::Here(_) => None,
            #[cfg(feature = "proxy")]
            Self::Upstream => Some("forwarded to the upstream"),
            #[cfg(feature = "proxy")]
            Self::Either => Some("answered here, or forwarded to an upstream"),
        }
    }
}

/// How an endpoint is declared.
pub(super) struct Entry {
    pub(super) action: Action,
    pub(super) handler: &'static str,
    pub(super) methods: &'static str,
    pub(super) paths: &'static [&'static str],
    reason: &'static str,
}

/// What stands in a path for the id of a provider.
const PROVIDER: &str = "{provider}";

pub(super) const ENTRIES: [Entry; 10] = [
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
        reason: "takes what clients report of their failures",
    },
    Entry {
        action: Action::WebauthnOptions,
        handler: "portcullis::endpoints::webauthn_options",
        methods: "GET",
        paths: &["/webauthn-options", "/webauthn-options/{provider}"],
        reason: "says what a passkey must sign",
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

impl Entry {
    pub(super) fn is_of(&self, answerer: Answerer) -> bool {
        match (answerer, self.action) {
            (Answerer::Here(dialect), Action::Log) => dialect == Dialect::V4,
            // There are no passkeys here.
            (Answerer::Here(_), Action::WebauthnOptions) => false,
            _ => true,
        }
    }

    /// Why everybody may come here.
    pub(super) fn reason(&self, answerer: Answerer) -> &'static str {
        match answerer.in_words() {
            // As the declarations do that they are for, this may live as long as the process.
            Some(words) if self.action != Action::Unknown => {
                format!("{words}: {}", self.reason).leak()
            }
            _ => self.reason,
        }
    }
}

/// An endpoint, exactly as its path is declared: what could be read in another way is none.
#[derive(Clone, Copy)]
pub(super) struct Route<'a> {
    entry: &'static Entry,
    /// The path below the base path as it is declared, and the id of the provider that follows.
    parts: (&'static str, &'a str),
}

impl<'a> Route<'a> {
    /// Reads a path below the base path.
    pub(super) fn read(below: &'a str) -> Option<Self> {
        ENTRIES.iter().find_map(|entry| {
            let mut paths = entry.paths.iter();
            paths.find_map(|declared| {
                let parts = match declared.strip_suffix(PROVIDER) {
                    Some(path) => {
                        let provider = below.strip_prefix(path)?;
                        is_provider_id(provider).then_some((path, provider))?
                    }
                    None => (*declared == below).then_some((*declared, ""))?,
                };
                Some(Self { entry, parts })
            })
        })
    }

    pub(super) fn is_of(&self, answerer: Answerer) -> bool {
        self.entry.is_of(answerer)
    }

    pub(super) fn takes(&self, method: &str, answerer: Answerer) -> bool {
        // Auth.js answers `HEAD` to nobody. Whoever is asked by us may do better.
        let is_here = matches!(answerer, Answerer::Here(_));
        let method = match method {
            "HEAD" if !is_here => "GET",
            method => method,
        };
        self.entry.methods.split(", ").any(|taken| taken == method)
    }

    /// Whether that is what a page of a provider may make a browser send. Credentials come from our own pages.
    pub(super) fn is_sent_by_providers(&self, method: &Method) -> bool {
        let (_, provider) = self.parts;
        self.entry.action == Action::Callback && method == Method::POST && provider != "credentials"
    }
}

#[cfg(feature = "proxy")]
impl Route<'_> {
    pub(super) fn action(&self) -> Action {
        self.entry.action
    }

    /// The path below the base path.
    pub(super) fn path(&self) -> String {
        let (declared, provider) = self.parts;
        format!("{declared}{provider}")
    }

    /// The methods that are forwarded.
    pub(super) fn allow(&self) -> HeaderValue {
        let methods = self.entry.methods.replace("GET", "GET, HEAD");
        HeaderValue::try_from(methods).unwrap_or(HeaderValue::from_static(""))
    }

    /// Whether a request may begin, change or end a session.
    pub(super) fn changes_sessions(&self, method: &Method) -> bool {
        match self.entry.action {
            Action::Callback => true,
            Action::Session | Action::SignIn | Action::SignOut => method == Method::POST,
            _ => false,
        }
    }
}

impl Auth {
    /// Whether that is a request to one of the endpoints, as they are declared: those that are for nobody
    /// in particular, and not everything that may be below the base path.
    pub(crate) fn is_endpoint(&self, method: &str, path: &str) -> bool {
        let runtime = self.runtime();
        let answerer = Answerer::of(&runtime);
        let below = path.strip_prefix(runtime.base_path.as_str());
        let route = below.and_then(Route::read);
        route.is_some_and(|route| route.is_of(answerer) && route.takes(method, answerer))
    }
}
