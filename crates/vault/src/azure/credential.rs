//! Who we are at Azure.

use std::{fmt, path::PathBuf, sync::Arc};

use azure_core::{credentials::Secret, credentials::TokenCredential, http::ClientOptions};
use azure_identity::{
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use sealpost_sealed::Zeroizing;

use crate::VaultError;

/// How we get a token.
#[derive(Clone)]
pub enum AzureCredential {
    /// As an application with a secret.
    ClientSecret {
        /// The directory.
        tenant_id: String,
        /// The application.
        client_id: String,
        /// Its secret.
        secret: Zeroizing<String>,
    },
    /// As the machine that this runs on.
    ManagedIdentity {
        /// Which of its identities; else its own.
        client_id: Option<String>,
    },
    /// As a pod. What is not said is taken from the variables that Azure gives to pods.
    WorkloadIdentity {
        /// The directory.
        tenant_id: Option<String>,
        /// The application.
        client_id: Option<String>,
        /// Where the pod's token lies.
        token_file: Option<PathBuf>,
    },
}

impl AzureCredential {
    pub(super) fn open(&self, options: &ClientOptions) -> Result<Arc<dyn TokenCredential>, VaultError> {
        let client_options = options.clone();
        let opened: azure_core::Result<Arc<dyn TokenCredential>> = match self {
            Self::ClientSecret { tenant_id, client_id, secret } => {
                let options = ClientSecretCredentialOptions { client_options };
                let secret = Secret::new(secret.as_str().to_owned());
                ClientSecretCredential::new(tenant_id, client_id.clone(), secret, Some(options))
                    .map(|c| c as _)
            }
            Self::ManagedIdentity { client_id } => {
                let user_assigned_id = client_id.clone().map(UserAssignedId::ClientId);
                let options = ManagedIdentityCredentialOptions { client_options, user_assigned_id };
                ManagedIdentityCredential::new(Some(options)).map(|c| c as _)
            }
            Self::WorkloadIdentity { tenant_id, client_id, token_file } => {
                let options = WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options },
                    tenant_id: tenant_id.clone(),
                    client_id: client_id.clone(),
                    token_file_path: token_file.clone(),
                };
                WorkloadIdentityCredential::new(Some(options)).map(|c| c as _)
            }
        };
        opened.map_err(|error| VaultError::Denied(format!("vault.credential: {error}")))
    }
}

impl fmt::Debug for AzureCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientSecret { tenant_id, client_id, .. } => f
                .debug_struct("ClientSecret")
                .field("tenant_id", tenant_id)
                .field("client_id", client_id)
                .finish_non_exhaustive(),
            Self::ManagedIdentity { client_id } => {
                f.debug_struct("ManagedIdentity").field("client_id", client_id).finish()
            }
            Self::WorkloadIdentity { tenant_id, client_id, token_file } => f
                .debug_struct("WorkloadIdentity")
                .field("tenant_id", tenant_id)
                .field("client_id", client_id)
                .field("token_file", token_file)
                .finish(),
        }
    }
}
