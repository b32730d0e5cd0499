-- What the log holds beside its chain, and how far it has been signed.

ALTER TABLE audit ADD COLUMN sealed BLOB;              -- personal values and their salts, sealed (docs/audit.md); NULL: none, or gone
ALTER TABLE audit_heads ADD COLUMN prev_hash BLOB;      -- the hash before `hash`

-- So that an entry is appended with one statement.
CREATE TRIGGER audit_moves_head AFTER INSERT ON audit
BEGIN
    UPDATE audit_heads SET seq = NEW.seq, prev_hash = NEW.prev_hash, hash = NEW.hash WHERE tenant_id = NEW.tenant_id;
END;

-- The tree over a tenant's entries (RFC 6962), as far as a checkpoint was signed: its whole subtrees, 32 bytes each. The
-- same of the point at which the log begins since older entries were removed. No row: nothing was signed yet.
CREATE TABLE audit_trees (
    tenant_id    BLOB   PRIMARY KEY NOT NULL REFERENCES tenants (id),
    start_seq    BIGINT NOT NULL,
    start_hash   BLOB   NOT NULL,
    start_nodes  BLOB   NOT NULL,
    seq          BIGINT NOT NULL,
    hash         BLOB   NOT NULL,
    nodes        BLOB   NOT NULL
) WITHOUT ROWID;

-- Signed tree heads.
CREATE TABLE audit_checkpoints (
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    seq          BIGINT NOT NULL,                       -- the last entry under it
    at           BIGINT NOT NULL,
    note         TEXT   NOT NULL,                       -- c2sp.org/tlog-checkpoint
    exported_at  BIGINT,                                -- NULL: not yet where the service does not rewrite it
    PRIMARY KEY (tenant_id, seq)
) WITHOUT ROWID;
CREATE INDEX audit_checkpoints_to_export ON audit_checkpoints (tenant_id, seq) WHERE exported_at IS NULL;

-- The log of transfers: by state, by sender and state, by recipient; newest first.
CREATE INDEX transfers_by_state ON transfers (tenant_id, state, id);
CREATE INDEX transfers_by_sender_and_state ON transfers (tenant_id, sender_id, state, id);
CREATE INDEX recipients_by_address ON recipients (tenant_id, address_hmac, transfer_id);
CREATE INDEX purges_by_tenant ON purges (tenant_id, transfer_id);

ALTER TABLE recipients ADD COLUMN bounced_at BIGINT;      -- when a mail server said that it does not deliver to him
