//! Which rules transfers have met, and which entries of the audit log are about what a rule has refused.
//!
//! Rules go by an HMAC of their name: what is stored says nobody's name, and whoever asks names the rule.

use data_encoding::HEXLOWER;
use sealpost_domain::{
    TenantId, Timestamp, TransferId,
    rules::{RuleEffect, RuleKind},
};
use serde_json::json;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A rule that a transfer has met.
    pub struct RuleHit {
        /// The HMAC of its name.
        pub rule_hmac: [u8; 32],
        /// What it is about.
        pub kind: RuleKind,
        /// What has come of it.
        pub effect: RuleEffect,
        /// The policy's version in which it stood when it was met first.
        pub policy_version: u64,
        /// Its number there, from 1; 0 for rules about files, which go by their names alone.
        pub number: u64,
        /// When it was met first.
        pub at: Timestamp,
    }
}

/// A rule that a transfer meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRuleHit {
    /// The HMAC of its name.
    pub rule_hmac: [u8; 32],
    /// What it is about.
    pub kind: RuleKind,
    /// What comes of it.
    pub effect: RuleEffect,
    /// Its number in the policy, from 1; 0 if it has none.
    pub number: u64,
}

statements! {
    INSERT = {
        postgres: "INSERT INTO rule_hits (tenant_id, rule_hmac, transfer_id, kind, effect, policy_version, number, at) \
            SELECT CAST($1 AS UUID), decode(e.rule, 'hex'), CAST($2 AS UUID), e.kind, e.effect, CAST($4 AS BIGINT), e.number, \
            CAST($5 AS BIGINT) \
            FROM json_to_recordset(CAST($3 AS JSON)) AS e(rule TEXT, kind TEXT, effect TEXT, number BIGINT) \
            ON CONFLICT DO NOTHING",
        sqlite: "INSERT INTO rule_hits (tenant_id, rule_hmac, transfer_id, kind, effect, policy_version, number, at) \
            SELECT $1, unhex(e.value ->> 'rule'), $2, e.value ->> 'kind', e.value ->> 'effect', $4, e.value ->> 'number', $5 \
            FROM json_each($3) AS e WHERE true ON CONFLICT DO NOTHING",
    };
    INSERT_REFUSALS = {
        postgres: "INSERT INTO rule_refusals (tenant_id, rule_hmac, seq) \
            SELECT CAST($1 AS UUID), decode(e.rule, 'hex'), CAST($2 AS BIGINT) \
            FROM json_to_recordset(CAST($3 AS JSON)) AS e(rule TEXT) ON CONFLICT DO NOTHING",
        sqlite: "INSERT INTO rule_refusals (tenant_id, rule_hmac, seq) \
            SELECT $1, unhex(e.value ->> 'rule'), $2 FROM json_each($3) AS e WHERE true ON CONFLICT DO NOTHING",
    };
    OF_TRANSFER = "SELECT rule_hmac, kind, effect, policy_version, number, at FROM rule_hits \
        WHERE transfer_id = $2 AND tenant_id = $1 ORDER BY at, kind, number, effect";
}

impl Conn {
    /// The rules that a transfer has met, in the order in which they were.
    pub async fn rule_hits_of_transfer(
        &mut self,
        tenant: TenantId,
        transfer: TransferId,
    ) -> Result<Vec<RuleHit>, DbError> {
        self.all(&OF_TRANSFER, binds![tenant, transfer]).await
    }
}

impl Tx {
    /// Keeps that a transfer meets these rules of a version of the policy: one statement for any number of them. One that it
    /// has met before, to the same effect, is left as it stands.
    pub async fn insert_rule_hits(
        &mut self,
        (tenant, transfer): (TenantId, TransferId),
        version: u64,
        hits: &[NewRuleHit],
        at: Timestamp,
    ) -> Result<(), DbError> {
        let json = |hit: &NewRuleHit| {
            json!({
                "rule": HEXLOWER.encode(&hit.rule_hmac),
                "kind": hit.kind.as_str(),
                "effect": hit.effect.as_str(),
                "number": hit.number,
            })
        };
        let rows = serde_json::Value::from_iter(hits.iter().map(json)).to_string();
        self.execute(&INSERT, binds![tenant, transfer, &rows, version, at]).await.map(drop)
    }

    /// Keeps that an entry of the audit log is about what these rules have refused. It goes with the entry.
    pub async fn insert_rule_refusals(
        &mut self,
        tenant: TenantId,
        seq: u64,
        hits: &[NewRuleHit],
    ) -> Result<(), DbError> {
        let json = |hit: &NewRuleHit| json!({ "rule": HEXLOWER.encode(&hit.rule_hmac) });
        let rows = serde_json::Value::from_iter(hits.iter().map(json)).to_string();
        self.execute(&INSERT_REFUSALS, binds![tenant, seq, &rows]).await.map(drop)
    }
}
