-- The table of tower-sessions-sqlx-store, as its `migrate` makes it, beside the others, and an index for the sweep.
-- Each row is sealed, under a hash of the cookie's id.
CREATE TABLE IF NOT EXISTS tower_sessions (
    id          TEXT    PRIMARY KEY NOT NULL,
    data        BLOB    NOT NULL,
    expiry_date INTEGER NOT NULL
);
CREATE INDEX tower_sessions_by_expiry ON tower_sessions (expiry_date);
