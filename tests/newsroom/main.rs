//! Real HTTP against the running newsroom, over a real socket.

mod shared;
mod stories;
mod visitor;

use portcullis_tests::newsroom::Newsroom;
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE,
};

use self::visitor::{answer, client, encoded, header, sign_in};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn anonymous_json_gets_401_with_a_challenge_and_a_problem() {
    let newsroom = Newsroom::start();
    let get = |path| {
        client()
            .get(format!("{}{path}", newsroom.address))
            .header(ACCEPT, "application/json")
    };
    for path in [
        "/api/posts",
        "/api/me",
        "/api/users",
        "/dashboard",
        "/admin",
    ] {
        let response = answer(get(path)).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(
            header(&response, WWW_AUTHENTICATE),
            r#"Bearer realm="app""#,
            "{path}"
        );
        assert_eq!(
            header(&response, CONTENT_TYPE),
            "application/problem+json",
            "{path}"
        );
        let problem: serde_json::Value =
            response.text().await.expect("text").parse().expect("JSON");
        assert_eq!(
            (&problem["status"], &problem["code"]),
            (&401.into(), &"unauthenticated".into()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_anonymous_page_visit_goes_to_the_sign_in_page_and_comes_back() {
    let newsroom = Newsroom::start();
    let visit = client()
        .get(format!("{}/dashboard?tab=drafts", newsroom.address))
        .header(ACCEPT, BROWSER);
    let response = answer(visit).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let location = header(&response, LOCATION).to_owned();
    assert_eq!(location, "/sign-in?callbackUrl=%2Fdashboard%3Ftab%3Ddrafts");
    let page = answer(client().get(format!("{}{location}", newsroom.address))).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(
        page.text()
            .await
            .expect("text")
            .contains(r#"value="/dashboard?tab=drafts""#)
    );
    let (cookie, back) = sign_in(&newsroom, "reader", "/dashboard?tab=drafts").await;
    assert_eq!(back, "/dashboard?tab=drafts");
    let request = client()
        .get(format!("{}{back}", newsroom.address))
        .header(COOKIE, cookie);
    assert_eq!(answer(request).await.status(), StatusCode::OK);
    let (_, elsewhere) = sign_in(&newsroom, "reader", "https://evil.example/").await;
    assert_eq!(elsewhere, "/", "never to another site");
}

#[tokio::test]
async fn the_admin_page_is_for_admins() {
    let newsroom = Newsroom::start();
    for (who, status) in [
        ("reader", StatusCode::FORBIDDEN),
        ("editor", StatusCode::FORBIDDEN),
        ("admin", StatusCode::OK),
    ] {
        let (cookie, _) = sign_in(&newsroom, who, "/").await;
        let get = |path, accept| {
            client()
                .get(format!("{}{path}", newsroom.address))
                .header(COOKIE, &cookie)
                .header(ACCEPT, accept)
        };
        let page = answer(get("/admin", BROWSER)).await;
        assert_eq!(
            (page.status(), header(&page, CONTENT_TYPE)),
            (status, "text/html; charset=utf-8"),
            "{who}"
        );
        let api = answer(get("/api/users", "application/json")).await;
        assert_eq!(api.status(), status, "{who}");
        if status == StatusCode::FORBIDDEN {
            assert_eq!(header(&api, CONTENT_TYPE), "application/problem+json");
            assert_eq!(header(&api, WWW_AUTHENTICATE), "");
            assert!(
                api.text()
                    .await
                    .expect("text")
                    .contains(r#""code":"forbidden""#)
            );
        }
    }
}

#[tokio::test]
async fn after_sign_out_the_old_cookie_is_dead() {
    let newsroom = Newsroom::start();
    let (cookie, _) = sign_in(&newsroom, "editor", "/").await;
    let dashboard = || {
        client()
            .get(format!("{}/dashboard", newsroom.address))
            .header(COOKIE, &cookie)
    };
    assert_eq!(answer(dashboard()).await.status(), StatusCode::OK);
    let sign_out = client()
        .post(format!("{}/sign-out", newsroom.address))
        .header(COOKIE, &cookie);
    let response = answer(sign_out).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert!(header(&response, SET_COOKIE).starts_with("session=;"));
    assert_eq!(answer(dashboard()).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn head_is_guarded_like_get() {
    let newsroom = Newsroom::start();
    let head = || client().head(format!("{}/api/me", newsroom.address));
    let refused = answer(head()).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(header(&refused, WWW_AUTHENTICATE), r#"Bearer realm="app""#);
    let (cookie, _) = sign_in(&newsroom, "reader", "/").await;
    let passed = answer(head().header(COOKIE, cookie)).await;
    assert_eq!(
        (passed.status(), passed.text().await.expect("text").as_str()),
        (StatusCode::OK, "")
    );
}

#[tokio::test]
async fn requests_of_other_sites_are_refused_before_the_handler() {
    let newsroom = Newsroom::start();
    let (cookie, _) = sign_in(&newsroom, "editor", "/").await;
    let form = |site: &str, origin: &str| {
        client()
            .post(format!("{}/posts", newsroom.address))
            .header(COOKIE, &cookie)
            .header("sec-fetch-site", site)
            .header("origin", origin)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("title=A+forged+headline&body=Some+lines.")
    };
    for (site, origin) in [
        ("cross-site", "https://evil.example"),
        ("same-site", "http://localhost:1"),
        ("cross-site", "null"),
    ] {
        let response = answer(form(site, origin)).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert!(response.text().await.expect("text").contains("cross_site"));
    }
    let front_page = || async {
        answer(client().get(&newsroom.address))
            .await
            .text()
            .await
            .expect("text")
    };
    assert!(!front_page().await.contains("forged"));
    let own = answer(form("same-origin", &newsroom.address)).await;
    assert_eq!(own.status(), StatusCode::SEE_OTHER);
    assert!(front_page().await.contains("forged"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_look_the_same() {
    let newsroom = Newsroom::start();
    let mut pages = Vec::new();
    for (email, password) in [
        ("admin@newsroom.example", "wrong"),
        ("nobody@newsroom.example", "wrong"),
    ] {
        let request = client()
            .post(format!("{}/sign-in", newsroom.address))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("email={}&password={password}", encoded(email)));
        let response = answer(request).await;
        assert!(response.status().is_client_error() && header(&response, SET_COOKIE).is_empty());
        pages.push(response.text().await.expect("text").replace(email, ""));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn guesses_are_slowed() {
    let newsroom = Newsroom::start();
    let attempt = |email| {
        client()
            .post(format!("{}/sign-in", newsroom.address))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("email={}&password=wrong", encoded(email)))
    };
    for _ in 0..5 {
        let response = answer(attempt("admin@newsroom.example")).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let response = answer(attempt(" Admin@newsroom.example")).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&response, RETRY_AFTER), "1");
    let page = response.text().await.expect("text");
    assert!(page.contains("Too many attempts"), "{page}");
    sign_in(&newsroom, "reader", "/").await;
    assert!(!newsroom.printed().contains("peer_address_missing"));
}

#[tokio::test]
async fn it_starts_without_any_setting_and_says_so() {
    let busy = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = busy.local_addr().expect("an address").port().to_string();
    let newsroom = Newsroom::start_with(&[("PORT", &port)]);
    assert!(!newsroom.address.ends_with(&port), "{}", newsroom.address);
    assert_eq!(
        answer(client().get(&newsroom.address)).await.status(),
        StatusCode::OK
    );
    // Its last line may be on its way.
    newsroom.told("  admin@newsroom.example");
    let printed = newsroom.printed();
    for word in [
        "in use",
        "AUTH_SECRET",
        "admin@newsroom.example",
        "admin-demo",
    ] {
        assert!(printed.contains(word), "{word}:\n{printed}");
    }
}

#[tokio::test]
async fn the_api_describes_itself_and_its_rules() {
    let newsroom = Newsroom::start();
    let response = answer(client().get(format!("{}/openapi.json", newsroom.address))).await;
    assert_eq!(response.status(), StatusCode::OK);
    let document: serde_json::Value = response.text().await.expect("text").parse().expect("JSON");
    let publish = &document["paths"]["/api/posts"]["post"];
    assert_eq!(publish["x-required"], "role editor");
    assert_eq!(
        publish["security"],
        serde_json::json!([{ "bearer": [] }, { "session": [] }])
    );
    let answers = publish["responses"].as_object().expect("answers");
    assert_eq!(
        answers.keys().collect::<Vec<_>>(),
        ["201", "400", "401", "403", "422", "503"]
    );
    assert_eq!(publish.get("parameters"), None);
    let cookie = &document["components"]["securitySchemes"]["session"];
    assert_eq!(
        (&cookie["in"], &cookie["name"]),
        (&"cookie".into(), &"session".into())
    );
}
