use super::calls::raced;
use super::context::{Context, HOUR, SECOND};
use super::outcome::{Failure, Outcome, said};
use crate::store::SessionStore;

pub(super) async fn extend_moves_the_expiry<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let mut session = cx.created().await?;
    let seen = session.expires;
    session.expires += HOUR;
    let moved = cx.store.extend(&session.key, seen, session.expires).await?;
    said("`extend`", moved, true)?;
    cx.holds(&session).await
}

pub(super) async fn extend_of_what_was_not_seen_is_refused<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let session = cx.created().await?;
    for seen in [
        session.expires - SECOND,
        session.expires + SECOND,
        session.expires - HOUR,
        session.expires + HOUR,
    ] {
        for to in [seen + HOUR, session.expires + HOUR] {
            said(
                "`extend`",
                cx.store.extend(&session.key, seen, to).await?,
                false,
            )?;
            cx.holds(&session).await?;
        }
    }
    Ok(())
}

pub(super) async fn a_second_extend_from_one_sight_is_refused<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let seen = cx.created().await?;
    let mut session = seen.clone();
    session.expires += 2 * HOUR;
    said(
        "the first `extend`",
        cx.extending(&seen, session.expires).await?,
        true,
    )?;
    for hours in [1, 2, 3] {
        let to = seen.expires + hours * HOUR;
        said("a later `extend`", cx.extending(&seen, to).await?, false)?;
    }
    cx.holds(&session).await
}

pub(super) async fn extends_follow_each_other<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let mut session = cx.created().await?;
    for _ in 0..20 {
        let to = session.expires + SECOND;
        said("`extend`", cx.extending(&session, to).await?, true)?;
        session.expires = to;
        cx.holds(&session).await?;
    }
    Ok(())
}

pub(super) async fn extend_to_the_same_moment_is_true<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let session = cx.created().await?;
    for _ in 0..2 {
        said(
            "`extend`",
            cx.extending(&session, session.expires).await?,
            true,
        )?;
    }
    cx.holds(&session).await
}

pub(super) async fn extend_makes_no_session<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let ended = cx.created().await?;
    said("`delete`", cx.store.delete(&ended.key).await?, true)?;
    let unknown = cx.session_of(&ended.user_id);
    for session in [ended, unknown] {
        let to = session.expires + HOUR;
        said("`extend`", cx.extending(&session, to).await?, false)?;
        cx.is_gone(&session).await?;
    }
    Ok(())
}

pub(super) async fn extend_moves_no_other_session<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let mut session = cx.created().await?;
    let mut sibling = cx.session_of(&session.user_id);
    sibling.expires = session.expires;
    cx.store.create(&sibling).await?;
    let user = cx.user().await;
    let mut other = cx.session_of(&user);
    other.expires = session.expires;
    cx.store.create(&other).await?;
    let to = session.expires + HOUR;
    said("`extend`", cx.extending(&session, to).await?, true)?;
    session.expires = to;
    for session in [&session, &sibling, &other] {
        cx.holds(session).await?;
    }
    Ok(())
}

pub(super) async fn racing_extends_write_once<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    for _ in 0..5 {
        let mut session = cx.created().await?;
        let moments: Vec<_> = (1..=100)
            .map(|second| session.expires + second * SECOND)
            .collect();
        let calls = moments
            .iter()
            .map(|to| cx.extending(&session, *to))
            .collect();
        let answers = raced(calls).await?;
        let mut moved = moments.iter().zip(&answers).filter(|(_, moved)| **moved);
        let (Some((to, _)), None) = (moved.next(), moved.next()) else {
            let moved = answers.iter().filter(|moved| **moved).count();
            return Err(Failure::saw(format!("{moved} were `true`")));
        };
        session.expires = *to;
        cx.holds(&session).await?;
    }
    Ok(())
}

pub(super) async fn an_extended_session_is_listed_so<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let mut session = cx.created().await?;
    let sibling = cx.created_for(&session.user_id).await?;
    let to = session.expires + HOUR;
    said("`extend`", cx.extending(&session, to).await?, true)?;
    session.expires = to;
    let user = session.user_id.clone();
    cx.lists(&user, &[session, sibling]).await
}
