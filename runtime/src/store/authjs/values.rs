/// A column that Auth.js itself has, by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AuthjsColumn {
    /// The id of a user: `id`.
    UserId,
    /// The name to show: `name`.
    UserName,
    /// The e-mail address: `email`.
    UserEmail,
    /// The address of a picture: `image`.
    UserImage,
    /// The id of a session's row, which is no secret: `id`.
    SessionId,
    /// What the cookie carries: `sessionToken`.
    SessionToken,
    /// Whose session it is: `userId`.
    SessionUserId,
    /// When the session ends without further use: `expires`.
    SessionExpires,
}

impl AuthjsColumn {
    pub(super) const ALL: [Self; 8] = [
        Self::UserId,
        Self::UserName,
        Self::UserEmail,
        Self::UserImage,
        Self::SessionId,
        Self::SessionToken,
        Self::SessionUserId,
        Self::SessionExpires,
    ];

    /// What the official adapters call it.
    pub(super) fn usual_name(self) -> &'static str {
        match self {
            Self::UserId | Self::SessionId => "id",
            Self::UserName => "name",
            Self::UserEmail => "email",
            Self::UserImage => "image",
            Self::SessionToken => "sessionToken",
            Self::SessionUserId => "userId",
            Self::SessionExpires => "expires",
        }
    }
}

/// What the ids of users are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthjsId {
    /// `integer`, `serial` or `bigint`.
    Integer,
    /// Any text.
    Text,
    /// PostgreSQL's `uuid`. SQLite keeps them as text.
    Uuid,
}

/// How moments are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthjsTimestamp {
    /// PostgreSQL's `timestamptz`.
    WithTimeZone,
    /// PostgreSQL's `timestamp`, which is taken for UTC, as Auth.js writes it.
    Utc,
    /// An integer: milliseconds since the Unix epoch.
    Milliseconds,
    /// An integer: seconds since the Unix epoch.
    Seconds,
    /// Text in SQLite, such as `2026-01-31T12:00:00.000Z` (ISO 8601).
    IsoText,
}

/// Where a new session's row gets its id from; it is no secret, and nothing is found by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthjsSessionId {
    /// From the column's default, or there is none.
    Database,
    /// A random text of the shape of a cuid, for `@id @default(cuid())` of Prisma, which the database
    /// knows nothing of.
    Cuid,
    /// A random UUID (RFC 9562 version 4).
    Uuid,
}

/// What a column of the application's own holds, where its SQL type does not say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthjsValue {
    /// An integer that is zero for no.
    Boolean,
    /// Text that is JSON.
    Json,
}
