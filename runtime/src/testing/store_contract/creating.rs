use serde_json::json;

use super::calls::{race, raced};
use super::context::{Context, HOUR, SECOND};
use super::outcome::{Failure, Outcome, said};
use crate::store::SessionStore;

pub(super) async fn everything_is_read_back<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    cx.holds(&session).await?;
    cx.holds(&session).await
}

pub(super) async fn unicode_is_read_back<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    let mut session = cx.session_of(&user);
    session.user =
        json!({"id": user, "名前": "Ægir 🦑", "مدينة": "e\u{301}é\u{10ffff}"}).to_string();
    session.acr = Some("urn:größe:三".to_owned());
    cx.store.create(&session).await?;
    cx.holds(&session).await
}

pub(super) async fn escapes_are_read_back<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    let mut session = cx.session_of(&user);
    let odd = "' \" \\ \\\\ \n \r \t \0 \u{7f} ; -- $1 %s ? :x {} \\u0041";
    session.user = json!({"id": user, "name": odd, odd: true}).to_string();
    cx.store.create(&session).await?;
    cx.holds(&session).await
}

pub(super) async fn a_large_user_is_read_back<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    let mut session = cx.session_of(&user);
    session.user = json!({"id": user, "notes": "0123456789abcdé ".repeat(3 * 1024)}).to_string();
    cx.store.create(&session).await?;
    cx.holds(&session).await
}

pub(super) async fn what_is_unknown_stays_unknown<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let user = cx.user().await;
    let session = cx.session_of(&user).authenticated(None, None);
    cx.store.create(&session).await?;
    cx.holds(&session).await
}

pub(super) async fn an_empty_acr_is_not_none<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    let session = cx.session_of(&user);
    let auth_time = session.auth_time;
    let session = session.authenticated(auth_time, Some(String::new()));
    cx.store.create(&session).await?;
    cx.holds(&session).await
}

pub(super) async fn remember_is_read_back<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    for remember in [true, false] {
        let session = cx.session_of(&user).remembered(remember);
        cx.store.create(&session).await?;
        cx.holds(&session).await?;
    }
    Ok(())
}

pub(super) async fn an_unknown_key_has_no_session<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    cx.created().await?;
    for _ in 0..10 {
        let session = cx.session_of("nobody");
        said(
            "`load`",
            cx.store.load(&session.key).await?.is_some(),
            false,
        )?;
        said(
            "`load_live`",
            cx.store.load_live(&session.key).await?.is_some(),
            false,
        )?;
    }
    Ok(())
}

pub(super) async fn a_key_is_created_once<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    let mut second = session.clone().remembered(false);
    second.expires += HOUR;
    second.user = json!({"id": session.user_id, "roles": ["admin"]}).to_string();
    said(
        "the second `create` is an error",
        cx.store.create(&second).await.is_err(),
        true,
    )?;
    said(
        "`create` anew is an error",
        cx.store.create(&session).await.is_err(),
        true,
    )?;
    cx.holds(&session).await?;
    cx.lists(&session.user_id, std::slice::from_ref(&session))
        .await
}

pub(super) async fn a_taken_key_is_given_to_nobody_else<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let session = cx.created().await?;
    let other = cx.user().await;
    let mut taken = cx.session_of(&other);
    taken.key = session.key.clone();
    said(
        "`create` is an error",
        cx.store.create(&taken).await.is_err(),
        true,
    )?;
    cx.holds(&session).await?;
    cx.lists(&other, &[]).await?;
    said(
        "`delete_user` of the other",
        cx.store.delete_user(&other).await?,
        0,
    )?;
    cx.holds(&session).await
}

pub(super) async fn racing_creates_make_one_session<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let user = cx.user().await;
    let session = cx.session_of(&user);
    let sessions: Vec<_> = (0..50)
        .map(|second| {
            let mut session = session.clone();
            session.expires += second * SECOND;
            session
        })
        .collect();
    let calls = sessions
        .iter()
        .map(|session| cx.creating(session))
        .collect();
    let answers = race(calls).await?;
    let mut created = sessions
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| answer.is_ok());
    let (Some((first, _)), None) = (created.next(), created.next()) else {
        let successes = answers.iter().filter(|answer| answer.is_ok()).count();
        return Err(Failure::saw(format!("{successes} succeeded")));
    };
    cx.holds(first).await?;
    cx.lists(&user, std::slice::from_ref(first)).await
}

pub(super) async fn a_key_is_free_after_delete<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let old = cx.created().await?;
    said("`delete`", cx.store.delete(&old.key).await?, true)?;
    let other = cx.user().await;
    let mut new = cx
        .session_of(&other)
        .authenticated(None, None)
        .remembered(false);
    new.key = old.key.clone();
    cx.store.create(&new).await?;
    cx.holds(&new).await?;
    cx.lists(&old.user_id, &[]).await?;
    cx.lists(&other, std::slice::from_ref(&new)).await
}

pub(super) async fn load_live_is_load<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    let live = async || match cx.store.load_live(&session.key).await? {
        Some(seen) => cx.same(&seen, &session),
        None => Err(Failure::saw("`load_live` gave nothing")),
    };
    live().await?;
    cx.holds(&session).await?;
    live().await?;
    said("`delete`", cx.store.delete(&session.key).await?, true)?;
    let is_there = cx.store.load_live(&session.key).await?.is_some();
    said(
        "`load_live` after `delete` gives a session",
        is_there,
        false,
    )
}

pub(super) async fn parallel_loads_agree<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    let calls = (0..50).map(|_| cx.loading(&session.key)).collect();
    for seen in raced(calls).await? {
        let seen = seen.ok_or_else(|| Failure::saw("`load` gave nothing"))?;
        cx.same(&seen, &session)?;
    }
    Ok(())
}

pub(super) async fn nobody_gets_anothers_session<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let mut sessions = Vec::new();
    for _ in 0..25 {
        sessions.push(cx.created().await?);
    }
    for _ in 0..4 {
        let calls = sessions
            .iter()
            .map(|session| cx.loading(&session.key))
            .collect();
        for (seen, session) in raced(calls).await?.iter().zip(&sessions) {
            let seen = seen
                .as_ref()
                .ok_or_else(|| Failure::saw("`load` gave nothing"))?;
            cx.same(seen, session)?;
        }
    }
    Ok(())
}
