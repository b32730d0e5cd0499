-- Sealed receiving: key pairs of users and of teams, which are shared mailboxes, and what is sealed to them.

CREATE TABLE key_pairs (
    id           BLOB   PRIMARY KEY NOT NULL,
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    owner_id     BLOB   NOT NULL,             -- the user or the mailbox, as contexts name it
    user_id      BLOB   REFERENCES users (id) ON DELETE CASCADE,
    mailbox_id   BLOB   REFERENCES mailboxes (id) ON DELETE CASCADE,
    public_key   BLOB  NOT NULL,
    private_key  BLOB,                      -- a user's: costs of the passphrase and the key under it, sealed under the tenant key
    created_at   BIGINT NOT NULL,
    retired_at   BIGINT,                     -- since when another one counts
    revision     BIGINT NOT NULL DEFAULT 1,  -- grows with every other passphrase
    CHECK ((user_id IS NULL) <> (mailbox_id IS NULL)),
    UNIQUE (tenant_id, public_key)
);
CREATE UNIQUE INDEX key_pairs_current ON key_pairs (owner_id) WHERE retired_at IS NULL;
CREATE INDEX key_pairs_of_owner ON key_pairs (tenant_id, owner_id, id);
CREATE INDEX key_pairs_of_user ON key_pairs (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX key_pairs_of_mailbox ON key_pairs (mailbox_id) WHERE mailbox_id IS NOT NULL;
CREATE INDEX key_pairs_retired ON key_pairs (retired_at) WHERE retired_at IS NOT NULL;

-- The same private key under what a passkey of its owner makes.
CREATE TABLE key_pair_passkeys (
    key_pair_id  BLOB   NOT NULL REFERENCES key_pairs (id) ON DELETE CASCADE,
    passkey_id   BLOB   NOT NULL REFERENCES passkeys (id) ON DELETE CASCADE,
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    private_key  BLOB  NOT NULL,             -- and that under the tenant key
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (key_pair_id, passkey_id)
) WITHOUT ROWID;
CREATE INDEX key_pair_passkeys_of_passkey ON key_pair_passkeys (passkey_id);

-- A team's private key, sealed to a key of each member. Whoever may not send for the mailbox any more has none.
CREATE TABLE key_pair_members (
    key_pair_id  BLOB   NOT NULL REFERENCES key_pairs (id) ON DELETE CASCADE,
    user_id      BLOB   NOT NULL,
    mailbox_id   BLOB   NOT NULL,
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    member_key   BLOB  NOT NULL,             -- the member's public key that it is sealed to
    private_key  BLOB  NOT NULL,             -- and that under the tenant key
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (key_pair_id, user_id),
    FOREIGN KEY (mailbox_id, user_id) REFERENCES delegations (mailbox_id, user_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX key_pair_members_of_delegation ON key_pair_members (mailbox_id, user_id);
CREATE INDEX key_pair_members_of_user ON key_pair_members (user_id);
CREATE INDEX key_pair_members_by_key ON key_pair_members (tenant_id, member_key);

-- A transfer's content key, sealed to a public key by who sends it in.
CREATE TABLE content_keys (
    transfer_id  BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    public_key   BLOB  NOT NULL,
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    content_key  BLOB  NOT NULL,             -- and that under the transfer key
    PRIMARY KEY (transfer_id, public_key)
) WITHOUT ROWID;
CREATE INDEX content_keys_by_key ON content_keys (tenant_id, public_key);

ALTER TABLE upload_requests ADD COLUMN mode TEXT NOT NULL DEFAULT 'standard'; -- standard, zero_knowledge
ALTER TABLE portals ADD COLUMN mode TEXT NOT NULL DEFAULT 'standard';         -- the same
ALTER TABLE portals ADD COLUMN mailbox_id BLOB;                              -- the team that gets what comes in; NULL: as its fields say

-- As in 0025_replication.
CREATE TRIGGER replicate_content_keys_insert AFTER INSERT ON content_keys WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_content_keys_update AFTER UPDATE ON content_keys WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_content_keys_delete AFTER DELETE ON content_keys WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = OLD.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_key_pairs_insert AFTER INSERT ON key_pairs WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_key_pairs_update AFTER UPDATE ON key_pairs WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_key_pairs_delete AFTER DELETE ON key_pairs WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_key_pair_passkeys_insert AFTER INSERT ON key_pair_passkeys WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_key_pair_passkeys_update AFTER UPDATE ON key_pair_passkeys WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_key_pair_passkeys_delete AFTER DELETE ON key_pair_passkeys WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_key_pair_members_insert AFTER INSERT ON key_pair_members WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_key_pair_members_update AFTER UPDATE ON key_pair_members WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_key_pair_members_delete AFTER DELETE ON key_pair_members WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
