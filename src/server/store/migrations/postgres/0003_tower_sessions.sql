-- The table of tower-sessions-sqlx-store, as its `migrate` makes it: made here, because that one is not safe where
-- several instances start together. Each row is sealed, under a hash of the cookie's id.
CREATE TABLE IF NOT EXISTS tower_sessions (
    id          TEXT        PRIMARY KEY NOT NULL,
    data        BYTEA       NOT NULL,
    expiry_date TIMESTAMPTZ NOT NULL
);
CREATE INDEX tower_sessions_by_expiry ON tower_sessions (expiry_date);
