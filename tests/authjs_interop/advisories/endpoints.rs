use std::convert::Infallible;

use http::StatusCode;
use portcullis::{Credentials, CredentialsInput, User};
use portcullis_tests::Answer;
use portcullis_tests::nextauth::{Headers, Site, Version};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::app::App;
use crate::jar::Jar;

/// Everybody is who they say they are.
fn app(site: &Site) -> App {
    let credentials = Credentials::new(async |input: CredentialsInput| {
        Ok::<_, Infallible>(input.identifier().map(User::new))
    });
    App::configured(site.builder().credentials(credentials))
}

async fn signed_in_as(site: &Site, name: &str) -> (Answer, Jar) {
    let mut jar = Jar::default();
    let fields = [("username", name), ("password", "right"), ("json", "true")];
    let answer = app(site)
        .submit("/api/auth/callback/credentials", &mut jar, &fields)
        .await;
    (answer, jar)
}

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// An `@` of another spelling got past the check for one.
#[tokio::test]
async fn ghsa_7rqj_j65f_68wh_names_have_one_spelling_before_anybody_looks_at_them() {
    for site in Site::all() {
        for spelling in [
            "ada＠example.org",
            "ada\u{fe6b}example.org",
            " ADA@ｅxample.org\u{3000}",
        ] {
            let (_, jar) = signed_in_as(&site, spelling).await;
            let who = App::of(&site).get("/", &jar.headers()).await.body;
            assert_eq!(who, "ada@example.org", "{spelling}");
        }
    }
}

/// A list of addresses was one to the application and several to the mail server.
#[tokio::test]
async fn cve_2022_35924_a_list_of_addresses_is_one_name() {
    for site in Site::all() {
        let list = "ada@example.org,eve@evil.example";
        let (_, jar) = signed_in_as(&site, list).await;
        assert_eq!(App::of(&site).get("/", &jar.headers()).await.body, list);
    }
}

/// Addresses that are of another site, and some that only look so.
const ELSEWHERE: [&str; 16] = [
    "https://evil.example",
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:/\\evil.example",
    "https:evil.example",
    "http://localhost:3000@evil.example/",
    "https://app.example@evil.example/",
    "https://app.example.evil.example/",
    "http://localhost:30000/",
    "/\t/evil.example",
    "/\n/evil.example",
    "http://localhost:3000\u{ff0f}@evil.example",
    "https://app.example%2f@evil.example",
];

#[tokio::test]
async fn cve_2022_24858_no_callback_url_leads_to_another_site() {
    for site in Site::all() {
        let app = app(&site);
        for address in ELSEWHERE {
            let mut jar = Jar::default();
            for path in ["/api/auth/signout", "/api/auth/callback/credentials"] {
                let fields = [("callbackUrl", address), ("username", "ada")];
                let answer = app.submit(path, &mut jar, &fields).await;
                stays(&site, &answer, address);
            }
        }
    }
}

/// The address came from the cookie, or as the referrer of an earlier visit.
#[tokio::test]
async fn cve_2022_29214_no_remembered_callback_url_leads_to_another_site() {
    for site in Site::all() {
        let app = app(&site);
        for address in ELSEWHERE {
            let mut jar = Jar::default();
            let value = escaped(address).replace('+', "%20");
            let line = format!("{}={value}; Path=/", site.cookie_name("callback-url"));
            jar.set([line.as_str()]);
            let answer = app.submit("/api/auth/signout", &mut jar, &[]).await;
            stays(&site, &answer, address);
        }
    }
}

fn stays(site: &Site, answer: &Answer, address: &str) {
    assert_eq!(answer.status, StatusCode::FOUND, "{address}: {answer:?}");
    let location = answer.header("location");
    assert!(!location.to_lowercase().contains("csrf"), "{location}");
    let rest = location.strip_prefix(site.origin);
    let stays = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    assert!(stays, "{address} leads to {location}");
}

#[tokio::test]
async fn addresses_of_the_site_are_followed_as_there() {
    for site in Site::all() {
        let app = app(&site);
        let whole = format!("{}/a/b?c=d&e=%20#f", site.origin);
        for address in [
            "/",
            "/a",
            "/a/b?c=d&e=%20#f",
            "/%2F%2Fevil.example",
            &whole,
            site.origin,
        ] {
            let mut jar = Jar::default();
            let answer = app
                .submit("/api/auth/signout", &mut jar, &[("callbackUrl", address)])
                .await;
            let given = json!({"headers": [], "path": "signout", "form": {"callbackUrl": address}});
            let there = site.ask("submit", given);
            assert_eq!(
                answer.header("location"),
                there["body"]["url"],
                "{address}: {there}"
            );
        }
    }
}

/// An address that is none took the handler down.
#[tokio::test]
async fn cve_2022_31093_a_malformed_callback_url_is_answered() {
    for site in Site::all() {
        let app = app(&site);
        for address in [
            "http://[",
            "https://%",
            "javascript:alert(1)",
            "data:text/html,x",
            "://",
            "%",
            "\u{0}",
        ] {
            let address = escaped(address);
            for action in ["session", "csrf", "providers", "signin", "signout", "error"] {
                let path = format!("{action}?callbackUrl={address}");
                let here = app.get(&format!("/api/auth/{path}"), &Vec::new()).await;
                let there = site.ask("endpoint", json!({"headers": [], "path": path}));
                assert_eq!(
                    here.status.as_u16(),
                    there["status"],
                    "{path} {:?}",
                    site.version
                );
            }
        }
    }
}

/// What was echoed was HTML.
#[tokio::test]
async fn cve_2022_31127_what_is_echoed_is_text() {
    let hostile = "\"><script>alert(1)</script><a href='//evil.example";
    for site in Site::all() {
        let app = app(&site);
        for action in ["signin", "signout", "error", "verify-request"] {
            for name in ["error", "email", "code", "callbackUrl"] {
                let slash = if name == "callbackUrl" { "/" } else { "" };
                let path = format!("/api/auth/{action}?{name}={slash}{}", escaped(hostile));
                let answer = app.get(&path, &Vec::new()).await;
                assert!(!answer.body.contains("<script>"), "{path}");
                assert!(!answer.body.contains("<a href='//"), "{path}");
            }
        }
    }
}

/// What came back from elsewhere was not checked against what had been sent there.
#[tokio::test]
async fn cve_2023_27490_nobody_comes_back_from_elsewhere() {
    for site in Site::all() {
        let app = app(&site);
        let given = json!({"headers": [], "checks": ["pkce", "state", "nonce"]});
        let there = site.ask("signInElsewhere", given);
        let mut jar = Jar::default();
        let lines = there["cookies"].as_array().expect("cookies").iter();
        jar.set(lines.filter_map(Value::as_str));
        for provider in ["idp", "google", "email", "credentials"] {
            let path = format!("/api/auth/callback/{provider}?code=x&state=x&id_token=x");
            is_nobodys(&site, &app.get(&path, &jar.headers()).await);
            if provider != "credentials" {
                is_nobodys(&site, &app.submit(&path, &mut jar, &[("code", "x")]).await);
            }
        }
    }
}

/// Mail went to others than the one who was meant, and its token counted for anybody: there is none here.
#[tokio::test]
async fn ghsa_5jpx_9hw9_2fx4_and_cve_2021_21310_no_mail_signs_anybody_in() {
    for site in Site::all() {
        let app = app(&site);
        let mut jar = Jar::default();
        for address in [
            "ada@example.org",
            "\"eve@evil.example x\"@example.org",
            "a@b,c@d",
        ] {
            let answer = app
                .submit("/api/auth/signin/email", &mut jar, &[("email", address)])
                .await;
            is_nobodys(&site, &answer);
            let path = format!(
                "/api/auth/callback/email?email={}&token=x",
                escaped(address)
            );
            is_nobodys(&site, &app.get(&path, &jar.headers()).await);
        }
    }
}

fn is_nobodys(site: &Site, answer: &Answer) {
    let name = site.session_cookie();
    let mut cookies = answer.cookies().into_iter();
    assert!(!cookies.any(|line| line.starts_with(&name)), "{answer:?}");
}

/// A forwarded host took the place of the configured one.
#[tokio::test]
async fn addresses_in_answers_are_of_the_configured_origin() {
    for site in Site::all() {
        let app = app(&site);
        let headers: Headers = ["host", "x-forwarded-host", "x-original-host"]
            .map(|name| (name, "evil.example".to_owned()))
            .into_iter()
            .chain([("x-forwarded-proto", "http".to_owned())])
            .collect();
        let answer = app.get("/api/auth/providers", &headers).await;
        assert!(!answer.body.contains("evil"), "{answer:?}");
        assert!(answer.body.contains(site.origin), "{answer:?}");
        for path in [
            "csrf",
            "session",
            "signin",
            "signout",
            "error?error=SessionRequired",
        ] {
            let answer = app.get(&format!("/api/auth/{path}"), &headers).await;
            let headers = format!("{:?}", answer.headers);
            assert!(
                !headers.contains("evil") && !answer.body.contains("evil"),
                "{answer:?}"
            );
        }
        if site.version == Version::V4 {
            let given = json!({"headers": headers, "path": "providers"});
            let there = site.ask("endpoint", given);
            assert!(!there["body"].to_string().contains("evil"), "{there}");
        }
    }
}
