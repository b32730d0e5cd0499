//! The root key in a token that speaks PKCS#11: a hardware security module, or SoftHSM.

mod pin;
mod token;

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use cryptoki::error::{Error as TokenError, RvError};
use sealpost_sealed::{Random, RootKey, Zeroizing, random_bytes};
use tokio::task::spawn_blocking;

use crate::{
    RemoteVault, VaultError,
    remote::{Keeper, Version},
};
use token::{IV_LENGTH, Token};

/// The first byte of everything that this kind of vault wraps.
const MARK: u8 = 3;

/// Where the token is, and how to get in.
#[derive(Clone)]
pub struct Pkcs11Options {
    /// The manufacturer's library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// The user's PIN.
    pub pin: Zeroizing<String>,
    /// The key's label. Its versions have it in common, and differ in `CKA_ID`, which is their number.
    pub key: String,
}

impl std::fmt::Debug for Pkcs11Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pkcs11Options")
            .field("module", &self.module)
            .field("token", &self.token)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl RemoteVault {
    /// The root key in a token.
    ///
    /// # Errors
    /// [`VaultError::Missing`] if it is not there; [`VaultError::Denied`] for a module that cannot be loaded, a PIN that is
    /// wrong, or a key that can be taken out; [`VaultError::Unavailable`] if there is no such token now.
    pub async fn pkcs11(options: Pkcs11Options, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        Self::open(Box::new(Pkcs11::new(options, Arc::clone(&random))), random).await
    }

    /// Makes the root key in a token: AES-256, neither to be read nor to be taken out.
    ///
    /// # Errors
    /// As [`Self::pkcs11`], and [`VaultError::Exists`].
    pub async fn create_pkcs11(options: Pkcs11Options, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        Self::create(Box::new(Pkcs11::new(options, Arc::clone(&random))), random).await
    }
}

#[derive(Debug)]
struct Pkcs11 {
    token: Arc<Token>,
    name: String,
    random: Arc<dyn Random>,
}

impl Pkcs11 {
    fn new(options: Pkcs11Options, random: Arc<dyn Random>) -> Self {
        let name = format!("{}/{}", graphic(&options.token), graphic(&options.key));
        Self { token: Arc::new(Token::new(options)), name, random }
    }

    /// Calls of a token take as long as the token wants to.
    async fn work<T: Send + 'static>(
        &self,
        work: impl Fn(&Token) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let token = Arc::clone(&self.token);
        spawn_blocking(move || work(&token)).await.map_err(|error| VaultError::Unavailable(error.into()))?
    }

    async fn version(&self, wanted: Version) -> Result<u32, VaultError> {
        match wanted {
            Version::Number(number) => Ok(number),
            Version::Name(_) => Err(self.unknown(wanted)),
        }
    }

    fn missing(&self) -> VaultError {
        VaultError::Missing { key: self.name.clone() }
    }
}

#[async_trait]
impl Keeper for Pkcs11 {
    fn kind(&self) -> &'static str {
        "pkcs11"
    }

    fn mark(&self) -> u8 {
        MARK
    }

    fn key_name(&self) -> String {
        self.name.clone()
    }

    async fn fresh_key(&self, random: &dyn Random) -> Result<(RootKey, Version, Vec<u8>), VaultError> {
        let key = RootKey::generate(random);
        let secret = Zeroizing::new(key.expose_secret().to_vec());
        let iv = random_bytes::<IV_LENGTH>(random);
        let wrapped = self.work(move |token| token.wrap(&secret, iv)).await?;
        let (number, wrapped) = wrapped.ok_or_else(|| self.missing())?;
        Ok((key, Version::Number(number), wrapped))
    }

    async fn unwrap_key(&self, version: Version, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let number = self.version(version).await?;
        let iv = random_bytes::<IV_LENGTH>(&*self.random);
        let wrapped = wrapped.to_vec();
        let key = self.work(move |token| token.unwrap(number, &wrapped, iv)).await?;
        key.ok_or_else(|| self.unknown(version))
    }

    async fn versions(&self) -> Result<Vec<Version>, VaultError> {
        let numbers = self.work(Token::versions).await?;
        if numbers.is_empty() {
            return Err(self.missing());
        }
        Ok(numbers.into_iter().map(Version::Number).collect())
    }

    async fn create(&self) -> Result<(), VaultError> {
        self.work(|token| token.make(1)).await
    }

    async fn rotate(&self) -> Result<(), VaultError> {
        self.work(|token| {
            let newest = token.versions()?.last().copied().unwrap_or_default();
            token.make(newest.saturating_add(1))
        })
        .await
    }

    /// Its label becomes `KEY.retired`: it stays in the token.
    async fn retire(&self, version: Version) -> Result<(), VaultError> {
        let number = self.version(version).await?;
        if self.work(move |token| token.retire(number)).await? { Ok(()) } else { Err(self.unknown(version)) }
    }
}

/// Labels may have blanks.
fn graphic(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() && c != ':' { c } else { '_' }).collect()
}

/// What a module's error means for whoever asks the vault.
fn explain(error: TokenError) -> VaultError {
    match &error {
        TokenError::Pkcs11(
            RvError::KeyFunctionNotPermitted
            | RvError::MechanismInvalid
            | RvError::MechanismParamInvalid
            | RvError::AttributeReadOnly
            | RvError::AttributeValueInvalid
            | RvError::TemplateInconsistent
            | RvError::TokenWriteProtected
            | RvError::SessionReadOnly
            | RvError::ActionProhibited
            | RvError::FunctionNotSupported,
            _,
        ) => VaultError::Denied(format!("the token does not do it: {error}")),
        _ => VaultError::Unavailable(error.into()),
    }
}
