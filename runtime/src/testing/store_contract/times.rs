use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::context::{Context, HOUR, SECOND, now, soon};
use super::outcome::{Failure, Outcome, said};
use crate::store::SessionStore;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// As many seconds after 1970.
fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(super) async fn seconds_are_kept_exactly<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    for step in 0..60 {
        let mut session = cx.session_of(&user);
        session.expires += step * (HOUR + SECOND);
        session.auth_time = session.auth_time.map(|time| time - step * (HOUR + SECOND));
        cx.store.create(&session).await?;
        cx.holds(&session).await?;
        let to = session.expires + step * SECOND;
        said("`extend`", cx.extending(&session, to).await?, true)?;
        session.expires = to;
        cx.holds(&session).await?;
    }
    Ok(())
}

pub(super) async fn the_far_future_is_kept<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    for expires in [
        now() + 400 * DAY,
        at(2_147_483_647),
        at(2_147_483_648),
        at(4_294_967_296),
        at(253_402_300_799),
    ] {
        let mut session = cx.session_of(&user);
        session.expires = expires;
        cx.store.create(&session).await?;
        cx.holds(&session).await?;
        let mut extended = cx.created_for(&user).await?;
        said("`extend`", cx.extending(&extended, expires).await?, true)?;
        extended.expires = expires;
        cx.holds(&extended).await?;
        let nearer = soon();
        said(
            "`extend` back",
            cx.extending(&extended, nearer).await?,
            true,
        )?;
        extended.expires = nearer;
        cx.holds(&extended).await?;
    }
    Ok(())
}

pub(super) async fn the_distant_past_is_kept<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let user = cx.user().await;
    for seconds in [0, 1, 60, 86_400, 951_782_400, 1_000_000_000] {
        let mut session = cx.session_of(&user);
        session.auth_time = Some(at(seconds));
        cx.store.create(&session).await?;
        cx.holds(&session).await?;
    }
    Ok(())
}

pub(super) async fn an_expired_session_is_itself_or_gone<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let user = cx.user().await;
    for expires in [at(0), at(1), now() - 400 * DAY, now() - SECOND] {
        let mut session = cx.session_of(&user);
        session.expires = expires;
        cx.store.create(&session).await?;
        match cx.store.load(&session.key).await? {
            Some(seen) => cx.same(&seen, &session)?,
            None if cx.expires_itself() => {}
            None => {
                return Err(Failure::saw(
                    "`load` gave nothing before anything was pruned",
                ));
            }
        }
    }
    Ok(())
}

pub(super) async fn an_expired_session_can_be_extended<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let user = cx.user().await;
    let mut session = cx.session_of(&user);
    session.expires = now() - 2 * SECOND;
    cx.store.create(&session).await?;
    let wrong = session.expires - SECOND;
    let moved = cx.store.extend(&session.key, wrong, soon()).await?;
    said("`extend` from another expiry", moved, false)?;
    let to = soon();
    let moved = cx.extending(&session, to).await?;
    if !moved && cx.expires_itself() {
        return cx.is_gone(&session).await;
    }
    said("`extend`", moved, true)?;
    session.expires = to;
    cx.holds(&session).await
}

pub(super) async fn an_expired_session_can_be_deleted<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let user = cx.user().await;
    let mut session = cx.session_of(&user);
    session.expires = now() - 2 * SECOND;
    cx.store.create(&session).await?;
    let deleted = cx.store.delete(&session.key).await?;
    said("`delete`", deleted || cx.expires_itself(), true)?;
    cx.is_gone(&session).await
}
