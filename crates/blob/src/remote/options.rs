//! What a store in a cloud must be told.

use std::{fmt, path::PathBuf};

use url::Url;

use super::Patience;
use crate::{Container, ContainerNameError};

/// A password, key or token. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// What stands for a tenant's container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// A container or bucket of its own, made and removed with it.
    PerTenant {
        /// What its name begins with, before the name of [`Container`](crate::Container): 0 to 29 of `a-z`, `0-9` and hyphens.
        /// The names of buckets are the whole world's.
        name_prefix: String,
    },
    /// The first part of the objects' names, in one container or bucket that is there already. An empty object, `.container`,
    /// stands for the tenant's container.
    Shared {
        /// The name of the container or bucket.
        name: String,
    },
}

impl Layout {
    /// A container each, whose names begin with `name_prefix`.
    ///
    /// # Errors
    /// [`ContainerNameError`] if the names that come of it are none.
    pub fn per_tenant(name_prefix: &str) -> Result<Self, ContainerNameError> {
        // As long as those of tenants are.
        let longest = format!("{name_prefix}t-{:032}", 0);
        let is_plain = longest.parse::<Container>()?.store().is_none();
        let layout = Self::PerTenant { name_prefix: name_prefix.to_owned() };
        if is_plain { Ok(layout) } else { Err(ContainerNameError) }
    }

    /// One for all.
    ///
    /// # Errors
    /// [`ContainerNameError`] if the name is none.
    pub fn shared(name: &str) -> Result<Self, ContainerNameError> {
        let is_plain = name.parse::<Container>()?.store().is_none();
        if is_plain { Ok(Self::Shared { name: name.to_owned() }) } else { Err(ContainerNameError) }
    }
}

/// Azure Blob Storage.
#[derive(Debug, Clone)]
pub struct AzureOptions {
    /// The storage account.
    pub account: String,
    /// Where its blob service is, if not at `https://ACCOUNT.blob.core.windows.net`.
    pub endpoint: Option<Url>,
    /// How the service shows who it is.
    pub login: AzureLogin,
    /// What stands for a container.
    pub layout: Layout,
    /// How long to try.
    pub patience: Patience,
}

/// How the service shows Azure who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AzureLogin {
    /// With the account's key, in base64.
    Key(Hidden),
    /// With a shared access signature: a query string, with or without its question mark.
    Sas(Hidden),
    /// As the machine that it runs on.
    ManagedIdentity {
        /// Which of its identities, if it has several.
        client_id: Option<String>,
        /// Where tokens are given out, if not at the address that all of Azure's machines have.
        endpoint: Option<Url>,
    },
    /// As a workload of Kubernetes, with a token from a file.
    WorkloadIdentity {
        /// The application's id.
        client_id: String,
        /// The id of its directory.
        tenant_id: String,
        /// The file, which is read again for each token.
        token_file: PathBuf,
        /// Where tokens are given out, if not at `https://login.microsoftonline.com`.
        authority: Option<Url>,
    },
}

/// S3, or what speaks its language.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// The region, such as `eu-central-1`.
    pub region: String,
    /// Where it is, if not at Amazon's address of the region; buckets are then in the path and not in the host's name.
    pub endpoint: Option<Url>,
    /// How the service shows who it is.
    pub login: S3Login,
    /// What stands for a container.
    pub layout: Layout,
    /// How long to try.
    pub patience: Patience,
}

/// How the service shows S3 who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum S3Login {
    /// With an access key.
    Keys {
        /// Its public half.
        access_key_id: String,
        /// Its secret half.
        secret_access_key: Hidden,
    },
    /// As a workload, with a token from a file that the token service (STS) takes.
    WebIdentity {
        /// What the workload acts as.
        role_arn: String,
        /// The file, which is read again for each credential.
        token_file: PathBuf,
        /// Where the token service is, if not at Amazon's address of the region.
        sts: Option<Url>,
    },
    /// As the machine or container that it runs in.
    Instance(S3Instance),
}

/// Where a machine or container of Amazon's gets its credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum S3Instance {
    /// A virtual machine: from the metadata service, by version 2 of its protocol.
    Machine {
        /// Where that is, if not at the address that all machines have.
        endpoint: Option<Url>,
    },
    /// A task of ECS: from this path at its agent.
    Task {
        /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`.
        relative_uri: String,
    },
    /// A pod of EKS with Pod Identity.
    Pod {
        /// `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
        full_uri: String,
        /// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`.
        token_file: PathBuf,
    },
}

/// Whether the operator has said so: configurations take plain HTTP for this machine only.
pub(super) fn is_plain_http(endpoint: &Option<Url>) -> bool {
    endpoint.as_ref().is_some_and(|endpoint| endpoint.scheme() == "http")
}
