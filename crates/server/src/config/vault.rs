//! The section `[vault]`, checked.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use sealpost_client::Secret;
use sealpost_sealed::Zeroizing;
use sealpost_vault::{AzureCredential, AzureOptions, BaoLogin, BaoOptions, Pkcs11Options};
use url::{Host, Url};

use super::{
    VaultConfig,
    check::{absolute, apart},
    raw::{self, Vault, VaultKind},
};

impl Vault {
    pub(super) fn check(self, data_dir: &Path) -> anyhow::Result<VaultConfig> {
        self.require_fitting()?;
        match self.kind {
            VaultKind::Local => {
                let dir = absolute("vault.dir", wanted("vault.dir", self.dir)?)?;
                Ok(VaultConfig::Local { dir: apart("vault.dir", dir, data_dir)? })
            }
            VaultKind::OpenBao => self.openbao().map(VaultConfig::OpenBao),
            VaultKind::Pkcs11 => self.pkcs11().map(VaultConfig::Pkcs11),
            VaultKind::AzureKeyVault => self.azure().map(VaultConfig::Azure),
        }
    }

    /// What belongs to another kind of vault is a mistake, and perhaps about where the root key is.
    fn require_fitting(&self) -> anyhow::Result<()> {
        use VaultKind::{AzureKeyVault, Local, OpenBao, Pkcs11};
        let set: [(&str, bool, &[VaultKind]); 17] = [
            ("auth_mount", self.auth_mount.is_some(), &[OpenBao]),
            ("client_id", self.client_id.is_some(), &[AzureKeyVault]),
            ("client_secret", self.client_secret.is_some(), &[AzureKeyVault]),
            ("credential", self.credential.is_some(), &[AzureKeyVault]),
            ("dir", self.dir.is_some(), &[Local]),
            ("key", self.key.is_some(), &[AzureKeyVault, OpenBao, Pkcs11]),
            ("module", self.module.is_some(), &[Pkcs11]),
            ("mount", self.mount.is_some(), &[OpenBao]),
            ("namespace", self.namespace.is_some(), &[OpenBao]),
            ("pin", self.pin.is_some(), &[Pkcs11]),
            ("role", self.role.is_some(), &[OpenBao]),
            ("role_id", self.role_id.is_some(), &[OpenBao]),
            ("secret_id", self.secret_id.is_some(), &[OpenBao]),
            ("tenant_id", self.tenant_id.is_some(), &[AzureKeyVault]),
            ("token", self.token.is_some(), &[OpenBao, Pkcs11]),
            ("trust", self.trust.is_some(), &[AzureKeyVault, OpenBao]),
            ("url", self.url.is_some(), &[AzureKeyVault, OpenBao]),
        ];
        for (key, is_set, kinds) in set {
            ensure!(!is_set || kinds.contains(&self.kind), "vault.{key}: not for this vault.kind");
        }
        Ok(())
    }

    fn openbao(self) -> anyhow::Result<BaoOptions> {
        let login = match (self.token, self.role_id, self.secret_id, self.role) {
            (Some(token), None, None, None) => {
                self.token_file.map_or_else(|| BaoLogin::Token(hidden(&token)), BaoLogin::TokenFile)
            }
            (None, Some(role_id), Some(secret_id), None) => BaoLogin::AppRole {
                mount: path_part("vault.auth_mount", self.auth_mount.as_deref().unwrap_or("approle"))?,
                role_id,
                secret_id: hidden(&secret_id),
            },
            (None, None, None, Some(role)) => BaoLogin::Kubernetes {
                mount: path_part("vault.auth_mount", self.auth_mount.as_deref().unwrap_or("kubernetes"))?,
                role,
            },
            (None, Some(_), None, _) => bail!("vault.secret_id: missing for vault.role_id"),
            (None, None, Some(_), _) => bail!("vault.role_id: missing for vault.secret_id"),
            (None, None, None, None) => bail!(
                "vault.token: missing; or set vault.role_id and vault.secret_id (AppRole), or vault.role (Kubernetes)"
            ),
            _ => bail!("vault.token: set only one of vault.token, vault.role_id and vault.role"),
        };
        let key = path_part("vault.key", &wanted("vault.key", self.key)?)?;
        Ok(BaoOptions {
            mount: path_part("vault.mount", self.mount.as_deref().unwrap_or("transit"))?,
            namespace: self.namespace,
            trust: trust(self.trust)?,
            ..BaoOptions::new(address(self.url)?, key, login)
        })
    }

    fn pkcs11(self) -> anyhow::Result<Pkcs11Options> {
        Ok(Pkcs11Options {
            module: absolute("vault.module", wanted("vault.module", self.module)?)?,
            token: wanted("vault.token", self.token)?.expose().to_owned(),
            pin: hidden(&wanted("vault.pin", self.pin)?),
            key: wanted("vault.key", self.key)?,
        })
    }

    fn azure(self) -> anyhow::Result<AzureOptions> {
        let credential = match wanted("vault.credential", self.credential)? {
            raw::AzureCredential::ManagedIdentity => {
                AzureCredential::ManagedIdentity { client_id: self.client_id }
            }
            raw::AzureCredential::WorkloadIdentity => AzureCredential::WorkloadIdentity {
                tenant_id: self.tenant_id,
                client_id: self.client_id,
                token_file: None,
            },
            raw::AzureCredential::ClientSecret => AzureCredential::ClientSecret {
                tenant_id: wanted("vault.tenant_id", self.tenant_id)?,
                client_id: wanted("vault.client_id", self.client_id)?,
                secret: hidden(&wanted("vault.client_secret", self.client_secret)?),
            },
        };
        let key = wanted("vault.key", self.key)?;
        ensure!(
            !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
            "vault.key: a key's name has letters, digits and hyphens"
        );
        Ok(AzureOptions {
            trust: trust(self.trust)?,
            ..AzureOptions::new(address(self.url)?, key, credential)
        })
    }
}

fn wanted<T>(key: &str, value: Option<T>) -> anyhow::Result<T> {
    value.with_context(|| format!("{key}: missing"))
}

fn hidden(secret: &Secret) -> Zeroizing<String> {
    Zeroizing::new(secret.expose().to_owned())
}

/// Whatever goes to the vault is worth a key.
fn address(url: Option<String>) -> anyhow::Result<Url> {
    let url: Url = wanted("vault.url", url)?.parse().context("vault.url")?;
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => bail!("vault.url: names no host"),
    };
    ensure!(url.scheme() == "https" || url.scheme() == "http" && here, "vault.url: must be https");
    ensure!(url.username().is_empty() && url.password().is_none(), "vault.url: must not hold credentials");
    Ok(url)
}

/// It becomes part of an address.
fn path_part(key: &str, text: &str) -> anyhow::Result<String> {
    let plain = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let text = text.trim_matches('/');
    ensure!(text.split('/').all(plain), "{key}: letters, digits, - _ . and / only");
    Ok(text.to_owned())
}

fn trust(path: Option<PathBuf>) -> anyhow::Result<Option<Vec<u8>>> {
    path.map(|path| fs::read(&path).with_context(|| format!("vault.trust: cannot read {}", path.display())))
        .transpose()
}
