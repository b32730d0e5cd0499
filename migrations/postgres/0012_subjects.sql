-- Requests of data subjects, incident notices, reports.

-- How many recipients were removed from a transfer at their own wish: all that is left of them.
ALTER TABLE transfers ADD COLUMN erased_recipients BIGINT NOT NULL DEFAULT 0;

-- What the operator tells a tenant of an incident.
CREATE TABLE incidents (
    id               UUID   PRIMARY KEY NOT NULL,
    tenant_id        UUID   NOT NULL REFERENCES tenants (id),
    digest           BYTEA  NOT NULL,         -- HMAC of subject and text: a notice is given once
    subject          BYTEA  NOT NULL,         -- sealed under the tenant key
    body             BYTEA  NOT NULL,         -- sealed under the tenant key
    created_at       BIGINT NOT NULL,
    acknowledged_at  BIGINT,                  -- when the first of the tenant's people did
    remind_at        BIGINT,                  -- when the tenant is reminded next; NULL: not any more
    reminders        BIGINT NOT NULL DEFAULT 0,
    UNIQUE (tenant_id, digest)
);
CREATE INDEX incidents_by_tenant ON incidents (tenant_id, id);
CREATE INDEX incidents_to_remind ON incidents (remind_at, id) WHERE remind_at IS NOT NULL;

-- Who is told of it, and who else has acknowledged it.
CREATE TABLE incident_contacts (
    id               UUID   PRIMARY KEY NOT NULL,
    tenant_id        UUID   NOT NULL REFERENCES tenants (id),
    incident_id      UUID   NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    user_id          UUID   REFERENCES users (id),
    address          BYTEA  NOT NULL,         -- sealed under the tenant key
    address_hmac     BYTEA  NOT NULL,
    token_hash       BYTEA  UNIQUE,           -- SHA-256 of his link's token; NULL for somebody who gets no mail
    token            BYTEA,                    -- sealed under the tenant key, for the mails
    notified_at      BIGINT,
    acknowledged_at  BIGINT,
    UNIQUE (incident_id, address_hmac)
);
CREATE INDEX incident_contacts_by_address ON incident_contacts (tenant_id, address_hmac);
CREATE INDEX incident_contacts_by_user ON incident_contacts (user_id);

-- What is counted for reports, of a day and a department: nobody's own. It outlives what it was counted of.
CREATE TABLE report_days (
    tenant_id          UUID   NOT NULL REFERENCES tenants (id),
    day                BIGINT NOT NULL,       -- days since 1970-01-01, in UTC
    department         UUID   NOT NULL,       -- a group's id; zeros stand for all others
    transfers          BIGINT NOT NULL,
    files              BIGINT NOT NULL,
    bytes              BIGINT NOT NULL,
    recipients         BIGINT NOT NULL,
    refused_addresses  BIGINT NOT NULL,
    refused_types      BIGINT NOT NULL,
    refused_content    BIGINT NOT NULL,
    blocked            BIGINT NOT NULL,
    blocked_scan       BIGINT NOT NULL,
    blocked_listed     BIGINT NOT NULL,
    people             BIGINT NOT NULL,       -- how it stood when it was last looked that day
    seats              BIGINT NOT NULL,
    second_factors     BIGINT NOT NULL,
    stored_bytes       BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day, department)
);

CREATE TABLE report_progress (
    tenant_id     UUID   PRIMARY KEY NOT NULL REFERENCES tenants (id),
    seq           BIGINT NOT NULL,            -- the last entry of the log that was counted
    mailed_until  BIGINT                      -- the day before which reports were mailed
);
