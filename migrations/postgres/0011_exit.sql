-- Tenants that leave, and what is left of them.

ALTER TABLE tenants ADD COLUMN removal_began_at BIGINT; -- from here on there is no way back: its keys are being destroyed

-- What is left of a tenant that was removed. It names no person. The tenant's row may be gone, so nothing refers to it.
CREATE TABLE tenant_removals (
    tenant_id      UUID   PRIMARY KEY NOT NULL,
    slug           TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    container      TEXT   NOT NULL,
    terminated_at  BIGINT NOT NULL,
    began_at       BIGINT NOT NULL,
    row_counts     TEXT   NOT NULL,           -- JSON: how many rows each table had of it when its removal began
    epoch_keys     BIGINT NOT NULL,           -- how many keys of expiry days it had then
    log_end        TEXT   NOT NULL,           -- JSON: the last entries of its log, and its last checkpoint
    removed_at     BIGINT,                    -- NULL: something is still there
    certificate    TEXT                       -- signed JSON (docs/certificates.md)
);
CREATE INDEX tenant_removals_by_slug ON tenant_removals (slug, began_at);
CREATE INDEX tenant_removals_to_do ON tenant_removals (tenant_id) WHERE certificate IS NULL;
