use serde_json::json;

use super::calls::{Call, raced};
use super::context::{Context, HOUR};
use super::outcome::{Failure, Outcome, said};
use crate::store::{SessionStore, StoredSession};

/// Another user of the same id.
fn changed(session: &StoredSession, change: u32) -> String {
    json!({"id": session.user_id, "change": change, "text": change.to_string().repeat(1000)})
        .to_string()
}

pub(super) async fn update_replaces_the_user<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let mut session = cx.created().await?;
    for change in 0..3 {
        session.user = changed(&session, change);
        let updated = cx.store.update(&session.key, &session.user).await?;
        said("`update`", updated, true)?;
        cx.holds(&session).await?;
        cx.lists(&session.user_id, std::slice::from_ref(&session))
            .await?;
    }
    Ok(())
}

pub(super) async fn update_keeps_a_moved_expiry<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let mut session = cx.created().await?;
    for change in 0..3 {
        let to = session.expires + HOUR;
        said("`extend`", cx.extending(&session, to).await?, true)?;
        session.expires = to;
        cx.holds(&session).await?;
        session.user = changed(&session, change);
        said(
            "`update`",
            cx.updating(&session.key, &session.user).await?,
            true,
        )?;
        cx.holds(&session).await?;
    }
    Ok(())
}

pub(super) async fn update_with_the_same_user_is_true<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let session = cx.created().await?;
    for _ in 0..2 {
        said(
            "`update`",
            cx.updating(&session.key, &session.user).await?,
            true,
        )?;
    }
    cx.holds(&session).await
}

pub(super) async fn update_makes_no_session<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let ended = cx.created().await?;
    said("`delete`", cx.store.delete(&ended.key).await?, true)?;
    let unknown = cx.session_of(&ended.user_id);
    for session in [ended, unknown] {
        said(
            "`update`",
            cx.updating(&session.key, &session.user).await?,
            false,
        )?;
        cx.is_gone(&session).await?;
    }
    Ok(())
}

pub(super) async fn update_changes_no_other_session<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let mut session = cx.created().await?;
    let sibling = cx.created_for(&session.user_id).await?;
    let other = cx.created().await?;
    session.user = changed(&session, 1);
    said(
        "`update`",
        cx.updating(&session.key, &session.user).await?,
        true,
    )?;
    for session in [&session, &sibling, &other] {
        cx.holds(session).await?;
    }
    Ok(())
}

pub(super) async fn racing_updates_do_not_mix<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    let calls: Vec<Call<bool>> = (0..20)
        .map(|change| cx.updating(&session.key, &changed(&session, change)))
        .collect();
    for updated in raced(calls).await? {
        said("`update`", updated, true)?;
    }
    for change in 0..20 {
        let mut written = session.clone();
        written.user = changed(&session, change);
        if cx.holds(&written).await.is_ok() {
            return Ok(());
        }
    }
    // None of them: say what it is instead.
    cx.holds(&session).await?;
    Err(Failure::saw("the user that was there before"))
}

pub(super) async fn update_and_extend_lose_nothing<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let user = cx.user().await;
    for _ in 0..cx.races().div_ceil(5) {
        let mut session = cx.created_for(&user).await?;
        let to = session.expires + HOUR;
        let new = changed(&session, 1);
        let calls = vec![cx.extending(&session, to), cx.updating(&session.key, &new)];
        said(
            "`extend` and `update`",
            raced(calls).await?,
            vec![true, true],
        )?;
        session.expires = to;
        session.user = new;
        cx.holds(&session).await?;
        cx.store.delete(&session.key).await?;
    }
    Ok(())
}
