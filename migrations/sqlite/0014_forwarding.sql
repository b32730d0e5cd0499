-- Where a tenant's audit entries are sent on to.

CREATE TABLE forwarding_targets (
    id                BLOB    PRIMARY KEY NOT NULL,
    tenant_id         BLOB    NOT NULL REFERENCES tenants (id),
    kind              TEXT    NOT NULL,           -- syslog or webhook
    label             TEXT    NOT NULL,
    destination       BLOB    NOT NULL,           -- sealpost_forward::Destination as JSON, sealed under the tenant key
    kinds             TEXT    NOT NULL,           -- JSON: prefixes of the kinds of entries that are sent; none: all
    include_personal  BOOLEAN NOT NULL,
    enabled           BOOLEAN NOT NULL,
    position          BIGINT  NOT NULL,           -- the number of the last entry that is over there, or is not wanted there
    batch_end         BIGINT,                     -- where the batch ended that was not handed over
    attempts          BIGINT  NOT NULL,           -- failures since the last success
    next_at           BIGINT  NOT NULL,           -- not before
    failing_since     BIGINT,
    last_error        TEXT,
    told_at           BIGINT,                     -- when the admins were told that it fails
    delivered_at      BIGINT,                     -- when something was handed over last
    created_at        BIGINT  NOT NULL
) WITHOUT ROWID;
CREATE INDEX forwarding_targets_by_tenant ON forwarding_targets (tenant_id, id);
