//! The root key in the transit engine of OpenBao or HashiCorp Vault, which speak the same.

mod caller;
mod session;

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use data_encoding::BASE64;
use reqwest::Method;
use sealpost_sealed::{Error, Random, RootKey, Zeroizing};
use serde_json::{Value, json};
use url::Url;

use crate::{
    RemoteVault, VaultError,
    remote::{Keeper, Version},
};
use caller::{Answer, Caller};
pub use session::BaoLogin;

/// The first byte of everything that this kind of vault wraps.
const MARK: u8 = 2;

/// Where the transit engine is, and who we are there.
#[derive(Clone)]
pub struct BaoOptions {
    /// The server: `https://bao.example.org:8200`.
    pub url: Url,
    /// Where the engine is mounted: `transit`.
    pub mount: String,
    /// The key's name.
    pub key: String,
    /// The namespace, if there are any.
    pub namespace: Option<String>,
    /// Certificates (PEM) to trust beside those of the operating system.
    pub trust: Option<Vec<u8>>,
    /// How to get in.
    pub login: BaoLogin,
    /// Where a pod's own token lies: for [`BaoLogin::Kubernetes`].
    pub service_account: PathBuf,
}

impl BaoOptions {
    /// A key in the engine at `transit`, in no namespace, with whom the operating system trusts.
    pub fn new(url: Url, key: impl Into<String>, login: BaoLogin) -> Self {
        Self {
            url,
            mount: "transit".to_owned(),
            key: key.into(),
            namespace: None,
            trust: None,
            login,
            service_account: "/var/run/secrets/kubernetes.io/serviceaccount/token".into(),
        }
    }
}

impl std::fmt::Debug for BaoOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BaoOptions")
            .field("url", &self.url.as_str())
            .field("mount", &self.mount)
            .field("key", &self.key)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

impl RemoteVault {
    /// The root key in a transit engine.
    ///
    /// # Errors
    /// [`VaultError::Missing`] if it is not there, [`VaultError::Denied`] if we are not let in, and
    /// [`VaultError::Unavailable`].
    pub async fn openbao(options: BaoOptions, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        Self::open(Box::new(OpenBao::new(options)?), random).await
    }

    /// Makes the root key in a transit engine: AES-256-GCM, not exportable.
    ///
    /// # Errors
    /// As [`Self::openbao`], and [`VaultError::Exists`].
    pub async fn create_openbao(options: BaoOptions, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        Self::create(Box::new(OpenBao::new(options)?), random).await
    }
}

#[derive(Debug)]
struct OpenBao {
    mount: String,
    key: String,
    host: String,
    caller: Caller,
}

impl OpenBao {
    fn new(options: BaoOptions) -> Result<Self, VaultError> {
        let host = options.url.host_str().unwrap_or_default().to_owned();
        let (mount, key) = (options.mount.clone(), options.key.clone());
        Ok(Self { mount, key, host, caller: Caller::new(options)? })
    }

    async fn ask(
        &self,
        method: Method,
        what: &str,
        rest: &str,
        body: Option<Value>,
    ) -> Result<Answer, VaultError> {
        let path = format!("{}/{what}/{}{rest}", self.mount, self.key);
        self.caller.ask(method, &path, body).await
    }

    fn missing(&self) -> VaultError {
        VaultError::Missing { key: self.key_name() }
    }

    /// What the server says that is about the key, and else what it says.
    fn refusal(&self, answer: &Answer) -> VaultError {
        if answer.says("key not found") || answer.status == 404 {
            return self.missing();
        }
        answer.denied(&format!("{} refuses", self.host))
    }
}

#[async_trait]
impl Keeper for OpenBao {
    fn kind(&self) -> &'static str {
        "openbao"
    }

    fn mark(&self) -> u8 {
        MARK
    }

    fn key_name(&self) -> String {
        format!("{}/{}/{}", self.host, self.mount, self.key)
    }

    /// A data key of the vault's own making: unlike `encrypt`, that never makes a root key where there is none.
    async fn fresh_key(&self, _: &dyn Random) -> Result<(RootKey, Version, Vec<u8>), VaultError> {
        let answer = self.ask(Method::POST, "datakey/plaintext", "", Some(json!({ "bits": 256 }))).await?;
        if !answer.is_fine() {
            return Err(self.refusal(&answer));
        }
        let strange = || answer.denied(&format!("{} answers with no data key", self.host));
        let text = answer.text("ciphertext").ok_or_else(strange)?;
        let (version, wrapped) = unpacked(text).ok_or_else(strange)?;
        let key = answer.text("plaintext").and_then(|text| BASE64.decode(text.as_bytes()).ok());
        let key = Zeroizing::new(key.ok_or_else(strange)?);
        let key = RootKey::from_secret(&key).map_err(|_| strange())?;
        Ok((key, version, wrapped))
    }

    async fn unwrap_key(&self, version: Version, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let ciphertext = format!("vault:{version}:{}", BASE64.encode(wrapped));
        let answer = self.ask(Method::POST, "decrypt", "", Some(json!({ "ciphertext": ciphertext }))).await?;
        if answer.is_fine() {
            let text = answer.text("plaintext").and_then(|text| BASE64.decode(text.as_bytes()).ok());
            return text.map(Zeroizing::new).ok_or(VaultError::Refused(Error::Length));
        }
        // One that it never had, and one below the lowest that still decrypts.
        if answer.says("version") || answer.says("too old") {
            return Err(self.unknown(version));
        }
        match answer.status {
            400 if !answer.says("key not found") => Err(VaultError::Refused(Error::Commitment)),
            _ => Err(self.refusal(&answer)),
        }
    }

    async fn versions(&self) -> Result<Vec<Version>, VaultError> {
        let answer = self.ask(Method::GET, "keys", "", None).await?;
        if !answer.is_fine() {
            return Err(self.refusal(&answer));
        }
        if answer.text("type").is_some_and(|kind| kind != "aes256-gcm96") {
            return Err(VaultError::Denied(format!(
                "{} is a key of another type than aes256-gcm96: name one of that type in vault.key",
                self.key_name()
            )));
        }
        let number =
            |name: &str| answer.data(name).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        match (number("min_decryption_version"), number("latest_version")) {
            (Some(lowest), Some(latest)) if latest > 0 => {
                Ok((lowest.max(1)..=latest).map(Version::Number).collect())
            }
            _ => Err(answer.denied(&format!("{} does not say which versions the key has", self.host))),
        }
    }

    async fn create(&self) -> Result<(), VaultError> {
        let body = json!({ "type": "aes256-gcm96", "exportable": false });
        let answer = self.ask(Method::POST, "keys", "", Some(body)).await?;
        if answer.is_fine() { Ok(()) } else { Err(answer.denied(&format!("{} makes no key", self.host))) }
    }

    async fn rotate(&self) -> Result<(), VaultError> {
        let answer = self.ask(Method::POST, "keys", "/rotate", None).await?;
        if answer.is_fine() { Ok(()) } else { Err(self.refusal(&answer)) }
    }

    /// Versions are taken out of use by a lowest one, so older ones go with it: they have to be gone before.
    async fn retire(&self, version: Version) -> Result<(), VaultError> {
        let Version::Number(number) = version else { return Err(self.unknown(version)) };
        if self.versions().await?.first() != Some(&version) {
            return Err(VaultError::Denied(format!(
                "{version} is not the oldest version of the root key, and this vault retires from the oldest on: \
                 retire the older ones first"
            )));
        }
        let body = json!({ "min_decryption_version": number + 1 });
        let answer = self.ask(Method::POST, "keys", "/config", Some(body)).await?;
        if answer.is_fine() { Ok(()) } else { Err(self.refusal(&answer)) }
    }
}

/// `vault:v3:<base64>`
fn unpacked(text: &str) -> Option<(Version, Vec<u8>)> {
    let (version, wrapped) = text.strip_prefix("vault:v")?.split_once(':')?;
    Some((Version::Number(version.parse().ok()?), BASE64.decode(wrapped.as_bytes()).ok()?))
}
