-- People who sign in: sessions, and tenants that are suspended.

ALTER TABLE api_tokens ADD COLUMN used_at BIGINT;     -- within a minute
ALTER TABLE tenants ADD COLUMN suspended_at BIGINT;   -- its users can do nothing, its recipients fetch nothing; nothing is deleted

-- A row for every session that counts. To sign out is to delete it.
CREATE TABLE sessions (
    id             UUID    PRIMARY KEY NOT NULL,
    tenant_id      UUID    NOT NULL REFERENCES tenants (id),
    user_id        UUID    NOT NULL REFERENCES users (id),
    token_hash     BYTEA   NOT NULL UNIQUE,    -- SHA-256
    kind           TEXT    NOT NULL,           -- browser, addin
    stage          TEXT    NOT NULL,           -- second_factor, password_change, full
    method         TEXT    NOT NULL,           -- password, passkey, oidc, entra
    second_factor  BOOLEAN NOT NULL,
    agent          BYTEA   NOT NULL,           -- what called itself so, sealed under the tenant key
    created_at     BIGINT  NOT NULL,
    seen_at        BIGINT  NOT NULL,           -- within a minute
    proved_at      BIGINT  NOT NULL,           -- when a credential was shown last: dangerous acts ask for it
    expires_at     BIGINT  NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
