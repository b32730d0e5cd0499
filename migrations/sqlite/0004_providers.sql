-- Where people of a tenant, and its recipients, may sign in, and who they are there.

CREATE TABLE identity_providers (
    id              BLOB   PRIMARY KEY NOT NULL,
    tenant_id       BLOB   NOT NULL REFERENCES tenants (id),
    kind            TEXT   NOT NULL,              -- oidc, entra
    label           TEXT   NOT NULL,              -- what people know it by
    issuer          TEXT   NOT NULL,              -- of Entra, the authority
    client_id       TEXT   NOT NULL,
    client_secret   BLOB,                         -- sealed under the tenant key
    entra_tenant    BLOB,                         -- the directory
    for_users       BOOLEAN NOT NULL,
    for_recipients  BOOLEAN NOT NULL,
    for_addin       BOOLEAN NOT NULL,             -- its access tokens are taken; set by the operator only
    provisions      BOOLEAN NOT NULL,             -- whoever comes with an address of the domains becomes a user
    domains         TEXT   NOT NULL,              -- whose addresses it vouches for; words with blanks between
    enabled         BOOLEAN NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX identity_providers_by_tenant ON identity_providers (tenant_id, id);
-- A directory speaks for one tenant: what its tokens say must not be open to whoever claims it, too.
CREATE UNIQUE INDEX identity_providers_of_addin ON identity_providers (entra_tenant, client_id) WHERE for_addin;

CREATE TABLE user_identities (
    provider_id   BLOB   NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    subject_hmac  BLOB   NOT NULL,                -- under the tenant key
    tenant_id     BLOB   NOT NULL REFERENCES tenants (id),
    user_id       BLOB   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (provider_id, subject_hmac)
) WITHOUT ROWID;
CREATE INDEX user_identities_by_user ON user_identities (user_id);

-- What counts once, such as the state of a sign-in: SHA-256. A row is swept when what it stands for is over anyway.
CREATE TABLE once (
    hash        BLOB   PRIMARY KEY NOT NULL,
    expires_at  BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX once_by_expiry ON once (expires_at);
