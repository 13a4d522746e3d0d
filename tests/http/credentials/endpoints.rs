//! The same at the endpoints of Auth.js.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::connect_info::MockConnectInfo;
use portcullis::routing::post;
use portcullis::{Profile, Router};

use super::sign_in;
use crate::endpoints::site::{Site, url};

const PROFILES: [Profile; 3] = [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4];

/// The site as a visitor from that address reaches it.
fn reached_from(site: &Site, address: [u8; 4]) -> Site {
    let connected = MockConnectInfo(SocketAddr::from((address, 4711)));
    let router = site.router.clone().layer(connected);
    Site {
        router,
        ..site.clone()
    }
}

#[tokio::test]
async fn guesses_are_slowed_and_forgiven() {
    for profile in PROFILES {
        let site = Site::new(profile);
        let mut visitor = site.visitor();
        for _ in 0..5 {
            assert_ne!(visitor.sign_in("ada", "wrong").await.status, 429);
        }
        for seconds in [1, 2, 4] {
            let answer = visitor.sign_in(" ADA ", "secret").await;
            assert_eq!(answer.status, 429);
            assert_eq!(answer.header("retry-after"), seconds.to_string());
            assert!(
                url(&answer).contains("?error="),
                "clients see no success in it"
            );
            assert_eq!(visitor.who().await, "");
            site.clock.advance(Duration::from_secs(seconds));
            assert_ne!(visitor.sign_in("ada", "wrong").await.status, 429);
        }
        site.clock.advance(Duration::from_secs(8));
        assert_eq!(visitor.sign_in("ada", "secret").await.status, 200);
        assert_eq!(visitor.who().await, "7");
        assert_ne!(visitor.sign_in("ada", "wrong").await.status, 429);
    }
}

#[tokio::test]
async fn an_attacker_elsewhere_is_not_in_the_way_of_the_user() {
    for profile in PROFILES {
        let site = Site::new(profile);
        let mut attacker = reached_from(&site, [203, 0, 113, 9]).visitor();
        let mut user = reached_from(&site, [198, 51, 100, 1]).visitor();
        for _ in 0..5 {
            attacker.sign_in("ada", "wrong").await;
        }
        assert_eq!(attacker.sign_in("ada", "secret").await.status, 429);
        assert_eq!(user.sign_in("ada", "secret").await.status, 200);
        assert_eq!(user.who().await, "7");
    }
}

#[tokio::test]
async fn a_browser_that_signed_in_before_is_not_slowed_by_others() {
    for profile in PROFILES {
        let site = Site::new(profile);
        let (mut attacker, mut user) = (site.visitor(), site.visitor());
        assert_eq!(user.sign_in("ada", "secret").await.status, 200);
        for _ in 0..600 {
            attacker.sign_in("ada", "wrong").await;
            site.clock.advance(Duration::from_secs(1));
        }
        while attacker.sign_in("ada", "wrong").await.status != 429 {}
        assert_eq!(user.sign_in("ada", "secret").await.status, 200);
        assert_eq!(site.visitor().sign_in("ada", "secret").await.status, 429);
    }
}

#[tokio::test]
async fn a_form_of_somebody_elses_is_no_attempt() {
    for profile in PROFILES {
        let site = Site::new(profile);
        let mut visitor = site.visitor();
        visitor.csrf().await;
        let token = "0".repeat(64);
        let forged = [
            ("username", "ada"),
            ("password", "wrong"),
            ("csrfToken", &token),
        ];
        for _ in 0..10 {
            let path = "/api/auth/callback/credentials";
            assert_ne!(visitor.post(path, &forged).await.status, 429);
        }
        assert_eq!(visitor.sign_in("ada", "secret").await.status, 200);
    }
}

#[tokio::test]
async fn what_is_broken_is_counted_against_nobody() {
    for profile in PROFILES {
        let mut visitor = Site::new(profile).visitor();
        for _ in 0..10 {
            assert_eq!(visitor.sign_in("broken", "secret").await.status, 500);
        }
    }
}

#[tokio::test]
async fn a_page_of_ones_own_counts_together_with_them() {
    let site = Site::new(Profile::AuthJsV5);
    let router = Router::new()
        .route("/sign-in", post(sign_in))
        .merge(site.auth.router())
        .with_state(site.auth.clone());
    let mut visitor = Site { router, ..site }.visitor();
    let wrong = [("username", "ada"), ("password", "wrong")];
    for _ in 0..5 {
        assert_eq!(visitor.post("/sign-in", &wrong).await.status, 401);
    }
    assert_eq!(visitor.post("/sign-in", &wrong).await.status, 429);
    assert_eq!(visitor.sign_in("ada", "secret").await.status, 429);
}
