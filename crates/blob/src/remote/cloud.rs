//! What differs between the clouds: how one container is reached, made and removed.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use object_store::{
    CredentialProvider, Error, ObjectStore, RetryConfig,
    client::{HttpClient, HttpConnector as _, HttpRequest, HttpRequestBody, HttpResponse},
    list::PaginatedListStore,
    path::Path,
};

use super::{
    refused::{NoCredential, meaning},
    transport::Transport,
};
use crate::BlobError;

/// One container or bucket.
pub(super) trait Objects: ObjectStore + PaginatedListStore {}

impl<T: ObjectStore + PaginatedListStore> Objects for T {}

/// A storage account or a region. Here, a bucket is what Azure calls a container.
#[async_trait]
pub(super) trait Cloud: fmt::Debug + Send + Sync {
    /// The bucket's objects, whether there is such a bucket or not.
    fn objects(&self, bucket: &str) -> Result<Arc<dyn Objects>, BlobError>;

    /// Makes the bucket; fine if it is there and ours.
    async fn create(&self, bucket: &str) -> Result<(), BlobError>;

    /// Removes the bucket; [`BlobError::NotFound`] if there is none.
    async fn delete(&self, bucket: &str) -> Result<(), BlobError>;

    /// Whether there is such a bucket.
    async fn exists(&self, bucket: &str) -> Result<bool, BlobError>;

    /// Deletes these objects, and tries again what fails in a way that may pass; what is not there is fine.
    /// [`BlobError::NotFound`] if there is no such bucket.
    async fn remove(&self, bucket: &str, names: &[Path]) -> Result<(), BlobError>;

    /// Whether [`delete`](Self::delete) takes a bucket with objects in it.
    fn deletes_full(&self) -> bool;

    /// How many seconds its clock was ahead of this machine's when it answered last.
    fn clock_ahead(&self) -> Option<i64>;

    /// What keeps a copy of what is deleted, in words; of this bucket, if the cloud sets that by bucket.
    async fn keeps_deleted(&self, bucket: &str) -> Result<Vec<String>, BlobError>;
}

/// [`Patience`](super::Patience) tries again.
pub(super) fn no_retries() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

/// The buckets that were in use. Each costs a few hundred bytes; their connections are the store's.
#[derive(Default)]
pub(super) struct Opened(Mutex<HashMap<String, Arc<dyn Objects>>>);

impl Opened {
    const MOST: usize = 10_000;

    /// That bucket, opened if it was not.
    pub(super) fn get(
        &self,
        bucket: &str,
        open: impl FnOnce() -> Result<Arc<dyn Objects>, Error>,
    ) -> Result<Arc<dyn Objects>, BlobError> {
        let mut opened = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(objects) = opened.get(bucket) {
            return Ok(Arc::clone(objects));
        }
        let objects = open().map_err(BlobError::other)?;
        if opened.len() >= Self::MOST {
            opened.clear();
        }
        opened.insert(bucket.to_owned(), Arc::clone(&objects));
        Ok(objects)
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened")
    }
}

/// Credentials whose errors say that they are about credentials.
#[derive(Debug)]
pub(super) struct Credentials<C>(pub(super) Arc<dyn CredentialProvider<Credential = C>>);

#[async_trait]
impl<C: fmt::Debug + Send + Sync> CredentialProvider for Credentials<C> {
    type Credential = C;

    async fn get_credential(&self) -> Result<Arc<C>, Error> {
        let given = self.0.get_credential().await;
        given.map_err(|error| Error::Generic { store: "credentials", source: Box::new(NoCredential(error)) })
    }
}

/// Sends a request of our own that `sign` signs.
pub(super) async fn send(
    transport: &Transport,
    method: &str,
    url: &str,
    body: String,
    sign: impl FnOnce(&mut HttpRequest) -> Result<(), Error>,
) -> Result<HttpResponse, BlobError> {
    let length = body.len();
    let mut request = HttpRequest::new(HttpRequestBody::from(body));
    *request.method_mut() = method.parse().map_err(BlobError::other)?;
    *request.uri_mut() = url.parse().map_err(BlobError::other)?;
    if matches!(method, "PUT" | "POST") {
        request.headers_mut().insert("content-length", length.into());
    }
    sign(&mut request).map_err(meaning)?;
    let client: HttpClient = transport.connect(&object_store::ClientOptions::new()).map_err(meaning)?;
    let answer = client.execute(request).await;
    answer.map_err(|error| meaning(Error::Generic { store: "container", source: Box::new(error) }))
}

/// The whole body of an answer to a request of our own.
pub(super) async fn text(response: HttpResponse) -> Result<String, BlobError> {
    let bytes = response.into_body().bytes().await.map_err(BlobError::unavailable)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
