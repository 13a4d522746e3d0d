//! Endpoints that are somewhere else over there.

use http::StatusCode;
use portcullis::Profile;

use super::world::{Setting, Upstream};

#[tokio::test]
async fn the_base_path_over_there_may_be_another() {
    for upstream in [
        Upstream::AuthJsV5,
        Upstream::Ours(Profile::Native),
        Upstream::OursStored(Profile::AuthJsV5),
    ] {
        let world = Setting::new(upstream)
            .target_base_path("/auth")
            .start()
            .await;
        let visitor = world.visitor();
        let wrong = visitor.sign_in_with("ada", "wrong", &world.at("/")).await;
        let location = wrong.header("location");
        assert!(
            location.starts_with(&world.at("/api/auth/")),
            "{upstream:?} {location}"
        );
        visitor.sign_in("ada", &world.at("/page")).await;
        assert_eq!(
            visitor.get(&world.at("/admin")).await.body,
            "administration",
            "{upstream:?}"
        );
        let elsewhere = visitor.get(&world.at("/auth/session")).await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "{upstream:?}");
        visitor.sign_out().await;
        let refused = visitor.get(&world.at("/me")).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{upstream:?}");
    }
}

#[tokio::test]
async fn an_upstream_that_does_not_know_where_visitors_are_does_not_tell_them_where_it_is() {
    for target_base_path in ["/api/auth", "/auth"] {
        let world = Setting::new(Upstream::AuthJsV5)
            .target_base_path(target_base_path)
            .told("believes", false)
            .start()
            .await;
        let visitor = world.visitor();
        let wrong = visitor.sign_in_with("ada", "wrong", "/page").await;
        assert_eq!(wrong.status, StatusCode::FOUND);
        let location = wrong.header("location");
        assert!(
            location.starts_with(&world.at("/api/auth/signin?error=CredentialsSignin")),
            "{location}"
        );
        // Its own pages are not ours to show, so the way back is wherever it says, and that is nowhere.
        let lost = visitor.sign_in("ada", &world.at("/page")).await;
        assert_eq!(lost.status, StatusCode::BAD_GATEWAY);
        assert_eq!(lost.header("location"), "");
        assert!(!lost.body.contains(&world.upstream), "{}", lost.body);
        assert_eq!(visitor.session_cookies(), [""; 0]);
    }
}
