-- Recovery: content keys that are sealed to the tenant's recovery key, and what is asked of it.

ALTER TABLE content_keys ADD COLUMN recovery BOOLEAN;  -- whether the public key is the tenant's recovery key; NULL: it is not

-- Somebody's wish to open a transfer with the recovery key, which somebody else allows or refuses.
CREATE TABLE recoveries (
    id            UUID   PRIMARY KEY NOT NULL,
    tenant_id     UUID   NOT NULL REFERENCES tenants (id),
    transfer_id   UUID   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    requested_by  UUID   NOT NULL,
    reason        BYTEA  NOT NULL,  -- sealed under the tenant key
    created_at    BIGINT NOT NULL,
    decided_by    UUID,
    decided_at    BIGINT,           -- NULL: nobody has
    approved      BOOLEAN NOT NULL DEFAULT false
);
CREATE INDEX recoveries_of_tenant ON recoveries (tenant_id, id);
CREATE INDEX recoveries_of_transfer ON recoveries (transfer_id);
