-- Copies of what is stored: which stores are to have one, and what has changed since it was copied there.
--
-- What has changed is written down by triggers, so that no code can forget it, and only if a store is to have a copy.

CREATE TABLE replication_targets (
    store    TEXT   PRIMARY KEY NOT NULL,     -- which has the copies
    role     TEXT   NOT NULL,                 -- replica, offsite
    schema   BIGINT NOT NULL,                 -- the number of the schema whose rows are in the records there
    since    BIGINT NOT NULL,
    seen_at  BIGINT NOT NULL                  -- when a node has last found it in its configuration; within a minute
) WITHOUT ROWID;

-- What has changed, as triggers see it. Nobody waits for anybody here: whoever writes has rows of his own.
CREATE TABLE replication_changes (
    subject_id  BLOB    NOT NULL,              -- a transfer, or the tenant himself
    change      BIGINT  NOT NULL,              -- the transaction
    parts       BOOLEAN NOT NULL,              -- whether files have come or gone
    tenant_id   BLOB    NOT NULL,
    PRIMARY KEY (subject_id, change, parts)
) WITHOUT ROWID;

-- The same for each store, as the job that copies has taken it over.
CREATE TABLE replication_due (
    subject_id    BLOB    NOT NULL,
    store         TEXT    NOT NULL REFERENCES replication_targets (store) ON DELETE CASCADE,
    tenant_id     BLOB    NOT NULL,
    parts         BOOLEAN NOT NULL,
    changes       BIGINT  NOT NULL DEFAULT 1,  -- grows; what has grown since it was claimed is not done
    changed_at    BIGINT  NOT NULL,            -- since when the copy is behind
    next_at       BIGINT  NOT NULL,
    attempts      BIGINT  NOT NULL DEFAULT 0,  -- that have failed since the last one that did not
    last_error    TEXT,
    claim         BLOB,                        -- of who works on it, or has died doing so; NULL: nobody
    leased_until  BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (subject_id, store)
) WITHOUT ROWID;
CREATE INDEX replication_due_next ON replication_due (next_at);
CREATE INDEX replication_due_of_store ON replication_due (store, changed_at);
CREATE INDEX replication_due_of_tenant ON replication_due (tenant_id);

-- A transfer whose purge has begun has no copy to be made any more; nor has one whose row is gone, with which these go. There
-- is one writer at a time, so one change is enough.
CREATE TRIGGER replicate_transfers_insert AFTER INSERT ON transfers WHEN NEW.purge_started_at IS NULL AND EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        VALUES (NEW.id, 0, false, NEW.tenant_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_transfers_update AFTER UPDATE ON transfers WHEN NEW.purge_started_at IS NULL AND EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        VALUES (NEW.id, 0, OLD.blocked_at IS NOT NULL AND NEW.blocked_at IS NULL, NEW.tenant_id) ON CONFLICT DO NOTHING;
END;
-- Who is copying it at this moment finds it gone, and removes what he has copied.
CREATE TRIGGER replicate_transfers_delete AFTER DELETE ON transfers BEGIN
    DELETE FROM replication_changes WHERE subject_id = OLD.id;
    DELETE FROM replication_due WHERE subject_id = OLD.id AND claim IS NULL;
END;
CREATE TRIGGER replicate_files_insert AFTER INSERT ON files WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, true, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_files_update AFTER UPDATE ON files WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, true, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_files_delete AFTER DELETE ON files WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, true, t.tenant_id FROM transfers t
        WHERE t.id = OLD.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_recipients_insert AFTER INSERT ON recipients WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_recipients_update AFTER UPDATE ON recipients WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_recipients_delete AFTER DELETE ON recipients WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = OLD.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_links_insert AFTER INSERT ON links WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_links_delete AFTER DELETE ON links WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = OLD.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_mail_links_insert AFTER INSERT ON mail_links WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_mail_links_update AFTER UPDATE ON mail_links WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_mail_links_delete AFTER DELETE ON mail_links WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = OLD.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_visits_insert AFTER INSERT ON visits WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_visits_update AFTER UPDATE ON visits WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_downloads_insert AFTER INSERT ON downloads WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_downloads_update AFTER UPDATE ON downloads WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_rule_hits_insert AFTER INSERT ON rule_hits WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_rule_hits_update AFTER UPDATE ON rule_hits WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_abuse_reports_insert AFTER INSERT ON abuse_reports WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_abuse_reports_update AFTER UPDATE ON abuse_reports WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = NEW.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_abuse_reports_delete AFTER DELETE ON abuse_reports WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.tenant_id FROM transfers t
        WHERE t.id = OLD.transfer_id AND t.purge_started_at IS NULL ON CONFLICT DO NOTHING;
END;

-- Not noted: when somebody has last signed in or used a token.
CREATE TRIGGER replicate_tenants_insert AFTER INSERT ON tenants WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        VALUES (NEW.id, 0, false, NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_tenants_update AFTER UPDATE ON tenants WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        VALUES (NEW.id, 0, false, NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_users_insert AFTER INSERT ON users WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_users_update AFTER UPDATE OF address, address_hmac, name, role, disabled_at, password, password_changed_at, must_change, totp, totp_confirmed_at, directory, user_name_hmac, external_id_hmac, left_at, seat_at, sending_suspended_at ON users WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_users_delete AFTER DELETE ON users WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_policy_versions_insert AFTER INSERT ON policy_versions WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_policy_versions_update AFTER UPDATE ON policy_versions WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_policy_versions_delete AFTER DELETE ON policy_versions WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_groups_insert AFTER INSERT ON groups WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_groups_update AFTER UPDATE ON groups WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_groups_delete AFTER DELETE ON groups WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_group_members_insert AFTER INSERT ON group_members WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_group_members_update AFTER UPDATE ON group_members WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_group_members_delete AFTER DELETE ON group_members WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_mailboxes_insert AFTER INSERT ON mailboxes WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_mailboxes_update AFTER UPDATE ON mailboxes WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_mailboxes_delete AFTER DELETE ON mailboxes WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_delegations_insert AFTER INSERT ON delegations WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_delegations_update AFTER UPDATE ON delegations WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_delegations_delete AFTER DELETE ON delegations WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_identity_providers_insert AFTER INSERT ON identity_providers WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_identity_providers_update AFTER UPDATE ON identity_providers WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_identity_providers_delete AFTER DELETE ON identity_providers WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_user_identities_insert AFTER INSERT ON user_identities WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_user_identities_update AFTER UPDATE ON user_identities WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_user_identities_delete AFTER DELETE ON user_identities WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_passkeys_insert AFTER INSERT ON passkeys WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_passkeys_update AFTER UPDATE OF label ON passkeys WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_passkeys_delete AFTER DELETE ON passkeys WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_api_clients_insert AFTER INSERT ON api_clients WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_api_clients_update AFTER UPDATE ON api_clients WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_api_clients_delete AFTER DELETE ON api_clients WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_api_tokens_insert AFTER INSERT ON api_tokens WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_api_tokens_update AFTER UPDATE OF label, scopes, expires_at, revoked_at ON api_tokens WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_api_tokens_delete AFTER DELETE ON api_tokens WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_logos_insert AFTER INSERT ON logos WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_logos_update AFTER UPDATE ON logos WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_logos_delete AFTER DELETE ON logos WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_addins_insert AFTER INSERT ON addins WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_addins_update AFTER UPDATE ON addins WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_addins_delete AFTER DELETE ON addins WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_blocked_files_insert AFTER INSERT ON blocked_files WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_blocked_files_update AFTER UPDATE OF digest, hash, note, length ON blocked_files WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_blocked_files_delete AFTER DELETE ON blocked_files WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_portals_insert AFTER INSERT ON portals WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_portals_update AFTER UPDATE ON portals WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_portals_delete AFTER DELETE ON portals WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_portal_recipients_insert AFTER INSERT ON portal_recipients WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_portal_recipients_update AFTER UPDATE ON portal_recipients WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_portal_recipients_delete AFTER DELETE ON portal_recipients WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_upload_requests_insert AFTER INSERT ON upload_requests WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_upload_requests_update AFTER UPDATE ON upload_requests WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = NEW.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_upload_requests_delete AFTER DELETE ON upload_requests WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = OLD.tenant_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_recovery_codes_insert AFTER INSERT ON recovery_codes WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = (SELECT u.tenant_id FROM users u WHERE u.id = NEW.user_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_recovery_codes_update AFTER UPDATE ON recovery_codes WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = (SELECT u.tenant_id FROM users u WHERE u.id = NEW.user_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER replicate_recovery_codes_delete AFTER DELETE ON recovery_codes WHEN EXISTS (SELECT 1 FROM replication_targets) BEGIN
    INSERT INTO replication_changes (subject_id, change, parts, tenant_id)
        SELECT t.id, 0, false, t.id FROM tenants t WHERE t.id = (SELECT u.tenant_id FROM users u WHERE u.id = OLD.user_id) ON CONFLICT DO NOTHING;
END;
