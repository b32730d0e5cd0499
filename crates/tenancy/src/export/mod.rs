//! What a tenant takes along, but for its transfers: itself, its licence, policy with history, users, mailboxes, groups,
//! incidents, numbers of reports, where its log goes, records of purges and the log. Entry by entry, each a page: memory stays the same however much there is.

mod lists;

use data_encoding::BASE64;
use sealpost_auth::{ManageGrant, OwnerSession, SteppedUp, TenantReader, UserColumns};
use sealpost_db::{Purge, User};
use sealpost_domain::{TransferId, UserId};
use serde_json::{Value, json};

use crate::{AuditExport, ExportRange, Tenancy, TenancyError};
use lists::List;

/// Rows in one entry.
const PAGE: u64 = 500;
/// What the first entry says.
const README: &str = "What Sealpost knew of a tenant: docs/operations.md says what is where. Times are unix milliseconds.

Whether it is whole and unchanged: sealpost tenant export-verify FILE, or, unpacked,
    sha256sum --check --quiet MANIFEST.sha256 manifests/*.sha256
The pieces of the audit log make one file, which `sealpost audit verify` reads: cat audit/*.jsonl > audit.jsonl
";

/// A file of the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportEntry {
    /// Its name in the archive.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// A tenant on its way out.
#[derive(Debug)]
pub struct TenantExport {
    tenancy: Tenancy,
    grant: ManageGrant,
    next: Next,
    number: u32,
}

/// What comes next.
#[derive(Debug)]
enum Next {
    Readme,
    Tenant,
    Logo,
    Policy(Option<u64>),
    Users(Option<UserId>),
    List(List),
    Purges(Option<TransferId>),
    Audit(Box<AuditExport>),
    End,
}

impl Tenancy {
    /// Hands out the owner's tenant; that it was is in its log.
    ///
    /// # Errors
    /// Those of the database and of the keys.
    pub async fn export_tenant(
        &self,
        owner: &SteppedUp<OwnerSession>,
        with_files: bool,
    ) -> Result<(TenantExport, ManageGrant), TenancyError> {
        let grant = owner.manage();
        Ok((self.export_tenant_at_machine(&grant, with_files).await?, grant))
    }

    /// Hands out a tenant, for whoever has it in his hands: the operator.
    ///
    /// # Errors
    /// Those of the database and of the keys.
    pub async fn export_tenant_at_machine(
        &self,
        grant: &ManageGrant,
        with_files: bool,
    ) -> Result<TenantExport, TenancyError> {
        let mut tx = self.db.write().await?;
        let payload = json!({ "files": with_files });
        grant.record(&mut tx, self.clock.now(), "tenant.exported", payload).await?;
        tx.commit().await?;
        Ok(TenantExport { tenancy: self.clone(), grant: grant.clone(), next: Next::Readme, number: 0 })
    }
}

impl TenantExport {
    /// The next entry; `None` after the last.
    ///
    /// # Errors
    /// Those of the database and of the keys.
    pub async fn next(&mut self) -> Result<Option<ExportEntry>, TenancyError> {
        loop {
            let before = std::mem::discriminant(&self.next);
            let entry = match std::mem::replace(&mut self.next, Next::End) {
                Next::Readme => {
                    self.next = Next::Tenant;
                    Some(("README.txt".to_owned(), README.to_owned()))
                }
                Next::Tenant => {
                    self.next = Next::Logo;
                    Some(("tenant.json".to_owned(), self.tenant().await?))
                }
                Next::Logo => {
                    self.next = Next::Policy(None);
                    self.logo().await?
                }
                Next::Policy(below) => self.policy(below).await?,
                Next::Users(after) => self.users(after).await?,
                Next::List(list) => {
                    self.next = list.next().map_or(Next::Purges(None), Next::List);
                    Some((list.name().to_owned(), self.list(list).await?))
                }
                Next::Purges(after) => self.purges(after).await?,
                Next::Audit(log) => self.audit(log).await?,
                Next::End => return Ok(None),
            };
            if std::mem::discriminant(&self.next) != before {
                self.number = 0;
            }
            if let Some((name, text)) = entry {
                return Ok(Some(ExportEntry { name, text }));
            }
        }
    }

    fn numbered(&mut self, folder: &str, end: &str) -> String {
        self.number += 1;
        format!("{folder}/{:06}.{end}", self.number)
    }

    async fn tenant(&self) -> Result<String, TenancyError> {
        let id = self.grant.tenant();
        let mut conn = self.tenancy.db.read().await?;
        let row = conn.tenant(id).await?.ok_or(TenancyError::NotFound)?;
        let licence = conn.licensing(id).await?.and_then(|row| row.licence);
        let lifecycle = conn.lifecycle(id).await?.ok_or(TenancyError::NotFound)?;
        pretty(&json!({
            "id": row.id, "slug": row.slug, "name": row.name, "container": row.container, "created_at": row.created_at,
            "suspended_at": lifecycle.suspended_at, "terminated_at": lifecycle.terminated_at, "licence": licence,
        }))
    }

    async fn logo(&self) -> Result<Option<(String, String)>, TenancyError> {
        let Some(logo) = self.tenancy.logo(self.grant.tenant()).await? else { return Ok(None) };
        let content = BASE64.encode(&logo.content);
        let text = pretty(&json!({ "media_type": logo.kind.media_type(), "base64": content }))?;
        Ok(Some(("logo.json".to_owned(), text)))
    }

    async fn policy(&mut self, below: Option<u64>) -> Result<Option<(String, String)>, TenancyError> {
        let reader = TenantReader::from(&self.grant);
        if below.is_none() {
            let current = self.tenancy.policy(&reader).await?;
            self.next = Next::Policy(Some(u64::MAX));
            let text = pretty(&json!({ "version": current.version, "document": current.document }))?;
            return Ok(Some(("policy.json".to_owned(), text)));
        }
        // One version an entry: a document may be large.
        let page = self.tenancy.policy_versions(&reader, below, 1).await?;
        let Some(version) = page.versions.into_iter().next() else {
            self.next = Next::Users(None);
            return Ok(None);
        };
        self.next = Next::Policy(Some(version.version));
        let document = self.tenancy.policy_version(&reader, version.version).await?.document;
        let text = pretty(&json!({
            "version": version.version, "made_by": version.made_by, "made_at": version.made_at,
            "restored_from": version.restored_from, "difference": version.difference, "document": document,
        }))?;
        Ok(Some((format!("policy/{:06}.json", version.version), text)))
    }

    async fn users(&mut self, after: Option<UserId>) -> Result<Option<(String, String)>, TenancyError> {
        let mut conn = self.tenancy.db.read().await?;
        let rows = conn.users_after(self.grant.tenant(), after, PAGE as u32).await?;
        drop(conn);
        let Some(last) = rows.last() else {
            self.next = Next::List(List::FIRST);
            return Ok(None);
        };
        self.next = Next::Users(Some(last.id));
        let mut values = Vec::with_capacity(rows.len());
        for row in &rows {
            values.push(self.user(row).await);
        }
        Ok(Some((self.numbered("users", "jsonl"), lines(values.into_iter())?)))
    }

    async fn user(&self, row: &User) -> Result<Value, TenancyError> {
        let warnings = self.tenancy.warnings(&self.grant, row.id).await?;
        let warnings = warnings.into_iter().map(
            |given| json!({ "given_by": given.given_by, "text": given.text, "created_at": given.created_at }),
        );
        let columns = UserColumns::of(row.tenant_id, row.id);
        let (email, name) = columns.open(self.grant.tenant_key(), &row.address, &row.name)?;
        Ok(json!({
            "id": row.id, "email": email, "name": name, "role": row.role.as_str(), "created_at": row.created_at,
            "disabled_at": row.disabled_at, "seat_at": row.seat_at, "sending_suspended_at": row.sending_suspended_at,
            "warnings": warnings.collect::<Vec<_>>(),
        }))
    }

    async fn purges(&mut self, after: Option<TransferId>) -> Result<Option<(String, String)>, TenancyError> {
        let tenant = self.grant.tenant();
        let rows = self.tenancy.db.read().await?.purges_of_tenant_after(tenant, after, PAGE).await?;
        let Some(last) = rows.last() else {
            let log = self.tenancy.export_log(tenant, ExportRange::default()).await?;
            self.next = Next::Audit(Box::new(log));
            return Ok(None);
        };
        self.next = Next::Purges(Some(last.transfer_id));
        let text = lines(rows.iter().map(|row| Ok(purge(row))))?;
        Ok(Some((self.numbered("purges", "jsonl"), text)))
    }

    async fn audit(&mut self, mut log: Box<AuditExport>) -> Result<Option<(String, String)>, TenancyError> {
        let Some(text) = log.next().await? else {
            return Ok(None);
        };
        self.next = Next::Audit(log);
        Ok(Some((self.numbered("audit", "jsonl"), text)))
    }
}

fn purge(row: &Purge) -> Value {
    json!({
        "transfer": row.transfer_id, "sender": row.sender_id, "files": row.files, "objects": row.objects,
        "bytes": row.bytes, "recipients": row.recipients, "reason": row.reason.as_str(), "expires_at": row.expires_at,
        "purged_at": row.purged_at,
    })
}

fn pretty(value: &Value) -> Result<String, TenancyError> {
    serde_json::to_string_pretty(value).map_err(|_| TenancyError::Corrupt("an export"))
}

/// One JSON object a line.
fn lines(values: impl Iterator<Item = Result<Value, TenancyError>>) -> Result<String, TenancyError> {
    let mut text = String::new();
    for value in values {
        text.push_str(&value?.to_string());
        text.push('\n');
    }
    Ok(text)
}
