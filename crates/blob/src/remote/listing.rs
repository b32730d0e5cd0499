//! Listings, page by page.

use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use object_store::{ListResult, ObjectMeta, list::PaginatedListOptions};
use sealpost_domain::{Timestamp, UploadId};

use super::{RemoteStore, cloud::Objects, place::Place, seed};
use crate::{BlobError, Container, ObjectInfo};

/// One page of what begins with `start`, from where `token` says.
pub(super) async fn page(
    place: &Place,
    objects: &dyn Objects,
    start: &str,
    token: Option<String>,
) -> Result<Page, BlobError> {
    let options = PaginatedListOptions { page_token: token, ..PaginatedListOptions::default() };
    let start = Some(start).filter(|start| !start.is_empty());
    let page = objects.list_paginated(start, options).await;
    let page = page.map_err(|error| RemoteStore::meaning(place, error))?;
    let ListResult { objects, .. } = page.result;
    Ok(Page { objects, next: page.page_token })
}

pub(super) struct Page {
    pub(super) objects: Vec<ObjectMeta>,
    next: Option<String>,
}

/// All objects of the container or of one upload.
pub(super) fn list(
    store: RemoteStore,
    container: Container,
    upload: Option<UploadId>,
) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
    let begin = async move {
        let place = store.place(&container)?;
        Ok::<_, BlobError>(Pages { start: place.start(upload), store, place, next: Next::First })
    };
    stream::once(begin)
        .map_ok(|pages| stream::try_unfold(pages, Pages::next))
        .try_flatten()
        .map_ok(stream::iter)
        .map_ok(|infos| infos.map(Ok))
        .try_flatten()
        .boxed()
}

struct Pages {
    store: RemoteStore,
    place: Place,
    start: String,
    next: Next,
}

enum Next {
    First,
    From(String),
    None,
}

impl Pages {
    async fn next(mut self) -> Result<Option<(Vec<ObjectInfo>, Self)>, BlobError> {
        let token = match &self.next {
            Next::First => None,
            Next::From(token) => Some(token.clone()),
            Next::None => return Ok(None),
        };
        let objects = self.store.cloud.objects(&self.place.bucket)?;
        let tried = self
            .store
            .patience
            .tries(0, seed(&self.start), |_| page(&self.place, &*objects, &self.start, token.clone()));
        let page = tried.await?;
        // What is left of a container whose removal was not finished is listed; nothing of none is no container.
        if token.is_none() && self.place.is_shared() && page.objects.is_empty() {
            self.store.must_exist(&self.place).await?;
        }
        self.next = page.next.map_or(Next::None, Next::From);
        let infos = page.objects.into_iter().filter_map(|meta| self.info(&meta)).collect();
        Ok(Some((infos, self)))
    }

    fn info(&self, meta: &ObjectMeta) -> Option<ObjectInfo> {
        let raw = self.place.raw(&meta.location)?;
        Some(ObjectInfo {
            key: raw.parse().ok(),
            raw,
            size: meta.size,
            modified: Timestamp::from_unix_millis(meta.last_modified.timestamp_millis()),
        })
    }
}
