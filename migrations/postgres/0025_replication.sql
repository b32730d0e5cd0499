-- Copies of what is stored: which stores are to have one, and what has changed since it was copied there.
--
-- What has changed is written down by triggers, so that no code can forget it, and only if a store is to have a copy.

CREATE TABLE replication_targets (
    store    TEXT   PRIMARY KEY NOT NULL,     -- which has the copies
    role     TEXT   NOT NULL,                 -- replica, offsite
    schema   BIGINT NOT NULL,                 -- the number of the schema whose rows are in the records there
    since    BIGINT NOT NULL,
    seen_at  BIGINT NOT NULL                  -- when a node has last found it in its configuration; within a minute
);

-- What has changed, as triggers see it. Nobody waits for anybody here: whoever writes has rows of his own.
CREATE TABLE replication_changes (
    subject_id  UUID    NOT NULL,              -- a transfer, or the tenant himself
    change      BIGINT  NOT NULL,              -- the transaction
    parts       BOOLEAN NOT NULL,              -- whether files have come or gone
    tenant_id   UUID    NOT NULL,
    PRIMARY KEY (subject_id, change, parts)
);

-- The same for each store, as the job that copies has taken it over.
CREATE TABLE replication_due (
    subject_id    UUID    NOT NULL,
    store         TEXT    NOT NULL REFERENCES replication_targets (store) ON DELETE CASCADE,
    tenant_id     UUID    NOT NULL,
    parts         BOOLEAN NOT NULL,
    changes       BIGINT  NOT NULL DEFAULT 1,  -- grows; what has grown since it was claimed is not done
    changed_at    BIGINT  NOT NULL,            -- since when the copy is behind
    next_at       BIGINT  NOT NULL,
    attempts      BIGINT  NOT NULL DEFAULT 0,  -- that have failed since the last one that did not
    last_error    TEXT,
    claim         UUID,                        -- of who works on it, or has died doing so; NULL: nobody
    leased_until  BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (subject_id, store)
);
CREATE INDEX replication_due_next ON replication_due (next_at);
CREATE INDEX replication_due_of_store ON replication_due (store, changed_at);
CREATE INDEX replication_due_of_tenant ON replication_due (tenant_id);

-- A transfer whose purge has begun has no copy to be made any more; nor has one whose row is gone, with which these go.
CREATE FUNCTION replication_of_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed RECORD;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM replication_targets) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, txid_current(), TG_ARGV[0] = 'parts', t.tenant_id FROM transfers t
        WHERE t.id = changed.transfer_id AND t.purge_started_at IS NULL
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION replication_of_transfer_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM replication_targets) THEN
        RETURN NULL;
    END IF;
    -- Of what is blocked no part is copied.
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        VALUES (NEW.id, txid_current(), TG_OP = 'UPDATE' AND OLD.blocked_at IS NOT NULL AND NEW.blocked_at IS NULL, NEW.tenant_id)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- Who is copying it at this moment finds it gone, and removes what he has copied.
CREATE FUNCTION replication_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM replication_changes WHERE subject_id = OLD.id;
    DELETE FROM replication_due WHERE subject_id = OLD.id AND claim IS NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION replication_of_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed RECORD;
    tenant  UUID;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM replication_targets) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
    IF TG_TABLE_NAME = 'tenants' THEN
        tenant := changed.id;
    ELSIF TG_TABLE_NAME = 'recovery_codes' THEN
        SELECT u.tenant_id INTO tenant FROM users u WHERE u.id = changed.user_id;
    ELSE
        tenant := changed.tenant_id;
    END IF;
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, txid_current(), false, t.id FROM tenants t WHERE t.id = tenant
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER replicate AFTER INSERT OR UPDATE ON transfers FOR EACH ROW
    WHEN (NEW.purge_started_at IS NULL) EXECUTE FUNCTION replication_of_transfer_row();
CREATE TRIGGER replicate_no_more AFTER DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION replication_forget();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON files FOR EACH ROW EXECUTE FUNCTION replication_of_transfer('parts');
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON recipients FOR EACH ROW EXECUTE FUNCTION replication_of_transfer('rows');
CREATE TRIGGER replicate AFTER INSERT OR DELETE ON links FOR EACH ROW EXECUTE FUNCTION replication_of_transfer('rows');
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON mail_links FOR EACH ROW EXECUTE FUNCTION replication_of_transfer('rows');
CREATE TRIGGER replicate AFTER INSERT OR UPDATE ON visits FOR EACH ROW EXECUTE FUNCTION replication_of_transfer('rows');
CREATE TRIGGER replicate AFTER INSERT OR UPDATE ON downloads FOR EACH ROW EXECUTE FUNCTION replication_of_transfer('rows');
CREATE TRIGGER replicate AFTER INSERT OR UPDATE ON rule_hits FOR EACH ROW EXECUTE FUNCTION replication_of_transfer('rows');
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON abuse_reports FOR EACH ROW EXECUTE FUNCTION replication_of_transfer('rows');

-- Not noted: when somebody has last signed in or used a token.
CREATE TRIGGER replicate AFTER INSERT OR UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OF address, address_hmac, name, role, disabled_at, password, password_changed_at, must_change, totp, totp_confirmed_at, directory, user_name_hmac, external_id_hmac, left_at, seat_at, sending_suspended_at OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON policy_versions FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON groups FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON group_members FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON mailboxes FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON delegations FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON identity_providers FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON user_identities FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OF label OR DELETE ON passkeys FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON api_clients FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OF label, scopes, expires_at, revoked_at OR DELETE ON api_tokens FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON logos FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON addins FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OF digest, hash, note, length OR DELETE ON blocked_files FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON portals FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON portal_recipients FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON upload_requests FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
CREATE TRIGGER replicate AFTER INSERT OR UPDATE OR DELETE ON recovery_codes FOR EACH ROW EXECUTE FUNCTION replication_of_tenant();
