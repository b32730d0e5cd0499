-- Who has a licence, which of his users may send, and who may look in to help.

ALTER TABLE tenants ADD COLUMN licence TEXT;            -- as it was issued, with its signature (docs/licences.md)
ALTER TABLE tenants ADD COLUMN terminated_at BIGINT;    -- the operator has ended it; it is suspended since then at the latest

ALTER TABLE users ADD COLUMN seat_at BIGINT;            -- since when a seat is his; the earliest have one first
UPDATE users SET seat_at = created_at;
CREATE INDEX users_with_seats ON users (tenant_id, seat_at, id) WHERE seat_at IS NOT NULL AND disabled_at IS NULL;

-- An owner lets the operator's support look in, for a time.
CREATE TABLE support_grants (
    id            BLOB   PRIMARY KEY NOT NULL,
    tenant_id     BLOB   NOT NULL REFERENCES tenants (id),
    given_by      BLOB   NOT NULL REFERENCES users (id),
    reason        BLOB   NOT NULL,                      -- sealed under the tenant key
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    withdrawn_at  BIGINT
);
CREATE INDEX support_grants_by_tenant ON support_grants (tenant_id, id);

-- What the operator's support shows when it looks in: short-lived, and nothing without its grant.
CREATE TABLE support_tokens (
    token_hash  BLOB   PRIMARY KEY NOT NULL,            -- SHA-256
    tenant_id   BLOB   NOT NULL REFERENCES tenants (id),
    grant_id    BLOB   NOT NULL REFERENCES support_grants (id),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX support_tokens_by_grant ON support_tokens (grant_id);
