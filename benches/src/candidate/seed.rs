//! Transfers whose time is over, to be purged: rows and objects as the service leaves them, without the work of
//! uploading them.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sealpost_blob::ObjectKey;
use sealpost_db::{File, Link, NewRecipient, NewTransfer, Tx};
use sealpost_domain::{FileId, RecipientId, Timestamp, TransferId, UploadId};
use sealpost_sealed::random_bytes;

use super::sealpost::Running;

/// Transfers of one transaction.
const BATCH: usize = 1_000;
/// Objects that are stored at a time.
const AT_ONCE: usize = 16;
/// Bytes of an object. A purge does not look at them.
const OBJECT: &[u8] = &[7; 1_024];
/// The day over which their uploads are spread, as those of a tenant would be.
const DAY: Duration = Duration::from_secs(86_400);
const LIFE: Duration = Duration::from_secs(14 * 86_400);

/// Makes `count` transfers of one file, one recipient and one link, which expired in the last day.
pub(super) async fn expired_transfers(running: &Running, count: usize) -> anyhow::Result<()> {
    let ends = running.clock.now() - DAY;
    let container = running.tenant.container.parse()?;
    let uploads: Vec<UploadId> = (0..count)
        .map(|n| {
            let end = ends + DAY.mul_f64(share(n, count));
            UploadId::new(end - LIFE, random_bytes(&*running.random))
        })
        .collect();
    for (batch, uploads) in uploads.chunks(BATCH).enumerate() {
        let mut tx = running.db.write().await?;
        for (n, upload) in uploads.iter().enumerate() {
            let end = ends + DAY.mul_f64(share(batch * BATCH + n, count));
            insert(&mut tx, running, *upload, end).await?;
        }
        tx.commit().await?;
    }
    stream::iter(uploads)
        .map(async |upload| {
            let key = ObjectKey::new(upload, 0, random_bytes(&*running.random));
            running.blobs.put(&container, &key, vec![Bytes::from_static(OBJECT)]).await
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a share of a day needs few digits")]
fn share(n: usize, count: usize) -> f64 {
    n as f64 / count as f64
}

async fn insert(
    tx: &mut Tx,
    running: &Running,
    upload: UploadId,
    expires_at: Timestamp,
) -> anyhow::Result<()> {
    let created_at = expires_at - LIFE;
    let (tenant_id, random) = (running.tenant.id, &*running.random);
    let transfer_id = TransferId::new(created_at, random_bytes(random));
    let recipient_id = RecipientId::new(created_at, random_bytes(random));
    tx.insert_transfer(&NewTransfer {
        id: transfer_id,
        tenant_id,
        sender_id: running.sender,
        mailbox_id: None,
        epoch: expires_at.epoch(),
        transfer_key: &[7; 104],
        content_key: &[7; 104],
        locked_content_key: None,
        password_parameters: None,
        subject: Some(&[7; 100]),
        message: Some(&[7; 500]),
        max_downloads: None,
        protection: sealpost_domain::Protection::None,
        created_at,
        expires_at,
        submission: None,
        allow_reply: None,
        mode: sealpost_domain::TransferMode::Standard,
        server_half: None,
    })
    .await?;
    tx.insert_file(&File {
        id: FileId::from(upload.as_uuid()),
        tenant_id,
        transfer_id,
        file_key: vec![7; 104],
        manifest: vec![7; 250],
        metadata: vec![7; 100],
        length: OBJECT.len() as u64,
        objects: 1,
        created_at,
        kind: None,
        findings: None,
        scan: None,
        sender_file_key: None,
        sender_manifest: None,
        stated_kinds: None,
        stated_policy: None,
    })
    .await?;
    tx.insert_recipient(&NewRecipient {
        id: recipient_id,
        tenant_id,
        transfer_id,
        address: &[7; 90],
        address_hmac: &random_bytes(random),
        protection: None,
        phone: None,
        locked_content_key: None,
        password_parameters: None,
    })
    .await?;
    tx.insert_link(&Link {
        token_hash: random_bytes(random),
        tenant_id,
        transfer_id,
        recipient_id,
        created_at,
    })
    .await?;
    Ok(())
}
