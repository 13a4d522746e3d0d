use http::HeaderMap;
use serde_json::json;

use super::*;
use crate::session::{CallbackError, Callbacks, JwtEvent, SessionEvent};
use crate::store::MemoryStore;
use crate::{AuthBuilder, Profile, User};

/// Takes the theme from what browsers send, and nothing else.
struct Themed;

impl Callbacks for Themed {
    async fn jwt(
        &self,
        mut token: Token,
        event: JwtEvent<'_>,
    ) -> Result<Option<Token>, CallbackError> {
        if let JwtEvent::Update { data } = event {
            let sent = data.expose_untrusted();
            if sent.get("leave").is_some() {
                return Ok(None);
            }
            if sent.get("fail").is_some() {
                return Err(CallbackError::new());
            }
            let theme = sent.get("theme").cloned().into();
            token.claims_mut().insert("theme".to_owned(), theme);
        }
        Ok(Some(token))
    }

    async fn session(
        &self,
        mut session: ServerSession,
        event: SessionEvent<'_>,
    ) -> Result<ServerSession, CallbackError> {
        let theme = match event {
            SessionEvent::Token(token) => token.get("theme").cloned(),
            SessionEvent::Stored { update, .. } => {
                update.and_then(|update| update.expose_untrusted().get("theme").cloned())
            }
        };
        session.extra.insert("theme".to_owned(), theme.into());
        Ok(session)
    }
}

fn made(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Auth {
    let builder = Auth::builder()
        .secret("8IUVhWPsDZ6Bf0Sq2S5z3mZcpJBtVSlqRqIhxnCv5rE=")
        .origin("http://localhost:3000");
    let Ok(auth) = configure(builder).build() else {
        unreachable!()
    };
    auth
}

async fn signed_in(auth: &Auth) -> [(&'static str, String); 1] {
    let Ok(signed_in) = auth.sign_in(User::new("7").with_roles(["editor"])).await else {
        unreachable!()
    };
    let runtime = auth.runtime();
    let name = runtime.cookie.name();
    [("cookie", format!("{name}={}", signed_in.expose_token()))]
}

fn sent(data: Value) -> Option<Untrusted<Value>> {
    Some(Untrusted::new(data))
}

const PROFILES: [Profile; 3] = [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4];

#[tokio::test]
async fn what_a_browser_sends_changes_nothing_by_itself() {
    for callbacks in [false, true] {
        for profile in PROFILES {
            let auth = made(|builder| match callbacks {
                true => builder.profile(profile).callbacks(Themed),
                false => builder.profile(profile),
            });
            let headers = signed_in(&auth).await;
            let data = json!({"roles": ["admin"], "sub": "1", "user": {"name": "Root"}});
            let answer = auth.session_action(&headers, sent(data)).await;
            assert!(answer.is_ok_and(|answer| {
                let session = answer.session.as_ref();
                session.is_some_and(|session| {
                    session.session().user_id() == "7" && !session.user.contains_key("name")
                })
            }));
            let token = auth.get_token(&headers).await;
            assert!(token.is_ok_and(|token| {
                let roles = token.as_ref().and_then(|token| token.get("roles").cloned());
                roles == Some(json!(["editor"]))
            }));
        }
    }
}

#[tokio::test]
async fn what_the_callback_takes_over_is_in_the_cookie_and_the_answer() {
    for profile in PROFILES {
        let auth = made(|builder| builder.profile(profile).callbacks(Themed));
        let headers = signed_in(&auth).await;
        let data = json!({"theme": "dark", "roles": ["admin"]});
        let answer = auth.session_action(&headers, sent(data)).await;
        let Ok(SessionAnswer {
            session: Some(session),
            cookies,
        }) = answer
        else {
            unreachable!()
        };
        assert_eq!(session.extra.get("theme"), Some(&json!("dark")));
        let mut renewed = HeaderMap::new();
        for cookie in cookies {
            renewed.append(http::header::COOKIE, cookie);
        }
        let token = auth.get_token(&renewed).await;
        assert!(token.is_ok_and(|token| {
            token.is_some_and(|token| {
                let claims = token.claims();
                claims.get("theme") == Some(&json!("dark"))
                    && claims.get("roles") == Some(&json!(["editor"]))
            })
        }));
    }
}

#[tokio::test]
async fn stored_sessions_show_the_update_and_are_left_as_they_are() {
    let auth = made(|builder| builder.store(MemoryStore::new()).callbacks(Themed));
    let headers = signed_in(&auth).await;
    for (update, theme) in [
        (sent(json!({"theme": "dark"})), json!("dark")),
        (None, Value::Null),
    ] {
        let answer = auth.session_action(&headers, update).await;
        assert!(answer.is_ok_and(|answer| {
            let session = answer.session.as_ref();
            answer.cookies.is_empty()
                && session.is_some_and(|session| session.extra.get("theme") == Some(&theme))
        }));
    }
}

#[tokio::test]
async fn an_update_may_end_the_session_and_fails_without_touching_it() {
    for profile in PROFILES {
        let auth = made(|builder| builder.profile(profile).callbacks(Themed));
        let headers = signed_in(&auth).await;
        let failed = auth.session_action(&headers, sent(json!({"fail": 1})));
        assert!(matches!(failed.await, Err(ServerSessionError::Callback)));
        let bearer = headers.clone().map(|(_, cookie)| {
            let (_, token) = cookie.split_once('=').unwrap_or_default();
            ("authorization", format!("Bearer {token}"))
        });
        let changed = auth.session_action(&bearer, sent(json!({"theme": "dark"})));
        let is_kept = |answer: SessionAnswer| answer.session.is_some() && answer.cookies.is_empty();
        assert!(changed.await.is_ok_and(is_kept));
        let left = auth
            .session_action(&headers, sent(json!({"leave": 1})))
            .await;
        assert!(left.is_ok_and(|answer| answer.session.is_none() && answer.cookies.len() == 1));
        let token = auth.get_token(&headers).await;
        assert!(token.is_ok_and(|token| token.is_none()));
    }
}
