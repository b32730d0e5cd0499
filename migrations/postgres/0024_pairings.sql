-- Signing in from the add-in by a page of our own: the add-in keeps one code and shows another, which whoever has signed in on that page
-- confirms or refuses.

CREATE TABLE pairings (
    id            UUID   PRIMARY KEY NOT NULL,
    tenant_id     UUID   NOT NULL REFERENCES tenants (id),
    device_hash   BYTEA  NOT NULL UNIQUE,     -- SHA-256 of what the add-in keeps
    code_hmac     BYTEA  NOT NULL UNIQUE,     -- of what people read and type
    agent         BYTEA  NOT NULL,            -- what the add-in's program calls itself, sealed under the tenant key
    network_hmac  BYTEA ,                     -- of the network that it was begun in; NULL: not known
    state         TEXT   NOT NULL,            -- waiting, confirmed, refused, used
    user_id       UUID   REFERENCES users (id) ON DELETE CASCADE, -- who has confirmed or refused; NULL: nobody yet
    session_id    UUID,                       -- in which session he has confirmed
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    polled_at     BIGINT                      -- when the add-in has asked last
);
CREATE INDEX pairings_of_tenant ON pairings (tenant_id);
CREATE INDEX pairings_of_user ON pairings (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX pairings_by_expiry ON pairings (expires_at);
