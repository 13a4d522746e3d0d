//! What can be wrong with a store.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis::{SessionKey, StoredSession};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    Nothing,
    CreateReplaces,
    CreateIndexesFirst,
    CutsLongUsers,
    KnowsAsciiOnly,
    EmptyIsNone,
    ForgetsRemember,
    RoundsToMinutes,
    HasTimesOf32Bits,
    ComparesHalfOfAKey,
    LoadPanics,
    LoadGivesTheLast,
    LoadLiveIsStale,
    ExtendCreates,
    ExtendIgnoresSeen,
    ExtendNeverGoesBack,
    ExtendReadsAndWrites,
    UpdateCreates,
    UpdateResetsTheExpiry,
    RenameCopies,
    DeleteForgetsTheIndex,
    DeleteIsAlwaysTrue,
    DeleteLeavesTheCache,
    LateLoadsFillTheCache,
    UsersIgnoreCase,
    UsersArePrefixes,
    ListsAHundred,
    UserChangedEnds,
    CountsNobody,
    PruneHasNoLimit,
    PruneStopsEarly,
    PruneGoesTooFar,
    PruneSaysLimit,
    PruneGoesByTheFirstExpiry,
    LosesConnections,
}

impl Flaw {
    /// The key as the store compares it.
    pub fn key(self, key: &SessionKey) -> SessionKey {
        let mut bytes: [u8; 32] = key.as_bytes().try_into().expect("a hash");
        if self == Self::ComparesHalfOfAKey {
            bytes[16..].fill(0);
        }
        SessionKey::from_bytes(bytes)
    }

    /// The moment as the store keeps it.
    pub fn moment(self, moment: SystemTime) -> SystemTime {
        let seconds = moment
            .duration_since(UNIX_EPOCH)
            .expect("no past")
            .as_secs();
        let kept = match self {
            Self::RoundsToMinutes => seconds / 60 * 60,
            Self::HasTimesOf32Bits => seconds.min(u64::from(u32::MAX)),
            _ => seconds,
        };
        UNIX_EPOCH + Duration::from_secs(kept)
    }

    /// The session as the store keeps it.
    pub fn kept(self, session: &StoredSession) -> StoredSession {
        let mut kept = session.clone();
        kept.key = self.key(&session.key);
        kept.expires = self.moment(session.expires);
        kept.auth_time = session.auth_time.map(|time| self.moment(time));
        match self {
            Self::CutsLongUsers => kept.user.truncate(32 * 1024),
            Self::KnowsAsciiOnly => kept.user = kept.user.replace(|c: char| !c.is_ascii(), "?"),
            Self::EmptyIsNone => kept.acr = kept.acr.filter(|acr| !acr.is_empty()),
            Self::ForgetsRemember => kept.remember = true,
            _ => {}
        }
        kept
    }
}
