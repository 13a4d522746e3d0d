use http::StatusCode;
use portcullis::Profile;

use super::site::{Site, location, url};
use crate::stores::{Mood, Moody};

const PROFILES: [Profile; 3] = [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4];

#[tokio::test]
async fn signing_out_ends_the_session_under_both_strategies() {
    for profile in PROFILES {
        for site in [Site::new(profile), Site::with_store(profile).await] {
            let mut visitor = site.visitor();
            visitor.sign_in("ada", "secret").await;
            let mut copy = visitor.clone();
            let token = visitor.csrf().await;
            visitor.asks_for_json();
            let fields = [
                ("csrfToken", &*token),
                ("callbackUrl", "/bye"),
                ("json", "true"),
            ];
            let answer = visitor.post("/api/auth/signout", &fields).await;
            assert_eq!((answer.status, &*url(&answer)), (StatusCode::OK, "/bye"));
            assert_eq!((&*visitor.who().await, &*copy.who().await), ("", ""));
        }
    }
}

#[tokio::test]
async fn who_has_no_session_or_a_broken_one_is_signed_out_as_well() {
    for profile in PROFILES {
        let site = Site::new(profile);
        let mut visitor = site.visitor();
        let token = visitor.csrf().await;
        let fields = [("csrfToken", &*token)];
        let answer = visitor.post("/api/auth/signout", &fields).await;
        assert_eq!(location(&answer), "");
        let name = match profile {
            Profile::NextAuthV4 => "next-auth.session-token",
            Profile::AuthJsV5 => "authjs.session-token",
            _ => "session",
        };
        visitor
            .cookies
            .insert(name.to_owned(), "garbage".to_owned());
        let answer = visitor.post("/api/auth/signout", &fields).await;
        assert_eq!(location(&answer), "");
        assert!(
            !visitor.cookies.contains_key(name),
            "{:?}",
            answer.cookies()
        );
    }
}

#[tokio::test]
async fn nobody_is_signed_out_while_the_store_is_down() {
    for profile in PROFILES {
        let store = Moody::new().await;
        let site = Site::configured(profile, |builder| builder.store(store.clone()));
        let mut visitor = site.visitor();
        visitor.sign_in("ada", "secret").await;
        let token = visitor.csrf().await;
        let fields = [("csrfToken", &*token), ("json", "true")];
        store.is(Mood::Down);
        let answer = visitor.post("/api/auth/signout", &fields[..1]).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        visitor.asks_for_json();
        let answer = visitor.post("/api/auth/signout", &fields).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), "5");
        assert_eq!(url(&answer), "/api/auth/error?error=Configuration");
        let session = visitor.get("/api/auth/session").await;
        assert_eq!(session.status, StatusCode::SERVICE_UNAVAILABLE);
        let failed = site.visitor().sign_in("ada", "secret").await;
        assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE);
        store.is(Mood::Fine);
        assert_eq!(visitor.who().await, "7");
    }
}
