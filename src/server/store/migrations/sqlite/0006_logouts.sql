-- What a provider has ended lately, by a hash of what it said of it, and when, in milliseconds since 1970: so that
-- a sign-in that was under way does not outlive it.
CREATE TABLE logouts (
    id         TEXT   PRIMARY KEY,
    told_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX logouts_by_expiry ON logouts (expires_at);
