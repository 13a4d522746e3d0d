//! What both servers are asked.

use super::held::Held;

/// Stands for the CSRF token that the visitor holds.
pub const CSRF: &str = "<csrf>";

/// A body.
#[derive(Clone, Debug)]
pub enum Sent {
    Nothing,
    Form(Vec<(&'static str, &'static str)>),
    Json(&'static str),
    Text(&'static str),
}

/// A request, below the address of the endpoints.
#[derive(Clone, Debug)]
pub struct Asked {
    pub name: &'static str,
    pub method: &'static str,
    pub path: &'static str,
    pub holds: Vec<Held>,
    pub bearer: bool,
    pub sent: Sent,
    /// Sent as `next-auth/react` does, which wants JSON in the place of a redirect.
    pub by_script: bool,
}

impl Asked {
    fn new(method: &'static str, name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            method,
            path,
            holds: Vec::new(),
            bearer: false,
            sent: Sent::Nothing,
            by_script: false,
        }
    }

    fn with(mut self, held: impl IntoIterator<Item = Held>) -> Self {
        self.holds.extend(held);
        self
    }

    fn form<const N: usize>(mut self, fields: [(&'static str, &'static str); N]) -> Self {
        self.sent = Sent::Form(fields.to_vec());
        self
    }

    /// A form with the CSRF token that the visitor holds.
    fn signed_form<const N: usize>(self, fields: [(&'static str, &'static str); N]) -> Self {
        let mut asked = self.with([Held::Csrf]).form(fields);
        if let Sent::Form(fields) = &mut asked.sent {
            fields.insert(0, ("csrfToken", CSRF));
        }
        asked
    }

    fn json(mut self, body: &'static str) -> Self {
        self.sent = Sent::Json(body);
        self
    }

    fn text(mut self, body: &'static str) -> Self {
        self.sent = Sent::Text(body);
        self
    }

    fn by_script(mut self) -> Self {
        self.by_script = true;
        self
    }

    fn bearer(mut self) -> Self {
        self.bearer = true;
        self
    }
}

fn get(name: &'static str, path: &'static str) -> Asked {
    Asked::new("GET", name, path)
}

fn post(name: &'static str, path: &'static str) -> Asked {
    Asked::new("POST", name, path)
}

const GOOD: [(&str, &str); 2] = [("username", "ada"), ("password", "correct horse")];
const BAD: [(&str, &str); 2] = [("username", "ada"), ("password", "wrong")];

fn going(to: &'static str) -> [(&'static str, &'static str); 3] {
    [GOOD[0], GOOD[1], ("callbackUrl", to)]
}

/// Every row of the endpoints that a server with only a password can be asked.
pub fn all() -> Vec<Asked> {
    [
        session(),
        updates(),
        csrf(),
        sign_in(),
        credentials(),
        callback_urls(),
        sign_out(),
        errors(),
        others(),
    ]
    .concat()
}

/// Those about sessions that the server keeps. It has none of those that the real package makes.
pub fn of_kept_sessions() -> Vec<Asked> {
    let is_ours = |asked: &Asked| {
        !asked
            .holds
            .iter()
            .any(|held| matches!(held, Held::Expired | Held::OtherSecret | Held::Large))
    };
    let asked = [session(), sign_out()].concat();
    asked.into_iter().filter(is_ours).collect()
}

fn session() -> Vec<Asked> {
    vec![
        get("session: nobody", "/session"),
        get("session: signed in", "/session").with([Held::Session]),
        get("session: with every cookie", "/session").with([
            Held::Csrf,
            Held::CallbackUrl("<origin>"),
            Held::Session,
        ]),
        get("session: expired", "/session").with([Held::Expired]),
        get("session: tampered", "/session").with([Held::Tampered]),
        get("session: no token at all", "/session").with([Held::Garbage]),
        get("session: under another secret", "/session").with([Held::OtherSecret]),
        get("session: in chunks", "/session").with([Held::Large]),
        get("session: with a stale chunk", "/session").with([Held::Session, Held::StaleChunk]),
        get("session: bearer", "/session").bearer(),
        get("session: with a query", "/session?callbackUrl=%2Fdashboard").with([Held::Session]),
    ]
}

fn updates() -> Vec<Asked> {
    let post = |name| post(name, "/session").with([Held::Session]);
    vec![
        post("update: new name")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"<csrf>","data":{"name":"Ada King"}}"#),
        post("update: what the server does not take")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"<csrf>","data":{"role":"admin"}}"#),
        post("update: without data")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"<csrf>"}"#),
        post("update: as a form").signed_form([("data", "x")]),
        post("update: without a token").json(r#"{"data":{"name":"Ada King"}}"#),
        post("update: with a wrong token")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"0000","data":{"name":"Ada King"}}"#),
        post("update: with a token and no cookie of it")
            .json(r#"{"csrfToken":"<csrf>","data":{"name":"Ada King"}}"#),
        post("update: with nothing"),
        post("update: no JSON").with([Held::Csrf]).json("{"),
        post("update: a list").with([Held::Csrf]).json("[1]"),
        post("update: text").with([Held::Csrf]).text("hello"),
        Asked::new("POST", "update: nobody", "/session")
            .with([Held::Csrf])
            .json(r#"{"csrfToken":"<csrf>","data":{"name":"Ada King"}}"#),
        Asked::new("POST", "update: expired", "/session")
            .with([Held::Csrf, Held::Expired])
            .json(r#"{"csrfToken":"<csrf>","data":{"name":"Ada King"}}"#),
    ]
}

fn csrf() -> Vec<Asked> {
    vec![
        get("csrf: first", "/csrf"),
        get("csrf: again", "/csrf").with([Held::Csrf, Held::CallbackUrl("<origin>")]),
        get("csrf: forged", "/csrf").with([Held::ForgedCsrf]),
        get("csrf: without a hash", "/csrf").with([Held::BareCsrf]),
        get("csrf: with a way back", "/csrf?callbackUrl=%2Fdashboard"),
        get(
            "csrf: with a foreign way back",
            "/csrf?callbackUrl=https%3A%2F%2Fevil.example%2F",
        ),
        get(
            "csrf: with a way back that is none",
            "/csrf?callbackUrl=javascript%3Aalert(1)",
        ),
        get("csrf: a stored way back", "/csrf").with([Held::CallbackUrl("<origin>/kept")]),
        get("csrf: a stored foreign way back", "/csrf")
            .with([Held::CallbackUrl("https://evil.example/")]),
        get("csrf: a stored way back that is none", "/csrf")
            .with([Held::CallbackUrl("javascript:alert(1)")]),
        get("providers", "/providers"),
        get("providers: with every cookie", "/providers").with([Held::Csrf, Held::Session]),
    ]
}

fn sign_in() -> Vec<Asked> {
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

fn credentials() -> Vec<Asked> {
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

fn callback_urls() -> Vec<Asked> {
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

fn sign_out() -> Vec<Asked> {
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

fn errors() -> Vec<Asked> {
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

fn others() -> Vec<Asked> {
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
