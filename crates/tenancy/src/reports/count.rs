//! Counting: the log's entries, each once, and how the tenant stands.
//!
//! What was sent is counted from the log, as transfers may live for an hour only. What is kept has no user and no transfer.

use std::collections::BTreeMap;

use sealpost_db::{
    Conn, CountedEntry, CountedRule, CountedUser, ReportCounts, RuleRefusal, Standing, Tenant, Tx,
};
use sealpost_domain::{
    GroupId, TenantId, Timestamp, UserId,
    rules::{Inspection, RuleKind},
};
use serde_json::Value;

use super::departments::Departments;
use crate::{Tenancy, TenancyError};

/// Entries that are counted in one transaction.
const BATCH: u64 = 5_000;
/// Batches of a tenant in one run: a long log must not keep others waiting.
const BATCHES: u32 = 100;
/// For how many days what was counted is kept: five years.
const KEPT: i64 = 5 * 366;
const MILLIS_PER_DAY: i64 = 24 * 3_600 * 1_000;

/// What was counted of some entries.
#[derive(Default)]
struct Counted {
    /// By day and department.
    days: BTreeMap<(i64, GroupId), ReportCounts>,
    /// What rules have refused, by day and rule.
    rules: BTreeMap<(i64, RuleKind, [u8; 32]), u64>,
}

/// The day of a moment: days since 1970-01-01, in UTC.
pub(super) fn day_of(at: Timestamp) -> i64 {
    at.unix_millis().div_euclid(MILLIS_PER_DAY)
}

impl Tenancy {
    /// Counts what is new in the tenant's log, and how the tenant stands now. `false` if there is more to count.
    pub(super) async fn count(&self, tenant: &Tenant, groups: &[GroupId]) -> Result<bool, TenancyError> {
        let mut conn = self.db.read().await?;
        let users = conn.users_to_count(tenant.id).await?;
        let departments = Departments::read(&mut conn, tenant.id, &users, groups).await?;
        drop(conn);
        let mut all = false;
        for _ in 0..BATCHES {
            if self.count_batch(tenant.id, &departments).await? < BATCH {
                all = true;
                break;
            }
        }
        self.count_standing(tenant.id, &users, &departments).await?;
        Ok(all)
    }

    /// Gives how many entries there were.
    async fn count_batch(&self, tenant: TenantId, departments: &Departments) -> Result<u64, TenancyError> {
        let mut conn = self.db.read().await?;
        let progress = conn.report_progress(tenant).await?;
        let from = progress.as_ref().map_or(0, |progress| progress.seq);
        let entries = conn.entries_to_count(tenant, from, BATCH).await?;
        let Some(last) = entries.last() else { return Ok(0) };
        let mut counted = Counted::default();
        for entry in &entries {
            count_entry(&mut conn, tenant, departments, entry, &mut counted).await?;
        }
        let refusals = conn.refusals_to_count(tenant, (from, last.seq)).await?;
        counted.count_refusals(&entries, &refusals);
        drop(conn);
        let mut tx = self.db.write().await?;
        if progress.is_none() {
            tx.begin_report(tenant).await?;
        }
        if !tx.advance_report(tenant, (from, last.seq)).await? {
            tx.rollback().await?;
            return Ok(0);
        }
        counted.add(&mut tx, tenant).await?;
        tx.commit().await?;
        Ok(entries.len() as u64)
    }

    async fn count_standing(
        &self,
        tenant: TenantId,
        users: &[CountedUser],
        departments: &Departments,
    ) -> Result<(), TenancyError> {
        let today = day_of(self.clock.now());
        let mut standing: BTreeMap<GroupId, Standing> = BTreeMap::new();
        for user in users {
            let row = standing.entry(departments.of(user.id)).or_default();
            row.people += 1;
            row.seats += user.seats;
            row.second_factors += user.second_factors;
        }
        for stored in self.db.read().await?.stored_bytes(tenant).await? {
            let row = standing.entry(departments.of(stored.sender_id)).or_default();
            row.stored_bytes = row.stored_bytes.saturating_add(stored.bytes);
        }
        let rows: Vec<_> = standing.into_iter().collect();
        let mut tx = self.db.write().await?;
        tx.set_report_standing(tenant, today, &rows).await?;
        tx.forget_report_days(tenant, today - KEPT).await?;
        tx.forget_report_rules(tenant, today - KEPT).await?;
        Ok(tx.commit().await?)
    }
}

impl Counted {
    /// Counts to each rule what it has refused.
    fn count_refusals(&mut self, entries: &[CountedEntry], refusals: &[RuleRefusal]) {
        for refusal in refusals {
            let place = entries.binary_search_by_key(&refusal.seq, |entry| entry.seq);
            let entry = place.ok().and_then(|place| entries.get(place));
            let Some((entry, kind)) = entry.and_then(|entry| Some((entry, refusing(&entry.kind)?))) else {
                continue;
            };
            *self.rules.entry((day_of(entry.at), kind, refusal.rule_hmac)).or_default() += 1;
        }
    }

    async fn add(&self, tx: &mut Tx, tenant: TenantId) -> Result<(), TenancyError> {
        for (of, counts) in &self.days {
            tx.add_to_report(tenant, *of, counts).await?;
        }
        for (&(day, kind, rule_hmac), &refused) in &self.rules {
            tx.add_to_report_of_rule(tenant, day, &CountedRule { kind, rule_hmac, refused }).await?;
        }
        Ok(())
    }
}

/// What the rules are about whose refusals are entries of this kind.
fn refusing(kind: &str) -> Option<RuleKind> {
    match kind {
        "mode.refused" | "recipients.refused" => Some(RuleKind::Address),
        "file.refused" => Some(RuleKind::Type),
        "content.refused" => Some(RuleKind::Content),
        _ => None,
    }
}

async fn count_entry(
    conn: &mut Conn,
    tenant: TenantId,
    departments: &Departments,
    entry: &CountedEntry,
    counted: &mut Counted,
) -> Result<(), TenancyError> {
    let kinds = [
        "transfer.sent",
        "transfer.blocked",
        "transfer.inspected",
        "mode.refused",
        "recipients.refused",
        "file.refused",
        "content.refused",
    ];
    if !kinds.contains(&entry.kind.as_str()) {
        return Ok(());
    }
    let payload: Value = serde_json::from_str(&entry.payload).map_err(|_| TenancyError::Corrupt("audit"))?;
    let number = |name: &str| payload[name].as_u64().unwrap_or(0);
    let by_others = matches!(entry.kind.as_str(), "transfer.blocked" | "transfer.inspected");
    let came_in = payload["by"] == "uploader";
    if came_in && entry.kind == "transfer.sent" {
        return Ok(()); // reports are of what was sent
    }
    let sender: Option<UserId> = match entry.transfer_id.filter(|_| by_others || came_in) {
        // An admin may have done it, or nobody.
        Some(transfer) => conn.sender_ever(tenant, transfer).await?,
        None => payload["by"].as_str().and_then(|id| id.parse().ok()),
    };
    let department = sender.map_or_else(super::departments::others, |sender| departments.of(sender));
    let row = counted.days.entry((day_of(entry.at), department)).or_default();
    match entry.kind.as_str() {
        "transfer.sent" => {
            row.transfers += 1;
            row.files += number("files");
            row.bytes = row.bytes.saturating_add(number("bytes"));
            row.recipients += number("recipients");
        }
        "mode.refused" | "recipients.refused" => row.refused_addresses += 1,
        "file.refused" => row.refused_types += 1,
        "content.refused" => row.refused_content += 1,
        "transfer.inspected" => match payload["inspection"].as_str().and_then(|word| word.parse().ok()) {
            Some(Inspection::Listed) => row.blocked_listed += 1,
            Some(inspection) if inspection.is_kept_back() => row.blocked_scan += 1,
            _ => {}
        },
        _ => row.blocked += 1,
    }
    Ok(())
}
