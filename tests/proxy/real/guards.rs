//! Who signs in through the route proxy, and what guards say to that.

use http::StatusCode;
use serde_json::json;

use super::visitor::json;
use super::world::{Upstream, World};

#[tokio::test]
async fn whoever_signs_in_through_us_passes_the_guards_that_their_roles_pass() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        for (who, administration) in [("ada", StatusCode::OK), ("robin", StatusCode::FORBIDDEN)] {
            let visitor = world.visitor();
            let case = format!("{upstream:?} {who}");
            assert_eq!(visitor.get(&world.at("/")).await.body, "nobody", "{case}");
            let refused = visitor.get(&world.at("/me")).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{case}");

            let signed_in = visitor.sign_in(who, &world.at("/page")).await;
            assert_eq!(signed_in.status, StatusCode::FOUND, "{case}");
            assert_eq!(signed_in.header("location"), world.at("/page"), "{case}");

            let me = visitor.get(&world.at("/me")).await;
            assert_eq!(me.status, StatusCode::OK, "{case} {}", me.body);
            assert_eq!(json(&me)["user"]["id"], who, "{case}");
            assert_eq!(visitor.get(&world.at("/")).await.body, who, "{case}");
            let admin = visitor.get(&world.at("/admin")).await;
            assert_eq!(admin.status, administration, "{case}");
            let shown = json(&visitor.session().await)["user"].take();
            assert_eq!(shown["email"], format!("{who}@example.com"), "{case}");
        }
    }
}

#[tokio::test]
async fn a_wrong_password_begins_no_session() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        let visitor = world.visitor();
        let refused = visitor
            .sign_in_with("ada", "wrong", &world.at("/page"))
            .await;
        assert_eq!(refused.status, StatusCode::FOUND, "{upstream:?}");
        let location = refused.header("location");
        assert!(
            location.starts_with(&world.at("/api/auth/")),
            "{upstream:?} {location}"
        );
        assert!(
            location.contains("error=CredentialsSignin"),
            "{upstream:?} {location}"
        );
        assert_eq!(visitor.session_cookies(), [""; 0], "{upstream:?}");
        let refused = visitor.get(&world.at("/me")).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{upstream:?}");
    }
}

#[tokio::test]
async fn a_form_without_its_token_begins_no_session() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        let visitor = world.visitor();
        let form = [("username", "ada"), ("password", super::visitor::PASSWORD)];
        let url = world.at("/api/auth/callback/credentials");
        visitor.post(&url, &form).await;
        assert_eq!(visitor.session_cookies(), [""; 0], "{upstream:?}");
    }
}

#[tokio::test]
async fn a_visit_goes_to_the_sign_in_page_of_the_upstream_and_comes_back() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        let visitor = world.visitor();
        let sent = visitor.visit(&world.at("/page?a=1")).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{upstream:?}");
        let location = sent.header("location");
        assert_eq!(
            location, "/api/auth/signin?callbackUrl=%2Fpage%3Fa%3D1",
            "{upstream:?}"
        );

        let form = visitor.visit(&world.at(location)).await;
        assert_eq!(form.status, StatusCode::OK, "{upstream:?}");
        assert!(
            form.header("content-type").starts_with("text/html"),
            "{upstream:?}"
        );
        let action = attribute(&form.body, "<form", "action");
        let token = attribute(&form.body, "name=\"csrfToken\"", "value");
        let fields = [
            ("csrfToken", token.as_str()),
            ("username", "robin"),
            ("password", super::visitor::PASSWORD),
        ];
        let action = match action.strip_prefix('/') {
            Some(path) => world.at(&format!("/{path}")),
            None => action,
        };
        assert_eq!(
            action,
            world.at("/api/auth/callback/credentials"),
            "{upstream:?}"
        );
        let back = visitor.post(&action, &fields).await;
        assert_eq!(back.status, StatusCode::FOUND, "{upstream:?}");
        assert_eq!(
            back.header("location"),
            world.at("/page?a=1"),
            "{upstream:?}"
        );
        let page = visitor.visit(back.header("location")).await;
        assert_eq!(page.body, "a page for robin", "{upstream:?}");
    }
}

/// An attribute of the first element of a page that has `mark`.
fn attribute(page: &str, mark: &str, name: &str) -> String {
    let element = page.split('<').map(|element| format!("<{element}"));
    let element = element
        .filter(|element| element.contains(mark))
        .next()
        .unwrap_or_else(|| panic!("no {mark} in {page}"));
    let value = element.split(&format!("{name}=\"")).nth(1);
    let value = value.and_then(|value| value.split('"').next());
    value.expect("the attribute").to_owned()
}

#[tokio::test]
async fn whoever_signs_in_as_somebody_else_is_that_at_once() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        let visitor = world.visitor();
        for who in ["robin", "ada", "iris", "robin"] {
            visitor.sign_in(who, &world.at("/")).await;
            assert_eq!(visitor.get(&world.at("/")).await.body, who, "{upstream:?}");
        }
    }
}

#[tokio::test]
async fn the_providers_of_the_upstream_are_told_at_our_address() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        let providers = world.visitor().get(&world.at("/api/auth/providers")).await;
        assert_eq!(
            json(&providers)["credentials"],
            json!({
                "id": "credentials",
                "name": "Credentials",
                "type": "credentials",
                "signinUrl": world.at("/api/auth/signin/credentials"),
                "callbackUrl": world.at("/api/auth/callback/credentials"),
            }),
            "{upstream:?}"
        );
    }
}
