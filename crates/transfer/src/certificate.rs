//! Deletion certificates of transfers: what the purge's record and the audit log say, signed.

use data_encoding::HEXLOWER;
use sealpost_auth::{Actor, AuditorSession, LogEntry, SenderSession};
use sealpost_certificate::{
    Certificate, Checked, EpochKey, FORMAT, LogEntryRef, Named, SignedCertificate, Statement, StoreChecked,
    TransferPurged,
};
use sealpost_db::{Purge, Tenant};
use sealpost_domain::{TenantId, TransferId};
use serde_json::json;

use crate::{PurgeProof, Service, TransferError};

/// What of a transfer's log belongs in its certificate.
const KINDS: [&str; 2] = ["transfer.purge_started", "transfer.purged"];

impl Service {
    /// The certificate that one of the sender's transfers was purged. With `check`, what is left of it is looked for now, and
    /// the certificate says what was looked at.
    ///
    /// # Errors
    /// [`TransferError::NotReady`] if it is not purged yet, or something of it was found; [`TransferError::NotFound`].
    pub async fn certificate(
        &self,
        session: &SenderSession,
        id: TransferId,
        check: bool,
    ) -> Result<SignedCertificate, TransferError> {
        session.require_read()?;
        let tenant = session.tenant();
        let mut conn = self.db().read().await?;
        let purge = conn.purge(tenant, id).await?;
        let row = conn.transfer(tenant, id).await?;
        drop(conn);
        let there = row.is_some_and(|row| session.sees(row.tenant_id, row.sender_id));
        let purge = purge.filter(|purge| session.sees(purge.tenant_id, purge.sender_id));
        self.issue(tenant, purge, there, Actor::User(session.user()), check).await
    }

    /// The same for whoever reads the tenant's log.
    ///
    /// # Errors
    /// As [`Self::certificate`].
    pub async fn certificate_for_auditor(
        &self,
        session: &AuditorSession,
        id: TransferId,
        check: bool,
    ) -> Result<SignedCertificate, TransferError> {
        let tenant = session.tenant();
        let mut conn = self.db().read().await?;
        let (purge, row) = (conn.purge(tenant, id).await?, conn.transfer(tenant, id).await?);
        drop(conn);
        self.issue(tenant, purge, row.is_some(), Actor::User(session.user()), check).await
    }

    /// The same for the operator at the machine, of any tenant's transfer.
    ///
    /// # Errors
    /// As [`Self::certificate`].
    pub async fn certificate_at_machine(
        &self,
        id: TransferId,
        check: bool,
    ) -> Result<SignedCertificate, TransferError> {
        let mut conn = self.db().read().await?;
        let purge = conn.purge_of_any_tenant(id).await?;
        let row = conn.transfer_of_any_tenant(id).await?;
        drop(conn);
        let tenant =
            purge.as_ref().map(|purge| purge.tenant_id).or_else(|| row.as_ref().map(|row| row.tenant_id));
        let tenant = tenant.ok_or(TransferError::NotFound)?;
        self.issue(tenant, purge, row.is_some(), Actor::Operator, check).await
    }

    async fn issue(
        &self,
        tenant: TenantId,
        purge: Option<Purge>,
        row_there: bool,
        by: Actor,
        check: bool,
    ) -> Result<SignedCertificate, TransferError> {
        let Some(purge) = purge.filter(|_| !row_there) else {
            return Err(if row_there {
                TransferError::NotReady("it is not purged: there is no certificate yet")
            } else {
                TransferError::NotFound
            });
        };
        let proof = if check { Some(self.verify_purge(purge.transfer_id).await?) } else { None };
        if proof.as_ref().is_some_and(|proof| !proof.is_clean()) {
            return Err(TransferError::NotReady(
                "something of it is still there: there is no certificate yet",
            ));
        }
        let row = self.db().read().await?.tenant(tenant).await?.ok_or(TransferError::NotFound)?;
        let (key, signer) = self.keys().certificate_key(tenant).await?;
        let certificate = self.statement(row, &purge, proof).await?;
        let signed = SignedCertificate::sign(&certificate, &key, &signer).map_err(TransferError::internal)?;
        let payload = json!({ "by": by.to_json(), "checked": check });
        let entry = LogEntry::new("certificate.issued", payload).about(purge.transfer_id);
        let mut tx = self.db().write().await?;
        entry.append(&mut tx, tenant, self.now()).await?;
        tx.commit().await?;
        Ok(signed)
    }

    async fn statement(
        &self,
        tenant: Tenant,
        purge: &Purge,
        proof: Option<PurgeProof>,
    ) -> Result<Certificate, TransferError> {
        let destroyed = !self.keys().has_epoch_key(purge.tenant_id, purge.epoch).await?;
        let mut conn = self.db().read().await?;
        let entries = conn.audit_of_transfer(purge.tenant_id, purge.transfer_id).await?;
        let entries: Vec<_> = entries.into_iter().filter(|entry| KINDS.contains(&&*entry.kind)).collect();
        let checkpoint = match entries.last() {
            Some(last) => conn.audit_checkpoints(purge.tenant_id, last.seq - 1, 1).await?.pop(),
            None => None,
        };
        Ok(Certificate {
            format: FORMAT.to_owned(),
            issued_at: self.now(),
            tenant: Named { id: tenant.id, slug: tenant.slug.to_string(), name: tenant.name },
            about: Statement::Transfer(TransferPurged {
                transfer: purge.transfer_id,
                sender: purge.sender_id,
                reason: purge.reason.as_str().to_owned(),
                expires_at: purge.expires_at,
                purged_at: purge.purged_at,
                files: purge.files,
                objects: purge.objects,
                bytes: purge.bytes,
                recipients: purge.recipients,
                epoch_key: EpochKey { day: purge.epoch, destroyed },
            }),
            entries: entries
                .into_iter()
                .map(|entry| LogEntryRef {
                    seq: entry.seq,
                    at: entry.at,
                    kind: entry.kind,
                    hash: HEXLOWER.encode(&entry.hash),
                })
                .collect(),
            checkpoint: checkpoint.map(|row| row.note),
            checked: proof.map(|proof| Checked { at: proof.at, stores: stores(&proof) }),
        })
    }
}

fn stores(proof: &PurgeProof) -> Vec<StoreChecked> {
    let findings = proof.findings().into_iter();
    findings
        .map(|found| StoreChecked {
            store: found.store.to_owned(),
            looked_for: found.looked_for,
            left: found.left,
        })
        .collect()
}
