//! What `spec/http.md` says of each case, written down once more.

use http::Method;

use super::requests::{Client, Credential, Site};
use super::{Access, Case, Comparable, Source, Target};

const PLAIN: &str = r#"Bearer realm="app""#;
const SESSION: &str = r#"Session realm="app""#;
const INVALID_TOKEN: &str = r#"Bearer realm="app", error="invalid_token", error_description="the token is expired, revoked or not valid""#;
const INVALID_REQUEST: &str = r#"Bearer realm="app", error="invalid_request""#;
const INSUFFICIENT_SCOPE: &str =
    r#"Bearer realm="app", error="insufficient_scope", scope="posts:read""#;
const STEP_UP: &str =
    r#"Bearer realm="app", error="insufficient_user_authentication", max_age=900"#;
const CLEARED: &str = "session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0";

/// Who a credential stands for.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    Editor,
    Admin,
    Stale,
}

/// A refusal.
#[derive(Clone, Copy)]
struct Refusal {
    status: u16,
    title: &'static str,
    code: &'static str,
    detail: &'static str,
    challenge: Option<&'static str>,
    clears: bool,
}

const fn refusal(
    status: u16,
    title: &'static str,
    code: &'static str,
    detail: &'static str,
) -> Refusal {
    Refusal {
        status,
        title,
        code,
        detail,
        challenge: None,
        clears: false,
    }
}

impl Refusal {
    const fn challenging(self, challenge: &'static str) -> Self {
        Self {
            challenge: Some(challenge),
            ..self
        }
    }
}

pub(super) fn expected(case: Case<'_>) -> Comparable {
    let (target, ..) = case;
    match verdict(case) {
        Ok(()) => passed(case),
        Err(refused) if refused.code == "forbidden" && target.hidden => missing(case),
        Err(refused) => answered(refused, case),
    }
}

fn verdict(case: Case<'_>) -> Result<(), Refusal> {
    let (target, credential, method, _, site) = case;
    let found = target
        .via
        .iter()
        .find_map(|source| by(*source, *credential));
    let is_decided_by_bearer = matches!(
        (&found, target.via.iter().find(|source| by(**source, *credential).is_some())),
        (Some(found), Some(Source::Bearer)) if !is_unusable(found)
    );
    if *method == Method::POST
        && *site == Site::Other
        && !(is_decided_by_bearer && target.access != Access::Public)
        && !(target.access == Access::Public && is_public_bearer(*credential))
    {
        return Err(refusal(
            403,
            "Forbidden",
            "cross_site",
            "This request was sent by a page of another site.",
        ));
    }
    if target.access == Access::Public {
        return Ok(());
    }
    let who = found.unwrap_or(Err(refusal(
        401,
        "Unauthorized",
        "unauthenticated",
        "Sign in to go on.",
    )
    .challenging(PLAIN)));
    let who = who.map_err(|refused| match refused.challenge {
        Some(PLAIN) if !target.via.contains(&Source::Bearer) => refused.challenging(SESSION),
        _ => refused,
    })?;
    let forbidden = refusal(
        403,
        "Forbidden",
        "forbidden",
        "Your account may not do this.",
    );
    match target.access {
        Access::Admin if who != Who::Admin => return Err(forbidden),
        Access::Scope if who != Who::Admin => {
            return Err(refusal(
                403,
                "Forbidden",
                "insufficient_scope",
                "The token was not issued for this.",
            )
            .challenging(INSUFFICIENT_SCOPE));
        }
        _ => {}
    }
    match target.fresh && who == Who::Stale {
        true => Err(refusal(
            401,
            "Unauthorized",
            "insufficient_user_authentication",
            "Sign in again to go on.",
        )
        .challenging(STEP_UP)),
        false => Ok(()),
    }
}

/// A header that breaks its own grammar is no token, so it proves nothing about browsers.
fn is_unusable(found: &Result<Who, Refusal>) -> bool {
    matches!(found, Err(refused) if refused.code == "invalid_request")
}

fn is_public_bearer(credential: Credential) -> bool {
    by(Source::Bearer, credential).is_some_and(|found| !is_unusable(&found))
}

/// What comes of one source, if it is there at all.
fn by(source: Source, credential: Credential) -> Option<Result<Who, Refusal>> {
    let token =
        |code, detail| Err(refusal(401, "Unauthorized", code, detail).challenging(INVALID_TOKEN));
    let cookie = |code, detail, clears| {
        Err(Refusal {
            clears,
            ..refusal(401, "Unauthorized", code, detail).challenging(PLAIN)
        })
    };
    let expired = cookie(
        "session_expired",
        "Your session has ended. Sign in again to go on.",
        true,
    );
    let found = match (source, credential) {
        (Source::Cookie, Credential::CookieEditor) => Ok(Who::Editor),
        (Source::Cookie, Credential::CookieAdmin | Credential::BearerForgedCookieAdmin) => {
            Ok(Who::Admin)
        }
        (Source::Cookie, Credential::CookieStale) => Ok(Who::Stale),
        (Source::Cookie, Credential::CookieExpired | Credential::BearerAdminCookieExpired) => {
            expired
        }
        (Source::Cookie, Credential::CookieForged) => cookie(
            "session_invalid",
            "Your session is not valid. Sign in again to go on.",
            true,
        ),
        (Source::Cookie, Credential::CookieTwice) => cookie(
            "session_ambiguous",
            "The session cookie arrived twice with two values.",
            false,
        ),
        (Source::Bearer, Credential::BearerEditor) => Ok(Who::Editor),
        (Source::Bearer, Credential::BearerAdmin | Credential::BearerAdminCookieExpired) => {
            Ok(Who::Admin)
        }
        (Source::Bearer, Credential::BearerExpired) => {
            token("token_expired", "The token has expired.")
        }
        (Source::Bearer, Credential::BearerForged | Credential::BearerForgedCookieAdmin) => {
            token("invalid_token", "The token is not valid.")
        }
        (Source::Bearer, Credential::BearerTwice) => Err(refusal(
            400,
            "Bad Request",
            "invalid_request",
            "The Authorization header is not usable.",
        )
        .challenging(INVALID_REQUEST)),
        _ => return None,
    };
    Some(found)
}

fn passed((target, _, method, ..): Case<'_>) -> Comparable {
    let mut headers = vec![("content-type", "text/plain; charset=utf-8")];
    if target.access != Access::Public {
        headers.push(("cache-control", "private, no-store"));
        headers.push(("vary", "cookie, authorization"));
    }
    comparable(200, headers, "passed", method)
}

fn missing((_, _, method, ..): Case<'_>) -> Comparable {
    let headers = vec![
        ("content-type", "text/plain; charset=utf-8"),
        ("x-missing", "yes"),
    ];
    comparable(404, headers, "no such page", method)
}

fn answered(refused: Refusal, (target, _, method, client, _): Case<'_>) -> Comparable {
    let is_read = *method != Method::POST;
    let is_page_visit = is_read && [Client::Navigation, Client::OldBrowser].contains(client);
    let is_step_up = refused.code == "insufficient_user_authentication";
    let way_in = (refused.status == 401).then(|| way_in(target, is_read, *client, is_step_up));
    let clearing = refused.clears.then_some(("set-cookie", CLEARED));
    let mut headers = vec![
        ("cache-control", "no-store"),
        (
            "vary",
            "cookie, authorization, accept, sec-fetch-mode, hx-request",
        ),
    ];
    headers.extend(clearing);
    if refused.code == "cross_site" {
        headers.push(("vary", "sec-fetch-site, origin"));
    }
    if let Some(way_in) = &way_in
        && is_page_visit
        && (target.redirect || is_step_up)
    {
        headers.push(("location", way_in));
        return comparable(303, headers, "", method);
    }
    headers.extend(refused.challenge.map(|value| ("www-authenticate", value)));
    if let Some(way_in) = way_in.as_deref().filter(|_| target.redirect || is_step_up) {
        let name = match client {
            Client::Htmx => "hx-redirect",
            _ => "location",
        };
        headers.push((name, way_in));
    }
    let prefers_html = [Client::Navigation, Client::OldBrowser, Client::Htmx].contains(client);
    if prefers_html {
        headers.push(("content-type", "text/html; charset=utf-8"));
        let body = page(refused, way_in.as_deref());
        return comparable(refused.status, headers, &body, method);
    }
    headers.push(("content-type", "application/problem+json"));
    let Refusal {
        status,
        title,
        code,
        detail,
        ..
    } = refused;
    let body = format!(
        r#"{{"type":"about:blank","title":"{title}","status":{status},"code":"{code}","detail":"{detail}","instance":"{}"}}"#,
        target.path
    );
    comparable(status, headers, &body, method)
}

fn way_in(target: &Target, is_read: bool, client: Client, is_step_up: bool) -> String {
    let mut parameters = Vec::new();
    if is_read && client != Client::Htmx {
        parameters.push(format!("callbackUrl={}", target.path.replace('/', "%2F")));
    }
    if is_step_up {
        parameters.push("prompt=login".to_owned());
    }
    match parameters.is_empty() {
        true => "/sign-in".to_owned(),
        false => format!("/sign-in?{}", parameters.join("&")),
    }
}

fn page(refused: Refusal, way_in: Option<&str>) -> String {
    let way_on = match way_in {
        Some(way_in) => format!(r#"<a href="{}">Sign in</a>"#, way_in.replace('&', "&amp;")),
        None => r#"<a href="/">Back to the start</a>"#.to_owned(),
    };
    let (status, title, detail) = (refused.status, refused.title, refused.detail);
    include_str!("../../../runtime/src/denial/page.html")
        .replace("{{", "{")
        .replace("}}", "}")
        .replace("{title}", &format!("{status} {title}"))
        .replace(
            "{content}",
            &format!(
                "<p class=\"status\">{status}</p>\n<h1>{title}</h1>\n<p>{detail}</p>\n{way_on}"
            ),
        )
}

fn comparable(status: u16, headers: Vec<(&str, &str)>, body: &str, method: &Method) -> Comparable {
    let mut headers: Vec<_> = headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    headers.sort();
    let is_head = *method == Method::HEAD;
    Comparable {
        status,
        headers,
        body: if is_head {
            String::new()
        } else {
            body.to_owned()
        },
    }
}
