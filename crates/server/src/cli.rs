//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    commands::{
        addin, audit, backup, certificate, client, config, data_subject, doctor, get, health, incident, jobs,
        keys, licence, portal, purge, request, send, serve, store, support, tenant, token, user, web,
    },
    config::Config,
};

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 failed, 2 wrong arguments or configuration, 3 refused by the server, \
4 no connection, 130 interrupted.";

/// Sends big, confidential files: sealed, delivered by a link, gone after their time.
#[derive(Debug, Parser)]
#[command(name = "sealpost", version, about, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the service
    Serve(serve::ServeArgs),
    /// Bring the databases up to date
    Migrate(ConfigArgs),
    /// Check that everything the service needs is there and works
    Doctor(doctor::DoctorArgs),
    /// Ask the service on this machine whether it answers
    Health(health::HealthArgs),
    /// Show an example configuration, or check yours
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Customer organisations
    #[command(subcommand)]
    Tenant(tenant::TenantCommand),
    /// People of a tenant
    #[command(subcommand)]
    User(user::UserCommand),
    /// The add-in for Outlook: what those deploy who run Microsoft 365 or Exchange
    #[command(subcommand)]
    Addin(addin::AddinCommand),
    /// Hand out a tenant's audit log, and find out whether it was changed
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Look after the copies in other stores, and restore what was lost
    #[command(subcommand)]
    Backup(backup::BackupCommand),
    /// Certify what is gone, and verify certificates
    #[command(subcommand)]
    Certificate(certificate::CertificateCommand),
    /// Find or erase what is known of an address
    #[command(subcommand)]
    DataSubject(data_subject::DataSubjectCommand),
    /// Tell tenants of an incident, and see who has acknowledged it
    #[command(subcommand)]
    Incident(incident::IncidentCommand),
    /// Licences: issue them with a key that no service has, and install them
    #[command(subcommand)]
    Licence(licence::LicenceCommand),
    /// Programs that sign in by themselves
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Look into a tenant whose owner has allowed it
    #[command(subcommand)]
    Support(support::SupportCommand),
    /// API tokens
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Look into the queue, and begin anew what was given up
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    /// The root key: make it, rotate it, and see what is wrapped under which version of it
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Remove what has expired, and prove that it is gone
    #[command(subcommand)]
    Purge(purge::PurgeCommand),
    /// Look whether the files of tenants are whole where they are stored
    #[command(subcommand)]
    Store(store::StoreCommand),
    /// Print the OpenAPI description of the HTTP API
    Openapi,
    /// The pages that browsers get: hashes of what is inside, and whether a service hands out just that
    #[command(subcommand)]
    Web(web::WebCommand),
    /// Send files and folders
    Send(Box<send::SendArgs>),
    /// Fetch what a link delivers
    Get(get::GetArgs),
    /// Ask for files: links with which others send them in
    #[command(subcommand)]
    Request(request::RequestCommand),
    /// Run a tenant's portals: standing pages by which others send files in
    #[command(subcommand)]
    Portal(portal::PortalCommand),
}

/// Which installation a command works on.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConfigArgs {
    /// Configuration file [default: /etc/sealpost/sealpost.toml, if it exists]
    #[arg(long, value_name = "FILE", env = "SEALPOST_CONFIG")]
    config: Option<PathBuf>,
    /// The installation for trying out that `serve --dev` made in this directory
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    dev: Option<PathBuf>,
}

impl ConfigArgs {
    pub(crate) fn dev(&self) -> Option<&PathBuf> {
        self.dev.as_ref()
    }

    /// The configuration; with `--dev`, one that listens on `listen`.
    pub(crate) fn load(&self, listen: std::net::SocketAddr) -> anyhow::Result<Config> {
        match &self.dev {
            Some(dir) => Config::dev(dir, listen),
            None => Config::load(self.config.as_deref()),
        }
        .map_err(|error| crate::commands::WrongUse::from(error).into())
    }

    /// The configuration, for commands that do not listen.
    pub(crate) fn load_quietly(&self) -> anyhow::Result<Config> {
        self.load(std::net::SocketAddr::from(([127, 0, 0, 1], 0)))
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, error::ErrorKind};

    use super::*;

    const DOCUMENTS: [(&str, &str); 11] = [
        ("README.md", include_str!("../../../README.md")),
        ("docs/audit.md", include_str!("../../../docs/audit.md")),
        ("docs/api.md", include_str!("../../../docs/api.md")),
        ("docs/keys.md", include_str!("../../../docs/keys.md")),
        ("docs/licences.md", include_str!("../../../docs/licences.md")),
        ("docs/operations.md", include_str!("../../../docs/operations.md")),
        ("docs/pages-integrity.md", include_str!("../../../docs/pages-integrity.md")),
        ("docs/portals.md", include_str!("../../../docs/portals.md")),
        ("docs/requests.md", include_str!("../../../docs/requests.md")),
        ("docs/retention.md", include_str!("../../../docs/retention.md")),
        ("docs/security.md", include_str!("../../../docs/security.md")),
    ];

    /// The words of a shell line up to a comment or where its output goes; placeholders get a value.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut quoted) = (vec![String::new()], false);
        for character in line.chars() {
            match character {
                '"' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                character => words.last_mut().unwrap().push(character),
            }
        }
        let uuid = "01980000-0000-7000-8000-000000000000";
        words
            .into_iter()
            .filter(|word| !word.is_empty())
            .take_while(|word| !["#", ">", "|"].contains(&word.as_str()))
            .map(|word| match word.as_str() {
                "TRANSFER" | "ID" => uuid.to_owned(),
                "STORE" => "north".to_owned(),
                _ => word,
            })
            .collect()
    }

    /// What a line calls our program with, if it does.
    fn arguments(line: &str) -> Option<Vec<String>> {
        let mut words = words(line);
        if words.first().is_some_and(|word| word == "sudo") {
            words.drain(..3); // sudo -u USER
        }
        let program = words.first()?;
        (program == "sealpost" || program.ends_with("/sealpost")).then_some(words)
    }

    #[test]
    fn what_the_documents_tell_one_to_type_is_understood() {
        let mut found = 0;
        for (name, text) in DOCUMENTS {
            let mut in_block = false;
            for line in text.lines() {
                if line.starts_with("```") {
                    in_block = !in_block;
                }
                if in_block {
                    let Some(arguments) = arguments(line.trim()) else { continue };
                    found += 1;
                    if let Err(error) = Cli::try_parse_from(arguments) {
                        panic!("{name}: {line}\n{error}");
                    }
                    continue;
                }
                // Between words a command is often only named.
                for span in line.split('`').skip(1).step_by(2) {
                    let Some(arguments) = arguments(span) else { continue };
                    found += 1;
                    let named = |kind| {
                        matches!(
                            kind,
                            ErrorKind::MissingRequiredArgument
                                | ErrorKind::MissingSubcommand
                                | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                                | ErrorKind::DisplayVersion
                        )
                    };
                    if let Err(error) = Cli::try_parse_from(arguments)
                        && !named(error.kind())
                    {
                        panic!("{name}: {span}\n{error}");
                    }
                }
            }
        }
        assert!(found > 15, "they are found: {found}");
    }

    #[test]
    fn the_words_fit_together() {
        Cli::command().debug_assert();
    }
}
