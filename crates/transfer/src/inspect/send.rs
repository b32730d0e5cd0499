//! Files once more when they are sent: rules may have changed since they came in.

use std::sync::Arc;

use sealpost_auth::SenderSession;
use sealpost_db::FileEntry;
use sealpost_domain::{
    FileId, FileName, UploadId,
    rules::{Findings, ModeSaying, ModeSource, ModeWord, TakenTypes},
};
use sealpost_policy::Rules;
use sealpost_sealed::ContentKey;

use super::{Content, FileRefusal, decided};
use crate::{Service, TransferError, UploadMetadata, audit::By, service::container, unlock::Unlocked};

/// Files that may be sent by the rules of one version of the policy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    /// The policy's number.
    pub(crate) version: u64,
    /// The files, in the order of their ids.
    pub(crate) files: Vec<FileId>,
}

impl Service {
    /// Asks the rules about every file of a draft, and gives what they say of who seals it. What was not looked into, or by older
    /// readers, is looked into now.
    ///
    /// # Errors
    /// [`TransferError::TypeRefused`] for the first that may not be sent; it is in the log then.
    pub(crate) async fn check_files(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
    ) -> Result<(Checked, Arc<Rules>, Vec<ModeSaying>), TransferError> {
        let (place, key) = (transfer.place, transfer.content_key()?.ok_or(TransferError::NotFound)?);
        let mut conn = self.db().read().await?;
        let rules = self.policies().current(&mut conn, place.tenant, session.tenant_key()).await?;
        let entries = conn.file_entries(place.transfer).await?;
        let (is_sealed, came_in) = (transfer.row.is_zero_knowledge(), transfer.row.source().is_some());
        let mut sayings = Vec::new();
        // What the sender's program has sealed nobody here can look into: what it states is all that can be asked about.
        for entry in entries.iter().filter(|_| is_sealed) {
            match self.check_stated_file(&mut conn, session, &rules, (entry, came_in)).await? {
                Ok(said) => sayings.extend(said),
                Err(why) => {
                    drop(conn);
                    let refusal = Box::new(FileRefusal { name: None, why });
                    return Err(self.refuse_sending(session, transfer, &rules, refusal).await);
                }
            }
        }
        drop(conn);
        for entry in entries.iter().filter(|_| !is_sealed) {
            match self.check_file(session, transfer, &key, &rules, entry).await {
                Err(TransferError::TypeRefused(refusal)) => {
                    return Err(self.refuse_sending(session, transfer, &rules, refusal).await);
                }
                said => sayings.extend(said?),
            }
        }
        let files = entries.iter().map(|entry| entry.id).collect();
        Ok((Checked { version: rules.version(), files }, rules, sayings))
    }

    async fn check_file(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
        key: &ContentKey,
        rules: &Arc<Rules>,
        entry: &FileEntry,
    ) -> Result<Option<ModeSaying>, TransferError> {
        let place = transfer.place;
        let metadata = key.open_text(place.metadata(UploadId::from(entry.id)), &entry.metadata)?;
        let name = UploadMetadata::parse(&metadata)?.file_name().clone();
        let stored = match &entry.findings {
            Some(sealed) => Some(key.open_column(place.findings(entry.id), sealed)?),
            None => None,
        };
        let stored: Option<Findings> = stored.and_then(|json| serde_json::from_slice(&json).ok());
        let findings = match stored.filter(|findings| findings.edition == sealpost_inspect::EDITION) {
            Some(findings) => findings,
            None => self.look_again(session, transfer, key, (entry.id, &name)).await?,
        };
        let types = TakenTypes::new(rules.types(), session.kinds());
        decided(&name, types.decide(name.as_str(), Some(&findings)))?;
        let kind = rules.types().must_be_sealed(name.as_str(), &findings.kinds);
        Ok(kind.map(|kind| ModeSaying { word: ModeWord::Require, source: ModeSource::Kind(kind) }))
    }

    async fn look_again(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
        key: &ContentKey,
        (file, name): (FileId, &FileName),
    ) -> Result<Findings, TransferError> {
        let place = transfer.place;
        let row = self.db().read().await?.file(place.transfer, file).await?.ok_or(TransferError::NotFound)?;
        let manifest = transfer.manifest(key, &row)?;
        let mut content = Content::new(self, container(session.container())?, place.tenant, manifest);
        let findings = sealpost_inspect::look(name.base(), bytes::Bytes::new(), &mut content).await?;
        let found = self.seal_findings(key, (place, file), &findings);
        let mut tx = self.db().write().await?;
        tx.set_findings(place.transfer, file, found.kind, &found.sealed).await?;
        tx.commit().await?;
        Ok(findings)
    }

    async fn refuse_sending(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
        rules: &Rules,
        refusal: Box<FileRefusal>,
    ) -> TransferError {
        let by = (By::of(&transfer.row, session.user()), rules.version());
        match self.note_file_refused(transfer.place, by, &refusal).await {
            Ok(()) => TransferError::TypeRefused(refusal),
            Err(error) => error,
        }
    }
}
