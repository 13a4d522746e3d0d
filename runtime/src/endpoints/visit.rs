//! A request to an endpoint, and what every endpoint knows of it.

use std::collections::BTreeMap;

use axum::response::Response;
use http::header::{HOST, HeaderValue, SET_COOKIE};
use http::request::Parts;
use http::{Method, StatusCode};
use serde::Serialize;

use super::action::{Action, Asked, Dialect};
use super::callback_url::{is_plain, is_usable, settled};
use super::fields::Fields;
use super::{CredentialsProvider, answer, page};
use crate::auth::{Auth, Runtime};
use crate::denial::{BuiltIn, with_parameters};
use crate::guard::Exchange;
use crate::session::AuthError;
use crate::token::is_same;

/// A way to sign in, as clients are told of it.
#[derive(Serialize)]
pub(super) struct Provider<'a> {
    id: &'a str,
    name: &'a str,
    r#type: &'static str,
    #[serde(rename = "signinUrl")]
    signin_url: String,
    #[serde(rename = "callbackUrl")]
    callback_url: String,
}

pub(super) struct Visit<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) parts: &'a Parts,
    pub(super) asked: Asked<'a>,
    pub(super) query: Fields,
    pub(super) form: Fields,
    /// This site's origin, as the visitor spells it.
    pub(super) origin: &'a str,
    /// What the visitor's forms must send.
    pub(super) csrf_token: String,
    /// Whether this request sends it.
    pub(super) is_verified: bool,
    /// Where the visitor goes when all is done: the whole address.
    pub(super) callback_url: String,
    cookies: Vec<HeaderValue>,
}

impl<'a> Visit<'a> {
    pub(super) fn new(
        exchange: &'a Exchange,
        parts: &'a Parts,
        asked: Asked<'a>,
        form: Fields,
    ) -> Self {
        Self {
            exchange,
            parts,
            asked,
            query: Fields::of_query(parts),
            form,
            origin: origin_as_visited(exchange.auth.pinned_runtime(), parts),
            csrf_token: String::new(),
            is_verified: false,
            callback_url: String::new(),
            cookies: Vec::new(),
        }
    }

    pub(super) fn auth(&self) -> &'a Auth {
        &self.exchange.auth
    }

    pub(super) fn runtime(&self) -> &'a Runtime {
        self.auth().pinned_runtime()
    }

    /// The path of an endpoint.
    pub(super) fn path(&self, endpoint: &str) -> String {
        format!("{}/{endpoint}", self.auth().base_path())
    }

    /// The whole address of an endpoint.
    pub(super) fn url(&self, endpoint: &str) -> String {
        format!("{}{}", self.origin, self.path(endpoint))
    }

    /// The application's own page in the place of a built-in one, as a path.
    pub(super) fn own(&self, page: BuiltIn) -> Option<&'a str> {
        let built_in = self.path(endpoint_of(page));
        // A built-in page that leads to itself would do so for ever.
        let is_elsewhere = |own: &&str| {
            let path = own.split(['?', '#']).next().unwrap_or_default();
            path.trim_end_matches('/') != built_in
        };
        self.runtime().pages.own(page).filter(is_elsewhere)
    }

    /// Where that page is: the application's own or the built-in one, as a path.
    pub(super) fn page(&self, page: BuiltIn) -> String {
        let own = self.own(page).map(str::to_owned);
        own.unwrap_or_else(|| self.path(endpoint_of(page)))
    }

    /// The ways to sign in, as clients are told of them, by their ids.
    pub(super) fn providers(&self) -> BTreeMap<&'a str, Provider<'a>> {
        let credentials = self.runtime().credentials.iter();
        let told = credentials.map(|credentials| {
            let id = credentials.id.as_str();
            let provider = Provider {
                id,
                name: &credentials.name,
                r#type: "credentials",
                signin_url: self.url(&format!("signin/{id}")),
                callback_url: self.url(&format!("callback/{id}")),
            };
            (id, provider)
        });
        told.collect()
    }

    /// The way to sign in that the request names.
    pub(super) fn provider(&self) -> Option<&'a CredentialsProvider> {
        let credentials = self.runtime().credentials.as_ref();
        credentials.filter(|credentials| self.asked.detail == Some(credentials.id.as_str()))
    }

    /// What Auth.js answers to a request that it has nothing for.
    pub(super) fn unsupported(&self) -> Response {
        match self.asked.dialect {
            Dialect::V4 => answer::unsupported(Dialect::V4, &self.parts.method),
            Dialect::V5 => self.failure(BuiltIn::Error, "Configuration", None),
        }
    }

    /// Why the visitor is here, if an address says so.
    pub(super) fn error(&self) -> Option<&str> {
        let said = self.query.text("error");
        match self.asked.dialect {
            Dialect::V4 => said.or(self.asked.detail),
            Dialect::V5 => said,
        }
    }

    pub(super) fn has_usable_callback_url(&self) -> bool {
        let given = self.query.text("callbackUrl").unwrap_or_default();
        given.is_empty() || is_usable(given, self.origin)
    }

    /// What Auth.js answers where it cannot go on at all.
    pub(super) fn misconfigured(&self) -> Response {
        let is_page = matches!(
            self.asked.action,
            Action::SignIn | Action::SignOut | Action::Error | Action::VerifyRequest
        );
        if !is_page || self.parts.method != Method::GET {
            return answer::misconfigured(self.asked.dialect);
        }
        let given = self.query.text("callbackUrl").unwrap_or_default();
        let own = self.own(BuiltIn::Error);
        match own.filter(|own| !given.starts_with(own)) {
            Some(own) => {
                let location = with_parameters(own, [("error", "Configuration")]);
                match self.asked.dialect {
                    Dialect::V4 => self.moved(StatusCode::OK, &location),
                    Dialect::V5 => self.moved(StatusCode::OK, &self.absolute(&location)),
                }
            }
            None => page::error(self, Some("Configuration")),
        }
    }

    /// Finds out what the visitor's cookies say, and makes those that are missing.
    pub(super) async fn begin(&mut self) -> Result<(), AuthError> {
        self.check_csrf()?;
        let companion = &self.runtime().companions.callback_url;
        let remembered = companion.sent(&self.parts.headers);
        let said = self.form.text("callbackUrl");
        let said = said.or_else(|| self.query.text("callbackUrl"));
        let given = said.filter(|url| !url.is_empty()).or(remembered.as_deref());
        self.callback_url = match given {
            Some(url) if !url.is_empty() && is_plain(url) => {
                let url = self.auth().goes_on_to(url, self.origin).await;
                settled(&url, self.origin)
            }
            _ => self.origin.to_owned(),
        };
        if remembered.as_deref() != Some(&self.callback_url) {
            self.cookies.extend(companion.setting(&self.callback_url));
        }
        Ok(())
    }

    fn check_csrf(&mut self) -> Result<(), AuthError> {
        let Runtime {
            companions, csrf, ..
        } = self.runtime();
        let sent = companions.csrf.sent(&self.parts.headers);
        let csrf = csrf.as_ref().ok_or(AuthError::Unconfigured)?;
        if let Some(token) = sent.as_deref().and_then(|cookie| csrf.token_in(cookie)) {
            let said = self.form.text("csrfToken");
            self.is_verified = said.is_some_and(|said| is_same(said, token));
            self.csrf_token = token.to_owned();
            return Ok(());
        }
        let fresh = csrf.fresh().ok_or(AuthError::NoRandomness)?;
        self.cookies.extend(companions.csrf.setting(&fresh.cookie));
        self.csrf_token = fresh.token;
        Ok(())
    }

    /// Adds the cookies that this visit has made.
    pub(super) fn with_cookies(&self, mut response: Response) -> Response {
        for cookie in &self.cookies {
            response.headers_mut().append(SET_COOKIE, cookie.clone());
        }
        response
    }
}

/// This site's origin, as the visitor spells it.
pub(super) fn origin_as_visited<'a>(runtime: &'a Runtime, parts: &Parts) -> &'a str {
    let authority = parts.uri.authority().map(|authority| authority.as_str());
    let host = || parts.headers.get(HOST)?.to_str().ok();
    runtime.origin.as_visited(authority.or_else(host))
}

fn endpoint_of(page: BuiltIn) -> &'static str {
    match page {
        BuiltIn::SignIn => "signin",
        BuiltIn::SignOut => "signout",
        BuiltIn::Error => "error",
        BuiltIn::VerifyRequest => "verify-request",
    }
}
