use http::StatusCode;
use portcullis::{Pages, Profile};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::site::{self, Site, location};
use crate::faults::hostile_addresses;

#[tokio::test]
async fn the_form_goes_before_the_query_and_the_query_before_the_cookie() {
    for profile in [Profile::AuthJsV5, Profile::NextAuthV4] {
        let mut visitor = Site::new(profile).visitor();
        let token = visitor.csrf().await;
        let mut go = async |query: &str, form: &str| {
            let path = format!("/api/auth/signout{query}");
            let fields = [("csrfToken", &*token), ("callbackUrl", form)];
            let fields = if form.is_empty() {
                &fields[..1]
            } else {
                &fields[..]
            };
            location(&visitor.post(&path, fields).await)
        };
        assert_eq!(go("", "").await, "");
        assert_eq!(go("?callbackUrl=/query", "/form").await, "/form");
        assert_eq!(go("", "").await, "/form");
        assert_eq!(go("?callbackUrl=/query", "").await, "/query");
        assert_eq!(go("", "").await, "/query");
        assert_eq!(go("", "https://evil.example").await, "");
        assert_eq!(go("", "").await, "");
    }
}

#[tokio::test]
async fn the_cookie_is_written_only_when_it_changes() {
    let mut visitor = Site::new(Profile::AuthJsV5).visitor();
    let first = visitor.get("/api/auth/signin?callbackUrl=/a%26b").await;
    let written = "authjs.callback-url=http%3A%2F%2Flocalhost%3A3000%2Fa%26b; ";
    assert!(
        first.cookies()[1].starts_with(written),
        "{:?}",
        first.cookies()
    );
    let second = visitor.get("/api/auth/signin?callbackUrl=/a%26b").await;
    assert!(second.cookies().is_empty());
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_a_mistake_of_the_configuration() {
    for (profile, message) in [
        (Profile::AuthJsV5, "There was a problem with"),
        (Profile::NextAuthV4, "There is a problem with"),
    ] {
        let site = Site::new(profile);
        let own = Site::configured(profile, |builder| {
            builder.pages(Pages::new().error("/sorry"))
        });
        for url in ["javascript:alert(1)", "nonsense", "http://", "%00"] {
            for path in ["session", "csrf", "providers"] {
                let answer = site
                    .visitor()
                    .get(&format!("/api/auth/{path}?callbackUrl={url}"))
                    .await;
                assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
                assert!(site::text(&site::json(&answer)["message"]).starts_with(message));
                assert!(answer.cookies().is_empty());
            }
            let path = format!("/api/auth/signin?callbackUrl={url}");
            let answer = site.visitor().get(&path).await;
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(answer.body.contains("Server error"));
            let answer = own.visitor().get(&path).await;
            assert_eq!(location(&answer), "/sorry?error=Configuration");
        }
    }
}

/// Other kinds of addresses, some of which have an origin inside.
const NO_PAGES: [&str; 8] = [
    "blob:http://localhost:3000/x",
    "filesystem:http://localhost:3000/temporary/x",
    "view-source:http://localhost:3000/x",
    "ftp://localhost:3000/x",
    "ws://localhost:3000/x",
    "file:///etc/passwd",
    "app://callback",
    "mailto:ada@example.org",
];

fn stays(url: &str, payload: &str) {
    let url = Url::parse(url).expect("an address");
    assert_eq!(url.scheme(), "http", "{payload}");
    let origin = url.origin().ascii_serialization();
    assert_eq!(origin, "http://localhost:3000", "{payload}");
}

#[tokio::test]
async fn cve_2022_24858_and_31093_no_callback_url_leaves_the_site_or_breaks_anything() {
    for profile in [Profile::AuthJsV5, Profile::NextAuthV4] {
        let site = Site::new(profile);
        let mut visitor = site.visitor();
        let token = visitor.csrf().await;
        for payload in hostile_addresses().chain(NO_PAGES.map(str::to_owned)) {
            let fields = [("csrfToken", &*token), ("callbackUrl", &*payload)];
            let answer = visitor.post("/api/auth/signout", &fields).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{payload}");
            stays(answer.header("location"), &payload);

            let query: String = byte_serialize(payload.as_bytes()).collect();
            let answer = visitor
                .get(&format!("/api/auth/signin?callbackUrl={query}"))
                .await;
            let is_known = [StatusCode::OK, StatusCode::INTERNAL_SERVER_ERROR];
            assert!(is_known.contains(&answer.status), "{payload}");

            let mut planted = visitor.clone();
            let name = visitor
                .cookies
                .keys()
                .find(|name| name.contains("callback"));
            let encoded = query.replace('+', "%20");
            planted
                .cookies
                .insert(name.expect("the cookie").clone(), encoded);
            let answer = planted.post("/api/auth/signout", &fields[..1]).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{payload}");
            stays(answer.header("location"), &payload);
        }
    }
}
