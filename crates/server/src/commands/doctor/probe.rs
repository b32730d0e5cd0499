//! An object that is put into each store, read, and deleted again: whether the service may do there what it has to.

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use sealpost_blob::{BlobError, BlobStore, Container, ObjectKey};
use sealpost_domain::UploadId;
use sealpost_sealed::random_bytes;

use super::report::Report;
use crate::wiring::{Wiring, called};

const CHECK: &str = "probe";

pub(super) async fn look(report: &mut Report, wiring: &Wiring) {
    for (name, store) in wiring.stores.all().iter() {
        let found = match wiring.stores.containers_in(name, &wiring.db).await {
            Ok(containers) => try_in_one(wiring, &**store, &containers).await,
            Err(error) => Err(error),
        };
        let found = found.with_context(|| called(name).to_owned());
        report.line(CHECK, found.map(|found| format!("{}: {found}", called(name))));
    }
}

/// In the first container that is there.
async fn try_in_one(
    wiring: &Wiring,
    store: &dyn BlobStore,
    containers: &[Container],
) -> anyhow::Result<&'static str> {
    for container in containers {
        if there_and_back(wiring, store, container).await? {
            return Ok("an object was put, read and deleted");
        }
    }
    Ok("no tenant has a container there in which an object could be put")
}

/// `false` if there is no such container. What a crash leaves is removed like any object that belongs to nobody.
async fn there_and_back(
    wiring: &Wiring,
    store: &dyn BlobStore,
    container: &Container,
) -> anyhow::Result<bool> {
    let upload = UploadId::new(wiring.clock.now(), random_bytes(&*wiring.random));
    let key = ObjectKey::new(upload, 0, random_bytes(&*wiring.random));
    let bytes = Bytes::copy_from_slice(&random_bytes::<64>(&*wiring.random));
    match store.put(container, &key, vec![bytes.clone()]).await {
        Err(BlobError::NotFound) => return Ok(false),
        put => put.context("no object can be put")?,
    }
    let read = store.get(container, &key, 0..bytes.len() as u64).await;
    store.delete(container, &key).await.with_context(|| format!("{key} cannot be deleted again"))?;
    ensure!(read.context("what was put cannot be read")? == bytes, "what was put is read as something else");
    match store.get(container, &key, 0..1).await {
        Err(BlobError::NotFound) => Ok(true),
        Ok(_) => bail!("{key} is there although it was deleted"),
        Err(error) => Err(error).context("what was deleted is asked for in vain"),
    }
}
