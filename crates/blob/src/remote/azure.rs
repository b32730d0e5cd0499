//! Azure Blob Storage.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use object_store::{
    Error,
    azure::{AzureAuthorizer, AzureConfigKey, AzureCredentialProvider, MicrosoftAzureBuilder},
    path::Path,
};
use url::Url;

use super::{
    AzureLogin, AzureOptions, Patience,
    cloud::{Cloud, Credentials, Objects, Opened, no_retries, send, text},
    options::is_plain_http,
    refused::{Refused, element, meaning, refusal},
    seed,
    transport::Transport,
};
use crate::BlobError;

/// How many objects are deleted at the same time.
const REMOVALS_AT_ONCE: usize = 16;

#[derive(Debug)]
pub(super) struct Azure {
    account: String,
    /// Without a slash at its end.
    base: String,
    credentials: AzureCredentialProvider,
    transport: Transport,
    patience: Patience,
    opened: Opened,
}

impl Azure {
    pub(super) fn new(options: &AzureOptions) -> Result<Self, Error> {
        let base = match &options.endpoint {
            Some(endpoint) => endpoint.as_str().trim_end_matches('/').to_owned(),
            None => format!("https://{}.blob.core.windows.net", options.account),
        };
        let transport = Transport::new(options.patience.connect, is_plain_http(&options.endpoint))?;
        let credentials = credentials(options)?;
        let (account, patience) = (options.account.clone(), options.patience);
        Ok(Self { account, base, credentials, transport, patience, opened: Opened::default() })
    }

    async fn ask(&self, method: &str, path_and_query: &str) -> Result<String, BlobError> {
        self.ask_at(method, &format!("{}/{path_and_query}", self.base)).await
    }

    async fn ask_at(&self, method: &str, url: &str) -> Result<String, BlobError> {
        let credential = self.credentials.get_credential().await.map_err(meaning)?;
        let answer = send(&self.transport, method, url, String::new(), |request| {
            AzureAuthorizer::new(&credential, &self.account).try_authorize(request)
        });
        text(answer.await?).await
    }

    /// Deletes an object, and says whether it was there.
    async fn remove_one(&self, bucket: &str, name: &Path) -> Result<bool, BlobError> {
        let mut url: Url = self.base.parse().map_err(BlobError::other)?;
        if let Ok(mut segments) = url.path_segments_mut() {
            // Somebody else's names may be anything.
            segments.pop_if_empty().push(bucket).extend(name.as_ref().split('/'));
        }
        // Each by itself: a store that refuses one request of many would refuse one of all of them every time.
        match self.patience.tries(0, seed(name), |_| self.ask_at("DELETE", url.as_str())).await {
            Err(BlobError::NotFound) => Ok(false),
            deleted => deleted.map(|_| true),
        }
    }
}

/// Where tokens come from is asked once for all containers.
fn credentials(options: &AzureOptions) -> Result<AzureCredentialProvider, Error> {
    let builder = MicrosoftAzureBuilder::new()
        .with_account(&options.account)
        // A store needs a container's name; this one is never asked for anything but its credentials.
        .with_container_name("credentials")
        .with_retry(no_retries())
        // Tokens for machines are given out over HTTP, at an address that does not leave the machine.
        .with_http_connector(Transport::new(options.patience.connect, true)?);
    let builder = match &options.login {
        AzureLogin::Key(key) => builder.with_access_key(key.expose()),
        AzureLogin::Sas(sas) => builder.with_config(AzureConfigKey::SasKey, sas.expose()),
        AzureLogin::ManagedIdentity { client_id, endpoint } => {
            let builder = builder.with_credential_type("managed_identity");
            let builder = match client_id {
                Some(client_id) => builder.with_client_id(client_id),
                None => builder,
            };
            match endpoint {
                Some(endpoint) => builder.with_msi_endpoint(endpoint.as_str()),
                None => builder,
            }
        }
        AzureLogin::WorkloadIdentity { client_id, tenant_id, token_file, authority } => {
            let builder = builder
                .with_credential_type("workload_identity")
                .with_client_id(client_id)
                .with_tenant_id(tenant_id)
                .with_federated_token_file(token_file.to_string_lossy());
            match authority {
                Some(authority) => builder.with_authority_host(authority.as_str().trim_end_matches('/')),
                None => builder,
            }
        }
    };
    Ok(Arc::new(Credentials(Arc::clone(builder.build()?.credentials()))))
}

#[async_trait]
impl Cloud for Azure {
    fn objects(&self, bucket: &str) -> Result<Arc<dyn Objects>, BlobError> {
        self.opened.get(bucket, || {
            let store = MicrosoftAzureBuilder::new()
                .with_account(&self.account)
                .with_endpoint(self.base.clone())
                .with_container_name(bucket)
                .with_credentials(Arc::clone(&self.credentials))
                .with_retry(no_retries())
                .with_http_connector(self.transport.clone())
                .build()?;
            Ok(Arc::new(store))
        })
    }

    async fn create(&self, bucket: &str) -> Result<(), BlobError> {
        match self.ask("PUT", &format!("{bucket}?restype=container")).await {
            // For some half a minute after a container was removed, its name cannot be used.
            Err(BlobError::NotFound) => {
                Err(BlobError::unavailable("a container of this name is being removed"))
            }
            Err(error) if code(&error) == Some("ContainerAlreadyExists") => Ok(()),
            made => made.map(drop),
        }
    }

    async fn delete(&self, bucket: &str) -> Result<(), BlobError> {
        self.ask("DELETE", &format!("{bucket}?restype=container")).await.map(drop)
    }

    async fn exists(&self, bucket: &str) -> Result<bool, BlobError> {
        match self.ask("HEAD", &format!("{bucket}?restype=container")).await {
            Err(BlobError::NotFound) => Ok(false),
            found => found.map(|_| true),
        }
    }

    /// One by one: a batch is as many operations, answers for each in a text of its own, and does not take every SAS.
    async fn remove(&self, bucket: &str, names: &[Path]) -> Result<(), BlobError> {
        let removals: Vec<_> = names.iter().map(|name| self.remove_one(bucket, name).boxed()).collect();
        let removals = stream::iter(removals).buffer_unordered(REMOVALS_AT_ONCE);
        let were_there: Vec<bool> = removals.try_collect().await?;
        let all_were = were_there.into_iter().all(|was_there| was_there);
        // The answer is the same where there is no such container.
        if all_were || self.patience.tries(0, seed(bucket), |_| self.exists(bucket)).await? {
            Ok(())
        } else {
            Err(BlobError::NotFound)
        }
    }

    fn clock_ahead(&self) -> Option<i64> {
        self.transport.ahead()
    }

    fn deletes_full(&self) -> bool {
        true
    }

    /// Soft deletion is set for the account. Versions and the soft deletion of containers cannot be asked for here.
    async fn keeps_deleted(&self, _bucket: &str) -> Result<Vec<String>, BlobError> {
        let properties = self.ask("GET", "?restype=service&comp=properties").await?;
        let soft = properties.split_once("<DeleteRetentionPolicy>").map(|(_, policy)| policy);
        let soft = soft.filter(|policy| element(policy, "Enabled").as_deref() == Some("true"));
        Ok(soft.map(|policy| {
            let days = element(policy, "Days").unwrap_or_default();
            format!("the storage account keeps deleted blobs for {days} more days: switch off soft delete for blobs")
        }).into_iter().collect())
    }
}

fn code(error: &BlobError) -> Option<&str> {
    refusal(error).map(Refused::code)
}
