use std::{net::SocketAddr, path::Path};

use sealpost_blob::{AzureLogin, AzureOptions, Hidden, Layout, Patience, RemoteStore, S3Login, S3Options};
use sealpost_test_support::peers::{
    azurite::{self, Azurite},
    moto::{self, Moto},
};

/// Whose store files are kept in; the emulator of it that this process shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cloud {
    Azure,
    S3,
}

impl Cloud {
    pub(crate) fn address(self) -> SocketAddr {
        match self {
            Self::Azure => Azurite::shared().address(),
            Self::S3 => Moto::shared().address(),
        }
    }

    /// What a configuration says of it, reached at `url`, but for its containers. The secret is written to `key`.
    pub(crate) fn settings(self, url: &str, key: &Path) -> String {
        std::fs::write(key, self.secret()).unwrap();
        match self {
            Self::Azure => format!(
                "kind = \"azure\"\naccount = \"{}\"\nendpoint = \"{}\"\naccount_key_file = {key:?}\n",
                azurite::ACCOUNT,
                azurite::endpoint_at(url),
            ),
            Self::S3 => format!(
                "kind = \"s3\"\nregion = \"{}\"\nendpoint = \"{url}\"\naccess_key_id = \"AKIAEXAMPLE\"\n\
                 secret_access_key_file = {key:?}\n",
                moto::REGION,
            ),
        }
    }

    /// What is there, past everybody's network.
    pub(crate) fn seen(self, layout: Layout) -> RemoteStore {
        let (url, patience) = (format!("http://{}", self.address()), Patience::default());
        match self {
            Self::Azure => RemoteStore::azure(&AzureOptions {
                account: azurite::ACCOUNT.to_owned(),
                endpoint: Some(azurite::endpoint_at(&url).parse().unwrap()),
                login: AzureLogin::Key(Hidden::new(self.secret())),
                layout,
                patience,
            }),
            Self::S3 => RemoteStore::s3(&S3Options {
                region: moto::REGION.to_owned(),
                endpoint: Some(url.parse().unwrap()),
                login: S3Login::Keys {
                    access_key_id: "AKIAEXAMPLE".to_owned(),
                    secret_access_key: Hidden::new(self.secret()),
                },
                layout,
                patience,
            }),
        }
        .unwrap()
    }

    const fn secret(self) -> &'static str {
        match self {
            Self::Azure => azurite::ACCOUNT_KEY,
            Self::S3 => "secret",
        }
    }
}
