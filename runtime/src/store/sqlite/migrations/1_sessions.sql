CREATE TABLE IF NOT EXISTS portcullis_sessions (
    key       BLOB    NOT NULL PRIMARY KEY,
    user_id   TEXT    NOT NULL,
    user      TEXT    NOT NULL,
    auth_time INTEGER,
    acr       TEXT,
    remember  INTEGER NOT NULL,
    expires   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS portcullis_sessions_user ON portcullis_sessions (user_id);
CREATE INDEX IF NOT EXISTS portcullis_sessions_expires ON portcullis_sessions (expires);
