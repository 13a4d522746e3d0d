//! The built-in pages: they load nothing, run nothing, and work without a session.

use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY};
use url::Url;

use super::action::Dialect;
use super::answer::finished;
use super::credentials::TOO_MANY;
use super::providers::CredentialsField;
use super::visit::Visit;
use crate::denial::{BuiltIn, MEDIA_TYPE, document, escaped};

/// What the sign-in page says of an error.
const ERRORS: [(&str, &str); 14] = [
    ("Callback", OTHER_ACCOUNT),
    (
        "CredentialsSignin",
        "Sign in failed. Check the details you provided are correct.",
    ),
    ("EmailCreateAccount", OTHER_ACCOUNT),
    ("EmailSignin", "The e-mail could not be sent."),
    ("MissingCSRF", STALE_FORM),
    (
        "OAuthAccountNotLinked",
        "To confirm your identity, sign in with the same account you used originally.",
    ),
    ("OAuthCallback", OTHER_ACCOUNT),
    ("OAuthCallbackError", OTHER_ACCOUNT),
    ("OAuthCreateAccount", OTHER_ACCOUNT),
    ("OAuthSignin", OTHER_ACCOUNT),
    ("SessionRequired", "Please sign in to access this page."),
    ("Signin", OTHER_ACCOUNT),
    ("TooManyAttempts", TOO_MANY_ATTEMPTS),
    ("", "Unable to sign in."),
];
const OTHER_ACCOUNT: &str = "Try signing in with a different account.";
const STALE_FORM: &str = "This page was open for too long. Please try again.";
const TOO_MANY_ATTEMPTS: &str = "There were too many attempts. Please wait a moment and try again.";

pub(super) fn sign_in(visit: &Visit<'_>) -> Response {
    let error = match problem(visit) {
        Some(problem) => format!("<p class=\"error\" role=\"alert\">{problem}</p>\n"),
        None => String::new(),
    };
    let form = match visit.runtime().credentials.as_ref() {
        Some(provider) => {
            let fields: String = provider.fields().iter().enumerate().map(field).collect();
            let button = format!("Sign in with {}", escaped(&provider.name));
            form(
                visit,
                &format!("callback/{}", provider.id),
                &fields,
                &button,
            )
        }
        None => "<p>There is no way to sign in here.</p>".to_owned(),
    };
    let page = shown(visit, StatusCode::OK, "Sign in", &format!("{error}{form}"));
    visit.with_cookies(page)
}

/// What the page has to say first, if something has gone wrong before.
fn problem(visit: &Visit<'_>) -> Option<&'static str> {
    if visit.query.text("code") == Some(TOO_MANY) {
        return Some(TOO_MANY_ATTEMPTS);
    }
    let Some(error) = visit.query.text("error").filter(|error| !error.is_empty()) else {
        return visit.query.text("csrf").map(|_| STALE_FORM);
    };
    let known = ERRORS.iter().find(|(known, _)| *known == error);
    let said = known.or(ERRORS.last());
    said.map(|(_, problem)| *problem)
}

fn field((number, field): (usize, &CredentialsField)) -> String {
    let kind = field.input_type();
    let autocomplete = match kind {
        "password" => " autocomplete=\"current-password\"",
        "email" | "text" if number == 0 => " autocomplete=\"username\"",
        _ => "",
    };
    format!(
        "<label for=\"field-{number}\">{label}</label>\n<input id=\"field-{number}\" name=\"{name}\" type=\"{kind}\" \
         placeholder=\"{placeholder}\"{autocomplete}>\n",
        label = escaped(field.label_text()),
        name = escaped(field.name()),
        placeholder = escaped(field.placeholder_text()),
    )
}

pub(super) fn sign_out(visit: &Visit<'_>) -> Response {
    let question = "<p>Are you sure you want to sign out?</p>\n";
    let form = form(visit, "signout", "", "Sign out");
    let content = format!("{question}{form}");
    visit.with_cookies(shown(visit, StatusCode::OK, "Sign out", &content))
}

pub(super) fn verify_request(visit: &Visit<'_>) -> Response {
    let content = format!(
        "<p>A sign in link has been sent to your email address.</p>\n{}",
        start(visit)
    );
    visit.with_cookies(shown(visit, StatusCode::OK, "Check your email", &content))
}

/// Says why nobody was signed in, as far as that is anybody's business.
pub(super) fn error(visit: &Visit<'_>, error: Option<&str>) -> Response {
    let error = error.unwrap_or_default();
    let is = |known: &str| match visit.asked.dialect {
        Dialect::V4 => error.eq_ignore_ascii_case(known),
        Dialect::V5 => error == known,
    };
    let (status, title, content) = if is("Configuration") {
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Server error",
            "<p>There is a problem with the server configuration. Check the server logs for more information.</p>"
                .to_owned(),
        )
    } else if is("AccessDenied") {
        let content = format!(
            "<p>You do not have permission to sign in.</p>\n{}",
            way_in(visit)
        );
        (StatusCode::FORBIDDEN, "Access denied", content)
    } else if is("Verification") {
        let content = format!(
            "<p>The sign in link is no longer valid. It may have been used already or it may have expired.</p>\n{}",
            way_in(visit)
        );
        (StatusCode::FORBIDDEN, "Unable to sign in", content)
    } else {
        (StatusCode::OK, "Error", start(visit))
    };
    shown(visit, status, title, &content)
}

pub(super) fn too_many(visit: &Visit<'_>, retry_after: Duration) -> Response {
    let seconds = retry_after.as_secs().max(1);
    let unit = if seconds == 1 { "second" } else { "seconds" };
    let content = format!(
        "<p>Please wait {seconds} {unit} and try again.</p>\n{}",
        way_in(visit)
    );
    let status = StatusCode::TOO_MANY_REQUESTS;
    visit.with_cookies(shown(visit, status, "Too many attempts", &content))
}

fn way_in(visit: &Visit<'_>) -> String {
    let page = visit.page(BuiltIn::SignIn);
    format!("<a href=\"{}\">Sign in</a>", escaped(&page))
}

fn start(visit: &Visit<'_>) -> String {
    let host = visit.origin.split_once("://").map_or("", |(_, host)| host);
    format!("<a href=\"/\">{}</a>", escaped(host))
}

/// A form for an endpoint. Its fields are HTML already.
fn form(visit: &Visit<'_>, endpoint: &str, fields: &str, button: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{action}\">\n\
         <input type=\"hidden\" name=\"csrfToken\" value=\"{token}\">\n\
         <input type=\"hidden\" name=\"callbackUrl\" value=\"{callback_url}\">\n\
         {fields}<button type=\"submit\">{button}</button>\n</form>",
        action = escaped(&visit.path(endpoint)),
        token = escaped(&visit.csrf_token),
        callback_url = escaped(&visit.callback_url),
    )
}

fn shown(visit: &Visit<'_>, status: StatusCode, title: &str, content: &str) -> Response {
    let content = format!("<h1>{title}</h1>\n{content}");
    let mut response = finished(status, Some(MEDIA_TYPE), document(title, &content).into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy(visit));
    // With `no-referrer`, browsers would not say where a form comes from.
    let referrer = HeaderValue::from_static("same-origin");
    headers.insert(REFERRER_POLICY, referrer);
    response
}

/// Browsers ask for the target of a form also where its answer sends them on.
fn policy(visit: &Visit<'_>) -> HeaderValue {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                          frame-ancestors 'none'; form-action 'self'";
    let elsewhere = Url::parse(&visit.callback_url).ok();
    let elsewhere = elsewhere.map(|url| url.origin().ascii_serialization());
    let policy = match elsewhere.filter(|origin| origin != visit.origin && origin != "null") {
        Some(origin) => HeaderValue::try_from(format!("{POLICY} {origin}")).ok(),
        None => None,
    };
    policy.unwrap_or(HeaderValue::from_static(POLICY))
}
