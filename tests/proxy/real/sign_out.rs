//! Signing out through the route proxy, with a warm cache.

use http::StatusCode;

use super::visitor::json;
use super::world::{Upstream, World};

#[tokio::test]
async fn signing_out_is_seen_at_once() {
    for upstream in Upstream::WITH_PASSWORD {
        for who in ["robin", "iris"] {
            let case = format!("{upstream:?} {who}");
            let world = World::start(upstream).await;
            let visitor = world.visitor();
            visitor.sign_in(who, &world.at("/")).await;
            let earlier = visitor.copy();
            for visitor in [&visitor, &earlier, &visitor] {
                let warm = visitor.get(&world.at("/me")).await;
                assert_eq!(warm.status, StatusCode::OK, "{case}");
            }
            let same = visitor.copy();
            let signed_out = visitor.sign_out().await;
            assert_eq!(signed_out.status, StatusCode::FOUND, "{case}");
            assert!(
                signed_out.header("location").starts_with(&world.origin),
                "{case}"
            );
            assert_eq!(visitor.session_cookies(), [""; 0], "{case}");
            let refused = visitor.get(&world.at("/me")).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{case}");
            assert_eq!(refused.code(), "unauthenticated", "{case}");
            let nobody = json(&visitor.session().await);
            assert!(
                nobody.as_object().is_none_or(|nobody| nobody.is_empty()),
                "{case}"
            );
            // Somebody who has taken the cookies.
            let replayed = same.get(&world.at("/me")).await;
            let expected = match upstream.remembers_sign_outs() {
                true => StatusCode::UNAUTHORIZED,
                false => StatusCode::OK,
            };
            assert_eq!(replayed.status, expected, "{case}");

            visitor.sign_in("ada", &world.at("/")).await;
            assert_eq!(
                visitor.get(&world.at("/admin")).await.body,
                "administration"
            );
        }
    }
}

#[tokio::test]
async fn a_sign_out_page_asks_first() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        let visitor = world.visitor();
        visitor.sign_in("robin", &world.at("/")).await;
        let page = visitor.visit(&world.at("/api/auth/signout")).await;
        assert_eq!(page.status, StatusCode::OK, "{upstream:?}");
        assert!(page.body.contains("csrfToken"), "{upstream:?}");
        assert!(
            page.body.contains(&world.at("/api/auth/signout"))
                || page.body.contains("action=\"/api/auth/signout\""),
            "{upstream:?} {}",
            page.body
        );
        let unchanged = visitor.get(&world.at("/me")).await;
        assert_eq!(unchanged.status, StatusCode::OK, "{upstream:?}");
        // Without the token of the page nothing happens either.
        visitor.post(&world.at("/api/auth/signout"), &[]).await;
        let unchanged = visitor.get(&world.at("/me")).await;
        assert_eq!(unchanged.status, StatusCode::OK, "{upstream:?}");
    }
}
