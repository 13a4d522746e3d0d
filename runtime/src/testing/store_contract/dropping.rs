use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::context::{Context, HOUR};
use super::outcome::{Failure, Outcome, said};
use crate::store::{SessionStore, StoredSession};

/// How often each call is dropped.
const TIMES: u32 = 100;
/// How long what was dropped may still be under way.
const SETTLING: Duration = Duration::from_millis(10);

/// Polls once, and drops what is not ready.
async fn poll_once(call: impl Future) {
    let mut call = pin!(call);
    poll_fn(|context| {
        let _ = call.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
}

pub(super) async fn dropped_calls_leave_the_store_usable<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let kept = cx.created().await?;
    let user = cx.user().await;
    for _ in 0..TIMES {
        let session = cx.created_for(&user).await?;
        poll_once(cx.creating(&cx.session_of(&user))).await;
        poll_once(cx.loading(&session.key)).await;
        poll_once(cx.extending(&session, session.expires + HOUR)).await;
        poll_once(cx.updating(&session.key, &session.user)).await;
        poll_once(cx.listing(&user)).await;
        poll_once(cx.pruning(std::time::SystemTime::UNIX_EPOCH, 1)).await;
        poll_once(cx.deleting(&session.key)).await;
        poll_once(cx.deleting_user(&user)).await;
    }
    cx.holds(&kept).await?;
    let session = cx.created().await?;
    cx.holds(&session).await?;
    let to = session.expires + HOUR;
    said("`extend`", cx.extending(&session, to).await?, true)?;
    said(
        "`update`",
        cx.updating(&session.key, &session.user).await?,
        true,
    )?;
    said("`delete`", cx.deleting(&session.key).await?, true)?;
    cx.is_gone(&session).await?;
    cx.holds(&kept).await
}

pub(super) async fn a_dropped_create_is_whole_or_nothing<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    for _ in 0..TIMES {
        let user = cx.user().await;
        let session = cx.session_of(&user);
        poll_once(cx.creating(&session)).await;
        whole_or_nothing(&cx, &session).await?;
    }
    Ok(())
}

pub(super) async fn a_dropped_delete_is_whole_or_nothing<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    for _ in 0..TIMES {
        let session = cx.created().await?;
        poll_once(cx.deleting(&session.key)).await;
        whole_or_nothing(&cx, &session).await?;
    }
    Ok(())
}

/// The session is there, by its key and among its user's, or it is neither; what was dropped may end
/// between one look and the other.
async fn whole_or_nothing<S: SessionStore + Clone>(
    cx: &Context<S>,
    session: &StoredSession,
) -> Outcome {
    let mut seen = Failure::saw("nothing");
    for _ in 0..50 {
        // Past every cache: what a dropped call does later, a cache need not see at once.
        let is_loaded = cx.store.load_live(&session.key).await?.is_some();
        let outcome = match is_loaded {
            true => {
                cx.lists(&session.user_id, std::slice::from_ref(session))
                    .await
            }
            false => cx.lists(&session.user_id, &[]).await,
        };
        match outcome {
            Ok(()) => return Ok(()),
            Err(failure) => seen = failure,
        }
        tokio::time::sleep(SETTLING).await;
    }
    Err(seen)
}
