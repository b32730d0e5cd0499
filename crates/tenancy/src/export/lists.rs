//! What of a tenant is short enough for one entry each.

use sealpost_auth::{MailboxColumns, RequestColumns, TenantReader};
use sealpost_db::{ForwardingTarget, Mailbox, ReportDay, RuleDay, UploadRequest};
use sealpost_domain::{UserId, rules::FileKinds};
use sealpost_policy::names_by_hmac;
use serde_json::{Value, json};

use super::{TenantExport, lines};
use crate::{TenancyError, directory::group_name, policy::current};

/// Days of reports: more than are kept.
const ALL_DAYS: (i64, i64) = (0, 1_000_000);

/// Upload requests that are read together.
const REQUESTS: u64 = 500;

/// An entry that holds a list.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    Mailboxes,
    Groups,
    Incidents,
    Reports,
    ReportRules,
    Forwarding,
    Requests,
    Portals,
}

impl List {
    pub(super) const FIRST: Self = Self::Mailboxes;

    pub(super) const fn next(self) -> Option<Self> {
        match self {
            Self::Mailboxes => Some(Self::Groups),
            Self::Groups => Some(Self::Incidents),
            Self::Incidents => Some(Self::Reports),
            Self::Reports => Some(Self::ReportRules),
            Self::ReportRules => Some(Self::Forwarding),
            Self::Forwarding => Some(Self::Requests),
            Self::Requests => Some(Self::Portals),
            Self::Portals => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Mailboxes => "mailboxes.jsonl",
            Self::Groups => "groups.jsonl",
            Self::Incidents => "incidents.jsonl",
            Self::Reports => "reports.jsonl",
            Self::ReportRules => "report-rules.jsonl",
            Self::Forwarding => "forwarding.jsonl",
            Self::Requests => "requests.jsonl",
            Self::Portals => "portals.jsonl",
        }
    }
}

impl TenantExport {
    pub(super) async fn list(&self, list: List) -> Result<String, TenancyError> {
        match list {
            List::Mailboxes => self.mailboxes().await,
            List::Groups => self.groups().await,
            List::Incidents => self.incidents().await,
            List::Reports => {
                let mut conn = self.tenancy.db.read().await?;
                let days = conn.report_days(self.grant.tenant(), ALL_DAYS).await?;
                lines(days.iter().map(|day| Ok(report_day(day))))
            }
            List::ReportRules => self.report_rules().await,
            List::Forwarding => {
                let targets = self.tenancy.db.read().await?.forwarding_targets(self.grant.tenant()).await?;
                lines(targets.iter().map(|target| Ok(forwarding(target))))
            }
            List::Requests => self.requests().await,
            List::Portals => self.portals().await,
        }
    }

    /// Without their links: who has one, uploads.
    async fn requests(&self) -> Result<String, TenancyError> {
        let (mut values, mut before) = (Vec::new(), None);
        loop {
            let mut conn = self.tenancy.db.read().await?;
            let rows = conn.upload_requests(self.grant.tenant(), None, before, REQUESTS).await?;
            drop(conn);
            let Some(last) = rows.last() else { return lines(values.into_iter()) };
            before = Some(last.id);
            values.extend(rows.iter().map(|row| self.request(row)));
        }
    }

    fn request(&self, row: &UploadRequest) -> Result<Value, TenancyError> {
        let (key, columns) = (self.grant.tenant_key(), RequestColumns::of(row.tenant_id, row.id));
        let message = row.message.as_ref().map(|sealed| key.open_text(columns.message(), sealed));
        let address = row.address.as_ref().map(|sealed| key.open_text(columns.address(), sealed));
        Ok(json!({
            "id": row.id, "user": row.user_id, "title": key.open_text(columns.title(), &row.title)?,
            "message": message.transpose()?, "email": address.transpose()?, "asks_code": row.asks_code,
            "max_uses": row.max_uses, "uses": row.uses, "max_files": row.max_files, "max_bytes": row.max_bytes,
            "kinds": row.kinds.as_ref().map(FileKinds::as_slice),
            "created_at": row.created_at, "expires_at": row.expires_at, "closed_at": row.closed_at,
        }))
    }

    async fn portals(&self) -> Result<String, TenancyError> {
        let views = self.tenancy.portals(&TenantReader::from(&self.grant)).await?;
        lines(views.into_iter().map(|view| {
            let row = &view.known.portal;
            let recipients = view.recipients.iter();
            let recipients: Vec<_> =
                recipients.map(|choice| json!({ "user": choice.id, "label": choice.label })).collect();
            Ok(json!({
                "id": row.id, "name": row.name, "owner": row.user_id, "title": view.title, "text": view.text,
                "recipients": recipients, "domains": row.domains.as_slice(), "several": row.several,
                "kinds": row.kinds.as_ref().map(FileKinds::as_slice), "max_files": row.max_files,
                "max_bytes": row.max_bytes, "asks_code": row.asks_code, "enabled": row.enabled,
                "created_at": row.created_at, "changed_at": row.changed_at,
            }))
        }))
    }

    /// Rules that are no more have no name.
    async fn report_rules(&self) -> Result<String, TenancyError> {
        let mut conn = self.tenancy.db.read().await?;
        let days = conn.report_rules(self.grant.tenant()).await?;
        let policy = current(&mut conn, &TenantReader::from(&self.grant)).await?;
        let names = names_by_hmac(&policy.document, self.grant.tenant_key());
        lines(days.iter().map(|RuleDay { day, counted }| {
            let name = names.get(&(counted.kind, counted.rule_hmac));
            Ok(json!({ "day": day, "kind": counted.kind, "name": name, "refused": counted.refused }))
        }))
    }

    async fn mailboxes(&self) -> Result<String, TenancyError> {
        let mut conn = self.tenancy.db.read().await?;
        let mut values = Vec::new();
        for row in conn.mailboxes(self.grant.tenant()).await? {
            let delegates: Vec<_> =
                conn.delegates(row.id).await?.iter().map(|delegate| delegate.user_id).collect();
            values.push(self.mailbox(&row, &delegates));
        }
        lines(values.into_iter())
    }

    fn mailbox(&self, row: &Mailbox, delegates: &[UserId]) -> Result<Value, TenancyError> {
        let columns = MailboxColumns::of(row.tenant_id, row.id);
        let (email, name) = columns.open(self.grant.tenant_key(), &row.address, &row.name)?;
        Ok(json!({
            "id": row.id, "email": email, "name": name, "created_at": row.created_at, "delegates": delegates,
        }))
    }

    async fn groups(&self) -> Result<String, TenancyError> {
        let mut conn = self.tenancy.db.read().await?;
        let mut values = Vec::new();
        for row in conn.groups(self.grant.tenant()).await? {
            let members = conn.group_members(row.id).await?;
            let name = group_name(self.grant.tenant_key(), &row);
            values.push(name.map(|name| {
                json!({ "id": row.id, "name": name, "created_at": row.created_at, "members": members })
            }));
        }
        lines(values.into_iter().map(|value| Ok(value?)))
    }

    async fn incidents(&self) -> Result<String, TenancyError> {
        let incidents = self.tenancy.incidents(&TenantReader::from(&self.grant)).await?;
        lines(incidents.iter().map(|incident| {
            let contacts = incident.contacts.iter().map(|contact| {
                json!({
                    "email": contact.email, "notified_at": contact.notified_at,
                    "acknowledged_at": contact.acknowledged_at,
                })
            });
            Ok(json!({
                "id": incident.id, "subject": incident.subject, "text": incident.text,
                "created_at": incident.created_at, "acknowledged_at": incident.acknowledged_at,
                "reminders": incident.reminders, "contacts": contacts.collect::<Vec<_>>(),
            }))
        }))
    }
}

fn report_day(day: &ReportDay) -> Value {
    let (counts, standing) = (&day.counts, &day.standing);
    json!({
        "day": day.day, "department": day.department, "transfers": counts.transfers, "files": counts.files,
        "bytes": counts.bytes, "recipients": counts.recipients, "refused_by_address_rules": counts.refused_addresses,
        "refused_by_file_rules": counts.refused_types, "refused_by_content_rules": counts.refused_content,
        "blocked": counts.blocked, "blocked_by_scan": counts.blocked_scan, "blocked_by_list": counts.blocked_listed,
        "people": standing.people, "seats": standing.seats, "second_factors": standing.second_factors,
        "stored_bytes": standing.stored_bytes,
    })
}

/// Without where it goes: that holds secrets.
fn forwarding(target: &ForwardingTarget) -> Value {
    json!({
        "id": target.id, "kind": target.kind, "label": target.label, "enabled": target.enabled,
        "include_personal": target.include_personal, "position": target.position, "created_at": target.created_at,
    })
}
