-- Who has ever signed in. The identity is the account: issuer and subject; the same e-mail is never a link.
CREATE TABLE people (
    id              TEXT   PRIMARY KEY,
    name            TEXT,
    email           TEXT,
    organization_id TEXT,
    groups          TEXT   NOT NULL, -- a JSON list
    first_seen      BIGINT NOT NULL, -- seconds since 1970, as all times here
    last_seen       BIGINT NOT NULL
);
CREATE TABLE accounts (
    issuer     TEXT   NOT NULL,
    sub        TEXT   NOT NULL,
    person_id  TEXT   NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    provider   TEXT   NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    PRIMARY KEY (issuer, sub)
);
CREATE INDEX accounts_of_person ON accounts (person_id);

-- Sessions that are on, to be listed and ended by somebody else than their browser. The id is a hash of the cookie's:
-- it opens nothing.
CREATE TABLE sessions (
    id           TEXT   PRIMARY KEY,
    person_id    TEXT   NOT NULL,
    provider     TEXT   NOT NULL,
    sub          TEXT   NOT NULL,
    sid          TEXT,
    address      TEXT   NOT NULL,
    browser      TEXT   NOT NULL,
    signed_in_at BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_of_person ON sessions (person_id, seen_at);
CREATE INDEX sessions_by_subject ON sessions (provider, sub);
CREATE INDEX sessions_by_sid ON sessions (provider, sid);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
