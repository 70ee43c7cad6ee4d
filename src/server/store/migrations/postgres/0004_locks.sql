-- Who does what nobody else may do at the same time, and until when he is believed to be still at it.
CREATE TABLE locks (
    name       TEXT   PRIMARY KEY,
    owner      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX locks_by_expiry ON locks (expires_at);
