-- Local accounts: passwords, second factors, passkeys. A user without a password signs in with something else.

ALTER TABLE users ADD COLUMN password BYTEA;                   -- Argon2id costs and SHA-256 of the key, sealed under the tenant key
ALTER TABLE users ADD COLUMN password_changed_at BIGINT;
ALTER TABLE users ADD COLUMN must_change BOOLEAN NOT NULL DEFAULT false; -- the password lets him change it, and nothing else
ALTER TABLE users ADD COLUMN totp BYTEA;                       -- secret of his app, sealed under the tenant key
ALTER TABLE users ADD COLUMN totp_confirmed_at BIGINT;        -- NULL while he has shown no code
ALTER TABLE users ADD COLUMN totp_step BIGINT;                -- the last one that was used: each counts once
ALTER TABLE users ADD COLUMN lock_noticed_at BIGINT;          -- when he was last told that somebody tries passwords

-- A code is good once.
CREATE TABLE recovery_codes (
    user_id    UUID   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hmac  BYTEA  NOT NULL,               -- under the tenant key
    used_at    BIGINT,
    PRIMARY KEY (user_id, code_hmac)
);

CREATE TABLE passkeys (
    id               UUID   PRIMARY KEY NOT NULL,
    tenant_id        UUID   NOT NULL REFERENCES tenants (id),
    user_id          UUID   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_hash  BYTEA  NOT NULL UNIQUE,  -- SHA-256 of the credential's id
    credential       BYTEA  NOT NULL,         -- public key, counter and flags, sealed under the tenant key
    label            BYTEA  NOT NULL,         -- what its owner calls it, sealed under the tenant key
    created_at       BIGINT NOT NULL,
    last_used_at     BIGINT
);
CREATE INDEX passkeys_by_user ON passkeys (user_id, id);

-- Links with which a password is set anew. All of a user go with the next change of his password.
CREATE TABLE password_resets (
    id          UUID   PRIMARY KEY NOT NULL,
    tenant_id   UUID   NOT NULL REFERENCES tenants (id),
    user_id     UUID   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash  BYTEA  NOT NULL UNIQUE,       -- SHA-256
    token       BYTEA,                        -- sealed under the tenant key, for the mail; NULL if an operator has it
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX password_resets_by_user ON password_resets (user_id);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);

-- Ceremonies with passkeys that came to their end: none does twice.
CREATE TABLE used_ceremonies (
    id          UUID   PRIMARY KEY NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX used_ceremonies_by_expiry ON used_ceremonies (expires_at);
