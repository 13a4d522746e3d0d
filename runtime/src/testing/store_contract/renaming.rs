use super::calls::{Call, raced};
use super::context::{Context, HOUR};
use super::outcome::{Failure, Outcome, said};
use crate::store::{SessionStore, StoredSession};

/// The session as it is under another key.
fn renamed<S: SessionStore + Clone>(cx: &Context<S>, session: &StoredSession) -> StoredSession {
    let mut renamed = session.clone();
    renamed.key = cx.key();
    renamed.expires = session.expires + HOUR;
    renamed
}

pub(super) async fn rename_moves_the_session<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let mut old = cx.created().await?;
    let sibling = cx.created_for(&old.user_id).await?;
    for _ in 0..3 {
        let new = renamed(&cx, &old);
        said("`rename`", cx.renaming(&old, &new).await?, true)?;
        cx.is_gone(&old).await?;
        cx.holds(&new).await?;
        cx.lists(&new.user_id, &[new.clone(), sibling.clone()])
            .await?;
        old = new;
    }
    cx.holds(&sibling).await
}

pub(super) async fn a_renamed_session_goes_on<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let old = cx.created().await?;
    let mut new = renamed(&cx, &old);
    said("`rename`", cx.renaming(&old, &new).await?, true)?;
    said(
        "`extend` of the old",
        cx.extending(&old, new.expires).await?,
        false,
    )?;
    said(
        "`update` of the old",
        cx.updating(&old.key, &old.user).await?,
        false,
    )?;
    let to = new.expires + HOUR;
    said("`extend`", cx.extending(&new, to).await?, true)?;
    new.expires = to;
    cx.holds(&new).await?;
    said("`delete` of the old", cx.deleting(&old.key).await?, false)?;
    said("`delete`", cx.deleting(&new.key).await?, true)?;
    cx.is_gone(&new).await
}

pub(super) async fn rename_makes_no_session<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let ended = cx.created().await?;
    said("`delete`", cx.deleting(&ended.key).await?, true)?;
    let unknown = cx.session_of(&ended.user_id);
    for old in [ended, unknown] {
        let new = renamed(&cx, &old);
        said("`rename`", cx.renaming(&old, &new).await?, false)?;
        cx.is_gone(&old).await?;
        cx.is_gone(&new).await?;
    }
    Ok(())
}

pub(super) async fn rename_takes_no_key_from_another<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let (one, other) = (cx.created().await?, cx.created().await?);
    if cx.renaming(&one, &other).await.is_ok() {
        return Err(Failure::saw("`rename` to a key that is taken succeeded"));
    }
    cx.holds(&one).await?;
    cx.holds(&other).await
}

pub(super) async fn racing_renames_move_once<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    for _ in 0..cx.races().div_ceil(20) {
        let old = cx.created().await?;
        let news: Vec<_> = (0..10).map(|_| renamed(&cx, &old)).collect();
        let calls: Vec<Call<bool>> = news.iter().map(|new| cx.renaming(&old, new)).collect();
        let answers = raced(calls).await?;
        let moved = answers.iter().filter(|answer| **answer).count();
        said("`rename`s that were `true`", moved, 1)?;
        cx.is_gone(&old).await?;
        for (new, is_moved) in news.iter().zip(answers) {
            match is_moved {
                true => cx.holds(new).await?,
                false => cx.is_gone(new).await?,
            }
        }
    }
    Ok(())
}

pub(super) async fn delete_and_rename_end_in_one_of_them<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    for _ in 0..cx.races().div_ceil(5) {
        let old = cx.created().await?;
        let new = renamed(&cx, &old);
        let calls: Vec<Call<bool>> = vec![cx.renaming(&old, &new), cx.deleting(&old.key)];
        let answers = raced(calls).await?;
        cx.is_gone(&old).await?;
        match answers[..] {
            [true, false] => cx.holds(&new).await?,
            [false, true] => cx.is_gone(&new).await?,
            _ => return Err(Failure::saw(format!("`rename`, `delete`: {answers:?}"))),
        }
    }
    Ok(())
}

pub(super) async fn rename_keeps_what_races_it<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    for _ in 0..cx.races().div_ceil(20) {
        let old = cx.created().await?;
        let mut new = renamed(&cx, &old);
        let changed = old.user.replace("Ada", "Grace");
        let calls: Vec<Call<bool>> = vec![cx.renaming(&old, &new), cx.updating(&old.key, &changed)];
        let answers = raced(calls).await?;
        said("`rename`", answers.first(), Some(&true))?;
        if answers.get(1) == Some(&true) {
            new.user = changed;
        }
        cx.holds(&new).await?;
    }
    Ok(())
}
