//! Signing in at a third server: Auth.js behind us sends visitors there and takes them back.

use http::StatusCode;
use portcullis_tests::application::RealServer;
use portcullis_tests::{Answer, browser};
use serde_json::{Value, json};

use super::visitor::{Visitor, json};
use super::world::{Setting, Upstream, World};

const CALLBACK: &str = "/api/auth/callback/elsewhere";

/// The third server, and the other two in front of it.
struct Three {
    world: World,
    provider: String,
    _provider: RealServer,
}

impl Three {
    async fn start(upstream: Upstream, response_mode: Option<&str>) -> Self {
        Self::start_with(upstream, response_mode, Setting::provider_origin).await
    }

    async fn start_with(
        upstream: Upstream,
        response_mode: Option<&str>,
        allow: fn(Setting, &str) -> Setting,
    ) -> Self {
        let server = RealServer::run("provider.mjs", &json!({}));
        // Browsers send no cookies of one site with a form of another.
        let host = response_mode.map_or("127.0.0.1", |_| "localhost");
        let provider = format!("http://{host}:{}", server.port());
        let setting = Setting::new(upstream)
            .told("provider", provider.as_str())
            .told("responseMode", response_mode);
        Self {
            world: allow(setting, &provider).start().await,
            provider,
            _provider: server,
        }
    }

    /// Presses the button of the sign-in page.
    async fn begin(&self, visitor: &Visitor) -> Answer {
        let token = visitor.csrf_token().await;
        let back = self.world.at("/page");
        let form = [("csrfToken", token.as_str()), ("callbackUrl", &back)];
        let url = self.world.at("/api/auth/signin/elsewhere");
        visitor.post(&url, &form).await
    }
}

/// The names of the cookies whose values go out to the third server and come back.
fn checks(visitor: &Visitor) -> Vec<String> {
    let names = visitor.cookies().into_keys();
    let names = names.filter(|name| name.ends_with(".state") || name.ends_with(".code_verifier"));
    names.collect()
}

#[tokio::test]
async fn a_visitor_signs_in_elsewhere_and_comes_back() {
    for upstream in [
        Upstream::AuthJsV5,
        Upstream::AuthJsV5Database,
        Upstream::NextAuthV4,
    ] {
        let three = Three::start(upstream, None).await;
        let visitor = three.world.visitor();
        let sent = three.begin(&visitor).await;
        assert_eq!(sent.status, StatusCode::FOUND, "{upstream:?}");
        let there = sent.header("location").to_owned();
        assert!(
            there.starts_with(&format!("{}/authorize?", three.provider)),
            "{upstream:?} {there}"
        );
        assert_eq!(checks(&visitor).len(), 2, "{upstream:?}");

        let returned = visitor.visit(&there).await;
        let back = returned.header("location").to_owned();
        assert!(
            back.starts_with(&three.world.at(CALLBACK)),
            "{upstream:?} {back}"
        );
        let signed_in = visitor.visit(&back).await;
        assert_eq!(signed_in.status, StatusCode::FOUND, "{upstream:?}");
        assert_eq!(
            signed_in.header("location"),
            three.world.at("/page"),
            "{upstream:?}"
        );
        assert_eq!(checks(&visitor), [""; 0], "{upstream:?}");
        let me = json(&visitor.get(&three.world.at("/me")).await);
        assert_eq!(me["user"]["email"], "grace@example.com", "{upstream:?}");
        let admin = visitor.get(&three.world.at("/admin")).await;
        assert_eq!(admin.body, "administration", "{upstream:?}");

        // The answer of the third server is worth nothing a second time, nor to anybody else.
        for other in [three.world.visitor(), visitor.copy()] {
            let refused = other.visit(&back).await;
            assert!(
                refused.header("location").contains("error="),
                "{upstream:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_session_of_a_database_ends_with_the_sign_out_and_changes_with_an_update() {
    let three = Three::start(Upstream::AuthJsV5Database, None).await;
    let visitor = three.world.visitor();
    let there = three.begin(&visitor).await;
    let back = visitor.visit(there.header("location")).await;
    visitor.visit(back.header("location")).await;
    let name = async |visitor: &Visitor| -> Value {
        json(&visitor.get(&three.world.at("/me")).await)["user"]["name"].take()
    };
    assert_eq!(name(&visitor).await, "Grace Hopper");
    visitor.update(&json!({"name": "Amazing Grace"})).await;
    assert_eq!(name(&visitor).await, "Amazing Grace");

    let replayed = visitor.copy();
    assert_eq!(name(&replayed).await, "Amazing Grace");
    visitor.sign_out().await;
    for (visitor, code) in [(visitor, "unauthenticated"), (replayed, "session_invalid")] {
        let refused = visitor.get(&three.world.at("/me")).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::UNAUTHORIZED, code.to_owned())
        );
    }
}

#[tokio::test]
async fn nobody_is_sent_to_a_server_that_is_not_listed() {
    let three = Three::start_with(Upstream::AuthJsV5, None, |setting, _| {
        setting.provider_origin("https://accounts.example")
    })
    .await;
    let visitor = three.world.visitor();
    let refused = three.begin(&visitor).await;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY);
    assert_eq!(refused.header("location"), "");
    assert!(!refused.body.contains(&three.provider), "{}", refused.body);
}

#[tokio::test]
async fn the_third_server_may_answer_by_a_form_of_its_page() {
    for upstream in [Upstream::AuthJsV5, Upstream::AuthJsV5Database] {
        let three = Three::start(upstream, Some("form_post")).await;
        let visitor = three.world.visitor();
        let there = three.begin(&visitor).await;
        let page = visitor.visit(there.header("location")).await;
        let field = |name: &str| {
            let value = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1);
            let value = value.and_then(|rest| rest.split('"').next());
            value.expect("a field").to_owned()
        };
        let fields = [
            format!("code={}", field("code")),
            format!("state={}", field("state")),
        ];
        let send = async |origin: &str| {
            let origin = format!("Origin: {origin}");
            let options = [
                "--header",
                &origin,
                "--header",
                "Sec-Fetch-Site: cross-site",
                "--header",
                "Sec-Fetch-Mode: navigate",
                "--data-urlencode",
                &fields[0],
                "--data-urlencode",
                &fields[1],
            ];
            visitor.curl(&three.world.at(CALLBACK), &options).await
        };
        let stranger = send("https://evil.example").await;
        assert_eq!(stranger.status, StatusCode::FORBIDDEN, "{upstream:?}");
        let signed_in = send(&three.provider).await;
        assert_eq!(signed_in.status, StatusCode::FOUND, "{upstream:?}");
        assert_eq!(signed_in.header("location"), three.world.at("/page"));
        let me = json(&visitor.get(&three.world.at("/me")).await);
        assert_eq!(me["user"]["name"], "Grace Hopper", "{upstream:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_in_a_browser_sign_in_elsewhere() {
    for response_mode in [None, Some("form_post")] {
        let three = Three::start(Upstream::AuthJsV5Database, response_mode).await;
        let origin = three.world.origin.clone();
        let suite = || browser::run("elsewhere.test.mjs", &[("ORIGIN", origin)]);
        let visited = tokio::task::spawn_blocking(suite);
        visited.await.expect("a good visit");
    }
}
