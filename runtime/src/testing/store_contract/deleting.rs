use super::calls::{Call, race, raced};
use super::context::{Context, HOUR};
use super::outcome::{Outcome, said};
use crate::store::SessionStore;

pub(super) async fn delete_says_whether<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    said("`delete`", cx.deleting(&session.key).await?, true)?;
    cx.is_gone(&session).await?;
    for _ in 0..2 {
        said("`delete` anew", cx.deleting(&session.key).await?, false)?;
    }
    Ok(())
}

pub(super) async fn delete_of_an_unknown_key_is_false<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let session = cx.created().await?;
    said("`delete`", cx.store.delete(&cx.key()).await?, false)?;
    cx.holds(&session).await
}

pub(super) async fn delete_leaves_others<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    let sibling = cx.created_for(&session.user_id).await?;
    let other = cx.created().await?;
    said("`delete`", cx.store.delete(&session.key).await?, true)?;
    cx.holds(&sibling).await?;
    cx.holds(&other).await?;
    cx.lists(&session.user_id, &[sibling]).await
}

pub(super) async fn a_deleted_session_is_not_listed<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let first = cx.created().await?;
    let second = cx.created_for(&first.user_id).await?;
    said("`delete`", cx.store.delete(&first.key).await?, true)?;
    cx.lists(&first.user_id, std::slice::from_ref(&second))
        .await?;
    said(
        "`delete_user`",
        cx.store.delete_user(&first.user_id).await?,
        1,
    )?;
    cx.is_gone(&second).await
}

pub(super) async fn racing_deletes_are_one<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    let calls = (0..50).map(|_| cx.deleting(&session.key)).collect();
    let deleted = raced(calls).await?;
    said(
        "`true`",
        deleted.iter().filter(|deleted| **deleted).count(),
        1,
    )?;
    cx.is_gone(&session).await
}

pub(super) async fn delete_is_final<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    for _ in 0..cx.races() {
        let session = cx.created_for(&user).await?;
        let to = session.expires + HOUR;
        let calls: Vec<Call<bool>> = vec![
            cx.extending(&session, to),
            cx.deleting(&session.key),
            cx.updating(&session.key, &session.user),
        ];
        let answers = raced(calls).await?;
        said("`delete`", answers.get(1), Some(&true))?;
        cx.is_gone(&session).await?;
    }
    cx.lists(&user, &[]).await
}

pub(super) async fn a_deleted_session_cannot_be_changed<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let mut session = cx.created().await?;
    let to = session.expires + HOUR;
    said("`extend`", cx.extending(&session, to).await?, true)?;
    let first_seen = session.clone();
    session.expires = to;
    said("`delete`", cx.deleting(&session.key).await?, true)?;
    for seen in [first_seen, session] {
        let extended = cx.extending(&seen, to + HOUR).await?;
        said("`extend` after `delete`", extended, false)?;
        let updated = cx.updating(&seen.key, &seen.user).await?;
        said("`update` after `delete`", updated, false)?;
        cx.is_gone(&seen).await?;
    }
    Ok(())
}

pub(super) async fn delete_wins_over_loads<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    for _ in 0..cx.races().div_ceil(5) {
        let session = cx.created_for(&user).await?;
        let mut calls: Vec<Call<bool>> = vec![cx.deleting(&session.key)];
        for _ in 0..3 {
            let load = cx.loading(&session.key);
            calls.push(Box::pin(async move { Ok(load.await?.is_some()) }));
        }
        for answer in race(calls).await? {
            answer?;
        }
        cx.is_gone(&session).await?;
    }
    Ok(())
}
