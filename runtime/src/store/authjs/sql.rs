//! The statements, composed once when a store is made.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::dialect::{Dialect, Moments, integer, text, uuid};
use super::names::quoted;
use super::{AuthjsColumn as Column, AuthjsId, AuthjsSessionId, AuthjsTables, AuthjsTablesError};

/// Every statement that a store needs.
pub(super) struct Statements {
    pub(super) create: SqlStr,
    pub(super) load: SqlStr,
    pub(super) extend: SqlStr,
    pub(super) update: SqlStr,
    pub(super) rename: SqlStr,
    pub(super) delete: SqlStr,
    pub(super) list_user: SqlStr,
    pub(super) delete_user: SqlStr,
    pub(super) prune: SqlStr,
}

impl Statements {
    pub(super) fn compose<D: Dialect>(tables: &AuthjsTables) -> Result<Self, AuthjsTablesError> {
        tables.check_names()?;
        let unsupported = |setting| AuthjsTablesError::Unsupported {
            database: D::NAME,
            setting,
        };
        if tables.schema.is_some() && !D::HAS_SCHEMAS {
            return Err(unsupported("schemas"));
        }
        let moments =
            D::moments(tables.timestamps).ok_or_else(|| unsupported("timestamps of that type"))?;
        let composer = Composer { tables, moments };
        Ok(Self {
            create: sql(composer.create::<D>()),
            load: sql(composer.load::<D>()),
            extend: sql(composer.extend()),
            update: sql(composer.update()),
            rename: sql(composer.rename()),
            delete: sql(composer.delete()),
            list_user: sql(composer.list_user::<D>()),
            delete_user: sql(composer.delete_user::<D>()),
            prune: sql(composer.prune::<D>()),
        })
    }

    pub(super) fn all(&self) -> [&SqlStr; 9] {
        [
            &self.create,
            &self.load,
            &self.extend,
            &self.update,
            &self.rename,
            &self.delete,
            &self.list_user,
            &self.delete_user,
            &self.prune,
        ]
    }
}

/// Only names are put together, and they are quoted; values are parameters.
fn sql(composed: String) -> SqlStr {
    let shared: std::sync::Arc<str> = composed.into();
    AssertSqlSafe(shared).into_sql_str()
}

struct Composer<'a> {
    tables: &'a AuthjsTables,
    moments: Moments,
}

impl Composer<'_> {
    fn create<D: Dialect>(&self) -> String {
        let tables = self.tables;
        let mut columns = vec![
            self.bare(Column::SessionToken),
            self.bare(Column::SessionUserId),
            self.bare(Column::SessionExpires),
        ];
        let mut values = vec![
            text("$1"),
            self.user(Column::UserId),
            (self.moments.moment)(&integer("$3")),
        ];
        // The parameters from `$4` on are bound in this order.
        let mut parameters = (4..).map(|number| format!("${number}"));
        let mut parameter = || parameters.next().unwrap_or_default();
        if tables.session_ids != AuthjsSessionId::Database {
            columns.push(self.bare(Column::SessionId));
            values.push(match tables.session_ids {
                AuthjsSessionId::Uuid => uuid::<D>(&parameter()),
                AuthjsSessionId::Cuid | AuthjsSessionId::Database => text(&parameter()),
            });
        }
        if let Some(name) = &tables.auth_time {
            columns.push(quoted(name));
            values.push((self.moments.moment)(&integer(&parameter())));
        }
        if let Some(name) = &tables.acr {
            columns.push(quoted(name));
            values.push(text(&parameter()));
        }
        if let Some(name) = &tables.updated_at {
            columns.push(quoted(name));
            values.push(self.moments.now.to_owned());
        }
        // A user that is gone has no sessions, and a token names one session.
        format!(
            "INSERT INTO {sessions} ({columns}) SELECT {values} FROM {users} AS u WHERE {is_user} \
             AND NOT EXISTS (SELECT 1 FROM {sessions} AS s WHERE {is_token})",
            sessions = self.sessions(),
            columns = columns.join(", "),
            values = values.join(", "),
            users = self.users(),
            is_user = self.is_id::<D>(&self.user(Column::UserId), "$2"),
            is_token = self.is_token(),
        )
    }

    fn load<D: Dialect>(&self) -> String {
        format!("{} WHERE {}", self.select::<D>(), self.is_token())
    }

    fn list_user<D: Dialect>(&self) -> String {
        let is_user = self.is_id::<D>(&self.session(Column::SessionUserId), "$1");
        format!("{} WHERE {is_user}", self.select::<D>())
    }

    /// What `row::Found` is made of, in its order.
    fn select<D: Dialect>(&self) -> String {
        let tables = self.tables;
        let of_session = |name: &String| format!("s.{}", quoted(name));
        let of_user = |name: &String| D::any(&format!("u.{}", quoted(name)));
        let auth_time = tables.auth_time.as_ref().map(of_session);
        let acr = tables.acr.as_ref().map(of_session);
        let columns = [
            text(&self.session(Column::SessionToken)),
            text(&self.user(Column::UserId)),
            text(&self.user(Column::UserName)),
            text(&self.user(Column::UserEmail)),
            text(&self.user(Column::UserImage)),
            (self.moments.seconds)(&self.session(Column::SessionExpires)),
            auth_time.map_or_else(|| integer("NULL"), |name| (self.moments.seconds)(&name)),
            text(acr.as_deref().unwrap_or("NULL")),
            tables.role.as_ref().map_or_else(|| text("NULL"), of_user),
        ];
        let members = tables.members.iter().map(|(name, _)| of_user(name));
        let columns: Vec<_> = columns.into_iter().chain(members).collect();
        format!(
            "SELECT {columns} FROM {sessions} AS s JOIN {users} AS u ON {is_theirs}",
            columns = columns.join(", "),
            sessions = self.sessions(),
            users = self.users(),
            is_theirs = self.is_theirs(),
        )
    }

    fn extend(&self) -> String {
        format!(
            "UPDATE {sessions} AS s SET {expires} = {moment}{touched} WHERE {is_token} AND {seen} = {shown} \
             AND EXISTS (SELECT 1 FROM {users} AS u WHERE {is_theirs})",
            sessions = self.sessions(),
            expires = self.bare(Column::SessionExpires),
            moment = (self.moments.moment)(&integer("$2")),
            touched = self.touched(),
            is_token = self.is_token(),
            seen = (self.moments.seconds)(&self.session(Column::SessionExpires)),
            shown = integer("$3"),
            users = self.users(),
            is_theirs = self.is_theirs(),
        )
    }

    fn update(&self) -> String {
        let kept = |column, parameter| {
            let (bare, kept) = (self.bare(column), self.user(column));
            format!("{bare} = COALESCE({}, {kept})", text(parameter))
        };
        format!(
            "UPDATE {users} AS u SET {name}, {email}, {image}{touched} WHERE {id} IN \
             (SELECT {user_id} FROM {sessions} AS s WHERE {is_token})",
            users = self.users(),
            name = kept(Column::UserName, "$2"),
            email = kept(Column::UserEmail, "$3"),
            image = kept(Column::UserImage, "$4"),
            touched = self.touched(),
            id = self.user(Column::UserId),
            user_id = self.session(Column::SessionUserId),
            sessions = self.sessions(),
            is_token = self.is_token(),
        )
    }

    fn rename(&self) -> String {
        format!(
            "UPDATE {sessions} AS s SET {token} = {to}, {expires} = {moment}{touched} WHERE {is_token} \
             AND EXISTS (SELECT 1 FROM {users} AS u WHERE {is_theirs})",
            sessions = self.sessions(),
            token = self.bare(Column::SessionToken),
            to = text("$2"),
            expires = self.bare(Column::SessionExpires),
            moment = (self.moments.moment)(&integer("$3")),
            touched = self.touched(),
            is_token = self.is_token(),
            users = self.users(),
            is_theirs = self.is_theirs(),
        )
    }

    fn delete(&self) -> String {
        format!(
            "DELETE FROM {} AS s WHERE {}",
            self.sessions(),
            self.is_token()
        )
    }

    fn delete_user<D: Dialect>(&self) -> String {
        let is_theirs = self.is_id::<D>(&self.session(Column::SessionUserId), "$1");
        format!("DELETE FROM {} AS s WHERE {is_theirs}", self.sessions())
    }

    fn prune<D: Dialect>(&self) -> String {
        let expires = self.session(Column::SessionExpires);
        let is_expired = (self.moments.is_due)(&expires, &integer("$1"));
        let (sessions, token) = (self.sessions(), self.session(Column::SessionToken));
        let some = format!(
            "SELECT {token} FROM {sessions} AS s WHERE {is_expired} ORDER BY {expires} LIMIT {}",
            integer("$2")
        );
        // Asked once more of the row as it is by then: it may have been extended meanwhile.
        let is_among = D::is_among(&token, &some);
        format!("DELETE FROM {sessions} AS s WHERE {is_among} AND {is_expired}")
    }

    fn is_token(&self) -> String {
        format!("{} = {}", self.session(Column::SessionToken), text("$1"))
    }

    fn is_theirs(&self) -> String {
        let (id, user_id) = (Column::UserId, Column::SessionUserId);
        format!("{} = {}", self.user(id), self.session(user_id))
    }

    fn is_id<D: Dialect>(&self, column: &str, parameter: &str) -> String {
        let id = match self.tables.id_type {
            AuthjsId::Integer => integer(&text(parameter)),
            AuthjsId::Text => text(parameter),
            AuthjsId::Uuid => uuid::<D>(parameter),
        };
        format!("{column} = {id}")
    }

    fn touched(&self) -> String {
        let touched = |name: &String| format!(", {} = {}", quoted(name), self.moments.now);
        self.tables
            .updated_at
            .as_ref()
            .map_or_else(String::new, touched)
    }

    fn sessions(&self) -> String {
        self.tables.table(&self.tables.sessions)
    }

    fn users(&self) -> String {
        self.tables.table(&self.tables.users)
    }

    /// Always with the table: SQLite takes a lone name that no column has for a text.
    fn session(&self, column: Column) -> String {
        format!("s.{}", self.bare(column))
    }

    fn user(&self, column: Column) -> String {
        format!("u.{}", self.bare(column))
    }

    fn bare(&self, column: Column) -> String {
        quoted(self.tables.name(column))
    }
}
