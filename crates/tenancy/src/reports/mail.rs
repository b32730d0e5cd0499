//! Reports by mail, to users who may read them.

use sealpost_auth::{TenantReader, UserColumns};
use sealpost_db::Tenant;
use sealpost_domain::{EmailAddress, Job, ReportSchedule, TenantId, UserId};

use super::{Report, count::day_of};
use crate::{Tenancy, TenancyError, policy::current};

/// A report that is mailed to somebody.
#[derive(Debug, Clone)]
pub struct ReportMail {
    /// To whom.
    pub to: EmailAddress,
    /// The first and the last day.
    pub days: (i64, i64),
    /// The numbers.
    pub report: Report,
}

impl Tenancy {
    /// Counts what is new in all tenants, and queues the mails of those whose week or month is over. Gives how many mails.
    /// What cannot be counted of one tenant keeps no other from it; the next run finds it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn collect_reports(&self) -> Result<u64, TenancyError> {
        let mut queued = 0;
        for tenant in self.tenants().await? {
            match self.collect(&tenant).await {
                Ok(mails) => queued += mails,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(tenant = %tenant.id, error, "a tenant's reports wait for the next run");
                }
            }
        }
        Ok(queued)
    }

    async fn collect(&self, tenant: &Tenant) -> Result<u64, TenancyError> {
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let reader = TenantReader::danger_of_service(tenant.id, key);
        let mut conn = self.db.read().await?;
        let settings = current(&mut conn, &reader).await?.document.reports;
        drop(conn);
        let all = self.count(tenant, &settings.departments).await?;
        let today = day_of(self.clock.now());
        let Some((from, end)) = last_period(settings.schedule, today).filter(|_| all) else { return Ok(0) };
        let mut tx = self.db.write().await?;
        tx.begin_report(tenant.id).await?;
        let progress = tx.report_progress(tenant.id).await?;
        let first = progress.is_none_or(|progress| progress.mailed_until.is_none());
        if !tx.set_reports_mailed(tenant.id, end).await? {
            tx.rollback().await?;
            return Ok(0);
        }
        let mut queued = 0;
        // Whoever turns reports on gets the first when the first whole period is over.
        for user in settings.recipients.iter().filter(|_| !first) {
            let job = Job::MailReport { tenant: tenant.id, user: *user, from, to: end - 1 };
            self.enqueue(&mut tx, &job, self.clock.now()).await?;
            queued += 1;
        }
        tx.commit().await?;
        Ok(queued)
    }

    /// What to mail to a user; `None` if he may not read it, or is not to get it, any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn report_mail(
        &self,
        tenant: TenantId,
        user: UserId,
        days: (i64, i64),
    ) -> Result<Option<ReportMail>, TenancyError> {
        let mut conn = self.db.read().await?;
        let (Some(row), Some(found)) = (conn.tenant(tenant).await?, conn.user(tenant, user).await?) else {
            return Ok(None);
        };
        let key = self.keys.tenant_key(tenant, &row.tenant_key).await?;
        let reader = TenantReader::danger_of_service(tenant, key);
        let settings = current(&mut conn, &reader).await?.document.reports;
        drop(conn);
        if found.disabled_at.is_some() || !found.role.reads_reports() || !settings.recipients.contains(&user)
        {
            return Ok(None);
        }
        let columns = UserColumns::of(tenant, user);
        let (address, _) = columns.open(reader.tenant_key(), &found.address, &found.name)?;
        Ok(Some(ReportMail {
            to: address.parse().map_err(|_| TenancyError::Corrupt("users"))?,
            days,
            report: self.report(&reader, days).await?,
        }))
    }
}

/// The first day of the latest week or month that is over, and the day after its last. Weeks begin on Mondays; all in UTC.
fn last_period(schedule: ReportSchedule, today: i64) -> Option<(i64, i64)> {
    use chrono::{Datelike as _, Days, Months, NaiveDate};
    let epoch = NaiveDate::default();
    let number = |date: NaiveDate| (date - epoch).num_days();
    let today = epoch.checked_add_days(Days::new(u64::try_from(today).ok()?))?;
    let end = match schedule {
        ReportSchedule::Off => return None,
        ReportSchedule::Weekly => {
            today.checked_sub_days(Days::new(today.weekday().num_days_from_monday().into()))?
        }
        ReportSchedule::Monthly => today.with_day(1)?,
    };
    let from = match schedule {
        ReportSchedule::Monthly => end.checked_sub_months(Months::new(1))?,
        _ => end.checked_sub_days(Days::new(7))?,
    };
    Some((number(from), number(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_over_before_it_is_mailed() {
        // 2026-11-22 is a Sunday.
        let sunday = 20_779;
        for (schedule, today, period) in [
            (ReportSchedule::Off, sunday, None),
            (ReportSchedule::Weekly, sunday, Some((sunday - 13, sunday - 6))),
            (ReportSchedule::Weekly, sunday + 1, Some((sunday - 6, sunday + 1))),
            (ReportSchedule::Monthly, sunday, Some((sunday - 52, sunday - 21))),
            (ReportSchedule::Monthly, sunday + 9, Some((sunday - 21, sunday + 9))),
            (ReportSchedule::Weekly, -1, None),
        ] {
            assert_eq!(last_period(schedule, today), period, "{schedule:?} {today}");
        }
    }
}
