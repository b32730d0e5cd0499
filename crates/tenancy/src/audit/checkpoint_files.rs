//! Where checkpoints go: files that this service only appends to, one for each tenant.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use sealpost_domain::TenantId;

use crate::{Tenancy, TenancyError};

/// Checkpoints that are handed out together.
const BATCH: u64 = 500;

/// The file of a tenant's checkpoints.
fn file_of(directory: &Path, tenant: TenantId) -> PathBuf {
    directory.join(format!("{tenant}.checkpoints"))
}

/// Appends, and returns when it is on disk. The file is never opened in another way: it may be append-only to the system,
/// too.
fn append(path: &Path, notes: &[String]) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(notes.concat().as_bytes())?;
    file.sync_all()
}

impl Tenancy {
    /// Writes checkpoints that are not there yet into the directory for them, and says how many. Without one there is
    /// nowhere to write to.
    pub(crate) async fn export_checkpoints(&self) -> Result<u64, TenancyError> {
        let Some(directory) = self.checkpoints.clone() else {
            return Ok(0);
        };
        let mut count = 0;
        loop {
            let rows = self.db.read().await?.audit_checkpoints_to_export(BATCH).await?;
            if rows.is_empty() {
                return Ok(count);
            }
            let files: Vec<_> = rows
                .chunk_by(|a, b| a.tenant_id == b.tenant_id)
                .map(|of_tenant| {
                    let notes: Vec<_> = of_tenant.iter().map(|row| row.note.clone()).collect();
                    (file_of(&directory, of_tenant[0].tenant_id), notes)
                })
                .collect();
            let directory = directory.clone();
            tokio::task::spawn_blocking(move || {
                fs::create_dir_all(&directory)?;
                files.iter().try_for_each(|(path, notes)| append(path, notes))
            })
            .await
            .map_err(io::Error::other)
            .flatten()
            .map_err(TenancyError::Checkpoints)?;
            let now = self.clock.now();
            let mut tx = self.db.write().await?;
            for row in &rows {
                tx.set_audit_checkpoint_exported(row.tenant_id, row.seq, now).await?;
            }
            tx.commit().await?;
            count += rows.len() as u64;
        }
    }
}
