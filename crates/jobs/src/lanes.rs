//! Which jobs wait behind which.

use sealpost_domain::Job;

/// Kinds that send a mail. They have a lane of their own: a mail server that answers slowly must not keep anything
/// from being purged.
pub(crate) const MAILS: &[&str] = &[
    "mail_report",
    "mail_request",
    "notify_abuse",
    "notify_account_change",
    "notify_recovery",
    "notify_account_lock",
    "notify_admin_lock",
    "notify_again",
    "notify_incident",
    "notify_forwarding",
    "notify_lock",
    "notify_password_reset",
    "notify_recipient",
    "notify_refusal",
    "notify_sender",
    "notify_uploader",
    "notify_warning",
    "remind",
];

/// Kinds that somebody sits waiting for: they do not stand in line behind a thousand notices.
pub(crate) const CODES: &[&str] = &["send_code", "send_request_code"];

/// Kinds that wait for somebody else's machine, which may be slow: they hold up nothing but each other.
pub(crate) const FORWARDS: &[&str] = &["forward_audit"];
/// Kinds that read files, for the malware scanner or to compare them: big ones do not keep anything from being purged, nor mails from going out.
pub(crate) const SCANS: &[&str] = &["find_blocked_file", "release_transfer", "verify_transfer"];

/// What copies to other stores, for as long as that takes.
pub(crate) const COPIES: &[&str] = &["replicate"];

/// What goes through whole stores, a tenant at a time.
pub(crate) const LOOKS: &[&str] = &["verify_store"];

/// All other kinds, of each of which at most one is queued. A kind that is in neither list is of a later version of the service, and is left to it.
pub(crate) const OTHERS: &[&str] = &[
    "abandon_uploads",
    "checkpoint_audit",
    "collect_reports",
    "destroy_epochs",
    "forward_due",
    "purge_expired",
    "reconcile_orphans",
    "remind_due",
    "remind_incidents",
    "remove_tenants",
    "rewrap_keys",
    "sweep",
    "trim_audit",
    "verify_stores",
];

/// Whether it waits for something that comes back some day, however long that takes.
pub(crate) const fn is_patient(job: &Job) -> bool {
    matches!(job, Job::FindBlockedFile { .. } | Job::ReleaseTransfer { .. }) || is_scheduled(job)
}

/// What the clock queues.
pub(crate) const SCHEDULED: [Job; 15] = [
    Job::PurgeExpired,
    Job::AbandonUploads,
    Job::ReconcileOrphans,
    Job::DestroyEpochs,
    Job::RemindDue,
    Job::RemindIncidents,
    Job::RemoveTenants,
    Job::Replicate,
    Job::RewrapKeys,
    Job::Sweep,
    Job::CheckpointAudit,
    Job::CollectReports,
    Job::TrimAudit,
    Job::ForwardDue,
    Job::VerifyStores,
];

/// Whether the clock queues it, again and again.
pub(crate) const fn is_scheduled(job: &Job) -> bool {
    match job {
        Job::AbandonUploads
        | Job::CheckpointAudit
        | Job::CollectReports
        | Job::DestroyEpochs
        | Job::ForwardDue
        | Job::PurgeExpired
        | Job::ReconcileOrphans
        | Job::RemindDue
        | Job::RemindIncidents
        | Job::RemoveTenants
        | Job::Replicate
        | Job::RewrapKeys
        | Job::Sweep
        | Job::TrimAudit
        | Job::VerifyStores => true,
        Job::MailReport { .. }
        | Job::MailRequest { .. }
        | Job::ForwardAudit { .. }
        | Job::NotifyForwarding { .. }
        | Job::NotifyAccountChange { .. }
        | Job::NotifyRecovery { .. }
        | Job::NotifyAccountLock { .. }
        | Job::NotifyAdminLock { .. }
        | Job::NotifyAgain { .. }
        | Job::SendCode { .. }
        | Job::NotifyIncident { .. }
        | Job::NotifyLock { .. }
        | Job::NotifyPasswordReset { .. }
        | Job::NotifyRecipient { .. }
        | Job::NotifyRefusal { .. }
        | Job::ReleaseTransfer { .. }
        | Job::NotifySender { .. }
        | Job::NotifyUploader { .. }
        | Job::SendRequestCode { .. }
        | Job::FindBlockedFile { .. }
        | Job::NotifyAbuse { .. }
        | Job::NotifyWarning { .. }
        | Job::VerifyStore { .. }
        | Job::VerifyTransfer { .. }
        | Job::Remind { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use sealpost_domain::{
        AbuseReportId, AccountChange, BlockedFileId, CodeId, ForwardingTargetId, IncidentContactId,
        PasswordResetId, RecipientId, RecoveryId, RecoveryStep, TenantId, Timestamp, TransferId,
        UploadRequestId, UserId, WarningId,
    };

    use super::*;

    #[test]
    fn every_kind_is_in_one_lane() {
        let now = Timestamp::from_unix_millis(1_800_000_000_000);
        let tenant = TenantId::new(now, [0; 10]);
        let (recipient, transfer) = (RecipientId::new(now, [1; 10]), TransferId::new(now, [2; 10]));
        let (admin, code) = (UserId::new(now, [3; 10]), CodeId::new(now, [4; 10]));
        let target = ForwardingTargetId::new(now, [6; 10]);
        let single = [
            Job::ForwardAudit { tenant, target },
            Job::NotifyForwarding { tenant, target, admin },
            Job::NotifyAccountChange { tenant, user: admin, change: AccountChange::ALL[0] },
            Job::NotifyRecovery {
                tenant,
                to: admin,
                by: admin,
                step: RecoveryStep::Requested,
                recovery: Some(RecoveryId::new(now, [3; 10])),
                about: transfer.to_string(),
            },
            Job::NotifyAccountLock { tenant, user: admin, to: admin },
            Job::MailReport { tenant, user: admin, from: 1, to: 7 },
            Job::MailRequest { tenant, request: UploadRequestId::new(now, [9; 10]) },
            Job::NotifyPasswordReset { tenant, reset: PasswordResetId::new(now, [5; 10]) },
            Job::NotifyAdminLock { tenant, transfer, admin },
            Job::NotifyAgain { tenant, recipient },
            Job::SendCode { tenant, code },
            Job::NotifyIncident { tenant, contact: IncidentContactId::new(now, [6; 10]) },
            Job::NotifyLock { tenant, transfer },
            Job::NotifyRecipient { tenant, recipient },
            Job::NotifyRefusal { tenant, transfer, to: admin },
            Job::ReleaseTransfer { tenant, transfer },
            Job::NotifySender { tenant, recipient },
            Job::NotifyUploader { tenant, transfer },
            Job::SendRequestCode { tenant, code },
            Job::FindBlockedFile { tenant, file: BlockedFileId::new(now, [7; 10]) },
            Job::NotifyAbuse { tenant, report: AbuseReportId::new(now, [8; 10]), to: Some(admin) },
            Job::NotifyWarning { tenant, warning: WarningId::new(now, [6; 10]) },
            Job::Remind { tenant, recipient },
            Job::VerifyStore { tenant, after: Some(transfer) },
            Job::VerifyTransfer { tenant, transfer },
        ];
        for job in single.iter().chain(&SCHEDULED) {
            let lanes = [MAILS, CODES, SCANS, FORWARDS, COPIES, LOOKS, OTHERS]
                .iter()
                .filter(|lane| lane.contains(&job.kind()))
                .count();
            assert_eq!(lanes, 1, "{}", job.kind());
            assert_eq!(is_scheduled(job), SCHEDULED.contains(job), "{}", job.kind());
        }
        assert_eq!(
            MAILS.len()
                + CODES.len()
                + SCANS.len()
                + FORWARDS.len()
                + COPIES.len()
                + LOOKS.len()
                + OTHERS.len(),
            single.len() + SCHEDULED.len()
        );
    }
}
