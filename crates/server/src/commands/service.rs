//! Which service a command asks, and who is asking.

use std::{env, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use sealpost_client::{Connection, Retry, Secret, Server};
use serde::Deserialize;
use url::Url;

use super::{WrongUse, password::from_file};

/// Which service, and who is asking.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServiceArgs {
    /// Address of the service, such as https://files.example.org
    #[arg(long, value_name = "URL", env = "SEALPOST_SERVER")]
    server: Option<Url>,
    /// File with the API token; the token itself can be in SEALPOST_TOKEN
    #[arg(long, value_name = "FILE", env = "SEALPOST_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// Take both from the service for trying out in this directory
    #[arg(long, value_name = "DIR", conflicts_with_all = ["server", "token_file"])]
    dev: Option<PathBuf>,
    /// Certificates (PEM) to trust beside those of the operating system
    #[arg(long, value_name = "FILE", env = "SEALPOST_CA_FILE")]
    ca_file: Option<PathBuf>,
}

/// What `serve --dev` writes when it is ready.
#[derive(Deserialize)]
struct DevFile {
    base_url: Url,
    sender_token: Secret,
    admin_token: Secret,
}

/// Whose token of the service for trying out it takes.
#[derive(Debug, Clone, Copy)]
enum Who {
    Sender,
    Admin,
}

impl ServiceArgs {
    /// The service, tried again and again as long as that is worth it.
    pub(super) fn server(&self) -> anyhow::Result<Server> {
        self.server_with(Who::Sender, Retry::default())
    }

    /// The same for whoever runs a tenant.
    pub(super) fn admins_server(&self) -> anyhow::Result<Server> {
        self.server_with(Who::Admin, Retry::default())
    }

    /// The service, for what must not be done twice: a call that broke off may have been heard.
    pub(super) fn server_asked_once(&self) -> anyhow::Result<Server> {
        self.server_with(Who::Sender, Retry { attempts: 1, ..Retry::default() })
    }

    /// The same for whoever runs a tenant.
    pub(super) fn admins_server_asked_once(&self) -> anyhow::Result<Server> {
        self.server_with(Who::Admin, Retry { attempts: 1, ..Retry::default() })
    }

    /// Certificates to trust beside those of the operating system.
    pub(super) fn trust(&self) -> anyhow::Result<Option<Vec<u8>>> {
        trust(self.ca_file.as_ref())
    }

    fn server_with(&self, who: Who, retry: Retry) -> anyhow::Result<Server> {
        let (base, token) = self.of(who).map_err(WrongUse::from)?;
        let connection = Connection { token: Some(token), trust: trust(self.ca_file.as_ref())?, retry };
        Ok(Server::new(&base, connection)?)
    }

    fn of(&self, who: Who) -> anyhow::Result<(Url, Secret)> {
        if let Some(dir) = &self.dev {
            let path = dir.join("dev.json");
            let text = std::fs::read(&path).with_context(|| {
                format!("cannot read {}: is `sealpost serve --dev` running?", path.display())
            })?;
            let dev: DevFile = serde_json::from_slice(&text)
                .with_context(|| format!("cannot understand {}", path.display()))?;
            let token = match who {
                Who::Sender => dev.sender_token,
                Who::Admin => dev.admin_token,
            };
            return Ok((dev.base_url, token));
        }
        let base = self.server.clone().context("which service? --server URL, or SEALPOST_SERVER")?;
        let token = match (&self.token_file, env::var("SEALPOST_TOKEN")) {
            (Some(path), _) => from_file(path)?,
            (None, Ok(token)) if !token.is_empty() => Secret::from(token),
            _ => bail!("which token? --token-file FILE, or SEALPOST_TOKEN"),
        };
        Ok((base, token))
    }
}

pub(super) fn trust(path: Option<&PathBuf>) -> anyhow::Result<Option<Vec<u8>>> {
    path.map(|path| std::fs::read(path).with_context(|| format!("cannot read {}", path.display())))
        .transpose()
        .map_err(|error| WrongUse::from(error).into())
}
