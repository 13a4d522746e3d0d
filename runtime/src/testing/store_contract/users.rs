use super::calls::{Call, raced};
use super::context::{Context, HOUR};
use super::outcome::{Outcome, said};
use crate::store::SessionStore;

pub(super) async fn a_user_has_exactly_their_sessions<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let first = cx.created().await?;
    cx.created().await?;
    let mut sessions = vec![first.clone()];
    for _ in 0..3 {
        cx.lists(&first.user_id, &sessions).await?;
        sessions.push(cx.created_for(&first.user_id).await?);
    }
    let unremembered = cx.session_of(&first.user_id).authenticated(None, None);
    let unremembered = unremembered.remembered(false);
    cx.store.create(&unremembered).await?;
    sessions.push(unremembered);
    cx.lists(&first.user_id, &sessions).await
}

pub(super) async fn nobody_has_no_sessions<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    cx.created().await?;
    let user = cx.user().await;
    cx.lists(&user, &[]).await?;
    said("`delete_user`", cx.store.delete_user(&user).await?, 0)
}

pub(super) async fn delete_user_counts<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let first = cx.created().await?;
    let second = cx.created_for(&first.user_id).await?;
    let third = cx.created_for(&first.user_id).await?;
    let other = cx.created().await?;
    said(
        "`delete_user`",
        cx.store.delete_user(&first.user_id).await?,
        3,
    )?;
    for session in [&first, &second, &third] {
        cx.is_gone(session).await?;
        let extended = cx.extending(session, session.expires + HOUR).await?;
        said("`extend` afterwards", extended, false)?;
        said(
            "`delete` afterwards",
            cx.deleting(&session.key).await?,
            false,
        )?;
    }
    cx.lists(&first.user_id, &[]).await?;
    said(
        "`delete_user` anew",
        cx.store.delete_user(&first.user_id).await?,
        0,
    )?;
    cx.holds(&other).await
}

pub(super) async fn a_user_can_come_back<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let old = cx.created().await?;
    said(
        "`delete_user`",
        cx.store.delete_user(&old.user_id).await?,
        1,
    )?;
    let new = cx.created_for(&old.user_id).await?;
    cx.holds(&new).await?;
    cx.is_gone(&old).await?;
    cx.lists(&old.user_id, &[new]).await
}

pub(super) async fn delete_user_is_final<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    for _ in 0..cx.races().div_ceil(4) {
        let first = cx.created_for(&user).await?;
        let second = cx.created_for(&user).await?;
        let ended = cx.deleting_user(&user);
        let calls: Vec<Call<bool>> = vec![
            cx.extending(&first, first.expires + HOUR),
            Box::pin(async move { Ok(ended.await? == 2) }),
            cx.updating(&second.key, &second.user),
        ];
        let answers = raced(calls).await?;
        said("`delete_user` counts both", answers.get(1), Some(&true))?;
        cx.is_gone(&first).await?;
        cx.is_gone(&second).await?;
    }
    cx.lists(&user, &[]).await
}

pub(super) async fn racing_delete_users_count_once<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let user = cx.user().await;
    for _ in 0..cx.races().div_ceil(50) {
        for _ in 0..5 {
            cx.created_for(&user).await?;
        }
        let calls = (0..8).map(|_| cx.deleting_user(&user)).collect();
        let ended: u64 = raced(calls).await?.iter().sum();
        said("sessions, all counts together", ended, 5)?;
        cx.lists(&user, &[]).await?;
    }
    Ok(())
}

pub(super) async fn a_user_has_many_sessions<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    let mut sessions = Vec::new();
    for _ in 0..200 {
        sessions.push(cx.created_for(&user).await?);
    }
    for session in &sessions {
        cx.holds(session).await?;
    }
    cx.lists(&user, &sessions).await?;
    said("`delete_user`", cx.store.delete_user(&user).await?, 200)?;
    for session in &sessions {
        said(
            "`load`",
            cx.store.load(&session.key).await?.is_some(),
            false,
        )?;
    }
    cx.lists(&user, &[]).await
}

pub(super) async fn similar_user_ids_are_told_apart<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let ends = [
        "", "1", "10", "01", "1 ", " 1", "a", "A", "e\u{301}", "\u{e9}", "e", "ß", "ss", "i", "ı",
        "İ", "1.0", "1e0",
    ];
    told_apart(&cx, &ends).await
}

pub(super) async fn patterns_in_user_ids_match_nothing_else<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let ends = [
        "abc", "a%", "%", "_bc", "___", "*", "a*", "???", "[a]bc", "[^x]bc", "a.c", ".*", "\\abc",
        "{abc,x}", "a|b", "^abc$",
    ];
    told_apart(&cx, &ends).await?;
    let session = cx.created().await?;
    for pattern in ["%", "_%", "*", "?*", ".*", "", "' OR '1'='1"] {
        let listed = cx.store.list_user(pattern).await?;
        let is_listed = listed.iter().any(|listed| listed.key == session.key);
        said("`list_user` of a pattern has the session", is_listed, false)?;
    }
    Ok(())
}

pub(super) async fn any_text_is_a_user_id<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let ends = [
        "'",
        "''",
        "\"",
        "\\",
        "\\'",
        ";--",
        ":",
        "a:b",
        "/",
        "a/b",
        ",",
        "{}",
        "$1",
        "\n",
        "\t",
        "名前",
        "🦑",
        "مدينة",
        "auth0|5f7c8ec7c33c6c004bbafe82",
        "mail@example.org",
    ];
    told_apart(&cx, &ends).await?;
    let long = "0123456789".repeat(12);
    told_apart(&cx, &[&format!("{long}a"), &format!("{long}b")]).await
}

/// Users whose ids differ in their ends are different users.
async fn told_apart<S: SessionStore + Clone>(cx: &Context<S>, ends: &[&str]) -> Outcome {
    let name = cx.name();
    let mut sessions = Vec::new();
    for end in ends {
        let user = cx.user_called(format!("{name}{end}")).await;
        sessions.push(cx.created_for(&user).await?);
    }
    for session in &sessions {
        cx.holds(session).await?;
        cx.lists(&session.user_id, std::slice::from_ref(session))
            .await?;
    }
    while let Some(session) = sessions.pop() {
        said(
            "`delete_user`",
            cx.store.delete_user(&session.user_id).await?,
            1,
        )?;
        for left in &sessions {
            cx.holds(left).await?;
        }
    }
    Ok(())
}

pub(super) async fn user_changed_ends_nothing<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let first = cx.created().await?;
    let second = cx.created_for(&first.user_id).await?;
    for _ in 0..2 {
        cx.holds(&first).await?;
        cx.store.user_changed(&first.user_id).await?;
        cx.holds(&first).await?;
        cx.holds(&second).await?;
    }
    let user = first.user_id.clone();
    cx.lists(&user, &[first, second]).await?;
    let nobody = cx.user().await;
    cx.store.user_changed(&nobody).await?;
    cx.lists(&nobody, &[]).await
}

pub(super) async fn parallel_sessions_of_a_user_are_all_listed<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let user = cx.user().await;
    let mut kept = Vec::new();
    for _ in 0..10 {
        let ended = cx.created_for(&user).await?;
        let new: Vec<_> = (0..4).map(|_| cx.session_of(&user)).collect();
        let mut calls: Vec<Call<()>> = new.iter().map(|session| cx.creating(session)).collect();
        let delete = cx.deleting(&ended.key);
        calls.push(Box::pin(async move { delete.await.map(|_| ()) }));
        raced(calls).await?;
        kept.extend(new);
        cx.lists(&user, &kept).await?;
    }
    Ok(())
}
