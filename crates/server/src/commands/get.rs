//! `sealpost get`

use std::{
    io::{IsTerminal, Read, stderr, stdin},
    num::NonZeroUsize,
    path::PathBuf,
};

use anyhow::{Context as _, anyhow};
use clap::Args;
use sealpost_client::{Connection, Error, FetchOptions, Fetched, Link, printable};

use super::{
    WrongUse, broken_off, interruptible, passphrase::PassphraseArgs, password::PasswordArgs,
    service::ServiceArgs,
};
use crate::progress::Progress;

/// A link is short; more than this on standard input is something else.
const LINK_MAX: u64 = 4_096;

#[derive(Debug, Args)]
pub(crate) struct GetArgs {
    /// The link, with what stands behind # if there is something; - reads it from standard input, where no other program
    /// sees it
    link: String,
    /// Directory for the files, made if it is not there
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Replace files that are there with other content
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    service: ServiceArgs,
    /// Requests at once
    #[arg(long, value_name = "N", default_value_t = sealpost_client::CONNECTIONS)]
    connections: NonZeroUsize,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: GetArgs) -> anyhow::Result<()> {
    if args.link == "-" && args.passphrase.reads_stdin() {
        return Err(
            WrongUse::from(anyhow!("link and passphrase cannot both come from standard input")).into()
        );
    }
    let link: Link = match args.link.as_str() {
        "-" => {
            let mut text = String::new();
            stdin().take(LINK_MAX).read_to_string(&mut text).context("cannot read the link")?;
            text.parse()?
        }
        text => text.parse()?,
    };
    let connection = Connection { trust: args.service.trust()?, ..Connection::default() };
    // Most links need nobody's key pair.
    let (key_keeper, why_not) = match args.service.server() {
        Ok(server) => (Some(server), None),
        Err(error) => (None, Some(error)),
    };
    let options = FetchOptions {
        directory: args.output,
        connections: args.connections,
        overwrite: args.overwrite,
        key_keeper,
    };
    let answer = args.password.answer().and_then(|password| args.passphrase.answers(password));
    let answer = answer.map_err(WrongUse::from)?;
    let progress = Progress::new();
    let fetching = async {
        let fetched = sealpost_client::fetch(&link, connection, &options, &answer, &progress).await;
        fetched.map_err(|error| match (error, why_not) {
            (error @ Error::KeyPairsElsewhere { .. }, Some(why)) => {
                WrongUse::from(anyhow!("{error}\n{why}")).into()
            }
            (error, _) => broken_off(error, true),
        })
    };
    let fetched = interruptible(true, fetching).await;
    progress.finish();
    print(&fetched?, args.json)
}

fn print(fetched: &Fetched, json: bool) -> anyhow::Result<()> {
    let delivery = &fetched.delivery;
    if json {
        let files: Vec<_> = fetched
            .files
            .iter()
            .map(
                |file| serde_json::json!({
                    "path": file.path, "size": file.size, "was_there": file.was_there, "stated_kinds": file.stated_kinds,
                }),
            )
            .collect();
        let result = serde_json::json!({
            "sender": delivery.sender,
            "subject": delivery.subject,
            "message": delivery.message,
            "expires_at": delivery.expires_at,
            "files": files,
        });
        println!("{}", serde_json::to_string_pretty(&result)?);
        return Ok(());
    }
    if stderr().is_terminal() {
        eprintln!("From {}", printable(&delivery.sender.email));
        for text in [&delivery.subject, &delivery.message].into_iter().flatten() {
            for line in text.lines() {
                eprintln!("  {}", printable(line));
            }
        }
    }
    for file in fetched.files.iter().filter(|file| !file.stated_kinds.is_empty()) {
        let kinds = printable(&file.stated_kinds.join(", "));
        eprintln!("{}: {kinds} (stated by the sender, not checked)", file.path.display());
    }
    for file in &fetched.files {
        println!("{}", file.path.display());
    }
    Ok(())
}
