//! Where page visits are sent, and that nobody is sent in circles.

use http::{Request, StatusCode};
use portcullis::{Pages, User, guard};
use portcullis_tests::Answer;

use super::{BROWSER, Site};

async fn visit(site: &Site, path: &str, cookie: &str) -> Answer {
    let request = Request::get(path).header("cookie", cookie);
    site.ask(request.header("accept", BROWSER)).await
}

#[tokio::test]
async fn a_page_visit_of_nobody_goes_to_the_sign_in_page_and_knows_the_way_back() {
    for site in Site::each(|auth| auth.require_session()) {
        let answer = visit(&site, "/publicity?tab=1&q=%20", "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(
            answer.header("location"),
            "/sign-in?callbackUrl=%2Fpublicity%3Ftab%3D1%26q%3D%2520"
        );
        assert_eq!(answer.header("cache-control"), "no-store");
        let form = Request::post("/dashboard").header("accept", BROWSER);
        assert_eq!(site.status(form).await, 401);
        let script = Request::get("/dashboard").header("sec-fetch-mode", "cors");
        assert_eq!(site.status(script.header("accept", BROWSER)).await, 401);
    }
}

#[tokio::test]
async fn without_redirect_everybody_is_told() {
    let site = Site::new(
        |builder| builder,
        |auth| auth.require_session().without_redirect(),
    );
    let answer = visit(&site, "/dashboard", "").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (401, "")
    );
    assert!(answer.body.contains("<html"), "{}", answer.body);
}

/// Signing in would give them a cookie, which does not count here.
#[tokio::test]
async fn where_cookies_do_not_count_nobody_is_sent_to_sign_in() {
    for site in Site::each(|auth| auth.require(guard!(via = bearer))) {
        let cookie = site.cookie(User::new("7")).await;
        for cookie in ["", &cookie] {
            let answer = visit(&site, "/dashboard", cookie).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("location")),
                (401, "")
            );
        }
    }
    for site in Site::each(|auth| auth.require(guard!(via = (bearer, cookie)))) {
        assert_eq!(
            visit(&site, "/dashboard", "").await.status,
            StatusCode::SEE_OTHER
        );
    }
}

#[tokio::test]
async fn a_layer_has_pages_of_its_own() {
    let pages = || Pages::new().sign_in("/publicity?staff").error("/sorry");
    let site = Site::new(
        |builder| builder.pages(Pages::new().error("/oops")),
        |auth| auth.require(guard!(role = "admin")).pages(pages()),
    );
    let anonymous = visit(&site, "/dashboard", "").await;
    assert_eq!(
        anonymous.header("location"),
        "/publicity?staff&callbackUrl=%2Fdashboard"
    );
    let editor = site.cookie(User::new("7").with_roles(["editor"])).await;
    let denied = visit(&site, "/dashboard", &editor).await;
    assert_eq!(
        (denied.status.as_u16(), denied.header("location")),
        (303, "/sorry?error=AccessDenied")
    );
    for (path, status) in [("/publicity", 200), ("/sorry", 200), ("/sign-in", 303)] {
        assert_eq!(
            visit(&site, path, "").await.status.as_u16(),
            status,
            "{path}"
        );
    }
}

#[tokio::test]
async fn pages_that_a_layer_does_not_name_are_the_applications() {
    let site = Site::new(
        |builder| builder.pages(Pages::new().sign_in("/public")),
        |auth| {
            let layer = auth.require(guard!(role = "admin"));
            layer.pages(Pages::new().error("/sorry"))
        },
    );
    let answer = visit(&site, "/dashboard", "").await;
    assert_eq!(
        answer.header("location"),
        "/public?callbackUrl=%2Fdashboard"
    );
    assert_eq!(visit(&site, "/public", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_rule_with_a_sign_in_page_keeps_it_and_lets_visitors_there() {
    let site = Site::new(
        |builder| builder,
        |auth| auth.require(guard!(redirect = "/publicity?x")),
    );
    let answer = visit(&site, "/dashboard", "").await;
    assert_eq!(
        answer.header("location"),
        "/publicity?x&callbackUrl=%2Fdashboard"
    );
    assert_eq!(visit(&site, "/publicity", "").await.status, StatusCode::OK);
}

#[test]
#[should_panic(expected = "sign-in page")]
fn pages_elsewhere_are_refused_at_the_start() {
    let elsewhere = Pages::new().sign_in("https://evil.example");
    let _ = Site::new(
        |builder| builder,
        |auth| auth.require_session().pages(elsewhere),
    );
}
