CREATE TABLE portcullis_sessions (
    key       BYTEA    NOT NULL PRIMARY KEY,
    version   SMALLINT NOT NULL,
    user_id   TEXT     NOT NULL,
    user_data TEXT     NOT NULL,
    auth_time BIGINT,
    acr       TEXT,
    remember  BOOLEAN  NOT NULL,
    expires   BIGINT   NOT NULL
);
CREATE INDEX portcullis_sessions_user ON portcullis_sessions (user_id);
CREATE INDEX portcullis_sessions_expires ON portcullis_sessions (expires);
