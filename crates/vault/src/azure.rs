//! The root key in Azure Key Vault, or in a managed HSM.

mod credential;
mod refusal;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use azure_core::{
    credentials::TokenCredential,
    http::{ClientOptions, RetryOptions, Transport},
};
use azure_security_keyvault_keys::{
    KeyClient, KeyClientOptions, ResourceId,
    models::{
        CreateKeyParameters, EncryptionAlgorithm, Key, KeyAttributes, KeyClientUpdateKeyPropertiesOptions,
        KeyOperation, KeyOperationParameters, KeyOperationResult, KeyType, UpdateKeyPropertiesParameters,
    },
};
pub use credential::AzureCredential;
use futures_util::TryStreamExt as _;
use refusal::{again_after, explain};
use sealpost_sealed::{Error, KEY_LENGTH, Random, RootKey, Zeroizing};
use url::Url;

use crate::{
    RemoteVault, VaultError, https,
    remote::{Keeper, Version},
};

/// The first byte of everything that this kind of vault wraps.
const MARK: u8 = 4;

/// How often a call is repeated that the vault wants a moment later.
const REPEATED: u32 = 2;
/// Bits of a key that we make. 4096 would take three times as long, and 2048 is to end in 2030.
const RSA_BITS: i32 = 3072;

/// Where the key is, and who we are there.
#[derive(Clone)]
pub struct AzureOptions {
    /// The vault: `https://NAME.vault.azure.net`, or `https://NAME.managedhsm.azure.net`.
    pub url: Url,
    /// The key's name.
    pub key: String,
    /// Who we are.
    pub credential: AzureCredential,
    /// Certificates (PEM) to trust beside those of the operating system.
    pub trust: Option<Vec<u8>>,
    /// Where tokens are got, if not where `AZURE_AUTHORITY_HOST` says, or at the public cloud.
    pub authority: Option<Url>,
    /// Whether the vault may ask for tokens of its own domain only. Anything else is for tests.
    pub own_domain: bool,
}

impl AzureOptions {
    /// A key in a vault of Azure's.
    pub fn new(url: Url, key: impl Into<String>, credential: AzureCredential) -> Self {
        Self { url, key: key.into(), credential, trust: None, authority: None, own_domain: true }
    }

    fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    fn is_managed_hsm(&self) -> bool {
        self.host().contains(".managedhsm.")
    }
}

impl std::fmt::Debug for AzureOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AzureOptions")
            .field("url", &self.url.as_str())
            .field("key", &self.key)
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

impl RemoteVault {
    /// The root key in Azure Key Vault.
    ///
    /// # Errors
    /// [`VaultError::Missing`] if it is not there, [`VaultError::Denied`] if we are not let in, and
    /// [`VaultError::Unavailable`].
    pub async fn azure(options: AzureOptions, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        Self::open(Box::new(Azure::new(options)?), random).await
    }

    /// Makes the root key in Azure Key Vault: RSA with 3072 bits; in a managed HSM AES with 256.
    ///
    /// # Errors
    /// As [`Self::azure`], and [`VaultError::Exists`].
    pub async fn create_azure(options: AzureOptions, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        Self::create(Box::new(Azure::new(options)?), random).await
    }
}

#[derive(Debug)]
struct Azure {
    options: AzureOptions,
    client: Client,
    /// What it wraps with, which is a matter of the key's type.
    algorithm: OnceLock<EncryptionAlgorithm>,
}

/// The library's own prints its whole pipeline.
struct Client(KeyClient);

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyClient")
    }
}

impl Azure {
    fn new(options: AzureOptions) -> Result<Self, VaultError> {
        let client_options = client_options(&options)?;
        let credential: Arc<dyn TokenCredential> = options.credential.open(&client_options)?;
        let key_options = KeyClientOptions {
            client_options,
            verify_challenge_resource: Some(options.own_domain),
            ..KeyClientOptions::default()
        };
        let client = KeyClient::new(options.url.as_str(), credential, Some(key_options))
            .map_err(|error| VaultError::Denied(format!("vault.url: {error}")))?;
        Ok(Self { options, client: Client(client), algorithm: OnceLock::new() })
    }

    /// Makes a call, and once or twice more if the vault asks for a moment's patience.
    async fn call<T, F>(&self, call: impl Fn() -> F + Send + Sync) -> Result<T, VaultError>
    where
        F: Future<Output = azure_core::Result<T>> + Send,
    {
        let mut repeated = 0;
        loop {
            match call().await {
                Ok(answer) => return Ok(answer),
                Err(error) => match again_after(&error) {
                    Some(moment) if repeated < REPEATED => {
                        repeated += 1;
                        tokio::time::sleep(moment).await;
                    }
                    _ => return Err(explain(error, &self.key_name())),
                },
            }
        }
    }

    async fn newest(&self) -> Result<Version, VaultError> {
        let key: Key = self
            .call(|| async { self.client.0.get_key(&self.options.key, None).await?.into_model() })
            .await?;
        let key = key.key.unwrap_or_default();
        let algorithm = match key.kty {
            Some(KeyType::Rsa | KeyType::RsaHsm) => EncryptionAlgorithm::RsaOaep256,
            Some(KeyType::Oct | KeyType::OctHsm) => EncryptionAlgorithm::A256Kw,
            other => {
                return Err(VaultError::Denied(format!(
                    "{} is a key of type {other:?}, which wraps nothing: name an RSA key in vault.key",
                    self.key_name()
                )));
            }
        };
        // The first answer counts: a key keeps its type.
        let _ = self.algorithm.set(algorithm);
        self.version(key.kid.as_deref())
    }

    async fn algorithm(&self) -> Result<EncryptionAlgorithm, VaultError> {
        if self.algorithm.get().is_none() {
            self.newest().await?;
        }
        Ok(self.algorithm.get().cloned().unwrap_or(EncryptionAlgorithm::RsaOaep256))
    }

    /// The version in `https://NAME.vault.azure.net/keys/KEY/VERSION`.
    fn version(&self, kid: Option<&str>) -> Result<Version, VaultError> {
        kid.and_then(|kid| kid.parse::<ResourceId>().ok())
            .and_then(|id| Version::named(id.version.as_deref()?))
            .ok_or_else(|| {
                VaultError::Unavailable(format!("it does not say which version {kid:?} is").into())
            })
    }

    async fn parameters(&self, value: &[u8]) -> Result<KeyOperationParameters, VaultError> {
        Ok(KeyOperationParameters {
            algorithm: Some(self.algorithm().await?),
            value: Some(value.to_vec()),
            ..KeyOperationParameters::default()
        })
    }
}

#[async_trait]
impl Keeper for Azure {
    fn kind(&self) -> &'static str {
        "azure_key_vault"
    }

    fn mark(&self) -> u8 {
        MARK
    }

    fn key_name(&self) -> String {
        format!("{}/{}", self.options.host(), self.options.key)
    }

    async fn fresh_key(&self, random: &dyn Random) -> Result<(RootKey, Version, Vec<u8>), VaultError> {
        let key = RootKey::generate(random);
        let parameters = self.parameters(key.expose_secret()).await?;
        // Without a version it is the newest.
        let result: KeyOperationResult = self
            .call(|| async {
                let body = parameters.clone().try_into()?;
                self.client.0.wrap_key(&self.options.key, body, None).await?.into_model()
            })
            .await?;
        let version = self.version(result.kid.as_deref())?;
        let wrapped =
            result.result.ok_or_else(|| VaultError::Unavailable("it has wrapped nothing".into()))?;
        Ok((key, version, wrapped))
    }

    async fn unwrap_key(&self, version: Version, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let parameters = self.parameters(wrapped).await?;
        let name = version.to_string();
        let result = self
            .call(|| async {
                let body = parameters.clone().try_into()?;
                let answer = self.client.0.unwrap_key(&self.options.key, &name, body, None).await?;
                answer.into_model()
            })
            .await;
        match result {
            Ok(KeyOperationResult { result: Some(key), .. }) if key.len() == KEY_LENGTH => {
                Ok(Zeroizing::new(key))
            }
            Ok(_) => Err(VaultError::Refused(Error::Length)),
            Err(VaultError::Missing { .. }) => Err(self.unknown(version)),
            Err(error) => Err(error),
        }
    }

    async fn versions(&self) -> Result<Vec<Version>, VaultError> {
        let newest = self.newest().await?;
        let listed: Vec<_> = self
            .call(|| async {
                self.client.0.list_key_properties_versions(&self.options.key, None)?.try_collect().await
            })
            .await?;
        let mut found = Vec::new();
        for properties in listed {
            let attributes = properties.attributes.unwrap_or_default();
            let version = self.version(properties.kid.as_deref())?;
            if version != newest && attributes.enabled != Some(false) {
                found.push((attributes.created, version));
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, version)| version).chain([newest]).collect())
    }

    async fn create(&self) -> Result<(), VaultError> {
        let mut parameters = CreateKeyParameters {
            key_ops: Some(vec![KeyOperation::WrapKey, KeyOperation::UnwrapKey]),
            ..CreateKeyParameters::default()
        };
        (parameters.kty, parameters.key_size) = if self.options.is_managed_hsm() {
            (Some(KeyType::OctHsm), Some(256))
        } else {
            (Some(KeyType::Rsa), Some(RSA_BITS))
        };
        self.call(|| async {
            self.client.0.create_key(&self.options.key, parameters.clone().try_into()?, None).await.map(drop)
        })
        .await
    }

    async fn rotate(&self) -> Result<(), VaultError> {
        self.call(|| async { self.client.0.rotate_key(&self.options.key, None).await.map(drop) }).await
    }

    /// It is disabled, and stays in the vault.
    async fn retire(&self, version: Version) -> Result<(), VaultError> {
        let parameters = UpdateKeyPropertiesParameters {
            key_attributes: Some(KeyAttributes { enabled: Some(false), ..KeyAttributes::default() }),
            ..UpdateKeyPropertiesParameters::default()
        };
        self.call(|| async {
            let options = KeyClientUpdateKeyPropertiesOptions {
                key_version: Some(version.to_string()),
                ..KeyClientUpdateKeyPropertiesOptions::default()
            };
            let body = parameters.clone().try_into()?;
            self.client.0.update_key_properties(&self.options.key, body, Some(options)).await.map(drop)
        })
        .await
    }
}

fn client_options(options: &AzureOptions) -> Result<ClientOptions, VaultError> {
    let http = https::client(options.trust.as_deref())?;
    let mut client_options = ClientOptions {
        transport: Some(Transport::new(Arc::new(http))),
        // Its own waits for as long as a vault wants; here somebody waits for the answer.
        retry: RetryOptions::none(),
        ..ClientOptions::default()
    };
    if let Some(authority) = &options.authority {
        let mut cloud = azure_core::cloud::CustomConfiguration::default();
        cloud.authority_host = authority.to_string();
        client_options.cloud = Some(Arc::new(cloud.into()));
    }
    Ok(client_options)
}
