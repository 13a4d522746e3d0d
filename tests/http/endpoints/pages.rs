use http::StatusCode;
use portcullis::{CredentialsField, Pages, Profile};
use portcullis_tests::Answer;
use url::form_urlencoded::byte_serialize;

use super::site::{Site, credentials, location};

const PROFILES: [Profile; 3] = [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4];
const HOSTILE: &str = "\"><script>alert(1)</script>";

fn is_page(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    assert!(!answer.body.contains("<script"), "{}", answer.body);
    assert!(!answer.body.contains("http-equiv"));
    assert!(answer.body.contains("<h1>") && answer.body.contains("lang=\"en\""));
}

/// The value of an attribute, as a browser reads it.
fn hidden(answer: &Answer, name: &str) -> String {
    let (_, rest) = answer
        .body
        .split_once(&format!("name=\"{name}\" value=\""))
        .expect("the field");
    rest.split('"')
        .next()
        .expect("a value")
        .replace("&amp;", "&")
}

#[tokio::test]
async fn the_sign_in_page_signs_in() {
    for profile in PROFILES {
        let mut visitor = Site::new(profile).visitor();
        let page = visitor
            .get("/api/auth/signin?callbackUrl=%2Fmembers%3Fa%3D1%26b%3D2")
            .await;
        is_page(&page);
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.body
                .contains("action=\"/api/auth/callback/credentials\"")
        );
        assert!(page.body.contains("type=\"password\""));
        let (token, back) = (hidden(&page, "csrfToken"), hidden(&page, "callbackUrl"));
        let fields = [
            ("csrfToken", &*token),
            ("callbackUrl", &*back),
            ("username", "ada"),
            ("password", "secret"),
        ];
        let answer = visitor
            .post("/api/auth/callback/credentials", &fields)
            .await;
        assert_eq!(location(&answer), "/members?a=1&b=2");
        assert_eq!(visitor.who().await, "7");
    }
}

#[tokio::test]
async fn the_sign_out_page_signs_out() {
    for profile in PROFILES {
        let mut visitor = Site::new(profile).visitor();
        visitor.sign_in("ada", "secret").await;
        let page = visitor.get("/api/auth/signout").await;
        is_page(&page);
        let token = hidden(&page, "csrfToken");
        let answer = visitor
            .post("/api/auth/signout", &[("csrfToken", &*token)])
            .await;
        assert_eq!(location(&answer), "/members");
        assert_eq!(visitor.who().await, "");
    }
}

#[tokio::test]
async fn errors_are_told_in_words() {
    for profile in PROFILES {
        let mut visitor = Site::new(profile).visitor();
        for (path, status, expected) in [
            ("signin?error=CredentialsSignin", 200, "Sign in failed."),
            (
                "signin?error=SessionRequired",
                200,
                "Please sign in to access this page.",
            ),
            ("signin?error=whatever", 200, "Unable to sign in."),
            ("signin?error=MissingCSRF", 200, "Please try again."),
            (
                "signin?error=CredentialsSignin&code=too_many_attempts",
                200,
                "too many attempts",
            ),
            ("signin?csrf=true", 200, "Please try again."),
            ("error?error=Configuration", 500, "Server error"),
            (
                "error?error=AccessDenied",
                403,
                "You do not have permission to sign in.",
            ),
            ("error?error=Verification", 403, "no longer valid"),
            ("error?error=whatever", 200, "localhost:3000"),
            ("error", 200, "localhost:3000"),
            ("verify-request", 200, "Check your email"),
        ] {
            let answer = visitor.get(&format!("/api/auth/{path}")).await;
            is_page(&answer);
            assert_eq!(answer.status, status, "{path}");
            assert!(answer.body.contains(expected), "{path}: {}", answer.body);
        }
        let quiet = visitor.get("/api/auth/signin").await;
        assert!(!quiet.body.contains("role=\"alert\""));
    }
}

#[tokio::test]
async fn cve_2022_31127_everything_that_is_echoed_is_escaped() {
    for profile in PROFILES {
        let field = CredentialsField::new("username")
            .label(HOSTILE)
            .placeholder(HOSTILE);
        let site = Site::configured(profile, |builder| {
            builder.credentials(credentials().name(HOSTILE).field(field))
        });
        let hostile = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
        for path in ["signin", "signout", "error", "verify-request", "signin/x"] {
            for parameter in ["error", "callbackUrl", "email", "code", "csrf", "provider"] {
                let mut visitor = site.visitor();
                let slash = if parameter == "callbackUrl" { "/" } else { "" };
                let path = format!("/api/auth/{path}?{parameter}={slash}{hostile}");
                let answer = visitor.get(&path).await;
                assert!(!answer.body.contains("<script"), "{path}: {}", answer.body);
                visitor
                    .cookies
                    .insert("authjs.callback-url".to_owned(), format!("/{hostile}"));
                let answer = visitor.get("/api/auth/signin").await;
                is_page(&answer);
            }
        }
    }
}

#[tokio::test]
async fn pages_of_the_applications_own_take_the_place_of_the_built_in_ones() {
    for (profile, verify) in [
        (Profile::AuthJsV5, "/sent?a=1"),
        (Profile::NextAuthV4, "/sent"),
    ] {
        let pages = Pages::new().sign_in("/login").sign_out("/logout");
        let pages = pages.error("/sorry?x=1").verify_request("/sent");
        let site = Site::configured(profile, |builder| builder.pages(pages));
        let mut visitor = site.visitor();
        for (path, expected) in [
            ("signin", "/login?callbackUrl=http%3A%2F%2Flocalhost%3A3000"),
            (
                "signin?error=x&callbackUrl=/a",
                "/login?callbackUrl=http%3A%2F%2Flocalhost%3A3000%2Fa&error=x",
            ),
            ("signout", "/logout"),
            ("error?error=AccessDenied", "/sorry?x=1&error=AccessDenied"),
            ("verify-request?a=1", verify),
        ] {
            let answer = visitor.get(&format!("/api/auth/{path}")).await;
            assert_eq!(location(&answer), expected);
        }
    }
}

#[tokio::test]
async fn a_sign_in_page_of_the_applications_own_knows_the_way_back() {
    for profile in PROFILES {
        let site = Site::configured(profile, |builder| {
            builder.pages(Pages::new().sign_in("/login"))
        });
        for (host, asked, expected) in [
            ("localhost:3000", "/members?a=1#b", "/members?a=1#b"),
            (
                "localhost:3000",
                "http://localhost:3000/members",
                "/members",
            ),
            (
                "127.0.0.1:3000",
                "http://127.0.0.1:3000/members",
                "/members",
            ),
            ("[::1]:3000", "/members", "/members"),
            ("localhost:3000", "https://evil.example/members", "/"),
        ] {
            let mut visitor = site.visitor();
            visitor
                .headers
                .insert("host", host.parse().expect("a host"));
            let asked: String = byte_serialize(asked.as_bytes()).collect();
            let path = format!("/api/auth/signin?callbackUrl={asked}");
            let answer = visitor.get(&path).await;
            let page = answer.header("location").split_once("/login?");
            let (_, query) = page.expect("the page");
            let page = visitor.get(&format!("/login?{query}")).await;
            assert_eq!(page.body, expected, "{host}: {query}");
        }
    }
}

#[tokio::test]
async fn a_page_that_is_named_as_the_built_in_one_is_the_built_in_one() {
    for page in ["/api/auth/signin", "/api/auth/signin/?lang=de"] {
        let pages = Pages::new().sign_in(page).error("/api/auth/error");
        let site = Site::configured(Profile::NextAuthV4, |builder| builder.pages(pages));
        for path in ["signin", "error"] {
            is_page(&site.visitor().get(&format!("/api/auth/{path}")).await);
        }
    }
}

#[tokio::test]
async fn guards_send_visitors_to_the_built_in_page() {
    let built_in = Site::new(Profile::Native);
    let own = Site::configured(Profile::Native, |builder| {
        builder.pages(Pages::new().sign_in("/login"))
    });
    for (site, expected) in [
        (built_in, "/api/auth/signin?callbackUrl=%2Fmembers"),
        (own, "/login?callbackUrl=%2Fmembers"),
    ] {
        let mut visitor = site.visitor();
        visitor
            .headers
            .insert("accept", "text/html".parse().expect("a value"));
        assert_eq!(visitor.get("/members").await.header("location"), expected);
    }
}
