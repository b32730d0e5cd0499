//! What the malware scanner says of the files of a transfer.

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use sealpost_db::FileEntry;
use sealpost_domain::rules::{Inspection, ScanFailure, ScanTooBig};
use sealpost_inspect::{Pieces, ScanError, Verdict};
use sealpost_metrics::Scanned;

use crate::{
    Service, TransferError,
    reader::FileReader,
    release::{Found, Waiting},
    service::container,
};

/// Words for what was said of a file.
const CLEAN: &str = "clean";
const TOO_BIG: &str = "too_big";
const INFECTED: &str = "infected";

impl Pieces for FileReader {
    type Error = TransferError;

    async fn next(&mut self) -> Result<Option<Bytes>, TransferError> {
        Self::next(self).await
    }
}

impl Service {
    /// Shows it the files that it has not seen, and sums up what it has said.
    pub(crate) async fn ask_scanner(&self, waiting: &Waiting) -> Result<Found, TransferError> {
        let rules = waiting.rules.scan();
        if !rules.applies(self.scanner().is_some()) {
            return Ok(Found::nameless(Inspection::NotInspected));
        }
        let mut too_big = false;
        for entry in self.db().read().await?.file_entries(waiting.transfer.row.id).await? {
            let word = match entry.scan.as_deref() {
                Some(word) => word.to_owned(),
                None => match self.scan_file(waiting, &entry).await {
                    Ok(Verdict::Clean) => self.note_file(&entry, waiting, CLEAN).await?,
                    Ok(Verdict::TooBig) => self.note_file(&entry, waiting, TOO_BIG).await?,
                    Ok(Verdict::Infected(finding)) => {
                        self.note_file(&entry, waiting, INFECTED).await?;
                        let inspection = Some(Inspection::Infected);
                        return Ok(Found { inspection, finding: Some(finding) });
                    }
                    Err(TransferError::Scanner(why)) if rules.on_failure == ScanFailure::Pass => {
                        tracing::warn!(
                            error = &*why as &dyn std::error::Error,
                            "a transfer goes out uninspected"
                        );
                        return Ok(Found::nameless(Inspection::NotInspected));
                    }
                    Err(error) => return Err(error),
                },
            };
            too_big |= word != CLEAN;
        }
        Ok(Found::nameless(match (too_big, rules.too_big) {
            (false, _) => Inspection::Clean,
            (true, ScanTooBig::Pass) => Inspection::NotInspected,
            (true, ScanTooBig::Block) => Inspection::Refused,
        }))
    }

    async fn scan_file(&self, waiting: &Waiting, entry: &FileEntry) -> Result<Verdict, TransferError> {
        let scanner = self.scanner().ok_or_else(|| TransferError::Scanner("there is none".into()))?;
        let (transfer, place) = (&waiting.transfer, waiting.transfer.place);
        let row = self.db().read().await?.file(place.transfer, entry.id).await?;
        let manifest = transfer.manifest(&waiting.content_key, &row.ok_or(TransferError::NotFound)?)?;
        let length = manifest.length();
        let container = container(&waiting.container)?;
        let whole = 0..length;
        let mut reader =
            FileReader::new(self.shared_blobs(), container, place.tenant, Arc::new(manifest), whole);
        let begun = Instant::now();
        let verdict = scanner.scan(length, &mut reader).await;
        let scanned = match &verdict {
            Ok(Verdict::Clean) => Scanned::Clean,
            Ok(Verdict::Infected(_)) => Scanned::Infected,
            Ok(Verdict::TooBig) => Scanned::TooBig,
            Err(_) => Scanned::Failed,
        };
        self.metrics().scanned(scanned, begun.elapsed());
        verdict.map_err(|error| match error {
            ScanError::Source(error) => error,
            error => TransferError::Scanner(error.to_string().into()),
        })
    }

    async fn note_file(
        &self,
        entry: &FileEntry,
        waiting: &Waiting,
        word: &str,
    ) -> Result<String, TransferError> {
        let mut tx = self.db().write().await?;
        tx.set_file_scan(waiting.transfer.row.id, entry.id, word).await?;
        tx.commit().await?;
        Ok(word.to_owned())
    }
}
