//! Signing out, the page for errors, and everything else.

use super::super::held::Held;
use super::{Asked, get, post};

pub fn sign_out() -> Vec<Asked> {
    let post = |name| post(name, "/signout");
    vec![
        get("sign-out page", "/signout"),
        get("sign-out page: signed in", "/signout").with([Held::Csrf, Held::Session]),
        get(
            "sign-out page: way back",
            "/signout?callbackUrl=%2Fdashboard",
        ),
        post("sign-out").signed_form([]).with([Held::Session]),
        post("sign-out: by a script")
            .signed_form([])
            .with([Held::Session])
            .by_script(),
        post("sign-out: way back")
            .signed_form([("callbackUrl", "/bye")])
            .with([Held::Session]),
        post("sign-out: foreign way back, by a script")
            .signed_form([("callbackUrl", "https://evil.example/")])
            .with([Held::Session])
            .by_script(),
        post("sign-out: nobody").signed_form([]),
        post("sign-out: expired")
            .signed_form([])
            .with([Held::Expired]),
        post("sign-out: in chunks")
            .signed_form([])
            .with([Held::Large]),
        post("sign-out: without a token")
            .form([])
            .with([Held::Session]),
        post("sign-out: without a token, by a script")
            .form([])
            .with([Held::Session])
            .by_script(),
        post("sign-out: as JSON")
            .with([Held::Csrf, Held::Session])
            .json(r#"{"csrfToken":"<csrf>","json":"true"}"#),
    ]
}

pub fn errors() -> Vec<Asked> {
    vec![
        get("error page", "/error"),
        get("error page: configuration", "/error?error=Configuration"),
        get("error page: access denied", "/error?error=AccessDenied"),
        get("error page: verification", "/error?error=Verification"),
        get("error page: default", "/error?error=Default"),
        get(
            "error page: wrong password",
            "/error?error=CredentialsSignin&provider=credentials",
        ),
        get(
            "error page: session required",
            "/error?error=SessionRequired",
        ),
        get("error page: of OAuth", "/error?error=OAuthCallback"),
        get("error page: unknown", "/error?error=Nonsense"),
        get("error page: markup", "/error?error=%3Cscript%3E"),
        get("error page: in the path", "/error/AccessDenied"),
        get("verify-request page", "/verify-request"),
    ]
}

pub fn others() -> Vec<Asked> {
    let method = |method, name| Asked::new(method, name, "/session").with([Held::Session]);
    vec![
        get("unknown action", "/nothing"),
        get("unknown action of a provider", "/nothing/credentials"),
        get("an action too deep", "/signin/credentials/more"),
        get("session: of a provider", "/session/more"),
        get("session: with a slash", "/session/"),
        get("callback without a provider", "/callback"),
        get("callback of the password", "/callback/credentials"),
        get("callback of another provider", "/callback/github"),
        get("log", "/_log"),
        post("log: posted", "/_log").form([("level", "error"), ("code", "CLIENT_FETCH_ERROR")]),
        post("unknown action: posted", "/nothing").signed_form([]),
        post("callback without a provider: posted", "/callback").signed_form([]),
        post("callback of another provider: posted", "/callback/github").signed_form([]),
        post("csrf: posted", "/csrf").signed_form([]),
        post("providers: posted", "/providers").signed_form([]),
        post("error page: posted", "/error").signed_form([]),
        post("verify-request page: posted", "/verify-request").signed_form([]),
        method("PUT", "method: PUT"),
        method("PATCH", "method: PATCH"),
        method("DELETE", "method: DELETE"),
        method("OPTIONS", "method: OPTIONS"),
        method("HEAD", "method: HEAD"),
    ]
}
