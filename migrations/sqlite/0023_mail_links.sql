-- Transfers that go with a mail: one link for everybody the mail goes to, and the right of the window in which it is written.

CREATE TABLE mail_links (
    transfer_id  BLOB   PRIMARY KEY NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    tenant_id    BLOB   NOT NULL REFERENCES tenants (id),
    token_hash   BLOB   NOT NULL UNIQUE,  -- SHA-256 of the link's token
    token        BLOB   NOT NULL,         -- sealed under the transfer key
    ticket_hash  BLOB   NOT NULL,         -- SHA-256
    ticket       BLOB   NOT NULL,         -- sealed under the transfer key: its sender gets it again
    created_at   BIGINT NOT NULL,
    used_at      BIGINT NOT NULL          -- when its sender has last asked for it, or changed the draft
) WITHOUT ROWID;
CREATE INDEX mail_links_of_tenant ON mail_links (tenant_id);

ALTER TABLE transfers ADD COLUMN in_mail BOOLEAN NOT NULL DEFAULT false; -- whether there is a row of it above: the sender's mail tells its recipients
CREATE INDEX drafts_in_mail ON transfers (tenant_id, created_at, id) WHERE in_mail AND state = 'draft';
