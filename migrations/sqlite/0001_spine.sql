-- Times are unix milliseconds, ids UUIDv7 (16 bytes). "Sealed" columns are Cobblestone-256 messages whose
-- context names the row and the column (docs/keys.md); they are never compared, hence the HMAC beside an address.
-- Tables of short rows lie in the order of their primary key (WITHOUT ROWID): one b-tree to write instead of two.

-- One row: the keyring without which nothing here opens. It names itself, too (keyring/.../0001_keyring.sql).
CREATE TABLE own_keyring (
    one         BIGINT PRIMARY KEY NOT NULL,
    keyring_id  BLOB   NOT NULL
);

CREATE TABLE tenants (
    id          BLOB   PRIMARY KEY NOT NULL,
    slug        TEXT   NOT NULL UNIQUE,
    name        TEXT   NOT NULL,
    container   TEXT   NOT NULL UNIQUE,
    policy      TEXT   NOT NULL,              -- JSON, sealpost_domain::Policy
    tenant_key  BLOB   NOT NULL,              -- wrapped by the vault's root key
    created_at  BIGINT NOT NULL
);

CREATE TABLE users (
    id            BLOB   PRIMARY KEY NOT NULL,
    tenant_id     BLOB   NOT NULL REFERENCES tenants (id),
    address       BLOB   NOT NULL,            -- sealed under the tenant key
    address_hmac  BLOB   NOT NULL,
    name          BLOB   NOT NULL,            -- sealed under the tenant key
    role          TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    disabled_at   BIGINT,
    UNIQUE (tenant_id, address_hmac)
);

CREATE TABLE api_tokens (
    id           BLOB   PRIMARY KEY NOT NULL,
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    user_id      BLOB   NOT NULL REFERENCES users (id),
    token_hash   BLOB   NOT NULL UNIQUE,
    label        TEXT   NOT NULL,
    scopes       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX api_tokens_by_user ON api_tokens (tenant_id, user_id);

-- Everything below a transfer goes with its row.
CREATE TABLE transfers (
    id                   BLOB   PRIMARY KEY NOT NULL,
    tenant_id            BLOB   NOT NULL REFERENCES tenants (id),
    sender_id            BLOB   NOT NULL REFERENCES users (id),
    state                TEXT   NOT NULL,
    epoch                BIGINT NOT NULL,     -- expiry day, names the epoch key that wraps transfer_key
    latest_epoch         BIGINT NOT NULL,     -- the latest day it ever had: a dump may hold transfer_key under it
    transfer_key         BLOB,                -- wrapped by the epoch key; NULL once purging has begun
    content_key          BLOB,                -- wrapped by the transfer key; NULL once sent with a password
    locked_content_key   BLOB,                -- wrapped by the password key, then by the transfer key
    password_parameters  BLOB,                -- salt and Argon2id costs; NULL without a password
    subject              BLOB,                -- sealed under the transfer key
    message              BLOB,                -- sealed under the content key
    max_downloads        BIGINT,              -- per recipient
    file_count           BIGINT NOT NULL DEFAULT 0, -- places taken by files and uploads in progress
    byte_count           BIGINT NOT NULL DEFAULT 0, -- their plaintext bytes, as far as declared
    failed_attempts      BIGINT NOT NULL DEFAULT 0,
    locked_at            BIGINT,              -- too many wrong passwords
    created_at           BIGINT NOT NULL,
    sent_at              BIGINT,
    expires_at           BIGINT NOT NULL,
    blocked_at           BIGINT,
    purge_started_at     BIGINT
);
CREATE INDEX transfers_by_sender ON transfers (tenant_id, sender_id, id);
CREATE INDEX transfers_by_tenant ON transfers (tenant_id, id);
CREATE INDEX transfers_by_expiry ON transfers (expires_at, id);
CREATE INDEX transfers_being_purged ON transfers (expires_at, id) WHERE purge_started_at IS NOT NULL;

-- An upload in progress. Its id is the prefix of its objects. When the last byte is in, a whole upload becomes a
-- file with the same id and its row goes; a partial one waits to be joined and keeps its row, which then says
-- whose objects lie under its prefix.
CREATE TABLE uploads (
    id             BLOB   PRIMARY KEY NOT NULL,
    tenant_id      BLOB   NOT NULL REFERENCES tenants (id),
    transfer_id    BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    state          TEXT   NOT NULL,           -- open, complete, joined
    is_partial     BOOLEAN NOT NULL,
    file_id        BLOB,                      -- the file it was joined into
    length         BIGINT,                    -- NULL while deferred
    received       BIGINT NOT NULL,           -- plaintext bytes stored and acknowledged
    next_sequence  BIGINT NOT NULL,
    upload_key     BLOB,                      -- wrapped by the content key; NULL once joined
    metadata       BLOB   NOT NULL,           -- the Upload-Metadata header, sealed under the content key
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    fence          BIGINT NOT NULL DEFAULT 0, -- grows with every writer; a late one no longer fits
    leased_until   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX uploads_by_transfer ON uploads (transfer_id);
CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE state <> 'joined';

CREATE TABLE parts (
    upload_id  BLOB   NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    sequence   BIGINT NOT NULL,
    length     BIGINT NOT NULL,               -- plaintext bytes
    salt       BLOB   NOT NULL,               -- 24 bytes; names the attempt, and so the object
    crc32      BIGINT NOT NULL,
    PRIMARY KEY (upload_id, sequence)
) WITHOUT ROWID;

CREATE TABLE files (
    id           BLOB   PRIMARY KEY NOT NULL,
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    transfer_id  BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    file_key     BLOB   NOT NULL,             -- wrapped by the content key
    manifest     BLOB   NOT NULL,             -- sealed under the file key
    metadata     BLOB   NOT NULL,             -- the Upload-Metadata header, sealed under the content key
    length       BIGINT NOT NULL,             -- plaintext bytes
    objects      BIGINT NOT NULL,             -- parts in the manifest
    created_at   BIGINT NOT NULL
);
CREATE INDEX files_by_transfer ON files (transfer_id, id);

-- Uploads and files that were taken out of a draft, until their objects are known to be gone: a purge takes these along.
CREATE TABLE removed_uploads (
    upload_id    BLOB   PRIMARY KEY NOT NULL,
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    transfer_id  BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX removed_uploads_by_transfer ON removed_uploads (transfer_id);

CREATE TABLE recipients (
    id             BLOB   PRIMARY KEY NOT NULL,
    tenant_id      BLOB   NOT NULL REFERENCES tenants (id),
    transfer_id    BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    address        BLOB   NOT NULL,           -- sealed under the transfer key
    address_hmac   BLOB   NOT NULL,
    link_token     BLOB,                      -- sealed under the transfer key, for mails and for the sender to copy
    notified_at    BIGINT,
    opened_at      BIGINT,
    downloaded_at  BIGINT,
    reminder_queued_at BIGINT,                -- whatever becomes of it, it is queued once
    reminded_at    BIGINT,
    blocked_at     BIGINT,
    UNIQUE (transfer_id, address_hmac)
);

CREATE TABLE links (
    token_hash    BLOB   PRIMARY KEY NOT NULL, -- SHA-256
    tenant_id     BLOB   NOT NULL REFERENCES tenants (id),
    transfer_id   BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    recipient_id  BLOB   NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    created_at    BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX links_by_transfer ON links (transfer_id);
CREATE INDEX links_by_recipient ON links (recipient_id);

-- One row for every visit in which a recipient has shown what was asked of him. With a download limit the row
-- holds a place until leased_until, and for good once a last byte was delivered.
CREATE TABLE visits (
    id            BLOB   PRIMARY KEY NOT NULL,
    tenant_id     BLOB   NOT NULL REFERENCES tenants (id),
    transfer_id   BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    recipient_id  BLOB   NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    started_at    BIGINT NOT NULL,
    leased_until  BIGINT NOT NULL,
    completed_at  BIGINT
) WITHOUT ROWID;
CREATE INDEX visits_by_recipient ON visits (recipient_id);
CREATE INDEX visits_by_transfer ON visits (transfer_id);

CREATE TABLE downloads (
    recipient_id  BLOB   NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    file_id       BLOB   NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    transfer_id   BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    first_at      BIGINT NOT NULL,
    last_at       BIGINT NOT NULL,
    times         BIGINT NOT NULL,
    PRIMARY KEY (recipient_id, file_id)
) WITHOUT ROWID;
CREATE INDEX downloads_by_file ON downloads (file_id);
CREATE INDEX downloads_by_transfer ON downloads (transfer_id);

CREATE TABLE jobs (
    id            BLOB   PRIMARY KEY NOT NULL,
    kind          TEXT   NOT NULL,
    payload       TEXT   NOT NULL,            -- JSON, ids only: never personal data or secrets
    dedupe_key    TEXT   UNIQUE,
    run_at        BIGINT NOT NULL,
    attempts      BIGINT NOT NULL DEFAULT 0,
    fence         BIGINT NOT NULL DEFAULT 0,
    leased_until  BIGINT NOT NULL DEFAULT 0,
    last_error    TEXT,
    failed_at     BIGINT,                     -- given up; kept for the operator
    again_id      BLOB,                       -- wanted again while it was running: id and time of the next one
    again_at      BIGINT,
    created_at    BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE failed_at IS NULL;
CREATE INDEX jobs_failed ON jobs (failed_at) WHERE failed_at IS NOT NULL;

-- One row: what time it was when the service last looked, so that a clock that is wrong at its next start is noticed.
CREATE TABLE clock (
    one      BIGINT PRIMARY KEY NOT NULL,
    seen_at  BIGINT NOT NULL
);

CREATE TABLE audit_heads (
    tenant_id  BLOB   PRIMARY KEY NOT NULL REFERENCES tenants (id),
    seq        BIGINT NOT NULL,
    hash       BLOB   NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit (
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    seq          BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    transfer_id  BLOB,
    payload      TEXT   NOT NULL,             -- canonical JSON, no personal data
    prev_hash    BLOB   NOT NULL,
    hash         BLOB   NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX audit_by_transfer ON audit (transfer_id, seq);

-- What is left of a purged transfer: counts and times.
CREATE TABLE purges (
    transfer_id  BLOB   PRIMARY KEY NOT NULL,
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    sender_id    BLOB   NOT NULL REFERENCES users (id),
    files        BIGINT NOT NULL,
    objects      BIGINT NOT NULL,
    bytes        BIGINT NOT NULL,
    recipients   BIGINT NOT NULL,
    epoch        BIGINT NOT NULL,             -- the latest expiry day that it ever had
    prefixes     BLOB   NOT NULL,             -- the uploads' ids, 16 bytes each: what `purge verify` looks for
    reason       TEXT   NOT NULL,             -- expired, deleted
    expires_at   BIGINT NOT NULL,
    purged_at    BIGINT NOT NULL
);
