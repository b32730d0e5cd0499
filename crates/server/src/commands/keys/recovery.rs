//! `sealpost keys recovery`: a tenant's recovery key, made and used where no service is.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use sealpost_client::{Secret, printable, recover};
use sealpost_sealed::{
    LockedRecoveryKey, PasswordKey, PasswordParameters, PrivateKey, RecoveryKeyFile, SystemRandom, Zeroizing,
};

use crate::commands::{WrongUse, password};

/// Fewest characters of a passphrase: whoever finds the file tries them where nobody counts.
const MIN_CHARS: usize = 12;

#[derive(Debug, Subcommand)]
pub(crate) enum RecoveryCommand {
    /// Make a recovery key; neither configuration nor network is needed, best is a machine without one
    New(NewArgs),
    /// Show what a recovery key file is, and its fingerprint
    Show {
        /// The private or the public file
        file: PathBuf,
    },
    /// Open what an admin has fetched of a transfer
    Open(OpenArgs),
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// Where the private key goes, under a passphrase; the public one goes beside it, with .pub behind the name
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    /// What an admin has fetched
    material: PathBuf,
    /// The private recovery key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    /// Where the files go
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Replace files that are there
    #[arg(long)]
    overwrite: bool,
}

#[derive(Debug, Args)]
struct PassphraseArgs {
    /// Read the passphrase from this file instead of asking; a line break at its end is ignored
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

pub(crate) async fn run(command: RecoveryCommand) -> anyhow::Result<()> {
    match command {
        RecoveryCommand::New(args) => new(args).await,
        RecoveryCommand::Show { file } => show(&file),
        RecoveryCommand::Open(args) => open(args).await,
    }
}

async fn new(args: NewArgs) -> anyhow::Result<()> {
    let public_path = public_path(&args.out);
    for path in [&args.out, &public_path] {
        ensure!(
            fs::symlink_metadata(path).is_err(),
            "{} is there already: it is not replaced",
            path.display()
        );
    }
    let passphrase = args.passphrase.choose().await.map_err(WrongUse::from)?;
    let (private, parameters) =
        (PrivateKey::generate(&SystemRandom), PasswordParameters::generate(&SystemRandom));
    let key = derive(passphrase, parameters.clone()).await?;
    let locked = LockedRecoveryKey::lock(&private, &key, parameters, &SystemRandom);
    write(&args.out, &RecoveryKeyFile::Locked(locked).to_text(), 0o600)?;
    write(&public_path, &RecoveryKeyFile::Public(private.public_key()).to_text(), 0o644)?;
    println!("private      {}", args.out.display());
    println!("public       {}", public_path.display());
    println!("public key   {}", private.public_key());
    println!("fingerprint  {}", private.public_key().fingerprint());
    println!(
        "Keep the private file and its passphrase apart from each other and away from the service, with copies. An owner sets the \
         public key in the policy (recovery)."
    );
    Ok(())
}

fn show(path: &Path) -> anyhow::Result<()> {
    let file = read(path)?;
    let kind = match &file {
        RecoveryKeyFile::Private(_) => "private, without a passphrase: whoever reads the file has the key",
        RecoveryKeyFile::Locked(_) => "private, under a passphrase",
        RecoveryKeyFile::Public(_) => "public",
    };
    println!("kind         {kind}");
    println!("public key   {}", file.public_key());
    println!("fingerprint  {}", file.public_key().fingerprint());
    Ok(())
}

async fn open(args: OpenArgs) -> anyhow::Result<()> {
    let key = unlock(&args.key, &args.passphrase).await?;
    let (material, out, overwrite) = (args.material, args.out, args.overwrite);
    let opened = tokio::task::spawn_blocking(move || recover(&material, &key, &out, overwrite)).await??;
    if let Some(subject) = &opened.subject {
        println!("subject  {}", printable(subject));
    }
    if let Some(message) = &opened.message {
        for line in message.lines() {
            println!("message  {}", printable(line));
        }
    }
    for path in &opened.files {
        println!("{}", path.display());
    }
    Ok(())
}

async fn unlock(path: &Path, passphrase: &PassphraseArgs) -> anyhow::Result<PrivateKey> {
    match read(path)? {
        RecoveryKeyFile::Private(key) => Ok(key),
        RecoveryKeyFile::Locked(locked) => {
            let passphrase = passphrase.answer().await.map_err(WrongUse::from)?;
            let key = derive(passphrase, locked.parameters().clone()).await?;
            locked.unlock(&key).context("the passphrase is wrong, or the file is damaged")
        }
        RecoveryKeyFile::Public(_) => bail!("{} is the public key: the private one opens", path.display()),
    }
}

impl PassphraseArgs {
    /// For a new key: typed twice, or from the file.
    async fn choose(&self) -> anyhow::Result<Secret> {
        let passphrase = match &self.passphrase_file {
            Some(path) => password::from_file(path)?,
            None => password::typed_twice("Passphrase: ").await?,
        };
        ensure!(
            passphrase.expose().chars().count() >= MIN_CHARS,
            "a passphrase has at least {MIN_CHARS} characters"
        );
        Ok(passphrase)
    }

    async fn answer(&self) -> anyhow::Result<Secret> {
        match &self.passphrase_file {
            Some(path) => password::from_file(path),
            None => password::prompt("Passphrase: ").await,
        }
    }
}

async fn derive(passphrase: Secret, parameters: PasswordParameters) -> anyhow::Result<PasswordKey> {
    let derive = move || PasswordKey::derive(passphrase.expose(), &parameters);
    tokio::task::spawn_blocking(derive).await?.context("the passphrase takes 64 MiB of memory")
}

fn read(path: &Path) -> anyhow::Result<RecoveryKeyFile> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = Zeroizing::new(text);
    RecoveryKeyFile::parse(&text).with_context(|| format!("{} is no recovery key file", path.display()))
}

fn public_path(private: &Path) -> PathBuf {
    let mut name = private.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

/// Makes a file that was not there; it is on the disk before anybody relies on it.
fn write(path: &Path, text: &str, mode: u32) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let written = options.open(path).and_then(|mut file: File| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| format!("cannot write {}", path.display()))
}
