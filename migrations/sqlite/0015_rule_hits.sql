-- Which rules transfers have met. Rules go by an HMAC of their name under the tenant key.

CREATE TABLE rule_hits (
    tenant_id       BLOB   NOT NULL REFERENCES tenants (id),
    rule_hmac       BLOB   NOT NULL,
    transfer_id     BLOB   NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    kind            TEXT   NOT NULL,      -- sealpost_domain::rules::RuleKind
    effect          TEXT   NOT NULL,      -- sealpost_domain::rules::RuleEffect
    policy_version  BIGINT NOT NULL,      -- where it stood when it was met first
    number          BIGINT NOT NULL,      -- its number there; 0: it has none
    at              BIGINT NOT NULL,      -- when it was met first
    PRIMARY KEY (tenant_id, rule_hmac, transfer_id, kind, effect)
) WITHOUT ROWID;
CREATE INDEX rule_hits_by_transfer ON rule_hits (transfer_id);

-- Entries of the audit log about what a rule has refused: also what never became a transfer. They go with the entries.
CREATE TABLE rule_refusals (
    tenant_id  BLOB   NOT NULL REFERENCES tenants (id),
    rule_hmac  BLOB   NOT NULL,
    seq        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, rule_hmac, seq)
) WITHOUT ROWID;
CREATE INDEX rule_refusals_by_entry ON rule_refusals (tenant_id, seq);

-- How often rules have refused something, of a day, for reports. It outlives the entries it was counted of.
CREATE TABLE report_rules (
    tenant_id  BLOB   NOT NULL REFERENCES tenants (id),
    day        BIGINT NOT NULL,           -- days since 1970-01-01, in UTC
    kind       TEXT   NOT NULL,           -- sealpost_domain::rules::RuleKind
    rule_hmac  BLOB   NOT NULL,
    refused    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day, kind, rule_hmac)
) WITHOUT ROWID;
