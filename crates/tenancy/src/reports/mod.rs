//! Reports: how much is sent, by day and by department, and nothing of what a single person does.

mod count;
mod departments;
mod mail;

use std::collections::BTreeMap;

use sealpost_auth::TenantReader;
use sealpost_db::ReportDay;
use sealpost_domain::{GroupId, TenantId};
use sealpost_sealed::TenantKey;

pub use mail::ReportMail;

use crate::{Tenancy, TenancyError, directory::group_name};

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

/// A report of some days.
#[derive(Debug, Clone)]
pub struct Report {
    /// Numbers by day; none of a tenant of fewer than five people.
    pub days: Vec<(i64, ReportNumbers)>,
    /// Numbers by department, all others last.
    pub departments: Vec<(Department, ReportNumbers)>,
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

    fn add(&mut self, row: &ReportDay) {
        self.transfers += row.transfers;
        self.files += row.files;
        self.bytes = self.bytes.saturating_add(row.bytes);
        self.recipients += row.recipients;
        self.refused_by_address_rules += row.refused_addresses;
        self.refused_by_file_rules += row.refused_types;
        self.refused_by_content_rules += row.refused_content;
        self.blocked += row.blocked;
        self.blocked_by_scan += row.blocked_scan;
    }

    fn stand(&mut self, row: &ReportDay) {
        if row.people == 0 && row.stored_bytes == 0 {
            return;
        }
        let standing = self.standing.get_or_insert_default();
        standing.people += row.people;
        standing.seats += row.seats;
        standing.second_factors += row.second_factors;
        standing.stored_bytes = standing.stored_bytes.saturating_add(row.stored_bytes);
    }
}

impl Tenancy {
    /// What was counted from one day to another, both included, in days since 1970-01-01. One indexed query, whatever was
    /// sent.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] for days that are none, or more than 366.
    pub async fn report(&self, reader: &TenantReader, days: (i64, i64)) -> Result<Report, TenancyError> {
        self.report_of(reader.tenant(), reader.tenant_key(), days).await
    }

    async fn report_of(
        &self,
        tenant: TenantId,
        key: &TenantKey,
        (from, to): (i64, i64),
    ) -> Result<Report, TenancyError> {
        if !(0..REPORT_MAX_DAYS).contains(&(to.saturating_sub(from))) {
            return Err(TenancyError::Invalid("from is not after to, and at most 365 days before it"));
        }
        let mut conn = self.db.read().await?;
        let rows = conn.report_days(tenant, (from, to)).await?;
        let mut total = ReportNumbers::default();
        let mut days: BTreeMap<i64, ReportNumbers> = BTreeMap::new();
        let mut of_group: BTreeMap<GroupId, ReportNumbers> = BTreeMap::new();
        let latest = rows.iter().filter(|row| row.people > 0).map(|row| row.day).max();
        for row in &rows {
            let day = days.entry(row.day).or_default();
            day.add(row);
            day.stand(row);
            total.add(row);
            let department = of_group.entry(row.department).or_default();
            department.add(row);
            if latest == Some(row.day) {
                total.stand(row);
                department.stand(row);
            }
        }
        let too_few_people = total.standing.is_none_or(|it| it.people < departments::FEWEST as u64);
        let mut departments = Vec::with_capacity(of_group.len());
        let rest = of_group.remove(&departments::others());
        for (group, numbers) in of_group {
            let row = conn.group(tenant, group).await?;
            let name = row.map(|row| group_name(key, &row)).transpose()?;
            departments.push((Department { id: Some(group), name }, numbers));
        }
        departments.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        departments.extend(rest.map(|numbers| (Department { id: None, name: None }, numbers)));
        let days = if too_few_people { Vec::new() } else { days.into_iter().collect() };
        Ok(Report { days, departments, total, too_few_people })
    }
}
