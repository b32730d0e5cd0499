//! File, then environment, then the files that hold secrets.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow, bail};
use config::{ConfigError, File, FileFormat, builder::DefaultState};

use super::{
    Config,
    raw::{KEYS, LISTS, Raw, SECRETS},
    stores,
};

/// Read if there is one and no other is named.
const DEFAULT_FILE: &str = "/etc/sealpost/sealpost.toml";

/// Variables that begin as ours do and belong to the commands that talk to a service, or say which file to read.
const OTHERS: &[&str] = &[
    "SEALPOST_CA_FILE",
    "SEALPOST_CONFIG",
    "SEALPOST_SERVER",
    "SEALPOST_STATE_DIR",
    "SEALPOST_TOKEN",
    "SEALPOST_TOKEN_FILE",
];
const PREFIX: &str = "SEALPOST_";

type Builder = config::ConfigBuilder<DefaultState>;

impl Config {
    /// The configuration from `file` (or the default one, if it exists) and the environment.
    pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let default = Path::new(DEFAULT_FILE);
        let file = file.or_else(|| default.exists().then_some(default));
        let text = match file {
            Some(path) => {
                fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?
            }
            None => String::new(),
        };
        let loaded =
            environment(std::env::vars_os()).and_then(|variables| Self::from_parts(&text, &variables));
        match file {
            Some(path) => loaded.with_context(|| format!("configuration {}", path.display())),
            None => loaded.with_context(|| {
                format!("configuration from the environment alone, there is no {DEFAULT_FILE}")
            }),
        }
    }

    /// The configuration from a file's text and the variables that set keys.
    pub(super) fn from_parts(text: &str, variables: &BTreeMap<&'static str, String>) -> anyhow::Result<Self> {
        let builder = config::Config::builder().add_source(File::from_str(text, FileFormat::Toml));
        let in_file = builder.clone().build().map_err(explain)?;
        let builder = secrets(with_variables(builder, variables)?, &in_file, variables)?;
        let raw: Raw = builder.build().and_then(config::Config::try_deserialize).map_err(explain)?;
        raw.check()
    }
}

/// The variables that set keys, by key.
fn environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> anyhow::Result<BTreeMap<&'static str, String>> {
    let mut found = BTreeMap::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX) && !OTHERS.contains(name))
        else {
            continue;
        };
        let key = KEYS.iter().copied().find(|key| variable(key) == name);
        let key = key.ok_or_else(|| anyhow!("the variable {name} sets no key that exists"))?;
        let value = value.into_string().map_err(|_| anyhow!("the variable {name} is not UTF-8"))?;
        found.insert(key, value);
    }
    Ok(found)
}

/// `database.url` is set by `SEALPOST_DATABASE_URL`.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_ascii_uppercase())
}

fn with_variables(
    mut builder: Builder,
    variables: &BTreeMap<&'static str, String>,
) -> anyhow::Result<Builder> {
    for (key, value) in variables {
        builder = if LISTS.contains(key) {
            let list: Vec<_> = value.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
            builder.set_override(*key, list)
        } else {
            builder.set_override(*key, value.as_str())
        }
        .map_err(explain)?;
    }
    Ok(builder)
}

/// Puts the contents of `KEY_file` into `KEY`. The environment's `KEY` wins over the file's `KEY_file`, and the other
/// way round; both in one place are a contradiction.
fn secrets(
    mut builder: Builder,
    in_file: &config::Config,
    variables: &BTreeMap<&'static str, String>,
) -> anyhow::Result<Builder> {
    for key in SECRETS.iter().map(|key| (*key).to_owned()).chain(secrets_of_stores(in_file)) {
        let key = key.as_str();
        let by_file = format!("{key}_file");
        let set = [variables.contains_key(key), variables.contains_key(by_file.as_str())];
        let path = match set {
            [true, true] => bail!("{key}: set both by {} and by {}", variable(key), variable(&by_file)),
            [true, false] => {
                // The file that lost is not where it comes from.
                if in_file.get_string(&by_file).is_ok() {
                    builder = builder.set_override(&by_file, None::<String>).map_err(explain)?;
                }
                None
            }
            [false, true] => variables.get(by_file.as_str()).map(PathBuf::from),
            [false, false] => match (in_file.get_string(key).is_ok(), in_file.get_string(&by_file)) {
                (true, Ok(_)) => bail!("{key}: set both as {key} and as {by_file}"),
                (_, path) => path.ok().map(PathBuf::from),
            },
        };
        if let Some(path) = path {
            let secret = fs::read_to_string(&path)
                .with_context(|| format!("{by_file}: cannot read {}", path.display()))?;
            builder = builder.set_override(key, secret.trim_end_matches(['\r', '\n'])).map_err(explain)?;
        }
    }
    Ok(builder)
}

/// The secrets of the stores that the file names.
fn secrets_of_stores(in_file: &config::Config) -> impl Iterator<Item = String> {
    let names = in_file.get_table("stores").unwrap_or_default().into_keys();
    names.flat_map(|name| stores::SECRETS.iter().map(move |secret| format!("stores.{name}.{secret}")))
}

/// Words that name the key first.
fn explain(error: ConfigError) -> anyhow::Error {
    match error {
        ConfigError::NotFound(key) => anyhow!("{key}: missing"),
        ConfigError::Type { key: Some(key), expected, .. } => anyhow!("{key}: must be {expected}"),
        ConfigError::Type { key: None, expected, .. } => anyhow!("a value must be {expected}"),
        ConfigError::FileParse { cause, .. } => anyhow!("{}", without_lines(&cause.to_string())),
        ConfigError::At { error, key: Some(key), .. } => match *error {
            ConfigError::At { .. } | ConfigError::Type { .. } | ConfigError::NotFound(_) => explain(*error),
            _ => anyhow!("{key}: {error}"),
        },
        other => anyhow!("{other}"),
    }
}

/// What the parser says, but for the lines of the file that it shows: a secret may stand there, and this goes to the log.
fn without_lines(text: &str) -> String {
    let is_shown =
        |line: &&str| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()).starts_with('|');
    let words = text.lines().filter(|line| !is_shown(line) && !line.is_empty());
    words.collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use sealpost_vault::BaoLogin;

    use super::*;
    use crate::config::{EXAMPLE, VaultConfig};

    fn load(text: &str, variables: &[(&'static str, &str)]) -> anyhow::Result<Config> {
        Config::from_parts(text, &variables.iter().map(|(key, value)| (*key, (*value).to_owned())).collect())
    }

    fn complaint(text: &str, variables: &[(&'static str, &str)]) -> String {
        format!("{:#}", load(text, variables).unwrap_err())
    }

    /// The example with its first occurrence of `from` replaced.
    fn changed(from: &str, to: &str) -> String {
        assert!(EXAMPLE.contains(from), "{from}");
        EXAMPLE.replacen(from, to, 1)
    }

    #[test]
    fn the_example_can_be_used_as_it_is() {
        let config = load(EXAMPLE, &[]).unwrap();
        assert_eq!(config.base_url.as_str(), "https://files.example.org");
        assert_eq!(config.listen.port(), 8443);
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_by_its_line_and_not_by_what_stands_there() {
        for broken in
            ["sas = \"sv=1&sig=turdus", "sas = sv=1&sig=turdus", "sas = [\"turdus\"", "sas \"turdus\""]
        {
            let told = complaint(&format!("listen = \"127.0.0.1:1\"\n[stores.west]\n{broken}\n"), &[]);
            assert!(told.contains(", column ") && !told.contains("turdus"), "{told}");
        }
        let told = complaint(&changed("[mail]", "[mail]\nfrom_name = [\"turdus\"]"), &[]);
        assert!(told.contains("mail.from_name") && !told.contains("turdus"), "{told}");
    }

    #[test]
    fn the_example_shows_every_key_and_no_other() {
        let all: String = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase() || c == '[') => {
                    format!("{setting}\n")
                }
                _ => format!("{line}\n"),
            })
            .collect();
        let parsed =
            config::Config::builder().add_source(File::from_str(&all, FileFormat::Toml)).build().unwrap();
        let value: serde_json::Value = parsed.clone().try_deserialize().unwrap();
        let mut shown = Vec::new();
        leaves("", &value, &mut shown);
        shown.sort();
        // A further store has the keys of the default one, of which it shows some.
        let (stores, keys): (Vec<_>, Vec<_>) = shown.into_iter().partition(|key| key.starts_with("stores."));
        assert_eq!(keys, KEYS);
        for key in stores {
            let key = key.replacen("stores.", "", 1).split_once('.').unwrap().1.to_owned();
            assert!(KEYS.contains(&&*format!("blob.{key}")), "{key}");
        }
        parsed.try_deserialize::<Raw>().unwrap();
    }

    fn leaves(path: &str, value: &serde_json::Value, into: &mut Vec<String>) {
        match value.as_object() {
            Some(table) => {
                for (key, value) in table {
                    leaves(&if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, value, into);
                }
            }
            None => into.push(path.to_owned()),
        }
    }

    #[test]
    fn every_key_has_a_variable_of_its_own() {
        let variables: std::collections::BTreeSet<_> = KEYS.iter().map(|key| variable(key)).collect();
        assert_eq!(variables.len(), KEYS.len());
        assert!(OTHERS.iter().all(|other| !variables.contains(*other)));
    }

    #[test]
    fn variables_win_over_the_file() {
        let config = load(
            EXAMPLE,
            &[
                ("listen", "[::]:1"),
                ("trusted_proxies", "10.0.0.0/8, 192.0.2.1"),
                ("limits.password_memory_mib", "128"),
                ("log.format", "json"),
                ("mail.language", "de"),
            ],
        )
        .unwrap();
        assert_eq!(config.listen, "[::]:1".parse().unwrap());
        assert_eq!(config.trusted_proxies.len(), 2);
        assert_eq!(config.limits.password_memory_mib, 128);
        assert_eq!(config.mail.language, sealpost_mail::Language::German);
        assert_eq!(config.log.format, crate::config::LogFormat::Json);
    }

    #[test]
    fn variables_that_set_nothing_are_errors_and_those_of_other_commands_are_not() {
        let read = |name: &str| environment(std::iter::once((OsString::from(name), OsString::from("x"))));
        assert!(format!("{:#}", read("SEALPOST_DATABSE_URL").unwrap_err()).contains("SEALPOST_DATABSE_URL"));
        assert!(read("SEALPOST_TOKEN").unwrap().is_empty());
        assert!(read("PATH").unwrap().is_empty());
        assert_eq!(read("SEALPOST_DATABASE_URL").unwrap()["database.url"], "x");
    }

    #[test]
    fn complaints_name_the_key() {
        for (from, to, key) in [
            ("base_url = \"https://files.example.org\"", "", "base_url"),
            (
                "base_url = \"https://files.example.org\"",
                "base_url = \"http://files.example.org\"",
                "base_url",
            ),
            ("base_url = \"https://files.example.org\"", "base_url = 5", "base_url"),
            ("#listen = \"127.0.0.1:8443\"", "listen = \"everywhere\"", "listen"),
            ("#listen", "lisen", "lisen"),
            ("#trusted_proxies = [\"127.0.0.1\"", "trusted_proxies = [\"proxy\"", "trusted_proxies"),
            ("url = \"sqlite:/var/lib/sealpost/sealpost.db\"", "", "database.url"),
            ("url = \"sqlite:/var/lib/sealpost/sealpost.db\"", "url = \"mysql://x\"", "database.url"),
            ("url = \"sqlite:/var/lib/sealpost/sealpost.db\"", "uri = \"x\"", "database"),
            ("sealpost-keyring/keyring.db", "sealpost/keyring.db", "keyring.url"),
            ("dir = \"/var/lib/sealpost-vault\"", "dir = \"/var/lib/sealpost/vault\"", "vault.dir"),
            ("#kind = \"local\"", "kind = \"cloud\"", "vault.kind"),
            ("from = \"sealpost@example.org\"", "from = \"sealpost\"", "mail.from"),
            ("#directory", "directory", "mail.directory"),
            ("#language = \"en\"", "language = \"fr\"", "mail.language"),
            ("#port = 587", "port = 70000", "mail.smtp.port"),
            ("#security = \"starttls\"", "security = \"some\"", "mail.smtp.security"),
            ("#username = \"sealpost\"", "username = \"sealpost\"", "mail.smtp.password"),
            ("key = \"/etc/sealpost/tls/privkey.pem\"", "", "tls.key"),
            ("#self_signed = false", "self_signed = true", "tls.self_signed"),
            ("#public_keys = [\"slp_Jx", "public_keys = [\"sls_Jx", "licence.public_keys"),
            ("#public_keys_file", "public_keys_file", "licence.public_keys_file"),
            ("[licence]", "[licence]\npublic_keys = []", "licence.public_keys"),
            ("#password_memory_mib = 256", "password_memory_mib = 1", "limits.password_memory_mib"),
            ("#password_concurrency = 64", "password_concurrency = 0", "limits.password_concurrency"),
            ("#listen = \"127.0.0.1:9464\"", "listen = \"everywhere\"", "metrics.listen"),
            ("#listen = \"127.0.0.1:9464\"", "listen = \"0.0.0.0:9464\"", "metrics.allow_public"),
            ("#listen = \"127.0.0.1:9464\"", "listen = \"198.51.100.7:9464\"", "metrics.listen"),
            ("#ratio = 0.01", "ratio = 0.5", "traces.otlp"),
            ("#otlp = ", "ratio = 2\notlp = ", "traces.ratio"),
            ("#otlp = ", "header = \"x\"\notlp = ", "traces.secret"),
            ("#otlp = \"http://", "otlp = \"http://user:secret@", "traces.otlp"),
            ("#otlp = \"http://", "otlp = \"ftp://", "traces.otlp"),
            ("#format = \"text\"", "format = \"xml\"", "log.format"),
            ("#filter = \"info,", "filter = \"=,", "log.filter"),
        ] {
            let complaint = complaint(&changed(from, to), &[]);
            assert!(complaint.contains(key), "{to}: {complaint}");
        }
    }

    /// The example with another vault.
    fn with_vault(settings: &str) -> String {
        let (before, rest) = EXAMPLE.split_once("[vault]").unwrap();
        let (_, after) = rest.split_once("# The files, sealed.").unwrap();
        format!("{before}[vault]\n{settings}\n{after}")
    }

    #[test]
    fn every_kind_of_vault_can_be_configured_and_shows_no_secret() {
        for settings in [
            "kind = \"openbao\"\nurl = \"https://bao:8200\"\nkey = \"k\"\ntoken = \"hunter2\"",
            "kind = \"openbao\"\nurl = \"http://127.0.0.1:8200\"\nkey = \"k\"\nrole_id = \"r\"\nsecret_id = \"hunter2\"",
            "kind = \"openbao\"\nurl = \"https://bao:8200\"\nkey = \"k\"\nrole = \"r\"\nmount = \"a/transit\"",
            "kind = \"pkcs11\"\nmodule = \"/lib/x.so\"\ntoken = \"t\"\npin = \"hunter2\"\nkey = \"k\"",
            "kind = \"azure_key_vault\"\nurl = \"https://x.vault.azure.net\"\nkey = \"k\"\ncredential = \"managed_identity\"",
            "kind = \"azure_key_vault\"\nurl = \"https://x.vault.azure.net\"\nkey = \"k\"\ncredential = \"client_secret\"\n\
             tenant_id = \"t\"\nclient_id = \"c\"\nclient_secret = \"hunter2\"",
        ] {
            let config = load(&with_vault(settings), &[]).unwrap();
            assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
        }
    }

    #[test]
    fn complaints_about_the_vault_name_the_key() {
        for (settings, key) in [
            ("", "vault.dir"),
            ("kind = \"openbao\"\nkey = \"k\"\ntoken = \"t\"", "vault.url"),
            (
                "kind = \"openbao\"\nurl = \"http://bao:8200\"\nkey = \"k\"\ntoken = \"t\"",
                "vault.url: must be https",
            ),
            ("kind = \"openbao\"\nurl = \"https://u:p@bao\"\nkey = \"k\"\ntoken = \"t\"", "vault.url"),
            ("kind = \"openbao\"\nurl = \"https://bao\"\nkey = \"../x\"\ntoken = \"t\"", "vault.key"),
            ("kind = \"openbao\"\nurl = \"https://bao\"\nkey = \"k\"", "vault.token: missing"),
            ("kind = \"openbao\"\nurl = \"https://bao\"\nkey = \"k\"\nrole_id = \"r\"", "vault.secret_id"),
            (
                "kind = \"openbao\"\nurl = \"https://bao\"\nkey = \"k\"\ntoken = \"t\"\nrole = \"r\"",
                "only one of",
            ),
            (
                "kind = \"openbao\"\nurl = \"https://bao\"\nkey = \"k\"\ntoken = \"t\"\ntrust = \"/nowhere\"",
                "vault.trust",
            ),
            (
                "kind = \"pkcs11\"\nmodule = \"lib.so\"\ntoken = \"t\"\npin = \"1\"\nkey = \"k\"",
                "vault.module",
            ),
            ("kind = \"pkcs11\"\nmodule = \"/lib.so\"\ntoken = \"t\"\nkey = \"k\"", "vault.pin"),
            (
                "kind = \"pkcs11\"\nmodule = \"/lib.so\"\ntoken = \"t\"\npin = \"1\"\nkey = \"k\"\ndir = \"/x\"",
                "vault.dir",
            ),
            (
                "kind = \"azure_key_vault\"\nurl = \"https://x\"\nkey = \"a/b\"\ncredential = \"managed_identity\"",
                "vault.key",
            ),
            ("kind = \"azure_key_vault\"\nurl = \"https://x\"\nkey = \"k\"", "vault.credential"),
            (
                "kind = \"azure_key_vault\"\nurl = \"https://x\"\nkey = \"k\"\ncredential = \"client_secret\"",
                "vault.tenant_id",
            ),
            ("dir = \"/k\"\npin = \"1234\"", "vault.pin: not for this vault.kind"),
        ] {
            let complaint = complaint(&with_vault(settings), &[]);
            assert!(complaint.contains(key), "{settings}: {complaint}");
        }
    }

    #[test]
    fn a_secret_can_lie_in_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("url");
        fs::write(&path, "sqlite:/elsewhere/x.db\n").unwrap();
        let path = path.to_str().unwrap();
        let by_file =
            changed("url = \"sqlite:/var/lib/sealpost/sealpost.db\"", &format!("url_file = {path:?}"));
        assert_eq!(load(&by_file, &[]).unwrap().database.to_string(), "sqlite:/elsewhere/x.db");
        assert_eq!(
            load(EXAMPLE, &[("database.url_file", path)]).unwrap().database.to_string(),
            "sqlite:/elsewhere/x.db"
        );
        let won = load(&by_file, &[("database.url", "sqlite:/y.db")]).unwrap();
        assert_eq!(won.database.to_string(), "sqlite:/y.db");
        let both = changed("#url_file = \"/etc/sealpost/database-url\"", &format!("url_file = {path:?}"));
        assert!(complaint(&both, &[]).contains("database.url"));
        assert!(complaint(&by_file, &[("database.url_file", "/nowhere")]).contains("database.url_file"));
    }

    #[test]
    fn where_a_token_of_openbao_lies_is_known_unless_a_variable_gives_another() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        fs::write(&path, "hunter2\n").unwrap();
        let settings = "kind = \"openbao\"\nurl = \"https://bao:8200\"\nkey = \"k\"\n";
        let by_file = with_vault(&format!("{settings}token_file = {path:?}"));
        let login =
            |text: &str, variables: &[(&'static str, &str)]| match load(text, variables).unwrap().vault {
                VaultConfig::OpenBao(options) => options.login,
                other => panic!("{other:?}"),
            };
        assert!(matches!(login(&by_file, &[]), BaoLogin::TokenFile(found) if found == path));
        assert!(matches!(login(&by_file, &[("vault.token", "t")]), BaoLogin::Token(token) if *token == "t"));
        let by_variable = [("vault.token_file", path.to_str().unwrap())];
        for text in [with_vault(settings), with_vault(&format!("{settings}token = \"t\""))] {
            assert!(matches!(login(&text, &by_variable), BaoLogin::TokenFile(found) if found == path));
        }
    }

    #[test]
    fn neither_debug_nor_a_complaint_shows_a_secret() {
        let text = changed("#username = \"sealpost\"", "username = \"sealpost\"")
            .replace("#password = \"…\"", "password = \"hunter2\"");
        let url = "postgres://u:hunter2@h/d";
        let shown = format!("{:?}", load(&text, &[("database.url", url)]).unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
        let complaint = complaint(&text, &[("database.url", "postgrs://u:hunter2@h/d")]);
        assert!(!complaint.contains("hunter2"), "{complaint}");
    }
}
