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

-- So that removing a user, or a mailbox, asks an index whether anything is his, and reads no whole tables.
CREATE INDEX api_clients_by_user ON api_clients (user_id);
CREATE INDEX api_tokens_by_owner ON api_tokens (user_id);
CREATE INDEX policy_versions_by_user ON policy_versions (made_by);
CREATE INDEX purges_by_sender ON purges (sender_id);
CREATE INDEX sessions_by_owner ON sessions (user_id);
CREATE INDEX support_grants_by_giver ON support_grants (given_by);
CREATE INDEX transfers_by_mailbox ON transfers (mailbox_id) WHERE mailbox_id IS NOT NULL;
CREATE INDEX transfers_by_user ON transfers (sender_id);

-- The log of transfers by what their files are.
CREATE INDEX files_by_kind ON files (tenant_id, kind, transfer_id);
