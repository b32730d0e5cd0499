-- What is done about misuse: users are warned, and lose the right to send; files are blocked wherever they turn up;
-- recipients report what should not have been sent.

ALTER TABLE users ADD COLUMN sending_suspended_at BIGINT; -- since when he may not send; NULL: he may

CREATE TABLE warnings (
    id          BLOB   PRIMARY KEY NOT NULL,
    tenant_id   BLOB   NOT NULL REFERENCES tenants (id),
    user_id     BLOB   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    given_by    BLOB  ,                        -- NULL: the operator
    text        BLOB   NOT NULL,               -- sealed under the tenant key
    created_at  BIGINT NOT NULL
);
CREATE INDEX warnings_of_user ON warnings (user_id, id);

ALTER TABLE files ADD COLUMN digest BLOB; -- HMAC of the SHA-256 of its bytes under the tenant key; NULL: nobody had to know
CREATE INDEX files_by_length ON files (tenant_id, length, id);

CREATE TABLE blocked_files (
    id          BLOB   PRIMARY KEY NOT NULL,
    tenant_id   BLOB   NOT NULL REFERENCES tenants (id),
    digest      BLOB   NOT NULL,               -- as in files
    hash        BLOB   NOT NULL,               -- the SHA-256 itself, sealed under the tenant key
    note        BLOB   NOT NULL,               -- why, sealed under the tenant key
    length      BIGINT,                       -- bytes; NULL: not known, so that every file has to be compared
    blocked_by  BLOB  ,                        -- NULL: the operator
    created_at  BIGINT NOT NULL,
    searched_at BIGINT,                       -- when everything that was there had been compared; NULL: not yet
    found       BIGINT NOT NULL DEFAULT 0,    -- transfers that the search has blocked
    unreadable  BIGINT NOT NULL DEFAULT 0     -- files that the search could not read: a password protects them
);
CREATE UNIQUE INDEX blocked_files_by_digest ON blocked_files (tenant_id, digest);

-- What a recipient says of a transfer. It goes when the transfer goes.
CREATE TABLE abuse_reports (
    id            BLOB   PRIMARY KEY NOT NULL,
    tenant_id     BLOB   NOT NULL REFERENCES tenants (id),
    transfer_id   BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    recipient_id  BLOB   NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    reason        TEXT   NOT NULL,             -- sealpost_domain::AbuseReason
    text          BLOB   NOT NULL,              -- sealed under the transfer key; may be empty
    created_at    BIGINT NOT NULL,
    settled_at    BIGINT,                      -- NULL: nobody has seen to it
    settled_by    BLOB                          -- NULL beside settled_at: the operator
);
CREATE INDEX abuse_reports_of_tenant ON abuse_reports (tenant_id, id);
CREATE INDEX abuse_reports_of_transfer ON abuse_reports (transfer_id);
CREATE INDEX abuse_reports_of_recipient ON abuse_reports (recipient_id);
