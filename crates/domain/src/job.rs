//! What is done later: the jobs that use cases leave in the queue, and those that the schedule puts there.

use serde::{Deserialize, Serialize};

use crate::{
    AbuseReportId, AccountChange, BlockedFileId, CodeId, ForwardingTargetId, IncidentContactId,
    PasswordResetId, RecipientId, RecoveryId, RecoveryStep, TenantId, TransferId, UploadRequestId, UserId,
    WarningId,
};

/// A job. Its JSON holds ids only: never personal data, never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Job {
    /// Remove uploads that nobody went on with.
    AbandonUploads,
    /// Find a file that nobody may send any more in what was sent, and block it there.
    FindBlockedFile {
        /// The tenant.
        tenant: TenantId,
        /// The file's entry in the list.
        file: BlockedFileId,
    },
    /// Tell somebody that a recipient has reported a transfer.
    NotifyAbuse {
        /// The tenant.
        tenant: TenantId,
        /// What he has said.
        report: AbuseReportId,
        /// An admin; nobody of the tenant: the operator.
        to: Option<UserId>,
    },
    /// Sign the heads of the audit logs that have grown.
    CheckpointAudit,
    /// Count what is new for reports, and find those to be mailed.
    CollectReports,
    /// Delete the keys of expiry days that are over.
    DestroyEpochs,
    /// Tell a user what he is warned of.
    NotifyWarning {
        /// The tenant.
        tenant: TenantId,
        /// The warning.
        warning: WarningId,
    },
    /// Mail a report.
    MailReport {
        /// The tenant.
        tenant: TenantId,
        /// To whom.
        user: UserId,
        /// The first day, in days since 1970-01-01.
        from: i64,
        /// The last day.
        to: i64,
    },
    /// Tell somebody that a user asks him for files.
    MailRequest {
        /// The tenant.
        tenant: TenantId,
        /// The upload request.
        request: UploadRequestId,
    },
    /// Send on what a target has not of its tenant's audit log.
    ForwardAudit {
        /// The tenant.
        tenant: TenantId,
        /// Where to.
        target: ForwardingTargetId,
    },
    /// Find the targets to which something is to be sent on.
    ForwardDue,
    /// Tell a user that what guards his account has changed.
    NotifyAccountChange {
        /// The tenant.
        tenant: TenantId,
        /// Whose.
        user: UserId,
        /// What.
        change: AccountChange,
    },
    /// Tell somebody what is done with the tenant's recovery key.
    NotifyRecovery {
        /// The tenant.
        tenant: TenantId,
        /// Who is told.
        to: UserId,
        /// Who does it.
        by: UserId,
        /// What.
        step: RecoveryStep,
        /// Of whose use, if it is about that.
        recovery: Option<RecoveryId>,
        /// The key's fingerprint, or the transfer that is recovered.
        about: String,
    },
    /// Tell somebody that an account is locked for a while.
    NotifyAccountLock {
        /// The tenant.
        tenant: TenantId,
        /// Whose account.
        user: UserId,
        /// Who is told: the user, or an admin.
        to: UserId,
    },
    /// Send a user the link with which he sets a new password.
    NotifyPasswordReset {
        /// The tenant.
        tenant: TenantId,
        /// The link.
        reset: PasswordResetId,
    },
    /// Tell an admin that too many wrong passwords have locked a transfer of his tenant.
    NotifyAdminLock {
        /// The tenant.
        tenant: TenantId,
        /// The transfer.
        transfer: TransferId,
        /// The admin.
        admin: UserId,
    },
    /// Tell somebody that a transfer was blocked for what is in it: its sender, or an admin of his tenant.
    NotifyRefusal {
        /// The tenant.
        tenant: TenantId,
        /// The transfer.
        transfer: TransferId,
        /// Who is told.
        to: UserId,
    },
    /// Tell somebody of an incident, or remind him of it.
    NotifyIncident {
        /// The tenant.
        tenant: TenantId,
        /// Who is told.
        contact: IncidentContactId,
    },
    /// Tell an admin that audit entries do not arrive where they are to be sent on to.
    NotifyForwarding {
        /// The tenant.
        tenant: TenantId,
        /// Where to.
        target: ForwardingTargetId,
        /// The admin.
        admin: UserId,
    },
    /// Tell a transfer's sender that too many wrong passwords have locked it.
    NotifyLock {
        /// The tenant.
        tenant: TenantId,
        /// The transfer.
        transfer: TransferId,
    },
    /// Tell a recipient that something is there for him.
    NotifyRecipient {
        /// The tenant.
        tenant: TenantId,
        /// The recipient.
        recipient: RecipientId,
    },
    /// Tell a recipient once more, because somebody wants that.
    NotifyAgain {
        /// The tenant.
        tenant: TenantId,
        /// The recipient.
        recipient: RecipientId,
    },
    /// Tell an uploader that what he has sent in has arrived.
    NotifyUploader {
        /// The tenant.
        tenant: TenantId,
        /// What he has sent in.
        transfer: TransferId,
    },
    /// Tell a sender that a recipient has fetched something.
    NotifySender {
        /// The tenant.
        tenant: TenantId,
        /// The recipient who has fetched.
        recipient: RecipientId,
    },
    /// Remove everything of transfers whose time is over.
    PurgeExpired,
    /// Remove objects that belong to nothing.
    ReconcileOrphans,
    /// Copy what has changed to the stores that are to have copies.
    Replicate,
    /// Remove tenants whose time for the export is over.
    RemoveTenants,
    /// Wrap keys anew that are under an older version of the root key.
    RewrapKeys,
    /// Remind a recipient that the end is near.
    Remind {
        /// The tenant.
        tenant: TenantId,
        /// The recipient.
        recipient: RecipientId,
    },
    /// Find recipients to be reminded.
    RemindDue,
    /// Find tenants to be reminded of incidents.
    RemindIncidents,
    /// Forget limits, codes, devices and sessions whose time is over.
    Sweep,
    /// Show the files of a transfer to the malware scanner; release or block it.
    ReleaseTransfer {
        /// The tenant.
        tenant: TenantId,
        /// The transfer.
        transfer: TransferId,
    },
    /// Look for the files of all tenants in their containers.
    VerifyStores,
    /// Look for the files of a tenant in his container.
    VerifyStore {
        /// The tenant.
        tenant: TenantId,
        /// Where to go on; from the beginning if absent.
        after: Option<TransferId>,
    },
    /// Read all that belongs to the files of a transfer, one of which did not open.
    VerifyTransfer {
        /// The tenant.
        tenant: TenantId,
        /// The transfer.
        transfer: TransferId,
    },
    /// Send a recipient the code that he has asked for.
    SendCode {
        /// The tenant.
        tenant: TenantId,
        /// The code's row.
        code: CodeId,
    },
    /// Send somebody who has the link of an upload request the code that he has asked for.
    SendRequestCode {
        /// The tenant.
        tenant: TenantId,
        /// The code's row.
        code: CodeId,
    },
    /// Remove audit entries whose time is over.
    TrimAudit,
}

impl Job {
    /// The word in SQL and logs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AbandonUploads => "abandon_uploads",
            Self::CheckpointAudit => "checkpoint_audit",
            Self::CollectReports => "collect_reports",
            Self::MailReport { .. } => "mail_report",
            Self::MailRequest { .. } => "mail_request",
            Self::TrimAudit => "trim_audit",
            Self::DestroyEpochs => "destroy_epochs",
            Self::ForwardAudit { .. } => "forward_audit",
            Self::ForwardDue => "forward_due",
            Self::NotifyForwarding { .. } => "notify_forwarding",
            Self::NotifyAccountChange { .. } => "notify_account_change",
            Self::NotifyRecovery { .. } => "notify_recovery",
            Self::NotifyAccountLock { .. } => "notify_account_lock",
            Self::NotifyAdminLock { .. } => "notify_admin_lock",
            Self::NotifyAgain { .. } => "notify_again",
            Self::NotifyIncident { .. } => "notify_incident",
            Self::NotifyLock { .. } => "notify_lock",
            Self::NotifyPasswordReset { .. } => "notify_password_reset",
            Self::NotifyRecipient { .. } => "notify_recipient",
            Self::NotifyRefusal { .. } => "notify_refusal",
            Self::NotifySender { .. } => "notify_sender",
            Self::NotifyUploader { .. } => "notify_uploader",
            Self::FindBlockedFile { .. } => "find_blocked_file",
            Self::NotifyAbuse { .. } => "notify_abuse",
            Self::NotifyWarning { .. } => "notify_warning",
            Self::PurgeExpired => "purge_expired",
            Self::ReconcileOrphans => "reconcile_orphans",
            Self::Replicate => "replicate",
            Self::Remind { .. } => "remind",
            Self::RemoveTenants => "remove_tenants",
            Self::RewrapKeys => "rewrap_keys",
            Self::RemindDue => "remind_due",
            Self::RemindIncidents => "remind_incidents",
            Self::Sweep => "sweep",
            Self::ReleaseTransfer { .. } => "release_transfer",
            Self::VerifyStore { .. } => "verify_store",
            Self::VerifyStores => "verify_stores",
            Self::VerifyTransfer { .. } => "verify_transfer",
            Self::SendCode { .. } => "send_code",
            Self::SendRequestCode { .. } => "send_request_code",
        }
    }

    /// Whose it is; `None` for what is done for all tenants.
    pub const fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::MailReport { tenant, .. }
            | Self::MailRequest { tenant, .. }
            | Self::ForwardAudit { tenant, .. }
            | Self::NotifyForwarding { tenant, .. }
            | Self::NotifyAccountChange { tenant, .. }
            | Self::NotifyRecovery { tenant, .. }
            | Self::NotifyAccountLock { tenant, .. }
            | Self::NotifyPasswordReset { tenant, .. }
            | Self::NotifyAdminLock { tenant, .. }
            | Self::NotifyAgain { tenant, .. }
            | Self::NotifyIncident { tenant, .. }
            | Self::NotifyLock { tenant, .. }
            | Self::NotifyRecipient { tenant, .. }
            | Self::NotifyRefusal { tenant, .. }
            | Self::NotifySender { tenant, .. }
            | Self::NotifyUploader { tenant, .. }
            | Self::SendRequestCode { tenant, .. }
            | Self::FindBlockedFile { tenant, .. }
            | Self::NotifyAbuse { tenant, .. }
            | Self::NotifyWarning { tenant, .. }
            | Self::ReleaseTransfer { tenant, .. }
            | Self::VerifyStore { tenant, .. }
            | Self::VerifyTransfer { tenant, .. }
            | Self::Remind { tenant, .. }
            | Self::SendCode { tenant, .. } => Some(*tenant),
            Self::AbandonUploads
            | Self::CheckpointAudit
            | Self::CollectReports
            | Self::DestroyEpochs
            | Self::ForwardDue
            | Self::PurgeExpired
            | Self::ReconcileOrphans
            | Self::RemindDue
            | Self::RemindIncidents
            | Self::RemoveTenants
            | Self::Replicate
            | Self::RewrapKeys
            | Self::Sweep
            | Self::TrimAudit
            | Self::VerifyStores => None,
        }
    }

    /// What makes two of them one while both are queued: the same work would be done twice.
    pub fn dedupe_key(&self) -> String {
        let kind = self.kind();
        match self {
            Self::MailReport { user, from, to, .. } => format!("{kind}:{user}:{from}:{to}"),
            Self::MailRequest { request, .. } => format!("{kind}:{request}"),
            Self::ForwardAudit { target, .. } => format!("{kind}:{target}"),
            Self::NotifyForwarding { target, admin, .. } => format!("{kind}:{target}:{admin}"),
            Self::NotifyAccountChange { user, change, .. } => format!("{kind}:{user}:{change}"),
            Self::NotifyRecovery { to, step, recovery: Some(id), .. } => format!("{kind}:{id}:{step}:{to}"),
            Self::NotifyRecovery { to, step, about, .. } => format!("{kind}:{about}:{step}:{to}"),
            Self::NotifyAccountLock { user, to, .. } => format!("{kind}:{user}:{to}"),
            Self::NotifyAdminLock { transfer, admin, .. } => format!("{kind}:{transfer}:{admin}"),
            Self::SendCode { code, .. } | Self::SendRequestCode { code, .. } => format!("{kind}:{code}"),
            Self::NotifyRefusal { transfer, to, .. } => format!("{kind}:{transfer}:{to}"),
            Self::NotifyLock { transfer, .. }
            | Self::NotifyUploader { transfer, .. }
            | Self::ReleaseTransfer { transfer, .. }
            | Self::VerifyTransfer { transfer, .. } => {
                format!("{kind}:{transfer}")
            }
            Self::VerifyStore { tenant, after: None } => format!("{kind}:{tenant}"),
            // What goes on is queued by what has come so far, which is still running.
            Self::VerifyStore { tenant, after: Some(after) } => format!("{kind}:{tenant}:{after}"),
            Self::FindBlockedFile { file, .. } => format!("{kind}:{file}"),
            Self::NotifyAbuse { report, to: Some(to), .. } => format!("{kind}:{report}:{to}"),
            Self::NotifyAbuse { report, to: None, .. } => format!("{kind}:{report}"),
            Self::NotifyWarning { warning, .. } => format!("{kind}:{warning}"),
            Self::NotifyIncident { contact, .. } => format!("{kind}:{contact}"),
            Self::NotifyPasswordReset { reset, .. } => format!("{kind}:{reset}"),
            Self::NotifyAgain { recipient, .. }
            | Self::NotifyRecipient { recipient, .. }
            | Self::NotifySender { recipient, .. }
            | Self::Remind { recipient, .. } => format!("{kind}:{recipient}"),
            Self::AbandonUploads
            | Self::CheckpointAudit
            | Self::CollectReports
            | Self::DestroyEpochs
            | Self::ForwardDue
            | Self::PurgeExpired
            | Self::ReconcileOrphans
            | Self::RemindDue
            | Self::RemindIncidents
            | Self::RemoveTenants
            | Self::Replicate
            | Self::RewrapKeys
            | Self::Sweep
            | Self::TrimAudit
            | Self::VerifyStores => kind.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_names_the_kind() {
        let job = Job::NotifyLock {
            tenant: TenantId::from(uuid::Uuid::nil()),
            transfer: TransferId::from(uuid::Uuid::nil()),
        };
        for job in [job, Job::PurgeExpired] {
            let json = serde_json::to_value(&job).unwrap();
            assert_eq!(json["kind"], job.kind());
            assert_eq!(serde_json::from_value::<Job>(json).unwrap(), job);
        }
    }
}
