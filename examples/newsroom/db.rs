//! One database for accounts, posts and, in a table of portcullis' own, sessions.

use std::path::Path;

use portcullis::User;
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteRow};
use sqlx::{Executor, FromRow, Row};
use utoipa::ToSchema;

use crate::draft::Draft;

#[derive(Clone)]
pub(crate) struct Db {
    pool: SqlitePool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: String,
    #[serde(skip)]
    pub(crate) password_hash: String,
}

/// What a session remembers of an account.
impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self::new(account.id)
            .named(account.name)
            .with_email(account.email)
            .with_roles([account.role])
    }
}

#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Post {
    pub(crate) id: i64,
    #[serde(skip)]
    pub(crate) author_id: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) author: String,
    pub(crate) published_on: String,
}

/// How many there are of each.
pub(crate) struct Figures {
    pub(crate) accounts: i64,
    pub(crate) posts: i64,
    pub(crate) sessions: i64,
}

impl Db {
    /// Opens the database file, and makes it if there is none.
    pub(crate) async fn open(path: &Path) -> sqlx::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let pool = SqlitePool::connect_with(options).await?;
        pool.execute(include_str!("schema.sql")).await?;
        Ok(Self { pool })
    }

    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    pub(crate) async fn account(&self, email: &str) -> sqlx::Result<Option<Account>> {
        sqlx::query_as("SELECT * FROM accounts WHERE email = ?")
            .bind(email)
            .fetch_optional(&self.pool)
            .await
    }

    pub(crate) async fn set_password(&self, id: &str, hash: &str) -> sqlx::Result<()> {
        sqlx::query("UPDATE accounts SET password_hash = ? WHERE id = ?")
            .bind(hash)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub(crate) async fn accounts(&self) -> sqlx::Result<Vec<Account>> {
        sqlx::query_as("SELECT * FROM accounts ORDER BY name")
            .fetch_all(&self.pool)
            .await
    }

    pub(crate) async fn post(&self, id: i64) -> sqlx::Result<Option<Post>> {
        sqlx::query_as("SELECT * FROM published_posts WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    pub(crate) async fn latest_posts(&self, most: u32) -> sqlx::Result<Vec<Post>> {
        sqlx::query_as("SELECT * FROM published_posts ORDER BY id DESC LIMIT ?")
            .bind(most)
            .fetch_all(&self.pool)
            .await
    }

    pub(crate) async fn posts_by(&self, author_id: &str) -> sqlx::Result<Vec<Post>> {
        sqlx::query_as("SELECT * FROM published_posts WHERE author_id = ? ORDER BY id DESC")
            .bind(author_id)
            .fetch_all(&self.pool)
            .await
    }

    /// Publishes what an author has written and returns the post's id.
    pub(crate) async fn publish(&self, author_id: &str, draft: &Draft) -> sqlx::Result<i64> {
        let inserted = sqlx::query("INSERT INTO posts (author_id, title, body) VALUES (?, ?, ?)")
            .bind(author_id)
            .bind(draft.title())
            .bind(draft.body())
            .execute(&self.pool)
            .await?;
        Ok(inserted.last_insert_rowid())
    }

    /// Prints a post anew, as it was changed.
    pub(crate) async fn reprint(&self, id: i64, draft: &Draft) -> sqlx::Result<()> {
        sqlx::query("UPDATE posts SET title = ?, body = ? WHERE id = ?")
            .bind(draft.title())
            .bind(draft.body())
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub(crate) async fn figures(&self) -> sqlx::Result<Figures> {
        let (accounts, posts, sessions) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM accounts),
                    (SELECT count(*) FROM posts),
                    (SELECT count(*) FROM portcullis_sessions WHERE expires > unixepoch())",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Figures {
            accounts,
            posts,
            sessions,
        })
    }
}

impl FromRow<'_, SqliteRow> for Account {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            email: row.try_get("email")?,
            role: row.try_get("role")?,
            password_hash: row.try_get("password_hash")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Post {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            author_id: row.try_get("author_id")?,
            title: row.try_get("title")?,
            body: row.try_get("body")?,
            author: row.try_get("author")?,
            published_on: row.try_get("published_on")?,
        })
    }
}
