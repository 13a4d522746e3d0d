//! What a token says of its session is not for callbacks to say.

use http::StatusCode;
use portcullis_tests::{get, post, send};
use serde_json::json;

use super::{DAY, Noting, PROFILES, ada, app, made, name_of, signed_in, with};

#[tokio::test]
async fn what_a_token_says_of_its_session_cannot_be_changed() {
    let own = json!({
        "iat": 5, "exp": 4_000_000_000_u32, "nbf": 4_000_000_000_u32, "jti": "mine",
        "auth_time": 1_800_000_000, "acr": "gold", "portcullis": {"sid": "of-another-session"},
    });
    let noting = || {
        let claims = own.as_object().expect("an object").clone();
        Noting::new().jwt(move |token| {
            let mut token = with(token, "plan", "gold");
            token.claims_mut().extend(claims.clone());
            Ok(Some(token))
        })
    };
    for profile in PROFILES {
        let (auth, clock) = made(|builder| builder.profile(profile).callbacks(noting()));
        let begun = auth.sign_in(ada()).auth_time(None).await.expect("begun");
        let name = name_of(&signed_in(&auth, ada()).await).to_owned();
        let cookie = format!("{name}={}", begun.expose_token());
        clock.advance(2 * DAY);
        let read = send(&app(&auth), get("/session").header("cookie", &cookie)).await;
        let renewed = read.cookie();
        for (cookie, days) in [(&cookie, 30), (&renewed, 32)] {
            let token = auth.get_token(&[("cookie", cookie)]).await;
            let token = token.expect("known").expect("signed in");
            assert_eq!(token.get("plan"), Some(&json!("gold")));
            assert_eq!(
                token.get("exp"),
                Some(&json!(1_800_000_000 + days * 86_400))
            );
            for claim in ["nbf", "auth_time", "acr"] {
                assert_eq!(token.get(claim), None, "{profile:?} {claim}");
            }
            assert_ne!(token.get("jti"), Some(&json!("mine")));
        }
        let left = send(&app(&auth), post("/leave").header("cookie", &renewed)).await;
        assert_eq!(left.status, StatusCode::OK);
        let after = send(&app(&auth), get("/guarded").header("cookie", &cookie)).await;
        assert_eq!(after.status, StatusCode::UNAUTHORIZED, "{profile:?}");
    }
}
