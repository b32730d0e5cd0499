-- Portals: standing pages of a tenant by which outsiders send files in. And the kinds of files that requests and portals take.

ALTER TABLE upload_requests ADD COLUMN kinds TEXT; -- words with blanks between; NULL: whatever the policy lets pass

CREATE TABLE portals (
    id             BLOB    PRIMARY KEY NOT NULL,
    tenant_id      BLOB    NOT NULL REFERENCES tenants (id),
    user_id        BLOB    NOT NULL REFERENCES users (id), -- its owner: the sender, in the tenant, of what comes in
    name           TEXT    NOT NULL,          -- in its address
    title          BLOB    NOT NULL,          -- sealed under the tenant key
    text           BLOB   ,                   -- sealed under the tenant key
    several        BOOLEAN NOT NULL,          -- whether an uploader may choose more than one recipient
    domains        TEXT    NOT NULL,          -- of which he may name an address; words with blanks between
    kinds          TEXT,                      -- words with blanks between; NULL: whatever the policy lets pass
    max_files      BIGINT,                    -- of each submission; NULL: as the policy says
    max_bytes      BIGINT,
    asks_code      BOOLEAN NOT NULL,          -- whether an uploader shows that his address is his
    enabled        BOOLEAN NOT NULL,
    created_at     BIGINT  NOT NULL,
    changed_at     BIGINT  NOT NULL,
    UNIQUE (tenant_id, name)
);
CREATE INDEX portals_by_user ON portals (user_id);

-- Among whom an uploader chooses.
CREATE TABLE portal_recipients (
    portal_id  BLOB   NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    user_id    BLOB   NOT NULL REFERENCES users (id),
    tenant_id  BLOB   NOT NULL REFERENCES tenants (id),
    place      BIGINT NOT NULL,               -- in which order they are shown
    label      BLOB   NOT NULL,               -- what the uploader sees, sealed under the tenant key
    PRIMARY KEY (portal_id, user_id)
);
CREATE INDEX portal_recipients_by_user ON portal_recipients (user_id);

-- Codes are of a request or of a portal. Those that are there count for ten minutes: they are asked for anew.
DROP TABLE request_codes;
CREATE TABLE request_codes (
    id              BLOB   PRIMARY KEY NOT NULL,
    tenant_id       BLOB   NOT NULL REFERENCES tenants (id),
    request_id      BLOB   REFERENCES upload_requests (id) ON DELETE CASCADE,
    portal_id       BLOB   REFERENCES portals (id) ON DELETE CASCADE,
    address         BLOB  ,                     -- sealed under the tenant key; NULL once the code was sent
    address_hmac    BLOB   NOT NULL,            -- as in upload_requests
    language        TEXT,                     -- of the page from which it was asked for; NULL: not known
    challenge_hash  BLOB   NOT NULL UNIQUE,     -- SHA-256
    code_hmac       BLOB   NOT NULL,            -- under the tenant key
    code            BLOB  ,                     -- sealed under the tenant key; NULL once it was sent
    tries           BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    used_at         BIGINT,
    CHECK ((request_id IS NULL) <> (portal_id IS NULL))
);
CREATE INDEX request_codes_of_request ON request_codes (request_id);
CREATE INDEX request_codes_of_portal ON request_codes (portal_id);
CREATE INDEX request_codes_by_expiry ON request_codes (expires_at);

ALTER TABLE transfers ADD COLUMN portal_id        BLOB  ;  -- by which it came in; the portal may be gone
ALTER TABLE transfers ADD COLUMN uploader_network BLOB  ;  -- from which network it was begun: an HMAC under the tenant key
CREATE INDEX transfers_by_portal ON transfers (portal_id, id) WHERE portal_id IS NOT NULL;
DROP INDEX submissions_in_draft;
CREATE INDEX submissions_in_draft ON transfers (created_at, id) WHERE uploader IS NOT NULL AND state = 'draft';
CREATE INDEX submissions_of_portal_in_draft ON transfers (portal_id, uploader_network) WHERE portal_id IS NOT NULL AND state = 'draft';
