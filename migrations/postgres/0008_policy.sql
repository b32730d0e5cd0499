-- Every version of a tenant's policy. The settings of the one that counts are in tenants.policy, too: every request needs them.

ALTER TABLE tenants ADD COLUMN policy_version BIGINT NOT NULL DEFAULT 0; -- 0: settings alone, never changed since the tenant was made

CREATE TABLE policy_versions (
    tenant_id      UUID   NOT NULL REFERENCES tenants (id),
    version        BIGINT NOT NULL,
    document       BYTEA  NOT NULL,           -- sealpost_domain::PolicyDocument as JSON, sealed under the tenant key
    difference     TEXT   NOT NULL,           -- JSON, sealpost_domain::PolicyDifference: what it changed
    made_by        UUID   REFERENCES users (id), -- NULL: the operator
    made_at        BIGINT NOT NULL,
    restored_from  BIGINT,                    -- the version that it brought back
    PRIMARY KEY (tenant_id, version)
);

-- What a tenant's transfers hold together, and those of one sender: read without the rows.
CREATE INDEX transfers_by_bytes ON transfers (tenant_id, sender_id, byte_count);

-- What rules about content require of all recipients, one of these words; NULL: nothing. Set when it is sent.
ALTER TABLE transfers ADD COLUMN required_protections TEXT;
