//! What a session is read from, and what becomes of credentials that are no good.

use std::collections::{BTreeMap, HashMap};

use axum::body::Body;
use http::{HeaderMap, Request};
use portcullis::{Auth, HeadersInput, Profile, ServerSessionError};

use super::{DAY, ada, each, made, name_of, signed_in};
use crate::stores::{Mood, Moody};

fn is_found(auth: &Auth, input: impl HeadersInput) -> impl Future<Output = bool> + Send {
    let session = auth.get_server_session(input);
    async move { session.await.expect("known").is_some() }
}

/// Futures of requests with bodies are sent to other threads, as those of handlers are.
fn sent<T>(future: impl Future<Output = T> + Send) -> impl Future<Output = T> + Send {
    future
}

#[tokio::test]
async fn anything_that_carries_headers_will_do() {
    let (auth, _) = made(|builder| builder);
    let cookie = signed_in(&auth, ada()).await;
    let request = Request::builder().header("cookie", &cookie);
    let request = request.body(Body::empty()).expect("a request");
    assert!(sent(is_found(&auth, &request)).await);
    assert!(
        sent(auth.get_token(&request))
            .await
            .is_ok_and(|token| token.is_some())
    );
    let (parts, _) = request.into_parts();
    assert!(is_found(&auth, &parts).await);
    assert!(is_found(&auth, &parts.headers).await);
    assert!(is_found(&auth, &[("Cookie", &cookie)]).await);
    assert!(is_found(&auth, [("cookie".to_owned(), cookie.clone())].as_slice()).await);
    assert!(is_found(&auth, &vec![("COOKIE", cookie.as_bytes())]).await);
    assert!(is_found(&auth, &HashMap::from([("cookie", &cookie)])).await);
    assert!(is_found(&auth, &BTreeMap::from([("cookie", &cookie)])).await);
    assert!(!is_found(&auth, ()).await);
    assert!(!is_found(&auth, &HeaderMap::new()).await);
    assert!(!is_found(&auth, &[("cookies", &cookie)]).await);
    assert!(!is_found(&auth, &[("cookie", format!("{cookie}\n"))]).await);
    let token = cookie.split_once('=').expect("a value").1;
    assert!(is_found(&auth, &[("authorization", format!("Bearer {token}"))]).await);
}

#[tokio::test]
async fn what_is_no_good_is_nobody() {
    for (auth, clock) in each(|builder| builder.max_age(DAY)) {
        let cookie = signed_in(&auth, ada()).await;
        let name = name_of(&cookie);
        for bad in [
            "theme=dark".to_owned(),
            format!("{name}="),
            format!("{name}=x"),
            format!("{cookie}x"),
            format!("{cookie}; {name}=x"),
            format!("{cookie}; {name}.0=x"),
            format!("__Secure-{cookie}"),
        ] {
            assert!(!is_found(&auth, &[("cookie", &bad)]).await, "{bad}");
            let token = auth.get_token(&[("cookie", &bad)]).await;
            assert!(token.expect("known").is_none(), "{bad}");
        }
        assert!(is_found(&auth, &[("cookie", &cookie)]).await);
        clock.advance(DAY + DAY);
        assert!(!is_found(&auth, &[("cookie", &cookie)]).await);
    }
}

#[tokio::test]
async fn a_store_that_is_down_is_no_sign_out() {
    let store = Moody::new().await;
    let (auth, _) = made(|builder| builder.store(store.clone()));
    let cookie = signed_in(&auth, ada()).await;
    store.is(Mood::Down);
    let session = auth.get_server_session(&[("cookie", &cookie)]).await;
    assert_eq!(session.err(), Some(ServerSessionError::Unavailable));
    let token = auth.get_token(&[("cookie", &cookie)]).await;
    assert_eq!(token.err(), Some(ServerSessionError::Unavailable));
    let none = auth
        .get_server_session_or_none(&[("cookie", &cookie)])
        .await;
    assert!(none.is_none());
    assert!(!is_found(&auth, ()).await);
    store.is(Mood::Garbled);
    let session = auth.get_server_session(&[("cookie", &cookie)]).await;
    assert_eq!(session.err(), Some(ServerSessionError::Corrupt));
    store.is(Mood::Fine);
    assert!(is_found(&auth, &[("cookie", &cookie)]).await);
}

#[tokio::test]
async fn the_first_credential_decides_alone() {
    for (profile, first) in [
        (Profile::Native, "bearer"),
        (Profile::AuthJsV5, "cookie"),
        (Profile::NextAuthV4, "cookie"),
    ] {
        let (auth, _) = made(|builder| builder.profile(profile));
        let cookie = signed_in(&auth, ada()).await;
        let name = name_of(&cookie);
        let good = cookie.split_once('=').expect("a value").1;
        for (in_cookie, as_bearer) in [(good, "bad"), ("bad", good)] {
            let headers = [
                ("cookie", format!("{name}={in_cookie}")),
                ("authorization", format!("Bearer {as_bearer}")),
            ];
            let decides = if first == "cookie" {
                in_cookie
            } else {
                as_bearer
            };
            assert_eq!(
                is_found(&auth, &headers).await,
                decides == good,
                "{profile:?}"
            );
            let raw = auth.get_raw_token(&headers).expect("there");
            assert_eq!(raw.expose_unverified(), decides);
            let verified = auth.get_verified_raw_token(&headers).await.expect("known");
            let verified = verified.as_ref().map(|token| token.expose());
            assert_eq!(verified, Some(good).filter(|_| decides == good));
        }
        assert!(auth.get_raw_token(()).is_none());
    }
}

#[tokio::test]
async fn raw_tokens_are_never_printed() {
    let (auth, _) = made(|builder| builder);
    let cookie = signed_in(&auth, ada()).await;
    let raw = auth.get_raw_token(&[("cookie", &cookie)]).expect("there");
    assert_eq!(format!("{raw:?}"), "UnverifiedRawToken(..)");
    let raw = auth.get_verified_raw_token(&[("cookie", &cookie)]).await;
    assert_eq!(format!("{raw:?}"), "Ok(Some(RawToken(..)))");
}
