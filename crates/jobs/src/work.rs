//! From a queued job to the use case that does it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sealpost_auth::{Auth, AuthError};
use sealpost_domain::{EmailAddress, Job, TenantId};
use sealpost_mail::{Branding, Language, Mail, MailError, Mailer, Message, SmsSender};
use sealpost_metrics::Handed;
use sealpost_tenancy::{Tenancy, TenancyError};
use sealpost_transfer::{Service, TransferError};
use tracing::Instrument as _;

use crate::{
    Handler, JobError, Running, abandon_uploads, checkpoint_audit, destroy_epochs, find_blocked_file,
    forward, mail_request, notify_abuse, notify_account, notify_admin_lock, notify_incident, notify_lock,
    notify_recipient, notify_recovery, notify_refusal, notify_sender, notify_uploader, notify_warning,
    purge_expired, reconcile_orphans, release_transfer, remind, remind_due, remove_tenants, replicate,
    reports, rewrap_keys, send_code, send_request_code, sweep, trim_audit, verify_store,
};

/// What jobs work with.
#[derive(Debug)]
pub struct Work {
    /// The use cases.
    pub service: Service,
    /// The use cases of running tenants.
    pub tenancy: Tenancy,
    /// What checks credentials, and forgets them.
    pub auth: Auth,
    /// Where mails go out.
    pub mailer: Mailer,
    /// Where text messages go out, if there is a gateway.
    pub sms: Option<SmsSender>,
    /// The language of mails where no other is known.
    pub language: Language,
    /// Where the operator hears of what recipients report.
    pub abuse_desk: Option<EmailAddress>,
}

impl Work {
    /// The handler that gives every job to its use case, for [`Runner::new`](crate::Runner::new).
    pub fn handler(self) -> Handler {
        let work = Arc::new(self);
        Arc::new(move |running| {
            let work = Arc::clone(&work);
            Box::pin(async move { work.run(running).await })
        })
    }

    async fn run(&self, running: Running) -> Result<(), JobError> {
        // Each in a box of its own: a future that may be any of them takes so much of the stack that tests' threads overflow.
        let work: BoxFuture<'_, Result<(), JobError>> = match running.job {
            Job::AbandonUploads => Box::pin(abandon_uploads::run(self)),
            Job::CheckpointAudit => Box::pin(checkpoint_audit::run(self)),
            Job::CollectReports => Box::pin(reports::collect(self)),
            Job::MailReport { tenant, user, from, to } => {
                Box::pin(reports::mail(self, &running, (tenant, user), (from, to)))
            }
            Job::MailRequest { tenant, request } => {
                Box::pin(mail_request::run(self, &running, tenant, request))
            }
            Job::DestroyEpochs => Box::pin(destroy_epochs::run(self)),
            Job::ForwardAudit { tenant, target } => Box::pin(forward::audit(self, tenant, target)),
            Job::ForwardDue => Box::pin(forward::due(self)),
            Job::NotifyForwarding { tenant, target, admin } => {
                Box::pin(forward::notify(self, &running, tenant, target, admin))
            }
            Job::NotifyAccountChange { tenant, user, change } => {
                Box::pin(notify_account::change(self, &running, tenant, user, change))
            }
            Job::NotifyRecovery { tenant, to, by, step, ref about, .. } => {
                Box::pin(notify_recovery::run(self, &running, (tenant, to, by), (step, about.clone())))
            }
            Job::NotifyAccountLock { tenant, user, to } => {
                Box::pin(notify_account::lock(self, &running, tenant, user, to))
            }
            Job::NotifyPasswordReset { tenant, reset } => {
                Box::pin(notify_account::reset(self, &running, tenant, reset))
            }
            Job::NotifyAdminLock { tenant, transfer, admin } => {
                Box::pin(notify_admin_lock::run(self, &running, tenant, transfer, admin))
            }
            Job::SendCode { tenant, code } => Box::pin(send_code::run(self, &running, tenant, code)),
            Job::NotifyIncident { tenant, contact } => {
                Box::pin(notify_incident::run(self, &running, tenant, contact))
            }
            Job::NotifyLock { tenant, transfer } => {
                Box::pin(notify_lock::run(self, &running, tenant, transfer))
            }
            Job::NotifyRecipient { tenant, recipient } => {
                Box::pin(notify_recipient::run(self, &running, tenant, recipient))
            }
            Job::NotifyAgain { tenant, recipient } => {
                Box::pin(notify_recipient::again(self, &running, tenant, recipient))
            }
            Job::NotifySender { tenant, recipient } => {
                Box::pin(notify_sender::run(self, &running, tenant, recipient))
            }
            Job::NotifyUploader { tenant, transfer } => {
                Box::pin(notify_uploader::run(self, &running, tenant, transfer))
            }
            Job::SendRequestCode { tenant, code } => {
                Box::pin(send_request_code::run(self, &running, tenant, code))
            }
            Job::NotifyRefusal { tenant, transfer, to } => {
                Box::pin(notify_refusal::run(self, &running, tenant, transfer, to))
            }
            Job::FindBlockedFile { tenant, file } => Box::pin(find_blocked_file::run(self, tenant, file)),
            Job::NotifyAbuse { tenant, report, to } => {
                Box::pin(notify_abuse::run(self, &running, tenant, report, to))
            }
            Job::NotifyWarning { tenant, warning } => {
                Box::pin(notify_warning::run(self, &running, tenant, warning))
            }
            Job::ReleaseTransfer { tenant, transfer } => {
                Box::pin(release_transfer::run(self, tenant, transfer))
            }
            Job::PurgeExpired => Box::pin(purge_expired::run(self)),
            Job::ReconcileOrphans => Box::pin(reconcile_orphans::run(self)),
            Job::Remind { tenant, recipient } => Box::pin(remind::run(self, &running, tenant, recipient)),
            Job::RemindDue => Box::pin(remind_due::run(self)),
            Job::RemindIncidents => Box::pin(notify_incident::remind(self)),
            Job::Replicate => Box::pin(replicate::run(self)),
            Job::RemoveTenants => Box::pin(remove_tenants::run(self)),
            Job::RewrapKeys => Box::pin(rewrap_keys::run(self)),
            Job::Sweep => Box::pin(sweep::run(self)),
            Job::TrimAudit => Box::pin(trim_audit::run(self)),
            Job::VerifyStores => Box::pin(verify_store::all(self)),
            Job::VerifyStore { tenant, after } => Box::pin(verify_store::run(self, tenant, after)),
            Job::VerifyTransfer { tenant, transfer } => {
                Box::pin(verify_store::transfer(self, tenant, transfer))
            }
        };
        work.await
    }

    /// Sends what a job has to say, in the language of its tenant.
    pub(crate) async fn send(
        &self,
        running: &Running,
        to: EmailAddress,
        message: Message,
    ) -> Result<(), JobError> {
        let language = match running.job.tenant() {
            Some(tenant) => self.service.mail_language(tenant).await?,
            None => None,
        };
        self.send_in(language.unwrap_or(self.language), running, to, message).await
    }

    /// The same in a language that is known. The job's id and time make every attempt the same message.
    pub(crate) async fn send_in(
        &self,
        language: Language,
        running: &Running,
        to: EmailAddress,
        message: Message,
    ) -> Result<(), JobError> {
        let branding = match running.job.tenant() {
            Some(tenant) => self.branding(tenant, language).await?,
            None => Branding::default(),
        };
        let mail = Mail { id: running.id, to, language, date: running.created_at, message, branding };
        let sent = self.mailer.send(&mail).instrument(tracing::debug_span!("mail")).await;
        self.service.metrics().mail(handed(&sent));
        Ok(sent?)
    }

    /// How a tenant shows itself in mails.
    async fn branding(&self, tenant: TenantId, language: Language) -> Result<Branding, JobError> {
        let Some(of_tenant) = self.service.branding(tenant).await? else { return Ok(Branding::default()) };
        let logo = match of_tenant.logo {
            Some(_) => self.service.mailed_logo(tenant).await?,
            None => None,
        };
        Ok(Branding {
            footer: of_tenant.branding.footer(language).unwrap_or_default().to_owned(),
            // In place of a logo that shows no name, it is what is read out and what stands there if pictures are off.
            name: of_tenant
                .branding
                .name
                .unwrap_or_else(|| if logo.is_some() { of_tenant.tenant_name } else { String::new() }),
            logo,
        })
    }
}

pub(crate) const fn handed(sent: &Result<(), MailError>) -> Handed {
    match sent {
        Ok(()) => Handed::Over,
        Err(error) if error.is_permanent() => Handed::Refused,
        Err(_) => Handed::Delayed,
    }
}

impl From<MailError> for JobError {
    fn from(error: MailError) -> Self {
        let text = error.to_string();
        if error.is_permanent() { Self::Permanent(text) } else { Self::Transient(text) }
    }
}

impl From<TransferError> for JobError {
    /// The text names no source: what stands behind an error goes to the log and not into the queue.
    fn from(error: TransferError) -> Self {
        tracing::warn!(error = &error as &dyn std::error::Error, "a use case failed");
        match error {
            // No attempt puts altered bytes right.
            TransferError::Damaged => Self::Permanent(error.to_string()),
            _ => Self::Transient(error.to_string()),
        }
    }
}

impl From<TenancyError> for JobError {
    fn from(error: TenancyError) -> Self {
        tracing::warn!(error = &error as &dyn std::error::Error, "a use case of running tenants failed");
        Self::Transient(error.to_string())
    }
}

impl From<AuthError> for JobError {
    fn from(error: AuthError) -> Self {
        tracing::warn!(error = &error as &dyn std::error::Error, "a check of credentials failed");
        Self::Transient(error.to_string())
    }
}
