//! The requests of the table.

use http::Method;

use super::{Case, Minted};

/// What a request says about who sends it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Credential {
    Nothing,
    CookieEditor,
    CookieAdmin,
    CookieStale,
    CookieExpired,
    CookieForged,
    CookieTwice,
    BearerEditor,
    BearerAdmin,
    BearerExpired,
    BearerForged,
    BearerTwice,
    /// A forged bearer token, and a good cookie.
    BearerForgedCookieAdmin,
    /// A good bearer token, and an expired cookie.
    BearerAdminCookieExpired,
}

pub(super) const CREDENTIALS: &[Credential] = &[
    Credential::Nothing,
    Credential::CookieEditor,
    Credential::CookieAdmin,
    Credential::CookieStale,
    Credential::CookieExpired,
    Credential::CookieForged,
    Credential::CookieTwice,
    Credential::BearerEditor,
    Credential::BearerAdmin,
    Credential::BearerExpired,
    Credential::BearerForged,
    Credential::BearerTwice,
    Credential::BearerForgedCookieAdmin,
    Credential::BearerAdminCookieExpired,
];

pub(super) const METHODS: &[Method] = &[Method::GET, Method::HEAD, Method::POST];

/// What kind of client sends it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Client {
    Program,
    /// Says nothing about itself.
    Curl,
    /// A page that is opened.
    Navigation,
    /// A script of a page.
    Fetch,
    /// A browser without Fetch Metadata.
    OldBrowser,
    Htmx,
}

pub(super) const CLIENTS: &[Client] = &[
    Client::Program,
    Client::Curl,
    Client::Navigation,
    Client::Fetch,
    Client::OldBrowser,
    Client::Htmx,
];

/// Whose page sends it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Site {
    Unknown,
    Own,
    Other,
}

pub(super) const SITES: &[Site] = &[Site::Unknown, Site::Own, Site::Other];

pub(super) const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

pub(super) fn request(case: Case<'_>, minted: &Minted) -> http::request::Builder {
    let (target, credential, method, client, site) = case;
    let request = http::Request::builder().method(method).uri(target.path);
    let request = present(request, *credential, minted);
    let request = match client {
        Client::Program => request.header("accept", "application/json"),
        Client::Curl => request,
        Client::Navigation => request
            .header("accept", HTML)
            .header("sec-fetch-mode", "navigate"),
        Client::Fetch => request
            .header("accept", "*/*")
            .header("sec-fetch-mode", "cors"),
        Client::OldBrowser => request.header("accept", HTML),
        Client::Htmx => request
            .header("accept", "text/html, */*")
            .header("hx-request", "true"),
    };
    match site {
        Site::Unknown => request,
        Site::Own => request.header("sec-fetch-site", "same-origin"),
        Site::Other => request
            .header("sec-fetch-site", "cross-site")
            .header("origin", "https://evil.example"),
    }
}

fn present(
    request: http::request::Builder,
    credential: Credential,
    minted: &Minted,
) -> http::request::Builder {
    let cookie = |value: &str| format!("other=1; session={value}");
    let bearer = |value: &str| format!("Bearer {value}");
    let forged = |token: &str| format!("{token}AAAA");
    let Minted {
        editor,
        admin,
        stale,
        expired,
    } = minted;
    match credential {
        Credential::Nothing => request,
        Credential::CookieEditor => request.header("cookie", cookie(editor)),
        Credential::CookieAdmin => request.header("cookie", cookie(admin)),
        Credential::CookieStale => request.header("cookie", cookie(stale)),
        Credential::CookieExpired => request.header("cookie", cookie(expired)),
        Credential::CookieForged => request.header("cookie", cookie(&forged(admin))),
        Credential::CookieTwice => request
            .header("cookie", cookie(admin))
            .header("cookie", cookie(editor)),
        Credential::BearerEditor => request.header("authorization", bearer(editor)),
        Credential::BearerAdmin => request.header("authorization", bearer(admin)),
        Credential::BearerExpired => request.header("authorization", bearer(expired)),
        Credential::BearerForged => request.header("authorization", bearer(&forged(admin))),
        Credential::BearerTwice => request
            .header("authorization", bearer(admin))
            .header("authorization", bearer(admin)),
        Credential::BearerForgedCookieAdmin => request
            .header("authorization", bearer(&forged(admin)))
            .header("cookie", cookie(admin)),
        Credential::BearerAdminCookieExpired => request
            .header("authorization", bearer(admin))
            .header("cookie", cookie(expired)),
    }
}
