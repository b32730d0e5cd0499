-- What Outlook knows a tenant's add-in by.

CREATE TABLE addins (
    tenant_id   BLOB   PRIMARY KEY NOT NULL REFERENCES tenants (id),
    addin_id    BLOB   NOT NULL UNIQUE,         -- a random UUID, in the addresses of what Outlook fetches: who knows it, knows the tenant's add-in
    app_id      BLOB   NOT NULL UNIQUE,         -- of the unified manifest: another random UUID
    revision    BIGINT NOT NULL,            -- how often the manifests have changed since they were made first
    rendering   BLOB,                           -- SHA-256 of what they say, versions apart; NULL: they were not made yet
    changed_at  BIGINT NOT NULL             -- when they have changed last
) WITHOUT ROWID;
