//! What files are, and what the tenant's rules say of them: by the name when an upload begins, by the first bytes as they
//! come in, by the whole when the last byte is in, and once more when it is sent, by the rules of that moment.
//!
//! Files that were sealed before they came here cannot be looked into: they have no findings, and whether they may be sent is
//! for the policy to say (`zero_knowledge/mode`).

mod content;
mod early;
mod send;

use std::{collections::BTreeSet, fmt};

use bytes::Bytes;
use sealpost_domain::{
    FileId, FileName,
    rules::{FileKind, Findings, RuleEffect, RuleKind, TakenTypes, TypeDecision, TypeRefusal},
};
use sealpost_sealed::{ContentKey, Manifest};

use crate::{
    Service, TransferError,
    audit::By,
    hits::{Hit, Hits},
    place::Place,
    refused_entry::{RefusedEntry, RefusedWhat},
    upload::UploadTarget,
};

pub(crate) use content::Content;
pub(crate) use early::Early;
pub(crate) use send::Checked;

/// A file that the tenant's rules do not let be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRefusal {
    /// Its name; `None` if its sender's program has sealed it.
    pub name: Option<FileName>,
    /// The rule, and why.
    pub why: TypeRefusal,
}

/// For whoever sends it, in English.
impl fmt::Display for FileRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}: {}", self.why),
            None => write!(f, "{}", self.why),
        }
    }
}

/// What was found in a file, as its row keeps it.
pub(crate) struct Found {
    pub(crate) kind: &'static str,
    pub(crate) sealed: Vec<u8>,
}

impl UploadTarget {
    /// Whether a file of this name may be sent, as far as the name says.
    pub(crate) fn check_name(&self, name: &FileName) -> Result<(), TransferError> {
        self.decide(name, None)
    }

    /// The rules about files, and what was asked for.
    fn types(&self) -> TakenTypes<'_> {
        TakenTypes::new(self.rules.types(), self.kinds.as_ref())
    }

    fn decide(&self, name: &FileName, findings: Option<&Findings>) -> Result<(), TransferError> {
        decided(name, self.types().decide(name.as_str(), findings))?;
        self.check_unsealed(name, &findings.map(|found| found.kinds.clone()).unwrap_or_default())
    }

    /// Fails for a file that its sender's program has to seal. What comes in is not meant: whoever sends it in is no sender of the
    /// tenant's.
    fn check_unsealed(&self, name: &FileName, kinds: &BTreeSet<FileKind>) -> Result<(), TransferError> {
        if self.is_sealed_by_sender() || self.transfer.row.source().is_some() {
            return Ok(());
        }
        decided(name, self.rules.types().decide_unsealed(name.as_str(), kinds))
    }
}

fn decided(name: &FileName, decision: TypeDecision) -> Result<(), TransferError> {
    match decision {
        TypeDecision::Allow => Ok(()),
        TypeDecision::Refuse(why) => {
            Err(TransferError::TypeRefused(Box::new(FileRefusal { name: Some(name.clone()), why })))
        }
    }
}

impl Service {
    /// Looks into a file of which all bytes are stored, and asks the rules. `head` are its first bytes, as far as they are
    /// still in memory.
    ///
    /// # Errors
    /// [`TransferError::TypeRefused`], and those of reading: what cannot be looked into is not taken.
    pub(crate) async fn inspect(
        &self,
        target: &UploadTarget,
        file: FileId,
        manifest: &Manifest,
        head: Bytes,
    ) -> Result<Found, TransferError> {
        let name: FileName = manifest.name().parse()?;
        let place = target.place();
        let mut content = Content::new(self, target.container.clone(), place.tenant, manifest.clone());
        let findings = sealpost_inspect::look(name.base(), head, &mut content).await?;
        target.decide(&name, Some(&findings))?;
        Ok(self.seal_findings(&target.content_key, (place, file), &findings))
    }

    fn seal_findings(&self, key: &ContentKey, (place, file): (Place, FileId), findings: &Findings) -> Found {
        let json = serde_json::to_vec(findings).expect("words, numbers and lists become JSON");
        let sealed = key.seal_column(place.findings(file), &json, self.random());
        Found { kind: findings.main_kind().as_str(), sealed }
    }

    /// Writes a refusal into the log, in a transaction of its own: what was to be done is not. Other errors pass through.
    pub(crate) async fn note_refused(&self, target: &UploadTarget, error: TransferError) -> TransferError {
        let TransferError::TypeRefused(refusal) = &error else {
            return error;
        };
        let by = (target.by, target.rules.version());
        match self.note_file_refused(target.place(), by, refusal).await {
            Ok(()) => error,
            Err(error) => error,
        }
    }

    pub(crate) async fn note_file_refused(
        &self,
        place: Place,
        (by, version): (By, u64),
        refusal: &FileRefusal,
    ) -> Result<(), TransferError> {
        let tenant = self.db().read().await?.tenant(place.tenant).await?.ok_or(TransferError::NotFound)?;
        let key = self.keys().tenant_key(place.tenant, &tenant.tenant_key).await?;
        let (rule, inside) = (refusal.why.rule, refusal.why.inside.is_some());
        let mut hits = Hits::of(version);
        let name = rule.as_str().to_owned();
        hits.add(Hit { kind: RuleKind::Type, name, number: 0, effect: RuleEffect::Denied });
        let (of, now) = ((place.tenant, &*key), self.now());
        let mut tx = self.db().write().await?;
        hits.keep_attempt(&mut tx, of, Some(place.transfer), now).await?;
        let what = RefusedWhat::File { rule, inside };
        let entry = RefusedEntry { by, transfer: Some(place.transfer), version, what };
        let seq = entry.record(&mut tx, place.tenant, now).await?;
        hits.keep_refusal(&mut tx, of, seq).await?;
        Ok(tx.commit().await?)
    }
}
