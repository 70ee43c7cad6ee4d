-- Sessions that somebody else than their browser has ended, by the hash under which they were stored: so that the
-- browser can be told, once.
CREATE TABLE endings (
    id         TEXT   PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX endings_by_expiry ON endings (expires_at);
