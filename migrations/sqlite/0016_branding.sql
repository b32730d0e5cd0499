-- Tenants' logos, which everybody may see who gets something from them.

CREATE TABLE logos (
    tenant_id  BLOB    PRIMARY KEY NOT NULL REFERENCES tenants (id),
    kind       TEXT    NOT NULL,           -- png or svg
    tag        TEXT    NOT NULL,           -- from the SHA-256 of its content
    content    BLOB    NOT NULL,           -- as it was written anew; at most 512 KiB
    set_at     BIGINT  NOT NULL
);
