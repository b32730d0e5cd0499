//! One file a command. Results go to standard output, everything else to standard error.

pub(crate) mod addin;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod certificate;
pub(crate) mod client;
mod clock;
pub(crate) mod config;
pub(crate) mod data_subject;
pub(crate) mod doctor;
pub(crate) mod get;
pub(crate) mod health;
pub(crate) mod incident;
pub(crate) mod jobs;
pub(crate) mod keys;
mod kinds;
pub(crate) mod licence;
pub(crate) mod migrate;
pub(crate) mod openapi;
mod passphrase;
mod password;
pub(crate) mod portal;
mod provider;
pub(crate) mod purge;
pub(crate) mod request;
pub(crate) mod send;
mod send_in;
pub(crate) mod serve;
mod service;
pub(crate) mod store;
pub(crate) mod support;
pub(crate) mod tenant;
pub(crate) mod token;
pub(crate) mod user;
pub(crate) mod web;

use std::process::ExitCode;

use crate::cli::Command;

/// Runs a command to its end.
pub(crate) async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(args) => serve::run(args).await,
        Command::Migrate(args) => migrate::run(&args).await,
        Command::Doctor(args) => doctor::run(&args).await,
        Command::Health(args) => health::run(&args).await,
        Command::Config(command) => config::run(&command),
        Command::Tenant(command) => tenant::run(command).await,
        Command::User(command) => user::run(command).await,
        Command::Addin(command) => addin::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Backup(command) => backup::run(command).await,
        Command::Certificate(command) => certificate::run(command).await,
        Command::DataSubject(command) => data_subject::run(command).await,
        Command::Incident(command) => incident::run(command).await,
        Command::Licence(command) => licence::run(command).await,
        Command::Client(command) => client::run(command).await,
        Command::Support(command) => support::run(command).await,
        Command::Token(command) => token::run(command).await,
        Command::Jobs(command) => jobs::run(command).await,
        Command::Keys(command) => keys::run(command).await,
        Command::Purge(command) => purge::run(command).await,
        Command::Store(command) => store::run(command).await,
        Command::Openapi => {
            openapi::run();
            Ok(())
        }
        Command::Web(command) => web::run(command).await,
        Command::Send(args) => send::run(*args).await,
        Command::Get(args) => get::run(args).await,
        Command::Request(command) => request::run(command).await,
        Command::Portal(command) => portal::run(command).await,
    }
}

/// The arguments or the configuration cannot be used.
#[derive(Debug)]
pub(crate) struct WrongUse(anyhow::Error);

impl From<anyhow::Error> for WrongUse {
    fn from(error: anyhow::Error) -> Self {
        Self(error)
    }
}

impl std::fmt::Display for WrongUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for WrongUse {}

/// What a person can do after a command was broken off that remembers how far it came.
const GO_ON: &str = "; the same command goes on where it was";

/// The command was broken off, by Ctrl-C or by a connection that was lost too often.
#[derive(Debug)]
enum BrokenOff {
    Interrupted { can_go_on: bool },
    Lost(sealpost_client::Error),
}

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Interrupted { can_go_on: false } => f.write_str("interrupted"),
            Self::Interrupted { can_go_on: true } => write!(f, "interrupted{GO_ON}"),
            Self::Lost(error) => write!(f, "{error}{GO_ON}"),
        }
    }
}

impl std::error::Error for BrokenOff {}

/// Adds to a lost connection what can be done about it.
fn broken_off(error: sealpost_client::Error, can_go_on: bool) -> anyhow::Error {
    match error {
        error @ sealpost_client::Error::Lost { .. } if can_go_on => BrokenOff::Lost(error).into(),
        error => error.into(),
    }
}

/// Runs `work` until it is done or the person presses Ctrl-C.
async fn interruptible<T>(
    can_go_on: bool,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        done = work => done,
        pressed = tokio::signal::ctrl_c() => {
            pressed?;
            Err(BrokenOff::Interrupted { can_go_on }.into())
        }
    }
}

/// The exit code that tells scripts what kind of failure it was; `sealpost --help` lists them.
pub(crate) fn exit_code(error: &anyhow::Error) -> ExitCode {
    use sealpost_client::Error;
    if error.is::<WrongUse>() {
        return ExitCode::from(2);
    }
    match error.downcast_ref::<BrokenOff>() {
        Some(BrokenOff::Interrupted { .. }) => return ExitCode::from(130),
        Some(BrokenOff::Lost(_)) => return ExitCode::from(4),
        None => {}
    }
    match error.downcast_ref::<Error>() {
        Some(
            Error::Address { .. }
            | Error::Link
            | Error::MailLink
            | Error::SecondPartMissing
            | Error::SecondPartBroken
            | Error::PasswordWanted
            | Error::PasswordUnused
            | Error::PasswordUnfit { .. }
            | Error::RequestLink
            | Error::KindsUnseen
            | Error::KeyPairsElsewhere { .. },
        ) => ExitCode::from(2),
        Some(
            Error::Refused(_)
            | Error::PasswordNeeded
            | Error::SealingForbidden
            | Error::SealingRequired
            | Error::SealedByService
            | Error::NoKeyPair { .. }
            | Error::AnotherKey { .. }
            | Error::KeyChanged { .. }
            | Error::RecoveryKeyToo { .. }
            | Error::RecoveryKeyChanged { .. }
            | Error::NotSealedToYou { .. }
            | Error::TeamKeyMissing { .. }
            | Error::PassphraseNeeded { .. }
            | Error::WrongPassphrase { .. }
            | Error::TypeRefused { .. },
        ) => ExitCode::from(3),
        Some(Error::Lost { .. } | Error::Unreachable { .. } | Error::Protocol { .. }) => ExitCode::from(4),
        _ => ExitCode::FAILURE,
    }
}
