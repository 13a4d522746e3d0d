use super::context::{Context, soon};
use super::outcome::{Outcome, said};
use crate::store::{KeyFormat, SessionKey, SessionStore, StoredSession};

pub(super) async fn keys_differ_in_every_bit<S: SessionStore + Clone>(cx: Context<S>) -> Outcome {
    let session = cx.created().await?;
    for key in neighbours(&session) {
        said("`load`", cx.store.load(&key).await?.is_some(), false)?;
        let moved = cx.store.extend(&key, session.expires, soon()).await?;
        said("`extend`", moved, false)?;
        said("`update`", cx.store.update(&key, "{}").await?, false)?;
        said("`delete`", cx.store.delete(&key).await?, false)?;
    }
    cx.holds(&session).await
}

/// The keys that differ from the session's in one bit, as far as they are keys.
fn neighbours(session: &StoredSession) -> Vec<SessionKey> {
    let bytes = session.key.as_bytes();
    let bits = (0..bytes.len()).flat_map(|place| (0..8).map(move |bit| (place, bit)));
    bits.filter_map(|(place, bit)| {
        let mut bytes = bytes.to_vec();
        *bytes.get_mut(place)? ^= 1 << bit;
        match session.key.expose_token() {
            None => bytes.try_into().ok().map(SessionKey::from_bytes),
            Some(_) => SessionKey::from_token(&String::from_utf8(bytes).ok()?),
        }
    })
    .collect()
}

pub(super) async fn keys_of_any_bytes_are_told_apart<S: SessionStore + Clone>(
    cx: Context<S>,
) -> Outcome {
    let user = cx.user().await;
    let mut sessions = Vec::new();
    for key in unusual(&cx) {
        let mut session = cx.session_of(&user);
        session.key = key;
        cx.store.create(&session).await?;
        sessions.push(session);
    }
    for session in &sessions {
        cx.holds(session).await?;
    }
    cx.lists(&user, &sessions).await?;
    while let Some(session) = sessions.pop() {
        said("`delete`", cx.store.delete(&session.key).await?, true)?;
        cx.lists(&user, &sessions).await?;
    }
    Ok(())
}

/// Keys that begin or end with bytes, or have letters, that are special somewhere.
fn unusual<S: SessionStore + Clone>(cx: &Context<S>) -> Vec<SessionKey> {
    let bytes = cx.bytes();
    if cx.store.key_format() == KeyFormat::Token {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let lengths = [16, 32, 64]
            .iter()
            .filter_map(|length| digits.get(..*length));
        let longest = format!("{digits:a<255}");
        let letters = "-._~+/=Aa"
            .chars()
            .map(|letter| format!("{digits}{letter}"));
        let tokens = lengths.map(str::to_owned).chain([longest]).chain(letters);
        return tokens
            .filter_map(|token| SessionKey::from_token(&token))
            .collect();
    }
    let special = [0x00, 0xff, b'\'', b'\\', b'%', b'\n', b':', 0x80];
    special
        .into_iter()
        .flat_map(|byte| {
            let (mut first, mut last) = (bytes, bytes);
            first.iter_mut().take(8).for_each(|place| *place = byte);
            last.iter_mut().skip(24).for_each(|place| *place = byte);
            [first, last].map(SessionKey::from_bytes)
        })
        .collect()
}
