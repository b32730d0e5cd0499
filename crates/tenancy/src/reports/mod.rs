//! Reports: how much is sent, by day and by department, and nothing of what a single person does.

mod count;
mod departments;
mod mail;

use sealpost_auth::TenantReader;
use sealpost_db::{Conn, CountedDepartment, CountedRule, ReportCounts, Standing};
use sealpost_domain::{GroupId, rules::RuleKind};
use sealpost_policy::names_by_hmac;

pub use mail::ReportMail;

use crate::{Tenancy, TenancyError, directory::group_name, policy::current};

/// Most days of a report.
pub const REPORT_MAX_DAYS: i64 = 366;

/// Numbers of a day, of a department, or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportNumbers {
    /// Transfers that were sent.
    pub transfers: u64,
    /// Their files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their recipients.
    pub recipients: u64,
    /// Attempts that rules about addresses refused.
    pub refused_by_address_rules: u64,
    /// Files that rules about files refused.
    pub refused_by_file_rules: u64,
    /// Attempts that rules about what is written refused.
    pub refused_by_content_rules: u64,
    /// Transfers that people blocked.
    pub blocked: u64,
    /// Transfers that the malware scanner has blocked.
    pub blocked_by_scan: u64,
    /// Transfers that were blocked for a file that nobody may send.
    pub blocked_by_list: u64,
    /// How the tenant stood at the end, or the department; `None` if nobody has looked.
    pub standing: Option<ReportStanding>,
}

/// How a tenant stands, or a department.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportStanding {
    /// Users who are not disabled.
    pub people: u64,
    /// Those of them who have a seat.
    pub seats: u64,
    /// Those of them who have a second factor.
    pub second_factors: u64,
    /// What their transfers hold, in bytes.
    pub stored_bytes: u64,
}

/// A department of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// The group; `None` for all who are in no department that is shown.
    pub id: Option<GroupId>,
    /// What it is called, as long as it is there.
    pub name: Option<String>,
}

/// How often a rule has refused something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusingRule {
    /// What it is about.
    pub kind: RuleKind,
    /// What it is called; `None` if no rule of the policy is called so any more.
    pub name: Option<String>,
    /// How often.
    pub refused: u64,
}

/// A report of some days.
#[derive(Debug, Clone)]
pub struct Report {
    /// Numbers by day; none of a tenant of fewer than five people.
    pub days: Vec<(i64, ReportNumbers)>,
    /// Numbers by department, all others last.
    pub departments: Vec<(Department, ReportNumbers)>,
    /// Rules that have refused something, those that did so most first.
    pub rules: Vec<RefusingRule>,
    /// Of all together.
    pub total: ReportNumbers,
    /// Whether there are no days because the tenant has fewer than five people.
    pub too_few_people: bool,
}

impl ReportNumbers {
    /// What was refused by any rule.
    pub const fn refused(&self) -> u64 {
        self.refused_by_address_rules + self.refused_by_file_rules + self.refused_by_content_rules
    }

    /// What was blocked by whomever.
    pub const fn all_blocked(&self) -> u64 {
        self.blocked + self.blocked_by_scan + self.blocked_by_list
    }

    fn of(counts: &ReportCounts, standing: Standing) -> Self {
        let mut numbers = Self::default();
        numbers.add(counts, standing);
        numbers
    }

    fn add(&mut self, counts: &ReportCounts, standing: Standing) {
        self.transfers += counts.transfers;
        self.files += counts.files;
        self.bytes = self.bytes.saturating_add(counts.bytes);
        self.recipients += counts.recipients;
        self.refused_by_address_rules += counts.refused_addresses;
        self.refused_by_file_rules += counts.refused_types;
        self.refused_by_content_rules += counts.refused_content;
        self.blocked += counts.blocked;
        self.blocked_by_scan += counts.blocked_scan;
        self.blocked_by_list += counts.blocked_listed;
        if standing.people > 0 || standing.stored_bytes > 0 {
            self.stand(standing);
        }
    }

    fn stand(&mut self, row: Standing) {
        let standing = self.standing.get_or_insert_default();
        standing.people += row.people;
        standing.seats += row.seats;
        standing.second_factors += row.second_factors;
        standing.stored_bytes = standing.stored_bytes.saturating_add(row.stored_bytes);
    }
}

impl Tenancy {
    /// What was counted from one day to another, both included, in days since 1970-01-01. Three indexed queries, whatever
    /// was sent, which give a row for each day, department and rule.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] for days that are none, or more than 366.
    pub async fn report(&self, reader: &TenantReader, days: (i64, i64)) -> Result<Report, TenancyError> {
        if !(0..REPORT_MAX_DAYS).contains(&days.1.saturating_sub(days.0)) {
            return Err(TenancyError::Invalid("from is not after to, and at most 365 days before it"));
        }
        let mut conn = self.db.read().await?;
        let by_department = conn.report_by_department(reader.tenant(), days).await?;
        let mut total = ReportNumbers::default();
        for row in &by_department {
            total.add(&row.counts, row.standing);
        }
        let too_few_people = total.standing.is_none_or(|it| it.people < departments::FEWEST as u64);
        let by_day =
            if too_few_people { Vec::new() } else { conn.report_by_day(reader.tenant(), days).await? };
        Ok(Report {
            days: by_day.iter().map(|row| (row.day, ReportNumbers::of(&row.counts, row.standing))).collect(),
            departments: named_departments(&mut conn, reader, &by_department).await?,
            rules: refusing_rules(&mut conn, reader, days).await?,
            total,
            too_few_people,
        })
    }
}

/// By their names, all others last.
async fn named_departments(
    conn: &mut Conn,
    reader: &TenantReader,
    rows: &[CountedDepartment],
) -> Result<Vec<(Department, ReportNumbers)>, TenancyError> {
    let mut named = Vec::with_capacity(rows.len());
    for row in rows {
        let id = Some(row.department).filter(|id| *id != departments::others());
        let group = match id {
            Some(id) => conn.group(reader.tenant(), id).await?,
            None => None,
        };
        let name = group.map(|group| group_name(reader.tenant_key(), &group)).transpose()?;
        named.push((Department { id, name }, ReportNumbers::of(&row.counts, row.standing)));
    }
    named.sort_by(|(one, _), (other, _)| {
        (one.id.is_none(), &one.name).cmp(&(other.id.is_none(), &other.name))
    });
    Ok(named)
}

async fn refusing_rules(
    conn: &mut Conn,
    reader: &TenantReader,
    days: (i64, i64),
) -> Result<Vec<RefusingRule>, TenancyError> {
    let counted = conn.report_by_rule(reader.tenant(), days).await?;
    if counted.is_empty() {
        return Ok(Vec::new());
    }
    let policy = current(conn, reader).await?;
    let names = names_by_hmac(&policy.document, reader.tenant_key());
    let rule = |row: CountedRule| RefusingRule {
        kind: row.kind,
        name: names.get(&(row.kind, row.rule_hmac)).map(|name| (*name).to_owned()),
        refused: row.refused,
    };
    Ok(counted.into_iter().map(rule).collect())
}
