//! The endpoints of Auth.js, for its clients in the browser: each request is answered as the original
//! answers it that has a credentials provider and no other.

mod action;
mod answer;
mod callback_url;
mod credentials;
mod fields;
mod get;
mod page;
mod post;
mod providers;
mod routes;
mod session;
#[cfg(feature = "proxy")]
mod upstream;
mod visit;

use std::convert::Infallible;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use http::Method;
use http::request::Parts;

use self::action::{Action, Asked, Dialect};
use self::fields::{Fields, Unreadable};
pub use self::providers::{
    Authenticated, Credentials, CredentialsField, CredentialsInput, CredentialsVerdict, FieldKind,
    ProxyHeader, Slowing,
};
pub(crate) use self::providers::{CredentialsProvider, TrustedProxies};
use self::routes::{Answerer, ENTRIES, Entry, REST, Route};
use self::visit::Visit;
use crate::auth::Auth;
use crate::denial::Denial;
use crate::global::mention_unconfigured;
use crate::guard::{Access, Declaration, Exchange, enter_declared, seal};
#[cfg(feature = "testing")]
use crate::probe::{Event, Probe};
use crate::routing::Router;
use crate::session::{Elsewhere, Strategy};

impl Auth {
    /// The endpoints of Auth.js, so that the unmodified `next-auth/react` works against this application:
    /// `/session`, `/csrf`, `/providers`, `/signin`, `/callback/credentials`, `/signout`, `/error` and
    /// `/verify-request` below [`base_path`](Self::base_path), and the built-in pages for signing in and
    /// out. They are answered as Auth.js 5 does, or NextAuth.js 4 with
    /// [`Profile::NextAuthV4`](crate::Profile::NextAuthV4).
    ///
    /// ```
    /// # use portcullis::{Auth, Router};
    /// # fn app(auth: Auth) -> Router<Auth> {
    /// Router::new().merge(auth.router())
    /// # }
    /// ```
    ///
    /// Merge it, and do not nest it: the addresses that it tells are those of the origin and the base
    /// path. Its entries in the access matrix are public, each with its reason.
    ///
    /// # Where the answers differ from the original's
    /// - A page of another site cannot send forms here: 403, before any token is looked at.
    /// - No answer may be stored, and the pages run no script and are shown in no frame.
    /// - A `callbackUrl` that has `//` at its beginning, a backslash, a control character or a password in
    ///   it, is longer than 4 KiB or is no address of `http` or `https` becomes the start page; others are
    ///   written in ASCII. In the query, one that is no such address is 500 with `Configuration`, as with the
    ///   original; in a form or in the cookie that remembers it, it breaks nothing.
    /// - Too many attempts to sign in are 429 with `Retry-After`.
    /// - A store that is down is 503 and leaves the cookie alone; a broken `authorize` is 500, and its
    ///   error's text goes to nobody. JSON clients find `error=Configuration` in the `url` in both cases.
    /// - Whom [`Callbacks::jwt`](crate::Callbacks::jwt) turns away at sign-in is told `error=AccessDenied`.
    /// - Bodies of more than 64 KiB are 413, and the `url` of a JSON answer is absolute in any case.
    /// - Sessions in a store can begin with credentials.
    ///
    /// # With an upstream
    /// Where sessions are another server's (`Auth::proxy`, with the feature `proxy`), that server answers: these
    /// routes, `/webauthn-options` and `/_log` are forwarded to it, for `GET`, `HEAD` and `POST` as the original
    /// takes them. Other paths are 404 and other methods 405, and what is forwarded is never the path of the
    /// request, but the declared one with an id of 1 to 64 letters, digits, `-` and `_` in the place of
    /// `{provider}`.
    ///
    /// - Up go the query, which decodes to the same (a `'` goes as `%27`), the body (64 KiB at most, else 413), the
    ///   headers that these endpoints read (`Accept`, `Accept-Language`, `Authorization`, `Content-Type`,
    ///   `User-Agent`, `X-Auth-Return-Redirect`), those that the options name, the cookies of Auth.js and no
    ///   others, our origin as `X-Forwarded-Host` and `X-Forwarded-Proto`, and with `POST` as `Origin`, for the
    ///   visitor's has been checked here, and the visitor's address, if the server tells it, as
    ///   `X-Forwarded-For`. What visitors send under these four names goes nowhere.
    /// - Down come the status, the body, as it arrives, what describes it and protects the page, and the cookies
    ///   of Auth.js. Nobody may store the answer.
    /// - A `Location` leads to our own origin, to an endpoint of the upstream, which becomes ours, or to a
    ///   `ProxyOptions::provider_origin`. Any other is 502 (`upstream_location`): the log says which origin it
    ///   was. The `url` in a JSON answer is the upstream's own word, wherever it leads.
    /// - The page of a provider may post to `/callback/{provider}` as well, but not to `/callback/credentials`, and
    ///   to nothing else.
    /// - An upstream that is down is 503, and so is one that needs longer than `ProxyOptions::route_timeout`.
    ///   Nothing is sent twice. An answer that breaks off breaks off here. A visitor whose body pauses for that
    ///   long, or takes longer than a minute, is told 408 (`request_timeout`); once the answer is over, the rest of
    ///   a body goes nowhere.
    /// - Whoever signs in or out here, or changes a session, is asked about anew by the next guard.
    ///
    /// The upstream must know that visitors come by our origin: Auth.js 5 does with `AUTH_TRUST_HOST=true`, where
    /// nobody else can reach it, or with our origin as its `AUTH_URL`, NextAuth.js 4 with our origin as its
    /// `NEXTAUTH_URL`, or with `AUTH_TRUST_HOST=true` and without that variable. The built-in pages of Auth.js have
    /// links to its own base path, so they need it to be the same as ours.
    ///
    /// A router of [`Auth::global`] is forwarded, or not, as the process is configured when a request comes;
    /// until it is, its answer is 500 (`not_configured`).
    #[must_use]
    #[track_caller]
    pub fn router<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let answerer = Answerer::declared_by(self);
        let location = Location::caller();
        // A router is built a few times at most, so what it declares may live as long as the process.
        let declare = |entry: &Entry| -> &'static Declaration {
            Box::leak(Box::new(Declaration {
                handler: entry.handler,
                location,
                access: Access::Public {
                    reason: entry.reason(answerer),
                    cross_site: false,
                },
            }))
        };
        let entries = ENTRIES.iter().filter(|entry| entry.is_of(answerer));
        let declared: Arc<[_]> = entries.map(|entry| (entry, declare(entry))).collect();
        let rest = declare(&REST);
        let base: Arc<str> = self.base_path().into();
        let routes: Vec<_> = declared
            .iter()
            .flat_map(|(entry, declaration)| {
                let paths = entry.paths.iter();
                paths.map(|path| (entry.methods, format!("{base}{path}"), *declaration))
            })
            .collect();
        let endpoints = Endpoints {
            auth: self.clone(),
            base: Arc::clone(&base),
            declared,
            rest,
        };
        Router::new().built_in(&base, routes, rest, &endpoints)
    }
}

/// All of the endpoints.
#[derive(Clone)]
struct Endpoints {
    auth: Auth,
    base: Arc<str>,
    declared: Arc<[(&'static Entry, &'static Declaration)]>,
    rest: &'static Declaration,
}

impl Endpoints {
    fn declaration(&self, action: Action) -> &'static Declaration {
        let mut declared = self.declared.iter();
        let found = declared.find(|(entry, _)| entry.action == action);
        found.map_or(self.rest, |(_, declaration)| declaration)
    }

    async fn serve(self, request: Request) -> Response {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let below = path.strip_prefix(&*self.base).unwrap_or_default();
        let exchange = Exchange::of(&mut parts, self.auth.clone());
        let answerer = Answerer::of(exchange.auth.pinned_runtime());
        let declaration = self.declaration(answerer.action(below));
        if Route::read(below).is_some_and(|route| route.is_sent_by_providers(&parts.method)) {
            exchange.welcome_providers();
        }
        let entered = enter_declared(&mut parts, self.auth, declaration).await;
        #[cfg(feature = "testing")]
        Probe::of(&parts.extensions).note(match entered {
            Ok(_) => Event::Ran(declaration),
            Err(_) => Event::Refused(declaration),
        });
        match entered {
            Ok(exchange) => {
                exchange.attend(&parts);
                let response = answer(&exchange, &parts, body, (&self.base, below)).await;
                seal(&exchange, response).await
            }
            Err(refused) => refused.into_response(),
        }
    }
}

impl<S: Send + 'static> Handler<(Infallible,), S> for Endpoints {
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, _: S) -> Self::Future {
        Box::pin(self.serve(request))
    }
}

/// A request keeps the configuration that it began with.
async fn answer(
    exchange: &Exchange,
    parts: &Parts,
    body: Body,
    (base, below): (&str, &str),
) -> Response {
    let configured = &exchange.auth.pinned_runtime().base_path;
    if configured != base {
        tracing::error!(
            target: "portcullis::config",
            "the endpoints are routed at `{base}`, and configured at `{configured}` since: call `router()` after that"
        );
        return Denial::NotConfigured.as_problem();
    }
    let runtime = exchange.auth.pinned_runtime();
    match &runtime.strategy {
        Strategy::Jwt { .. } | Strategy::Database { .. } => {
            let asked = Asked::read(Dialect::of(runtime.profile), below);
            answer_here(exchange, parts, body, asked).await
        }
        #[cfg(feature = "proxy")]
        Strategy::Elsewhere(Elsewhere::Upstream(upstream)) => {
            upstream::answer(exchange, upstream, parts, body, Route::read(below)).await
        }
        Strategy::Elsewhere(Elsewhere::Unconfigured) => {
            mention_unconfigured();
            Denial::NotConfigured.as_problem()
        }
    }
}

async fn answer_here(exchange: &Exchange, parts: &Parts, body: Body, asked: Asked<'_>) -> Response {
    if !asked.is_for(&parts.method) {
        return answer::unsupported(asked.dialect, &parts.method);
    }
    let form = match Fields::of_body(parts, body, asked.dialect).await {
        Ok(form) => form,
        Err(Unreadable::TooLong) => return answer::too_long(asked.dialect),
        Err(Unreadable::Malformed) => return answer::malformed(asked.dialect),
    };
    let mut visit = Visit::new(exchange, parts, asked, form);
    if !visit.has_usable_callback_url() {
        return visit.misconfigured();
    }
    let names_nobody = asked.detail.is_some() && visit.provider().is_none();
    if names_nobody && asked.dialect == Dialect::V5 {
        return visit.unsupported();
    }
    if let Err(error) = visit.begin().await {
        return error.into_response();
    }
    match parts.method {
        Method::GET => get::answer(&visit).await,
        Method::POST => post::answer(&visit).await,
        _ => visit.unsupported(),
    }
}
