use std::time::{Duration, SystemTime};

use super::calls::{Call, raced};
use super::context::{Context, HOUR, SECOND, now, soon};
use super::outcome::{Failure, Outcome, said};
use crate::store::{SessionStore, StoredSession};

/// How far back the sessions lie that these checks prune.
const BACK: Duration = Duration::from_secs(3 * 60 * 60);
/// More than any check leaves to be pruned.
const ALL: u32 = 10_000;

/// The moment to prune by, with nothing left that expired before.
async fn moment<S: SessionStore + Clone>(cx: &Context<S>) -> Result<SystemTime, Failure> {
    let moment = now() - BACK;
    for _ in 0..1_000 {
        // One second more: some checks have sessions there.
        if cx.store.prune(moment + SECOND, ALL).await? < u64::from(ALL) {
            return Ok(moment);
        }
    }
    Err(Failure::saw("`prune` never says that nothing is left"))
}

/// Sessions of a new user that expire at those moments, created.
async fn expired<S: SessionStore + Clone>(
    cx: &Context<S>,
    moments: impl IntoIterator<Item = SystemTime>,
) -> Result<Vec<StoredSession>, Failure> {
    let user = cx.user().await;
    let mut sessions = Vec::new();
    for expires in moments {
        let mut session = cx.session_of(&user);
        session.expires = expires;
        cx.store.create(&session).await?;
        sessions.push(session);
    }
    Ok(sessions)
}

/// What `prune` said: as many, unless the store drops sessions by itself, and was faster.
fn pruned<S: SessionStore + Clone>(cx: &Context<S>, seen: u64, expected: u64) -> Outcome {
    match cx.expires_itself() && seen < expected {
        true => Ok(()),
        false => said("`prune`", seen, expected),
    }
}

pub(super) async fn prune_removes_the_expired<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let moment = moment(&cx).await?;
    let living = cx.created().await?;
    let ago = [1, 5, 3600, 86_400].map(|seconds| moment - seconds * SECOND);
    let gone = expired(&cx, ago).await?;
    pruned(&cx, cx.store.prune(moment, ALL).await?, 4)?;
    for session in &gone {
        cx.is_gone(session).await?;
    }
    cx.holds(&living).await
}

pub(super) async fn prune_takes_the_moment_itself<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let moment = moment(&cx).await?;
    let gone = expired(&cx, [moment]).await?;
    let kept = expired(&cx, [moment + SECOND]).await?;
    pruned(&cx, cx.store.prune(moment, ALL).await?, 1)?;
    for session in &gone {
        cx.is_gone(session).await?;
    }
    if cx.expires_itself() {
        return Ok(());
    }
    for session in &kept {
        cx.holds(session).await?;
    }
    said(
        "`prune` a second later",
        cx.store.prune(moment + SECOND, ALL).await?,
        1,
    )
}

pub(super) async fn prune_keeps_to_its_limit<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let moment = moment(&cx).await?;
    let gone = expired(&cx, (0..7).map(|second| moment - second * SECOND)).await?;
    for (expected, left) in [(3, 4), (3, 1), (1, 0), (0, 0)] {
        pruned(&cx, cx.store.prune(moment, 3).await?, expected)?;
        let listed = cx
            .store
            .list_user(gone.first().map_or("", |one| &one.user_id))
            .await?;
        if !cx.expires_itself() {
            said("sessions that are left", listed.len(), left)?;
        }
    }
    Ok(())
}

pub(super) async fn prune_of_nothing_is_zero<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let moment = moment(&cx).await?;
    let living = cx.created().await?;
    said("`prune`", cx.store.prune(moment, ALL).await?, 0)?;
    let kept = expired(&cx, [moment]).await?;
    said(
        "`prune` with a limit of 0",
        cx.store.prune(moment, 0).await?,
        0,
    )?;
    for session in kept.iter().filter(|_| !cx.expires_itself()) {
        cx.holds(session).await?;
    }
    cx.holds(&living).await
}

pub(super) async fn a_pruned_session_is_gone<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let moment = moment(&cx).await?;
    let gone = expired(&cx, [moment, moment]).await?;
    pruned(&cx, cx.store.prune(moment, ALL).await?, 2)?;
    for session in &gone {
        cx.is_gone(session).await?;
        cx.lists(&session.user_id, &[]).await?;
        said("`extend`", cx.extending(session, soon()).await?, false)?;
        said(
            "`update`",
            cx.updating(&session.key, &session.user).await?,
            false,
        )?;
        said("`delete`", cx.deleting(&session.key).await?, false)?;
        cx.is_gone(session).await?;
        let mut new = session.clone();
        new.expires = soon();
        cx.store.create(&new).await?;
        cx.holds(&new).await?;
        said(
            "`delete_user`",
            cx.store.delete_user(&new.user_id).await?,
            1,
        )?;
    }
    Ok(())
}

pub(super) async fn prune_goes_by_the_present_expiry<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let moment = moment(&cx).await?;
    let extended = expired(&cx, [moment]).await?;
    for session in &extended {
        let moved = cx.extending(session, soon()).await?;
        said("`extend`", moved || cx.expires_itself(), true)?;
    }
    let moved_back = cx.created().await?;
    said(
        "`extend` back",
        cx.extending(&moved_back, moment).await?,
        true,
    )?;
    pruned(&cx, cx.store.prune(moment, ALL).await?, 1)?;
    cx.is_gone(&moved_back).await?;
    for session in extended.iter().filter(|_| !cx.expires_itself()) {
        let is_there = cx.store.load(&session.key).await?.is_some();
        said("the extended session is there", is_there, true)?;
    }
    Ok(())
}

pub(super) async fn racing_prunes_count_once<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let moment = moment(&cx).await?;
    let gone = expired(&cx, (0..60).map(|second| moment - second * SECOND)).await?;
    let calls = (0..8).map(|_| cx.pruning(moment, 10)).collect();
    let mut counted: u64 = raced(calls).await?.iter().sum();
    loop {
        let more = cx.store.prune(moment, 10).await?;
        counted += more;
        if more < 10 {
            break;
        }
    }
    pruned(&cx, counted, 60)?;
    for session in &gone {
        cx.is_gone(session).await?;
    }
    Ok(())
}

pub(super) async fn prune_spares_what_is_extended<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let moment = moment(&cx).await?;
    let user = cx.user().await;
    for _ in 0..cx.races().div_ceil(5) {
        let mut session = cx.session_of(&user);
        session.expires = moment;
        cx.store.create(&session).await?;
        let to = soon();
        let prune = cx.pruning(moment, ALL);
        let calls: Vec<Call<bool>> = vec![
            cx.extending(&session, to),
            Box::pin(async move { Ok(prune.await? > 0) }),
        ];
        let answers = raced(calls).await?;
        let is_extended = answers.first() == Some(&true);
        session.expires = to;
        match is_extended {
            true => cx.holds(&session).await?,
            false => cx.is_gone(&session).await?,
        }
        cx.store.delete(&session.key).await?;
    }
    Ok(())
}

pub(super) async fn prune_ends_only_sessions<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    for moment in [SystemTime::UNIX_EPOCH, now() - 24 * HOUR] {
        cx.store.prune(moment, ALL).await?;
        cx.holds(&session).await?;
        cx.lists(&session.user_id, std::slice::from_ref(&session))
            .await?;
    }
    Ok(())
}
