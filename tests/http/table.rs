//! Credential, rule, method, client and site in every combination, against what `spec/http.md` says of
//! each: exact status, headers and body.

mod expected;
mod requests;

use std::time::Duration;

use axum::response::IntoResponse;
use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{Auth, Router, User, authorized, protected, public};
use portcullis_tests::{Answer, FakeClock, builder, send};

use self::expected::expected;
use self::requests::{CLIENTS, CREDENTIALS, Client, Credential, METHODS, SITES, Site};

/// A guarded handler of the table.
#[derive(Debug, Clone, Copy)]
struct Target {
    path: &'static str,
    access: Access,
    redirect: bool,
    hidden: bool,
    /// 15 minutes.
    fresh: bool,
    via: &'static [Source],
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Access {
    Public,
    SignedIn,
    Admin,
    Scope,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Source {
    Bearer,
    Cookie,
}

impl Target {
    const fn new(path: &'static str, access: Access) -> Self {
        Self {
            path,
            access,
            redirect: false,
            hidden: false,
            fresh: false,
            via: &[Source::Bearer, Source::Cookie],
        }
    }
}

macro_rules! targets {
    ($($path:literal $name:ident #[$($guard:tt)*] $access:ident { $($field:ident: $value:expr),* })*) => {
        $(
            #[$($guard)*]
            async fn $name() -> &'static str {
                "passed"
            }
        )*

        const TARGETS: &[Target] = &[
            $(Target { $($field: $value,)* ..Target::new($path, Access::$access) },)*
        ];

        fn routes() -> Router<Auth> {
            Router::new()$(.route($path, route_get($name).post($name)))*
        }
    };
}

targets! {
    "/public" open #[public(reason = "for everybody")] Public {}
    "/signed-in" signed_in #[protected] SignedIn {}
    "/page" page #[protected(redirect)] SignedIn { redirect: true }
    "/fresh" fresh #[protected(fresh = "15m")] SignedIn { fresh: true }
    "/fresh-page" fresh_page #[protected(fresh = "15m", redirect)] SignedIn { fresh: true, redirect: true }
    "/by-bearer" by_bearer #[protected(via = bearer)] SignedIn { via: &[Source::Bearer] }
    "/by-cookie" by_cookie #[protected(via = cookie)] SignedIn { via: &[Source::Cookie] }
    "/cookie-first" cookie_first #[protected(via = (cookie, bearer))] SignedIn { via: &[Source::Cookie, Source::Bearer] }
    "/admin" admin #[authorized(role = "admin")] Admin {}
    "/admin-page" admin_page #[authorized(role = "admin", redirect)] Admin { redirect: true }
    "/hidden" hidden #[authorized(role = "admin", deny = not_found)] Admin { hidden: true }
    "/scope" scope #[authorized(scope = "posts:read")] Scope {}
}

#[public(reason = "what there is not, everybody may know")]
async fn missing() -> impl IntoResponse {
    (
        StatusCode::NOT_FOUND,
        [("x-missing", "yes")],
        "no such page",
    )
}

/// The credentials of the table, made by an application that runs.
struct Minted {
    editor: String,
    admin: String,
    /// Signed in an hour ago.
    stale: String,
    expired: String,
}

async fn minted(auth: &Auth, clock: &FakeClock) -> Minted {
    let token = |user: User| async {
        let signed_in = auth.sign_in(user).await.expect("signed in");
        signed_in.expose_token().to_owned()
    };
    let expired = token(User::new("7")).await;
    clock.advance(Duration::from_secs(30 * 24 * 60 * 60));
    let stale = token(User::new("7")).await;
    clock.advance(Duration::from_secs(60 * 60));
    Minted {
        editor: token(User::new("7").with_roles(["editor"])).await,
        admin: token(
            User::new("1")
                .with_roles(["admin"])
                .with_scopes(["posts:read"]),
        )
        .await,
        stale,
        expired,
    }
}

#[tokio::test]
async fn every_combination_is_answered_as_specified() {
    let clock = FakeClock::default();
    let auth = builder(&clock).build().expect("usable");
    let app = routes().fallback(missing).with_state(auth.clone());
    let minted = minted(&auth, &clock).await;
    let mut count = 0;
    for target in TARGETS {
        for credential in CREDENTIALS {
            for method in METHODS {
                for client in CLIENTS {
                    for site in SITES {
                        let case = (target, credential, method, client, site);
                        let request = requests::request(case, &minted);
                        let answer = send(&app, request).await;
                        let found = Comparable::of(&answer);
                        assert_eq!(found, expected(case), "{case:?}");
                        count += 1;
                    }
                }
            }
        }
    }
    println!("{count} combinations");
    assert!(count >= 400);
}

type Case<'a> = (
    &'a Target,
    &'a Credential,
    &'a http::Method,
    &'a Client,
    &'a Site,
);

/// An answer, with the headers that matter in one order. Any other header fails the comparison.
#[derive(Debug, PartialEq)]
struct Comparable {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Comparable {
    fn of(answer: &Answer) -> Self {
        let text = |value: &http::HeaderValue| value.to_str().expect("textual").to_owned();
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| *name != "content-length" && *name != "content-security-policy")
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        headers.sort();
        Self {
            status: answer.status.as_u16(),
            headers,
            body: answer.body.clone(),
        }
    }
}

/// Two configurations in one application: each looks at its own cookie only.
mod two_auths {
    use super::*;

    #[protected]
    async fn inside() -> &'static str {
        "passed"
    }

    fn auth(name: &str, clock: &FakeClock) -> Auth {
        builder(clock).cookie_name(name).build().expect("usable")
    }

    #[tokio::test]
    async fn each_auth_answers_for_its_own_cookie_in_every_combination() {
        let clock = FakeClock::default();
        let auths = [auth("staff", &clock), auth("guests", &clock)];
        let [staff, guests] = &auths;
        let router = |auth: &Auth| {
            Router::new()
                .route("/", route_get(inside))
                .with_state(auth.clone())
        };
        let app: Router = Router::new()
            .nest("/staff", router(staff))
            .nest("/guests", router(guests));
        let mut tokens = Vec::new();
        for auth in &auths {
            let signed_in = auth.sign_in(User::new("7")).await.expect("signed in");
            tokens.push(signed_in.expose_token().to_owned());
        }
        // Nothing, its own token, the other's token, rubbish.
        let values = |own: usize| {
            [
                (None, Some("unauthenticated")),
                (Some(tokens[own].clone()), None),
                (Some(tokens[1 - own].clone()), Some("session_invalid")),
                (Some("rubbish".to_owned()), Some("session_invalid")),
            ]
        };
        for (staff_value, staff_code) in values(0) {
            for (guests_value, guests_code) in values(1) {
                let cookies: Vec<_> = [("staff", &staff_value), ("guests", &guests_value)]
                    .into_iter()
                    .filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)))
                    .collect();
                for (name, code) in [("staff", staff_code), ("guests", guests_code)] {
                    let mut request = portcullis_tests::get(&format!("/{name}"));
                    if !cookies.is_empty() {
                        request = request.header("cookie", cookies.join("; "));
                    }
                    let answer = send(&app, request).await;
                    match code {
                        None => assert_eq!(answer.body, "passed", "{name} {cookies:?}"),
                        Some(code) => assert_eq!(answer.code(), code, "{name} {cookies:?}"),
                    }
                    let clears = answer.cookies();
                    let is_dead = code == Some("session_invalid");
                    assert_eq!(clears.len(), usize::from(is_dead), "{name} {clears:?}");
                    assert!(
                        clears
                            .iter()
                            .all(|cookie| cookie.starts_with(&format!("{name}=;")))
                    );
                }
            }
        }
    }
}
