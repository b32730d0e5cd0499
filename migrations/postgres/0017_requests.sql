-- Upload requests: links with which outsiders send files in. What comes in is a transfer like any other.

CREATE TABLE upload_requests (
    id            UUID   PRIMARY KEY NOT NULL,
    tenant_id     UUID   NOT NULL REFERENCES tenants (id),
    user_id       UUID   NOT NULL REFERENCES users (id), -- who asks, and gets what comes in
    token_hash    BYTEA  NOT NULL UNIQUE,       -- SHA-256
    token         BYTEA  NOT NULL,              -- sealed under the tenant key, as all that is sealed here: its user may copy the link again
    title         BYTEA  NOT NULL,              -- sealed
    message       BYTEA ,                       -- sealed
    address       BYTEA ,                       -- sealed: who alone may use it; NULL: whoever has the link
    address_hmac  BYTEA ,
    asks_code     BOOLEAN NOT NULL,           -- whether an uploader shows that his address is his
    max_uses      BIGINT NOT NULL,
    uses          BIGINT NOT NULL DEFAULT 0,  -- drafts and what was sent
    max_files     BIGINT,                     -- of each use; NULL: as the policy says
    max_bytes     BIGINT,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    closed_at     BIGINT
);
CREATE INDEX upload_requests_of_tenant ON upload_requests (tenant_id, id);
CREATE INDEX upload_requests_of_user ON upload_requests (user_id, id);
CREATE INDEX upload_requests_by_address ON upload_requests (tenant_id, address_hmac) WHERE address_hmac IS NOT NULL;
CREATE INDEX upload_requests_by_expiry ON upload_requests (expires_at);
CREATE INDEX upload_requests_by_closing ON upload_requests (closed_at) WHERE closed_at IS NOT NULL;

-- A code that an uploader has asked for. It counts together with the challenge, which only the browser has that asked for it.
CREATE TABLE request_codes (
    id              UUID   PRIMARY KEY NOT NULL,
    tenant_id       UUID   NOT NULL REFERENCES tenants (id),
    request_id      UUID   NOT NULL REFERENCES upload_requests (id) ON DELETE CASCADE,
    address         BYTEA ,                     -- sealed under the tenant key; NULL once the code was sent
    address_hmac    BYTEA  NOT NULL,            -- as in upload_requests
    language        TEXT,                     -- of the page from which it was asked for; NULL: not known
    challenge_hash  BYTEA  NOT NULL UNIQUE,     -- SHA-256
    code_hmac       BYTEA  NOT NULL,            -- under the tenant key
    code            BYTEA ,                     -- sealed under the tenant key; NULL once it was sent
    tries           BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    used_at         BIGINT
);
CREATE INDEX request_codes_of_request ON request_codes (request_id);
CREATE INDEX request_codes_by_expiry ON request_codes (expires_at);

ALTER TABLE transfers ADD COLUMN request_id    UUID  ;  -- by which it came in; the request may be gone. NULL: a user sends it
ALTER TABLE transfers ADD COLUMN uploader      BYTEA ; -- who has sent it in, by his own words: sealed under the transfer key
ALTER TABLE transfers ADD COLUMN uploader_hmac BYTEA ; -- of his address
CREATE INDEX transfers_by_request ON transfers (request_id, id) WHERE request_id IS NOT NULL;
CREATE INDEX transfers_by_uploader ON transfers (tenant_id, uploader_hmac, id) WHERE uploader_hmac IS NOT NULL;
CREATE INDEX submissions_in_draft ON transfers (created_at, id) WHERE request_id IS NOT NULL AND state = 'draft';
