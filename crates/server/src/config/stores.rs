//! `[blob]` and `[stores.NAME]`: where sealed files lie.

use std::{collections::BTreeMap, env, path::PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use sealpost_blob::{
    AzureLogin, AzureOptions, Hidden, Layout, Patience, RemoteStore, S3Instance, S3Login, S3Options,
    StoreName, Targets,
};
use sealpost_client::Secret;
use serde::Deserialize;
use url::{Host, Url};

use super::{BlobConfig, check::absolute, copies};

/// Keys of each store that may instead be given as `KEY_file`.
pub(super) const SECRETS: &[&str] = &["account_key", "sas", "secret_access_key"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Blob {
    #[serde(default)]
    kind: Kind,
    access_key_id: Option<String>,
    account: Option<String>,
    account_key: Option<Secret>,
    #[serde(rename = "account_key_file")]
    _account_key_file: Option<PathBuf>,
    client_id: Option<String>,
    container: Option<String>,
    containers: Option<Containers>,
    credential: Option<Credential>,
    dir: Option<PathBuf>,
    endpoint: Option<String>,
    name_prefix: Option<String>,
    offsite: Option<String>,
    region: Option<String>,
    replica: Option<String>,
    sas: Option<Secret>,
    #[serde(rename = "sas_file")]
    _sas_file: Option<PathBuf>,
    secret_access_key: Option<Secret>,
    #[serde(rename = "secret_access_key_file")]
    _secret_access_key_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Azure,
    #[default]
    Local,
    S3,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Containers {
    PerTenant,
    Shared,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Credential {
    Instance,
    Key,
    Keys,
    ManagedIdentity,
    Sas,
    WebIdentity,
    WorkloadIdentity,
}

/// The default store, those with names, and which have the copies of which.
type Checked = (BlobConfig, BTreeMap<StoreName, BlobConfig>, BTreeMap<Option<StoreName>, Targets>);

pub(super) fn check_all(blob: Blob, stores: BTreeMap<String, Blob>) -> anyhow::Result<Checked> {
    let mut wishes = BTreeMap::new();
    let mut checked = |name: Option<StoreName>, store: Blob| -> anyhow::Result<BlobConfig> {
        let section = name.as_ref().map_or_else(|| "blob".to_owned(), |name| format!("stores.{name}"));
        let (replica, offsite) = (store.replica.clone(), store.offsite.clone());
        let store = store.check(&section)?;
        wishes.insert(name, copies::Wish { replica, offsite, place: place(&store) });
        Ok(store)
    };
    let default = checked(None, blob)?;
    let mut named = BTreeMap::new();
    for (name, store) in stores {
        let parsed: StoreName = name.parse().with_context(|| format!("stores.{name}"))?;
        named.insert(parsed.clone(), checked(Some(parsed), store)?);
    }
    Ok((default, named, copies::check(&wishes)?))
}

/// The same for two stores in which the containers of a tenant would be one and the same.
fn place(store: &BlobConfig) -> String {
    let within = |layout: &Layout| match layout {
        Layout::PerTenant { name_prefix } => format!("{name_prefix}t-…"),
        Layout::Shared { name } => name.clone(),
    };
    match store {
        BlobConfig::Local { dir } => dir.display().to_string(),
        BlobConfig::Azure(azure) => {
            let endpoint = azure.endpoint.as_ref().map_or(azure.account.as_str(), Url::as_str);
            format!("{endpoint} {}", within(&azure.layout))
        }
        // The names of buckets are those of all regions.
        BlobConfig::S3(s3) => {
            format!("{} {}", s3.endpoint.as_ref().map_or("s3", Url::as_str), within(&s3.layout))
        }
    }
}

impl Blob {
    /// `section` is what its keys begin with.
    fn check(self, section: &str) -> anyhow::Result<BlobConfig> {
        self.has_no_foreign_keys(section)?;
        match self.kind {
            Kind::Local => {
                let dir = self.dir.with_context(|| format!("{section}.dir: missing"))?;
                Ok(BlobConfig::Local { dir: absolute(&format!("{section}.dir"), dir)? })
            }
            Kind::Azure => self.azure(section).map(BlobConfig::Azure),
            Kind::S3 => self.s3(section).map(BlobConfig::S3),
        }
    }

    /// A key of another kind of store is a misunderstanding.
    fn has_no_foreign_keys(&self, section: &str) -> anyhow::Result<()> {
        use Kind::{Azure, Local, S3};
        let keys: [(&str, bool, &[Kind]); 13] = [
            ("access_key_id", self.access_key_id.is_some(), &[S3]),
            ("account", self.account.is_some(), &[Azure]),
            ("account_key", self.account_key.is_some(), &[Azure]),
            ("client_id", self.client_id.is_some(), &[Azure]),
            ("container", self.container.is_some(), &[Azure, S3]),
            ("containers", self.containers.is_some(), &[Azure, S3]),
            ("credential", self.credential.is_some(), &[Azure, S3]),
            ("dir", self.dir.is_some(), &[Local]),
            ("endpoint", self.endpoint.is_some(), &[Azure, S3]),
            ("name_prefix", self.name_prefix.is_some(), &[Azure, S3]),
            ("region", self.region.is_some(), &[S3]),
            ("sas", self.sas.is_some(), &[Azure]),
            ("secret_access_key", self.secret_access_key.is_some(), &[S3]),
        ];
        for (key, is_set, kinds) in keys {
            let kind = format!("{:?}", self.kind).to_lowercase();
            ensure!(!is_set || kinds.contains(&self.kind), "{section}.{key}: not for kind = \"{kind}\"");
        }
        Ok(())
    }

    fn azure(self, section: &str) -> anyhow::Result<AzureOptions> {
        let layout = self.layout(section)?;
        let endpoint = self.endpoint(section)?;
        let account = self.account.with_context(|| format!("{section}.account: missing"))?;
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        ensure!(
            (3..=24).contains(&account.len()) && account.bytes().all(is_name),
            "{section}.account: 3 to 24 of a to z and 0 to 9"
        );
        let credential = self.credential.or(match (&self.account_key, &self.sas) {
            (Some(_), None) => Some(Credential::Key),
            (None, Some(_)) => Some(Credential::Sas),
            _ => None,
        });
        only(section, "account_key", self.account_key.is_some(), credential, &[Credential::Key])?;
        only(section, "sas", self.sas.is_some(), credential, &[Credential::Sas])?;
        let by_identity = [Credential::ManagedIdentity, Credential::WorkloadIdentity];
        only(section, "client_id", self.client_id.is_some(), credential, &by_identity)?;
        let login = match credential {
            Some(Credential::Key) => AzureLogin::Key(hidden(section, "account_key", self.account_key)?),
            Some(Credential::Sas) => AzureLogin::Sas(hidden(section, "sas", self.sas)?),
            Some(Credential::ManagedIdentity) => {
                AzureLogin::ManagedIdentity { client_id: self.client_id, endpoint: None }
            }
            Some(Credential::WorkloadIdentity) => {
                let given = |name| from_environment(section, "workload_identity", name);
                AzureLogin::WorkloadIdentity {
                    client_id: self.client_id.map_or_else(|| given("AZURE_CLIENT_ID"), Ok)?,
                    tenant_id: given("AZURE_TENANT_ID")?,
                    token_file: given("AZURE_FEDERATED_TOKEN_FILE")?.into(),
                    authority: url_from_environment("AZURE_AUTHORITY_HOST")?,
                }
            }
            _ => bail!(
                "{section}.credential: must be \"key\", \"sas\", \"managed_identity\" or \"workload_identity\" for Azure"
            ),
        };
        let options = AzureOptions { account, endpoint, login, layout, patience: Patience::default() };
        // The cause would show the key.
        RemoteStore::azure(&options).map_err(|_| {
            anyhow!("{section}: the account key is no base64, or the signature no query string")
        })?;
        Ok(options)
    }

    fn s3(self, section: &str) -> anyhow::Result<S3Options> {
        let layout = self.layout(section)?;
        let endpoint = self.endpoint(section)?;
        let region = self.region.with_context(|| format!("{section}.region: missing"))?;
        ensure!(
            !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
            "{section}.region: such as eu-central-1"
        );
        let given = self.access_key_id.as_ref().map(|_| Credential::Keys);
        let credential = self.credential.or(given);
        let keys = [Credential::Keys];
        only(section, "access_key_id", self.access_key_id.is_some(), credential, &keys)?;
        only(section, "secret_access_key", self.secret_access_key.is_some(), credential, &keys)?;
        let login = match credential {
            Some(Credential::Keys) => S3Login::Keys {
                access_key_id: self
                    .access_key_id
                    .with_context(|| format!("{section}.access_key_id: missing"))?,
                secret_access_key: hidden(section, "secret_access_key", self.secret_access_key)?,
            },
            Some(Credential::WebIdentity) => S3Login::WebIdentity {
                role_arn: from_environment(section, "web_identity", "AWS_ROLE_ARN")?,
                token_file: from_environment(section, "web_identity", "AWS_WEB_IDENTITY_TOKEN_FILE")?.into(),
                sts: url_from_environment("AWS_ENDPOINT_URL_STS")?,
            },
            Some(Credential::Instance) => S3Login::Instance(instance()?),
            _ => bail!("{section}.credential: must be \"keys\", \"web_identity\" or \"instance\" for S3"),
        };
        let options = S3Options { region, endpoint, login, layout, patience: Patience::default() };
        RemoteStore::s3(&options).with_context(|| section.to_owned())?;
        Ok(options)
    }

    fn layout(&self, section: &str) -> anyhow::Result<Layout> {
        match self.containers.unwrap_or(Containers::PerTenant) {
            Containers::PerTenant => {
                ensure!(
                    self.container.is_none(),
                    "{section}.container: only for containers = \"shared\"; otherwise each tenant has one of its own"
                );
                let name_prefix = self.name_prefix.clone().unwrap_or_default();
                let is_right = Layout::per_tenant(&name_prefix);
                is_right.map_err(|_| {
                    anyhow!("{section}.name_prefix: at most 29 of a to z, 0 to 9 and single hyphens")
                })
            }
            Containers::Shared => {
                ensure!(
                    self.name_prefix.is_none(),
                    "{section}.name_prefix: only for containers = \"per_tenant\""
                );
                let name =
                    self.container.as_deref().with_context(|| format!("{section}.container: missing"))?;
                Layout::shared(name).map_err(|error| anyhow!("{section}.container: {error}"))
            }
        }
    }

    fn endpoint(&self, section: &str) -> anyhow::Result<Option<Url>> {
        let Some(text) = &self.endpoint else { return Ok(None) };
        let url: Url = text.parse().map_err(|_| anyhow!("{section}.endpoint: must be a URL"))?;
        let on_this_machine = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        ensure!(
            url.scheme() == "https" || url.scheme() == "http" && on_this_machine,
            "{section}.endpoint: must be https; plain http works only to this machine"
        );
        let bare = url.username().is_empty() && url.password().is_none();
        ensure!(
            bare && url.query().is_none() && url.fragment().is_none(),
            "{section}.endpoint: nothing but scheme, host, port and path; keys have keys of their own"
        );
        Ok(Some(url))
    }
}

/// Refuses a key that the way of logging in makes no use of.
fn only(
    section: &str,
    key: &str,
    is_set: bool,
    credential: Option<Credential>,
    of: &[Credential],
) -> anyhow::Result<()> {
    let fits = credential.is_none_or(|credential| of.contains(&credential));
    ensure!(!is_set || fits, "{section}.{key}: not used with this {section}.credential");
    Ok(())
}

fn hidden(section: &str, key: &str, secret: Option<Secret>) -> anyhow::Result<Hidden> {
    let secret = secret.filter(|secret| !secret.is_empty());
    Ok(Hidden::new(secret.with_context(|| format!("{section}.{key}: missing"))?.expose()))
}

/// What the platform puts into the environment of a program that may act as somebody.
fn from_environment(section: &str, credential: &str, name: &str) -> anyhow::Result<String> {
    let value = env::var(name).ok().filter(|value| !value.is_empty());
    value.with_context(|| {
        format!(
            "{section}.credential: \"{credential}\" needs the variable {name}, which the platform sets for a pod \
             whose service account has an identity"
        )
    })
}

fn url_from_environment(name: &str) -> anyhow::Result<Option<Url>> {
    match env::var(name).ok().filter(|value| !value.is_empty()) {
        Some(value) => Ok(Some(value.parse().with_context(|| format!("the variable {name}"))?)),
        None => Ok(None),
    }
}

/// Where a program that runs at Amazon's finds its credentials, as the platform says.
fn instance() -> anyhow::Result<S3Instance> {
    let given = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let token_file = given("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    if let Some(relative_uri) = given("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
        return Ok(S3Instance::Task { relative_uri });
    }
    if let Some((full_uri, token_file)) = given("AWS_CONTAINER_CREDENTIALS_FULL_URI").zip(token_file) {
        return Ok(S3Instance::Pod { full_uri, token_file: token_file.into() });
    }
    Ok(S3Instance::Machine { endpoint: url_from_environment("AWS_EC2_METADATA_SERVICE_ENDPOINT")? })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{BlobConfig, Config, EXAMPLE};

    /// The example with this in the place of its `[blob]`.
    fn with(stores: &str) -> anyhow::Result<Config> {
        let (before, rest) = EXAMPLE.split_once("\n[blob]\n").unwrap();
        let (_, after) = rest.split_once("\n[mail]\n").unwrap();
        Config::from_parts(&format!("{before}\n{stores}\n[mail]\n{after}"), &BTreeMap::new())
    }

    #[test]
    fn each_kind_of_store_can_be_configured() {
        let azure = "kind = \"azure\"\naccount = \"acme\"\n";
        for (stores, expected) in [
            ("[blob]\ndir = \"/x\"".to_owned(), "Local"),
            (format!("[blob]\n{azure}account_key = \"c2VjcmV0\""), "Key"),
            (format!("[blob]\n{azure}sas = \"sv=1&sig=2\""), "Sas"),
            (format!("[blob]\n{azure}credential = \"managed_identity\"\nclient_id = \"c\""), "ManagedIdentity"),
            (format!("[blob]\n{azure}account_key = \"c2VjcmV0\"\ncontainers = \"shared\"\ncontainer = \"all\""), "Shared"),
            (
                "[blob]\nkind = \"s3\"\nregion = \"eu-central-1\"\nname_prefix = \"acme-\"\naccess_key_id = \"A\"\n\
                 secret_access_key = \"b\""
                    .to_owned(),
                "Keys",
            ),
            ("[blob]\nkind = \"s3\"\nregion = \"r\"\ncredential = \"instance\"".to_owned(), "Instance"),
        ] {
            let config = with(&stores).unwrap();
            let shown = format!("{:?}", config.blob);
            assert!(shown.contains(expected), "{shown}");
            assert!(!shown.contains("c2VjcmV0") && !shown.contains("sig=2"), "{shown}");
        }
    }

    #[test]
    fn further_stores_have_names_and_secrets_in_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        std::fs::write(&path, "c2VjcmV0\n").unwrap();
        let config = with(&format!(
            "[blob]\ndir = \"/x\"\n[stores.eu-west]\nkind = \"azure\"\naccount = \"west\"\naccount_key_file = {path:?}\n\
             [stores.archive]\ndir = \"/y\"",
        ))
        .unwrap();
        let names: Vec<_> = config.stores.keys().map(ToString::to_string).collect();
        assert_eq!(names, ["archive", "eu-west"]);
        assert!(matches!(config.stores.values().last(), Some(BlobConfig::Azure(_))));
    }

    #[test]
    fn copies_lie_in_a_place_of_their_own_in_a_cloud_too() {
        let s3 = |prefix: &str| {
            format!("kind = \"s3\"\nregion = \"r\"\ncredential = \"instance\"\nname_prefix = \"{prefix}\"\n")
        };
        let both =
            |north: &str| format!("[blob]\n{}replica = \"north\"\n[stores.north]\n{}", s3("a-"), s3(north));
        assert!(with(&both("b-")).unwrap().copies.contains_key(&None));
        let complaint =
            format!("{:#}", with(&both("a-").replacen("region = \"r\"", "region = \"q\"", 1)).unwrap_err());
        assert!(complaint.contains("blob.replica: north is the same place, s3 a-t-"), "{complaint}");
    }

    #[test]
    fn complaints_name_the_store_and_the_key() {
        let azure = "[blob]\nkind = \"azure\"\naccount = \"acme\"\n";
        let s3 = "[blob]\nkind = \"s3\"\nregion = \"r\"\n";
        for (stores, key) in [
            ("[blob]".to_owned(), "blob.dir"),
            ("[blob]\ndir = \"x\"".to_owned(), "blob.dir"),
            ("[blob]\ndir = \"/x\"\nregion = \"r\"".to_owned(), "blob.region"),
            (format!("{azure}dir = \"/x\""), "blob.dir"),
            (azure.to_owned(), "blob.credential"),
            (format!("{azure}credential = \"keys\""), "blob.credential"),
            (format!("{azure}credential = \"key\""), "blob.account_key"),
            (format!("{azure}account_key = \"not base64!\""), "blob: the account key"),
            (format!("{azure}sas = \"s=1\"\nclient_id = \"c\""), "blob.client_id"),
            (format!("{azure}credential = \"managed_identity\"\nsas = \"s=1\""), "blob.sas"),
            (format!("{azure}credential = \"workload_identity\"\nclient_id = \"c\""), "AZURE_TENANT_ID"),
            (azure.replace("acme", "Acme"), "blob.account"),
            (format!("{azure}account_key = \"eA==\"\nendpoint = \"http://example.org\""), "blob.endpoint"),
            (
                format!("{azure}account_key = \"eA==\"\nendpoint = \"https://u:p@example.org\""),
                "blob.endpoint",
            ),
            (format!("{azure}account_key = \"eA==\"\ncontainers = \"shared\""), "blob.container"),
            (format!("{azure}account_key = \"eA==\"\ncontainer = \"all\""), "blob.container"),
            (format!("{azure}account_key = \"eA==\"\nname_prefix = \"A\""), "blob.name_prefix"),
            (
                format!("{azure}account_key = \"eA==\"\nname_prefix = \"{}\"", "a".repeat(30)),
                "blob.name_prefix",
            ),
            (s3.to_owned(), "blob.credential"),
            (format!("{s3}access_key_id = \"A\""), "blob.secret_access_key"),
            (format!("{s3}credential = \"web_identity\""), "AWS_ROLE_ARN"),
            ("[blob]\nkind = \"s3\"".to_owned(), "blob.region"),
            ("[blob]\ndir = \"/x\"\n[stores.west]".to_owned(), "stores.west.dir"),
            ("[blob]\ndir = \"/x\"\nreplica = \"west\"".to_owned(), "blob.replica"),
            ("[blob]\ndir = \"/x\"\n[stores.default]\ndir = \"/y\"".to_owned(), "stores.default"),
            ("[blob]\ndir = \"/x\"\n[stores.West]\ndir = \"/y\"".to_owned(), "stores.West"),
            ("[blob]\ndir = \"/x\"\n[stores.west]\ndirectory = \"/y\"".to_owned(), "directory"),
        ] {
            let complaint = format!("{:#}", with(&stores).unwrap_err());
            assert!(complaint.contains(key), "{stores}: {complaint}");
            assert!(!complaint.contains("not base64!"), "{complaint}");
        }
    }
}
