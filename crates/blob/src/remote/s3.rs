//! S3, and what speaks its language.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use object_store::{
    Error,
    aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsAuthorizer, AwsCredentialProvider},
    path::Path,
};

use super::{
    Patience, S3Instance, S3Login, S3Options,
    cloud::{Cloud, Credentials, Objects, Opened, no_retries, send, text},
    options::is_plain_http,
    refused::{Refused, element, meaning, refusal},
    seed,
    transport::Transport,
};
use crate::BlobError;

#[derive(Debug)]
pub(super) struct S3 {
    region: String,
    /// Without a slash at its end.
    endpoint: Option<String>,
    credentials: AwsCredentialProvider,
    transport: Transport,
    patience: Patience,
    opened: Opened,
}

impl S3 {
    pub(super) fn new(options: &S3Options) -> Result<Self, Error> {
        let endpoint = options.endpoint.as_ref();
        Ok(Self {
            region: options.region.clone(),
            endpoint: endpoint.map(|endpoint| endpoint.as_str().trim_end_matches('/').to_owned()),
            credentials: credentials(options)?,
            transport: Transport::new(options.patience.connect, is_plain_http(&options.endpoint))?,
            patience: options.patience,
            opened: Opened::default(),
        })
    }

    async fn ask(&self, method: &str, bucket: &str, query: &str, body: String) -> Result<String, BlobError> {
        let credential = self.credentials.get_credential().await.map_err(meaning)?;
        let url = match &self.endpoint {
            Some(endpoint) => format!("{endpoint}/{bucket}{query}"),
            None => format!("https://{bucket}.s3.{}.amazonaws.com/{query}", self.region),
        };
        let answer = send(&self.transport, method, &url, body, |request| {
            AwsAuthorizer::new(&credential, "s3", &self.region).try_authorize(request, None)
        });
        text(answer.await?).await
    }

    async fn try_remove(&self, bucket: &str, names: &[Path]) -> Result<(), BlobError> {
        let names = stream::iter(names.to_vec()).map(Ok).boxed();
        let mut results = self.objects(bucket)?.delete_stream(names);
        while let Some(result) = results.next().await {
            match result {
                // Of a single object; that there is no such bucket is a refusal of the whole request.
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(meaning(error)),
            }
        }
        Ok(())
    }
}

/// Where credentials come from is asked once for all buckets.
fn credentials(options: &S3Options) -> Result<AwsCredentialProvider, Error> {
    let builder = AmazonS3Builder::new()
        .with_region(&options.region)
        // A store needs a bucket's name; this one is never asked for anything but its credentials.
        .with_bucket_name("credentials")
        .with_retry(no_retries())
        // Credentials for machines are given out over HTTP, at an address that does not leave the machine.
        .with_http_connector(Transport::new(options.patience.connect, true)?);
    let builder = match &options.login {
        S3Login::Keys { access_key_id, secret_access_key } => {
            builder.with_access_key_id(access_key_id).with_secret_access_key(secret_access_key.expose())
        }
        S3Login::WebIdentity { role_arn, token_file, sts } => {
            let builder = builder
                .with_config(AmazonS3ConfigKey::RoleArn, role_arn)
                .with_config(AmazonS3ConfigKey::WebIdentityTokenFile, token_file.to_string_lossy())
                .with_config(AmazonS3ConfigKey::RoleSessionName, "sealpost");
            match sts {
                Some(sts) => builder.with_config(AmazonS3ConfigKey::StsEndpoint, sts.as_str()),
                None => builder,
            }
        }
        S3Login::Instance(S3Instance::Machine { endpoint: None }) => builder,
        S3Login::Instance(S3Instance::Machine { endpoint: Some(endpoint) }) => {
            builder.with_metadata_endpoint(endpoint.as_str().trim_end_matches('/'))
        }
        S3Login::Instance(S3Instance::Task { relative_uri }) => {
            builder.with_config(AmazonS3ConfigKey::ContainerCredentialsRelativeUri, relative_uri)
        }
        S3Login::Instance(S3Instance::Pod { full_uri, token_file }) => builder
            .with_config(AmazonS3ConfigKey::ContainerCredentialsFullUri, full_uri)
            .with_config(AmazonS3ConfigKey::ContainerAuthorizationTokenFile, token_file.to_string_lossy()),
    };
    Ok(Arc::new(Credentials(Arc::clone(builder.build()?.credentials()))))
}

#[async_trait]
impl Cloud for S3 {
    fn objects(&self, bucket: &str) -> Result<Arc<dyn Objects>, BlobError> {
        self.opened.get(bucket, || {
            let builder = AmazonS3Builder::new()
                .with_region(&self.region)
                .with_bucket_name(bucket)
                .with_credentials(Arc::clone(&self.credentials))
                .with_retry(no_retries())
                // Parts are sealed, so what is changed on the way does not open; hashing them once more would be the
                // dearest step of an upload. TLS guards the way as it guards Azure's.
                .with_unsigned_payload(true)
                .with_http_connector(self.transport.clone());
            let builder = match &self.endpoint {
                Some(endpoint) => builder.with_endpoint(endpoint).with_allow_http(true),
                None => builder.with_virtual_hosted_style_request(true),
            };
            Ok(Arc::new(builder.build()?))
        })
    }

    async fn create(&self, bucket: &str) -> Result<(), BlobError> {
        // This region alone must not be named.
        let body = if self.region == "us-east-1" {
            String::new()
        } else {
            format!(
                "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>{}\
                 </LocationConstraint></CreateBucketConfiguration>",
                self.region
            )
        };
        match self.ask("PUT", bucket, "", body).await {
            Err(error) if refusal(&error).map(Refused::code) == Some("BucketAlreadyOwnedByYou") => Ok(()),
            made => made.map(drop),
        }
    }

    async fn delete(&self, bucket: &str) -> Result<(), BlobError> {
        self.ask("DELETE", bucket, "", String::new()).await.map(drop)
    }

    async fn exists(&self, bucket: &str) -> Result<bool, BlobError> {
        match self.ask("HEAD", bucket, "", String::new()).await {
            Err(BlobError::NotFound) => Ok(false),
            found => found.map(|_| true),
        }
    }

    async fn remove(&self, bucket: &str, names: &[Path]) -> Result<(), BlobError> {
        self.patience.tries(0, seed(names), |_| self.try_remove(bucket, names)).await
    }

    fn clock_ahead(&self) -> Option<i64> {
        self.transport.ahead()
    }

    fn deletes_full(&self) -> bool {
        false
    }

    async fn keeps_deleted(&self, bucket: &str) -> Result<Vec<String>, BlobError> {
        let versioning = self.ask("GET", bucket, "?versioning", String::new()).await?;
        let mut found = Vec::new();
        // A bucket that has been versioned keeps its old versions, also when it makes no new ones.
        if element(&versioning, "Status").is_some() {
            found.push(format!(
                "the bucket {bucket} keeps versions of what is deleted: use one that was never versioned"
            ));
        }
        match self.ask("GET", bucket, "?replication", String::new()).await {
            Ok(_) => {
                found.push(format!("the bucket {bucket} is replicated to another one, which is not emptied"))
            }
            Err(BlobError::NotFound) => {}
            Err(error) => return Err(error),
        }
        Ok(found)
    }
}
