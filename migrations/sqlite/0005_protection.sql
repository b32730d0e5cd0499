-- What recipients must show, and how often anybody may try to show anything.

-- How often something may still be tried (generic cell rate algorithm). A row that lies in the past says nothing and is
-- swept. The key is an HMAC: nobody reads addresses of people or machines from it.
CREATE TABLE limits (
    key         BLOB   PRIMARY KEY NOT NULL,
    paid_until  BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX limits_by_end ON limits (paid_until);

ALTER TABLE transfers ADD COLUMN protection TEXT NOT NULL DEFAULT 'none';
UPDATE transfers SET protection = 'password' WHERE password_parameters IS NOT NULL;

ALTER TABLE recipients ADD COLUMN protection TEXT;            -- NULL: that of the transfer
ALTER TABLE recipients ADD COLUMN phone BLOB;                 -- sealed under the transfer key
ALTER TABLE recipients ADD COLUMN locked_content_key BLOB;    -- with a password of his own, as in transfers
ALTER TABLE recipients ADD COLUMN password_parameters BLOB;

-- A code that was sent to a recipient. It counts together with the challenge, which only the browser has that asked for it.
CREATE TABLE link_codes (
    id              BLOB   PRIMARY KEY NOT NULL,
    tenant_id       BLOB   NOT NULL REFERENCES tenants (id),
    transfer_id     BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    recipient_id    BLOB   NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    channel         TEXT   NOT NULL,
    language        TEXT,                     -- of the page from which it was asked for; NULL: not known
    challenge_hash  BLOB   NOT NULL UNIQUE,   -- SHA-256
    code_hmac       BLOB   NOT NULL,          -- under the tenant key
    code            BLOB,                     -- sealed under the tenant key; NULL once it was sent
    tries           BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    used_at         BIGINT
) WITHOUT ROWID;
CREATE INDEX link_codes_by_transfer ON link_codes (transfer_id);
CREATE INDEX link_codes_by_recipient ON link_codes (recipient_id);
CREATE INDEX link_codes_by_expiry ON link_codes (expires_at);

-- A browser in which somebody has shown a code, and needs none for a while.
CREATE TABLE remembered_devices (
    id            BLOB   PRIMARY KEY NOT NULL,
    tenant_id     BLOB   NOT NULL REFERENCES tenants (id),
    address_hmac  BLOB   NOT NULL,            -- as in recipients
    channel       TEXT   NOT NULL,
    phone_hmac    BLOB,                       -- the number that the code was sent to
    token_hash    BLOB   NOT NULL UNIQUE,     -- SHA-256
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX remembered_devices_by_address ON remembered_devices (tenant_id, address_hmac);
CREATE INDEX remembered_devices_by_expiry ON remembered_devices (expires_at);
