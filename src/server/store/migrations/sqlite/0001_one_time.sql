-- Attempts and exchanges: kept for a short time, taken once. Key and owner are digests, the value is sealed.
CREATE TABLE one_time (
    kind       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    owner      TEXT   NOT NULL,
    value      BLOB   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX one_time_by_owner ON one_time (kind, owner, created_at);
CREATE INDEX one_time_by_expiry ON one_time (expires_at);
