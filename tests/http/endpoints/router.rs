use axum::extract::FromRef;
use portcullis::routing::get;
#[cfg(feature = "testing")]
use portcullis::testing::matrix;
use portcullis::{Auth, Profile, Router, public};
use portcullis_tests::{FakeClock, builder};

use super::site::Site;

#[tokio::test]
async fn the_access_matrix_shows_every_endpoint_with_its_reason() {
    for (profile, expected) in [(Profile::AuthJsV5, 10), (Profile::NextAuthV4, 11)] {
        let site = Site::new(profile);
        let endpoints = site.router.access_matrix().entries().iter();
        let endpoints: Vec<_> = endpoints
            .filter(|entry| entry.path().starts_with("/api"))
            .collect();
        assert_eq!(endpoints.len(), expected);
        for entry in endpoints {
            assert!(entry.rule().starts_with("public: ") && entry.reason().is_some());
            assert!(entry.location().file().ends_with("site.rs"));
        }
        #[cfg(feature = "testing")]
        matrix(&site.auth, site.router.clone()).run().await.assert();
    }
}

#[derive(Clone)]
struct AppState {
    auth: Auth,
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

#[public(reason = "a neighbour")]
async fn custom() -> &'static str {
    "custom"
}

#[tokio::test]
async fn it_joins_a_router_of_any_state_at_any_path() {
    let clock = FakeClock::default();
    let auth = builder(&clock)
        .base_path("/login/v1")
        .build()
        .expect("a usable configuration");
    let router: Router = Router::new()
        .route("/login/v1/custom", get(custom))
        .merge(auth.router())
        .with_state(AppState { auth: auth.clone() });
    let site = Site {
        auth,
        router,
        clock,
    };
    let mut visitor = site.visitor();
    assert_eq!(visitor.get("/login/v1/custom").await.body, "custom");
    assert_eq!(visitor.get("/login/v1/session").await.body, "null");
    let _: Router<()> = site.auth.router();
}
