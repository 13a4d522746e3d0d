CREATE TABLE IF NOT EXISTS accounts (
    id            TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role          TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'admin')),
    password_hash TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS posts (
    id           INTEGER NOT NULL PRIMARY KEY,
    author_id    TEXT    NOT NULL REFERENCES accounts (id),
    title        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    published_at INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT;

CREATE INDEX IF NOT EXISTS posts_author ON posts (author_id);

CREATE VIEW IF NOT EXISTS published_posts AS
SELECT posts.id, author_id, accounts.name AS author, title, body,
       date(published_at, 'unixepoch') AS published_on
FROM posts JOIN accounts ON accounts.id = author_id;
