//! Signing in with a password, and where that leads.

use super::super::held::Held;
use super::{Asked, CSRF, get, post};

const GOOD: [(&str, &str); 2] = [("username", "ada"), ("password", "correct horse")];
const BAD: [(&str, &str); 2] = [("username", "ada"), ("password", "wrong")];

fn going(to: &'static str) -> [(&'static str, &'static str); 3] {
    [GOOD[0], GOOD[1], ("callbackUrl", to)]
}

pub fn sign_in() -> Vec<Asked> {
    vec![
        get("sign-in page", "/signin"),
        get("sign-in page: signed in", "/signin").with([Held::Csrf, Held::Session]),
        get(
            "sign-in page: way back",
            "/signin?callbackUrl=%2Fdashboard%3Fa%3D1%26b%3D2",
        ),
        get(
            "sign-in page: foreign way back",
            "/signin?callbackUrl=https%3A%2F%2Fevil.example%2F",
        ),
        get(
            "sign-in page: two slashes",
            "/signin?callbackUrl=%2F%2Fevil.example",
        ),
        get(
            "sign-in page: way back that is none",
            "/signin?callbackUrl=javascript%3Aalert(1)",
        ),
        get(
            "sign-in page: way back that is no address",
            "/signin?callbackUrl=evil",
        ),
        get(
            "sign-in page: wrong password",
            "/signin?error=CredentialsSignin&code=credentials",
        ),
        get(
            "sign-in page: session required",
            "/signin?error=SessionRequired",
        ),
        get("sign-in page: another error", "/signin?error=Nonsense"),
        get(
            "sign-in page: markup",
            "/signin?error=%3Cscript%3E&callbackUrl=%2F%22%3E%3Cb%3E",
        ),
        get("sign-in page: no csrf", "/signin?csrf=true"),
        get("sign-in page: of a provider", "/signin/credentials"),
        get("sign-in page: of another provider", "/signin/github"),
        post("sign-in: without a token", "/signin").form([]),
        post(
            "sign-in: without a token, of a provider",
            "/signin/credentials",
        )
        .form([]),
        post(
            "sign-in: without a token, by a script",
            "/signin/credentials",
        )
        .form([])
        .by_script(),
        post("sign-in: without a provider", "/signin").signed_form([]),
        post("sign-in: with the password", "/signin/credentials").signed_form(GOOD),
        post("sign-in: with another provider", "/signin/github").signed_form([]),
        post(
            "sign-in: with another provider, by a script",
            "/signin/github",
        )
        .signed_form([])
        .by_script(),
    ]
}

pub fn credentials() -> Vec<Asked> {
    let post = |name| post(name, "/callback/credentials");
    vec![
        post("password: good").signed_form(GOOD),
        post("password: good, by a script")
            .signed_form(GOOD)
            .by_script(),
        post("password: good, signed in already")
            .signed_form(GOOD)
            .with([Held::Session]),
        post("password: good, with an old session in chunks")
            .signed_form(GOOD)
            .with([Held::Large]),
        post("password: good, as JSON").with([Held::Csrf]).json(
            r#"{"csrfToken":"<csrf>","username":"ada","password":"correct horse","json":"true"}"#,
        ),
        post("password: wrong").signed_form(BAD),
        post("password: wrong, by a script")
            .signed_form(BAD)
            .by_script(),
        post("password: wrong, signed in already")
            .signed_form(BAD)
            .with([Held::Session]),
        post("password: none").signed_form([]),
        post("password: the check is broken").signed_form([("username", "broken")]),
        post("password: the check is broken, by a script")
            .signed_form([("username", "broken")])
            .by_script(),
        post("password: refused with a code").signed_form([("username", "locked")]),
        post("password: refused with a code, by a script")
            .signed_form([("username", "locked")])
            .by_script(),
        post("password: without a token").form(GOOD),
        post("password: without a token, by a script")
            .form(GOOD)
            .by_script(),
        post("password: with a token and no cookie of it").form([
            ("csrfToken", CSRF),
            GOOD[0],
            GOOD[1],
        ]),
        post("password: with a forged token")
            .with([Held::ForgedCsrf])
            .form([("csrfToken", CSRF), GOOD[0], GOOD[1]]),
        post("password: nothing sent"),
        post("password: text")
            .with([Held::Csrf])
            .text("username=ada"),
        post("password: no JSON").with([Held::Csrf]).json("{"),
    ]
}

pub fn callback_urls() -> Vec<Asked> {
    let post = |name| post(name, "/callback/credentials");
    vec![
        post("way back: a path").signed_form(going("/dashboard?a=1&b=2#c")),
        post("way back: a path, by a script")
            .signed_form(going("/dashboard?a=1&b=2#c"))
            .by_script(),
        post("way back: an address").signed_form(going("<origin>/dashboard")),
        post("way back: the origin").signed_form(going("<origin>")),
        post("way back: foreign").signed_form(going("https://evil.example/")),
        post("way back: foreign, by a script")
            .signed_form(going("https://evil.example/"))
            .by_script(),
        post("way back: two slashes").signed_form(going("//evil.example")),
        post("way back: slash and backslash").signed_form(going("/\\evil.example")),
        post("way back: like the origin").signed_form(going("<origin>.evil.example/")),
        post("way back: the origin as a user").signed_form(going("<origin>@evil.example/")),
        post("way back: no address").signed_form(going("evil")),
        post("way back: no address, by a script")
            .signed_form(going("evil"))
            .by_script(),
        post("way back: a script").signed_form(going("javascript:alert(1)")),
        post("way back: empty").signed_form(going("")),
        post("way back: a stored one")
            .signed_form(GOOD)
            .with([Held::CallbackUrl("<origin>/kept")]),
        post("way back: another than the stored one")
            .signed_form(going("/other"))
            .with([Held::CallbackUrl("<origin>/kept")]),
        post("way back: a stored foreign one")
            .signed_form(GOOD)
            .with([Held::CallbackUrl("https://evil.example/")]),
        post("way back: a stored one that is none")
            .signed_form(GOOD)
            .with([Held::CallbackUrl("javascript:alert(1)")]),
        Asked::new(
            "POST",
            "way back: in the query",
            "/callback/credentials?callbackUrl=%2Fasked",
        )
        .signed_form(GOOD),
        Asked::new(
            "POST",
            "way back: none in the query",
            "/callback/credentials?callbackUrl=javascript%3Aalert(1)",
        )
        .signed_form(GOOD),
    ]
}
