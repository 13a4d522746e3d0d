use std::collections::BTreeMap;

use super::names::{is_name, quoted};
use super::{
    AuthjsColumn, AuthjsId, AuthjsSessionId, AuthjsTablesError, AuthjsTimestamp, AuthjsValue,
};

/// The members of a user that come from columns of their own.
const OWN_MEMBERS: [&str; 7] = [
    "id",
    "name",
    "email",
    "image",
    "roles",
    "permissions",
    "scopes",
];

/// The tables of Auth.js as an application has them: how they are called and what is in them.
///
/// Begin with the adapter that Auth.js uses, and say what differs:
///
/// ```
/// use portcullis::{AuthjsColumn, AuthjsTables};
///
/// let tables = AuthjsTables::prisma()
///     .users_table("users")
///     .sessions_table("sessions")
///     .column(AuthjsColumn::SessionToken, "session_token")
///     .column(AuthjsColumn::SessionUserId, "user_id")
///     .role_column("role")
///     .user_column("plan");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthjsTables {
    pub(super) schema: Option<String>,
    pub(super) users: String,
    pub(super) sessions: String,
    names: BTreeMap<AuthjsColumn, String>,
    pub(super) id_type: AuthjsId,
    pub(super) timestamps: AuthjsTimestamp,
    pub(super) session_ids: AuthjsSessionId,
    pub(super) updated_at: Option<String>,
    pub(super) auth_time: Option<String>,
    pub(super) acr: Option<String>,
    pub(super) role: Option<String>,
    pub(super) members: Vec<(String, Option<AuthjsValue>)>,
    is_token_indexed: bool,
}

impl AuthjsTables {
    /// Those of `@auth/pg-adapter`: `users` and `sessions` with integer ids and `timestamptz`. They have
    /// no index on the session token: see [`recommended_indexes`](Self::recommended_indexes).
    #[must_use]
    pub fn pg_adapter() -> Self {
        Self {
            schema: None,
            users: "users".to_owned(),
            sessions: "sessions".to_owned(),
            names: BTreeMap::new(),
            id_type: AuthjsId::Integer,
            timestamps: AuthjsTimestamp::WithTimeZone,
            session_ids: AuthjsSessionId::Database,
            updated_at: None,
            auth_time: None,
            acr: None,
            role: None,
            members: Vec::new(),
            is_token_indexed: false,
        }
    }

    /// Those of `@auth/drizzle-adapter` on PostgreSQL: `user` and `session` with ids that are text and
    /// `timestamp` in UTC.
    #[must_use]
    pub fn drizzle() -> Self {
        Self {
            users: "user".to_owned(),
            sessions: "session".to_owned(),
            id_type: AuthjsId::Text,
            timestamps: AuthjsTimestamp::Utc,
            is_token_indexed: true,
            ..Self::pg_adapter()
        }
    }

    /// Those of `@auth/drizzle-adapter` on SQLite: `user` and `session` with ids that are text and
    /// milliseconds.
    #[must_use]
    pub fn drizzle_sqlite() -> Self {
        Self::drizzle().timestamps(AuthjsTimestamp::Milliseconds)
    }

    /// Those of `@auth/prisma-adapter` on PostgreSQL, as its documentation has them: `User` and `Session`
    /// with ids that are text, `timestamp` in UTC and `updatedAt`.
    ///
    /// Schemas of the documentation's earlier versions have no `updatedAt`, and sessions with an `id`:
    /// `prisma().without_updated_at().session_ids(AuthjsSessionId::Cuid)`. On SQLite Prisma keeps
    /// [`Milliseconds`](AuthjsTimestamp::Milliseconds), or from version 7 on, unless told otherwise,
    /// [`IsoText`](AuthjsTimestamp::IsoText).
    #[must_use]
    pub fn prisma() -> Self {
        Self {
            users: "User".to_owned(),
            sessions: "Session".to_owned(),
            updated_at: Some("updatedAt".to_owned()),
            ..Self::drizzle()
        }
    }

    /// The PostgreSQL schema that the tables are in. Default: as the connection's `search_path` says.
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = Some(name.into());
        self
    }

    /// The name of the users' table.
    #[must_use]
    pub fn users_table(mut self, name: impl Into<String>) -> Self {
        self.users = name.into();
        self
    }

    /// The name of the sessions' table.
    #[must_use]
    pub fn sessions_table(mut self, name: impl Into<String>) -> Self {
        self.sessions = name.into();
        self
    }

    /// The name of a column. Default: what Auth.js calls it.
    #[must_use]
    pub fn column(mut self, column: AuthjsColumn, name: impl Into<String>) -> Self {
        self.names.insert(column, name.into());
        self
    }

    /// What the ids of users are.
    #[must_use]
    pub fn id_type(mut self, id_type: AuthjsId) -> Self {
        self.id_type = id_type;
        self
    }

    /// How moments are stored: the expiry, and the columns of [`updated_at_column`](Self::updated_at_column)
    /// and [`auth_time_column`](Self::auth_time_column).
    #[must_use]
    pub fn timestamps(mut self, timestamps: AuthjsTimestamp) -> Self {
        self.timestamps = timestamps;
        self
    }

    /// Where the row of a new session gets its id from. Default: [`AuthjsSessionId::Database`].
    #[must_use]
    pub fn session_ids(mut self, session_ids: AuthjsSessionId) -> Self {
        self.session_ids = session_ids;
        self
    }

    /// The column of both tables that says when a row was last written, such as Prisma's `@updatedAt`,
    /// which the database does not do by itself.
    #[must_use]
    pub fn updated_at_column(mut self, name: impl Into<String>) -> Self {
        self.updated_at = Some(name.into());
        self
    }

    /// The tables do not say when a row was last written.
    #[must_use]
    pub fn without_updated_at(mut self) -> Self {
        self.updated_at = None;
        self
    }

    /// A column that the application adds to the sessions' table: when the user proved who they are. It
    /// may be null, as it is for sessions that Auth.js began. Default: none, and nobody's sign-in is
    /// `fresh`.
    #[must_use]
    pub fn auth_time_column(mut self, name: impl Into<String>) -> Self {
        self.auth_time = Some(name.into());
        self
    }

    /// A column of text that the application adds to the sessions' table: how strongly the user proved
    /// who they are (`acr`). It may be null. Default: none, and nobody's sign-in has an `acr`.
    #[must_use]
    pub fn acr_column(mut self, name: impl Into<String>) -> Self {
        self.acr = Some(name.into());
        self
    }

    /// The column of the users' table with their roles: a text or an `enum`, which is one role; an array
    /// of texts; or JSON, as text as well, that is an array of texts. Default: nobody has a role.
    #[must_use]
    pub fn role_column(mut self, name: impl Into<String>) -> Self {
        self.role = Some(name.into());
        self
    }

    /// A column of the users' table that sessions have as a member of the user, of the same name: what
    /// `claim("plan" = "gold")` asks for. Text, numbers, booleans, arrays and JSON are that in JSON, too;
    /// SQLite has no booleans or JSON of its own: see [`user_column_as`](Self::user_column_as).
    ///
    /// Nothing else of the row gets into a session.
    #[must_use]
    pub fn user_column(mut self, name: impl Into<String>) -> Self {
        self.members.push((name.into(), None));
        self
    }

    /// The same for a column whose SQL type does not say what it holds.
    #[must_use]
    pub fn user_column_as(mut self, name: impl Into<String>, value: AuthjsValue) -> Self {
        self.members.push((name.into(), Some(value)));
        self
    }

    /// The indexes that Auth.js's own tables lack, as statements for a migration of the application:
    /// on the session token for [`pg_adapter`](Self::pg_adapter), without which every request reads the
    /// whole table, and on the user and the expiry for all, for signing out everywhere and for pruning.
    ///
    /// ```
    /// # use portcullis::AuthjsTables;
    /// assert_eq!(
    ///     AuthjsTables::pg_adapter().recommended_indexes(),
    ///     [
    ///         r#"CREATE UNIQUE INDEX "sessions_sessionToken_key" ON "sessions" ("sessionToken")"#,
    ///         r#"CREATE INDEX "sessions_userId_idx" ON "sessions" ("userId")"#,
    ///         r#"CREATE INDEX "sessions_expires_idx" ON "sessions" ("expires")"#,
    ///     ]
    /// );
    /// ```
    pub fn recommended_indexes(&self) -> Vec<String> {
        let table = self.table(&self.sessions);
        let index = |kind: &str, column: AuthjsColumn, suffix: &str| {
            let name = self.name(column);
            let index = quoted(&format!("{}_{name}_{suffix}", self.sessions));
            let indexed = match (column, self.timestamps) {
                (AuthjsColumn::SessionExpires, AuthjsTimestamp::IsoText) => {
                    format!("unixepoch({})", quoted(name))
                }
                _ => quoted(name),
            };
            format!("CREATE {kind} {index} ON {table} ({indexed})")
        };
        let token = (!self.is_token_indexed)
            .then(|| index("UNIQUE INDEX", AuthjsColumn::SessionToken, "key"));
        let others = [AuthjsColumn::SessionUserId, AuthjsColumn::SessionExpires];
        let others = others.map(|column| index("INDEX", column, "idx"));
        token.into_iter().chain(others).collect()
    }

    pub(super) fn name(&self, column: AuthjsColumn) -> &str {
        let changed = self.names.get(&column);
        changed.map_or(column.usual_name(), String::as_str)
    }

    pub(super) fn table(&self, name: &str) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(name)),
            None => quoted(name),
        }
    }

    pub(super) fn check_names(&self) -> Result<(), AuthjsTablesError> {
        let columns = AuthjsColumn::ALL.map(|column| self.name(column));
        let members = self.members.iter().map(|(name, _)| name.as_str());
        let added = [
            &self.schema,
            &self.updated_at,
            &self.auth_time,
            &self.acr,
            &self.role,
        ];
        let added = added.into_iter().flatten().map(String::as_str);
        let tables = [self.users.as_str(), self.sessions.as_str()];
        let mut names = tables.into_iter().chain(columns).chain(added);
        if !names.all(is_name) || !members.clone().all(is_name) {
            return Err(AuthjsTablesError::NameInvalid);
        }
        match members.clone().find(|name| OWN_MEMBERS.contains(name)) {
            Some(name) => Err(AuthjsTablesError::MemberReserved(name.to_owned())),
            None => Ok(()),
        }
    }
}
