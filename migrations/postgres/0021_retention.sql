-- What those who answer for deletion are told of it, and the indexes by which transfers, uploads and entries are found for it.

-- When each of the clock's jobs was done last, for all tenants together.
CREATE TABLE job_runs (
    kind     TEXT   PRIMARY KEY NOT NULL,
    done_at  BIGINT NOT NULL
);

-- What the purge records of a day say, added up.
CREATE TABLE purge_days (
    tenant_id      UUID   NOT NULL REFERENCES tenants (id),
    day            BIGINT NOT NULL,           -- of the purge: days since 1970-01-01, in UTC
    expired        BIGINT NOT NULL,           -- transfers whose time was over
    deleted        BIGINT NOT NULL,           -- transfers that went before
    files          BIGINT NOT NULL,
    bytes          BIGINT NOT NULL,
    longest_delay  BIGINT NOT NULL,           -- milliseconds from the end to the purge, of those whose time was over
    PRIMARY KEY (tenant_id, day)
);
INSERT INTO purge_days (tenant_id, day, expired, deleted, files, bytes, longest_delay)
    SELECT tenant_id, purged_at / 86400000, SUM(CASE WHEN reason = 'expired' THEN 1 ELSE 0 END),
        SUM(CASE WHEN reason = 'expired' THEN 0 ELSE 1 END), SUM(files), SUM(bytes),
        MAX(CASE WHEN reason = 'expired' AND purged_at > expires_at THEN purged_at - expires_at ELSE 0 END)
    FROM purges GROUP BY tenant_id, purged_at / 86400000;

-- What the last look through the whole of a tenant's container has found.
CREATE TABLE store_checks (
    tenant_id  UUID   PRIMARY KEY NOT NULL REFERENCES tenants (id),
    at         BIGINT NOT NULL,
    seen       BIGINT NOT NULL,               -- objects
    removed    BIGINT NOT NULL,               -- those that belonged to nothing, and were a day old
    unknown    BIGINT NOT NULL                -- those whose names are none of ours: they are left alone
);

CREATE INDEX transfers_by_end ON transfers (tenant_id, expires_at, id);
CREATE INDEX transfers_by_purge ON transfers (tenant_id, purge_started_at) WHERE purge_started_at IS NOT NULL;
CREATE INDEX uploads_unfinished ON uploads (tenant_id, id) WHERE state <> 'joined';
CREATE INDEX removed_uploads_by_tenant ON removed_uploads (tenant_id);
CREATE INDEX purges_of_sender ON purges (tenant_id, sender_id, transfer_id);
CREATE INDEX audit_by_time ON audit (tenant_id, at, seq);
CREATE INDEX audit_by_kind ON audit (tenant_id, kind, at, seq);
