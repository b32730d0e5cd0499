//! How often rules have refused something, for reports. Rules go by an HMAC of their name, as in [`RuleHit`](crate::RuleHit).

use sealpost_domain::{TenantId, rules::RuleKind};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// That an entry of the log is about what a rule has refused.
    pub struct RuleRefusal {
        /// The entry's number.
        pub seq: u64,
        /// The HMAC of the rule's name.
        pub rule_hmac: [u8; 32],
    }

    /// How often a rule has refused something on a day.
    pub struct RuleDay {
        /// Days since 1970-01-01, in UTC.
        pub day: i64,
        /// Which rule, and how often.
        pub counted: CountedRule,
    }

    /// How often a rule has refused something.
    pub struct CountedRule {
        /// What it is about.
        pub kind: RuleKind,
        /// The HMAC of its name.
        pub rule_hmac: [u8; 32],
        /// How often.
        pub refused: u64,
    }
}

statements! {
    REFUSALS = "SELECT seq, rule_hmac FROM rule_refusals WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq, rule_hmac";
    ADD = "INSERT INTO report_rules (tenant_id, day, kind, rule_hmac, refused) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (tenant_id, day, kind, rule_hmac) DO UPDATE SET refused = report_rules.refused + excluded.refused";
    SUM = "SELECT kind, rule_hmac, CAST(SUM(refused) AS BIGINT) AS refused FROM report_rules \
        WHERE tenant_id = $1 AND day >= $2 AND day <= $3 GROUP BY kind, rule_hmac ORDER BY refused DESC, kind, rule_hmac";
    DAYS = "SELECT day, kind, rule_hmac, refused FROM report_rules WHERE tenant_id = $1 ORDER BY day, kind, rule_hmac";
    FORGET = "DELETE FROM report_rules WHERE tenant_id = $1 AND day < $2";
}

impl Conn {
    /// What rules have refused, of the entries after number `from` up to `to`.
    pub async fn refusals_to_count(
        &mut self,
        tenant: TenantId,
        (from, to): (u64, u64),
    ) -> Result<Vec<RuleRefusal>, DbError> {
        self.all(&REFUSALS, binds![tenant, from, to]).await
    }

    /// How often rules have refused something from one day to another, both included; the most first.
    pub async fn report_by_rule(
        &mut self,
        tenant: TenantId,
        (from, to): (i64, i64),
    ) -> Result<Vec<CountedRule>, DbError> {
        self.all(&SUM, binds![tenant, from, to]).await
    }

    /// How often rules have refused something, a row for each rule of each day that is kept.
    pub async fn report_rules(&mut self, tenant: TenantId) -> Result<Vec<RuleDay>, DbError> {
        self.all(&DAYS, binds![tenant]).await
    }
}

impl Tx {
    /// Adds how often a rule has refused something on a day.
    pub async fn add_to_report_of_rule(
        &mut self,
        tenant: TenantId,
        day: i64,
        counted: &CountedRule,
    ) -> Result<bool, DbError> {
        let row = binds![tenant, day, counted.kind, &counted.rule_hmac, counted.refused];
        self.changes(&ADD, row).await
    }

    /// Forgets what was counted of rules before a day. Gives how many rows.
    pub async fn forget_report_rules(&mut self, tenant: TenantId, before: i64) -> Result<u64, DbError> {
        self.execute(&FORGET, binds![tenant, before]).await
    }
}
