-- The keyring: wrapped keys only. Its own database, never part of a backup (docs/keys.md).

CREATE TABLE epoch_keys (
    tenant_id    BLOB   NOT NULL,
    epoch        BIGINT NOT NULL,             -- expiry day, days since 1970-01-01
    wrapped_key  BLOB   NOT NULL,             -- by the vault's root key
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, epoch)
);
CREATE INDEX epoch_keys_by_epoch ON epoch_keys (epoch);

CREATE TABLE secrets (
    name         TEXT   PRIMARY KEY NOT NULL,
    wrapped_key  BLOB   NOT NULL,             -- by the vault's root key
    created_at   BIGINT NOT NULL
);

-- One row: which keyring this is. The main database knows it, too.
CREATE TABLE identity (
    one         BIGINT PRIMARY KEY NOT NULL,
    keyring_id  BLOB   NOT NULL
);
