-- Directories, API clients and shared mailboxes.

-- What a directory says about a user; NULL for one who was never in any. Sealed under the tenant key, as all names are.
ALTER TABLE users ADD COLUMN directory BLOB;
ALTER TABLE users ADD COLUMN user_name_hmac BLOB;    -- by which the directory finds him again
ALTER TABLE users ADD COLUMN external_id_hmac BLOB;
ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1; -- grows with every change of what a directory sees
ALTER TABLE users ADD COLUMN updated_at BIGINT;
ALTER TABLE users ADD COLUMN left_at BIGINT;         -- when the directory took him out
CREATE UNIQUE INDEX users_by_user_name ON users (tenant_id, user_name_hmac);
CREATE UNIQUE INDEX users_by_external_id ON users (tenant_id, external_id_hmac);

CREATE TABLE groups (
    id                BLOB   PRIMARY KEY NOT NULL,
    tenant_id         BLOB   NOT NULL REFERENCES tenants (id),
    name              BLOB   NOT NULL,        -- sealed under the tenant key
    name_hmac         BLOB   NOT NULL,
    external_id       BLOB,                   -- sealed under the tenant key
    external_id_hmac  BLOB,
    version           BIGINT NOT NULL,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL
);
CREATE INDEX groups_by_tenant ON groups (tenant_id, id);
CREATE INDEX groups_by_name ON groups (tenant_id, name_hmac);
CREATE UNIQUE INDEX groups_by_external_id ON groups (tenant_id, external_id_hmac);

CREATE TABLE group_members (
    group_id   BLOB   NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    user_id    BLOB   NOT NULL REFERENCES users (id),
    tenant_id  BLOB   NOT NULL REFERENCES tenants (id),
    PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;
CREATE INDEX group_members_by_user ON group_members (user_id, group_id);

-- Programs that sign in by themselves (OAuth 2.0, client credentials), and act as a user.
CREATE TABLE api_clients (
    id              BLOB   PRIMARY KEY NOT NULL,
    tenant_id       BLOB   NOT NULL REFERENCES tenants (id),
    user_id         BLOB   NOT NULL REFERENCES users (id),
    name            TEXT   NOT NULL,
    scopes          TEXT   NOT NULL,
    secret_hash     BLOB   NOT NULL,          -- SHA-256 of 256 random bits
    previous_hash   BLOB,                     -- the secret before it
    previous_until  BIGINT,                   -- while it still counts
    created_at      BIGINT NOT NULL,
    revoked_at      BIGINT
);
CREATE INDEX api_clients_by_tenant ON api_clients (tenant_id, id);

CREATE TABLE access_tokens (
    token_hash  BLOB   PRIMARY KEY NOT NULL,  -- SHA-256
    tenant_id   BLOB   NOT NULL REFERENCES tenants (id),
    client_id   BLOB   NOT NULL REFERENCES api_clients (id) ON DELETE CASCADE,
    scopes      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX access_tokens_by_client ON access_tokens (client_id);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

-- Addresses that several users send for. One that was taken away keeps its row: transfers name it.
CREATE TABLE mailboxes (
    id            BLOB   PRIMARY KEY NOT NULL,
    tenant_id     BLOB   NOT NULL REFERENCES tenants (id),
    address       BLOB   NOT NULL,            -- sealed under the tenant key
    address_hmac  BLOB   NOT NULL,
    name          BLOB   NOT NULL,            -- sealed under the tenant key
    created_at    BIGINT NOT NULL,
    removed_at    BIGINT,
    UNIQUE (tenant_id, address_hmac)
);

CREATE TABLE delegations (
    mailbox_id  BLOB   NOT NULL REFERENCES mailboxes (id),
    user_id     BLOB   NOT NULL REFERENCES users (id),
    tenant_id   BLOB   NOT NULL REFERENCES tenants (id),
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, user_id)
) WITHOUT ROWID;
CREATE INDEX delegations_by_user ON delegations (user_id, mailbox_id);

ALTER TABLE transfers ADD COLUMN mailbox_id BLOB REFERENCES mailboxes (id); -- in whose name it is sent; NULL: the sender's own
