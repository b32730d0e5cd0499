//! `sealpost send`

use std::{
    env,
    io::{Write as _, stdout},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use async_trait::async_trait;
use bytes::Bytes;
use clap::Args;
use sealpost_client::{Look, Secret, SendOptions, SendOrder, Sent, WhoSeals, printable};
use sealpost_domain::{EmailAddress, PhoneNumber, Protection, SystemClock, TransferMode, rules::Findings};
use sealpost_inspect::{OnDisk, look};
use sealpost_sealed::Fingerprint;

use super::{
    WrongUse, broken_off, interruptible,
    password::PasswordArgs,
    send_in::{self, fingerprint},
    service::ServiceArgs,
};
use crate::progress::Progress;

/// What a sender has to know who has sealed what he sends.
const MAILS_LACK_IT: &str = "sealpost: the mails that the service sends lack the links' second part, from # on: give it to the \
                             recipients yourself, best by another way than the mail";

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// Files and folders
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// A recipient's address; may be repeated. Or the link of a request, https://host/r/TOKEN, to send in what somebody has asked for
    #[arg(long, required = true, value_name = "ADDRESS", value_parser = to)]
    pub(super) to: Vec<To>,
    /// Subject of the mail
    #[arg(long)]
    subject: Option<String>,
    /// Message beside the files
    #[arg(long)]
    message: Option<String>,
    /// How long the files can be fetched, such as 7d, 36h, 90m [default: the tenant's]
    #[arg(long, value_name = "TIME", value_parser = life)]
    expires_in: Option<Duration>,
    /// In how many visits each recipient may download; one visit may fetch everything, and again [default: no limit]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_downloads: Option<u64>,
    /// Send in the name of this shared mailbox
    #[arg(long = "as", value_name = "ADDRESS")]
    send_as: Option<EmailAddress>,
    /// What recipients must show beside their link: none, email_code, password, sms_code, email_code_and_password,
    /// sms_code_and_password, account [default: the tenant's, or the password if there is one]
    #[arg(long, value_name = "WORD")]
    protection: Option<Protection>,
    /// A recipient's telephone number for codes by SMS, such as +4915123456789; one for each --to, in their order
    #[arg(long, value_name = "NUMBER")]
    phone: Vec<PhoneNumber>,
    /// Seal files, names, subject and message here, so that the service can read nothing; what opens them stands behind # in
    /// the links, which mails lack [default: as the organisation's policy says]
    #[arg(long, conflicts_with = "no_zero_knowledge")]
    pub(super) zero_knowledge: bool,
    /// Let the service seal, also where the policy prefers it otherwise
    #[arg(long)]
    no_zero_knowledge: bool,
    /// To a request: what you call yourself
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// To a request: your address
    #[arg(long, value_name = "ADDRESS")]
    pub(super) from: Option<EmailAddress>,
    /// To a request: the key that alone it may be sealed to, as whoever asks has told you; once more for the recovery key of his
    /// organisation, if it has one [default: what the service says]
    #[arg(long, value_name = "FINGERPRINT", value_parser = fingerprint)]
    pub(super) fingerprint: Vec<Fingerprint>,
    #[command(flatten)]
    pub(super) password: PasswordArgs,
    #[command(flatten)]
    pub(super) service: ServiceArgs,
    /// Requests at once
    #[arg(long, value_name = "N", default_value_t = sealpost_client::CONNECTIONS)]
    connections: NonZeroUsize,
    /// Begin anew instead of going on with what an interrupted command left
    #[arg(long)]
    restart: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// To whom.
#[derive(Debug, Clone)]
pub(super) enum To {
    /// A recipient.
    Address(EmailAddress),
    /// Whoever has asked for it: his link.
    Request(Secret),
}

impl SendArgs {
    /// How it is sent.
    pub(super) fn options(&self) -> SendOptions {
        SendOptions {
            state_directory: state_directory(),
            connections: self.connections,
            restart: self.restart,
            look: Some(Arc::new(Readers)),
        }
    }

    /// What was said that is a sender's to say.
    pub(super) fn said_of_transfers(&self) -> Option<&'static str> {
        let said = [
            (self.subject.is_some(), "--subject"),
            (self.message.is_some(), "--message"),
            (self.expires_in.is_some(), "--expires-in"),
            (self.max_downloads.is_some(), "--max-downloads"),
            (self.send_as.is_some(), "--as"),
            (self.protection.is_some(), "--protection"),
            (!self.phone.is_empty(), "--phone"),
            (self.password.is_given(), "a password"),
            (self.no_zero_knowledge, "--no-zero-knowledge"),
        ];
        said.into_iter().find_map(|(is_said, word)| is_said.then_some(word))
    }

    /// What was said that is an outsider's to say.
    fn said_of_submissions(&self) -> Option<&'static str> {
        let said = [
            (self.name.is_some(), "--name"),
            (self.from.is_some(), "--from"),
            (!self.fingerprint.is_empty(), "--fingerprint"),
        ];
        said.into_iter().find_map(|(is_said, word)| is_said.then_some(word))
    }

    fn recipients(&self) -> anyhow::Result<Vec<EmailAddress>> {
        if let Some(word) = self.said_of_submissions() {
            bail!("{word} is for the link of a request, https://host/r/TOKEN, in place of --to ADDRESS");
        }
        let addresses = self.to.iter().filter_map(|to| match to {
            To::Address(address) => Some(address.clone()),
            To::Request(_) => None,
        });
        Ok(addresses.collect())
    }
}

pub(crate) async fn run(args: SendArgs) -> anyhow::Result<()> {
    if args.to.iter().any(|to| matches!(to, To::Request(_))) {
        return send_in::run(&args).await;
    }
    let recipients = args.recipients().map_err(WrongUse::from)?;
    let server = args.service.server()?;
    let options = args.options();
    let seals = WhoSeals::said(args.zero_knowledge, args.no_zero_knowledge);
    let order = SendOrder {
        paths: args.files,
        recipients,
        subject: args.subject,
        message: args.message,
        expires_in: args.expires_in,
        protection: args.protection,
        phones: args.phone,
        password: args.password.choose().await.map_err(WrongUse::from)?,
        max_downloads: args.max_downloads,
        send_as: args.send_as,
        seals,
    };
    let can_go_on = options.state_directory.is_some();
    let progress = Progress::new();
    let sending = async {
        let sent = sealpost_client::send(&server, &order, &options, &SystemClock, &progress).await;
        sent.map_err(|error| broken_off(error, can_go_on))
    };
    let sent = interruptible(can_go_on, sending).await;
    progress.finish();
    let mut sent = sent?;
    print(&sent, args.json)?;
    // Not before somebody has the links: of what is sealed here nobody else knows their second part.
    Ok(sent.forget()?)
}

/// The service's own readers, on what lies here.
#[derive(Debug)]
struct Readers;

#[async_trait]
impl Look for Readers {
    async fn look(&self, path: &Path, name: &str) -> std::io::Result<Findings> {
        let mut source = OnDisk::new(tokio::fs::File::open(path).await?).await?;
        look(name, Bytes::new(), &mut source).await
    }
}

fn print(sent: &Sent, json: bool) -> anyhow::Result<()> {
    if sent.sealed_here {
        eprintln!("{MAILS_LACK_IT}");
    }
    if let Some(second_part) = &sent.apart {
        let elsewhere = sent.links.first().map_or("", |link| link.url.as_str());
        eprintln!(
            "sealpost: the service says that links lead to {}, which is not where this was sent to, so they lack their second part. \
             If you know that place as your own service's, put this behind each link: #{}",
            printable(elsewhere),
            second_part.expose()
        );
    }
    let mut out = stdout().lock();
    if json {
        let transfer = &sent.transfer;
        let result = serde_json::json!({
            "transfer_id": transfer.id,
            "expires_at": transfer.expires_at,
            "file_count": transfer.file_count,
            "byte_count": transfer.byte_count,
            "mode": if sent.sealed_here { TransferMode::ZeroKnowledge } else { TransferMode::Standard },
            "links": sent.links,
            "second_part": sent.apart.as_ref().map(|second_part| second_part.expose()),
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&result)?)?;
    } else {
        for link in &sent.links {
            let (email, url) = (printable(&link.email), printable(&link.url));
            writeln!(out, "{email}\t{url}")?;
        }
    }
    Ok(out.flush()?)
}

/// Where unfinished sendings are remembered (XDG base directories); nowhere if there is no home.
fn state_directory() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("SEALPOST_STATE_DIR")
        .or_else(|| set("XDG_STATE_HOME").filter(|path| path.is_absolute()).map(|path| path.join("sealpost")))
        .or_else(|| set("HOME").map(|home| home.join(".local/state/sealpost")))
}

/// An address, or the link of a request.
fn to(text: &str) -> anyhow::Result<To> {
    if text.contains("://") { Ok(To::Request(text.into())) } else { Ok(To::Address(text.parse()?)) }
}

/// A number with d, h or m.
pub(super) fn life(text: &str) -> anyhow::Result<Duration> {
    let unit = text.chars().next_back().context("empty")?;
    let seconds = match unit {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        _ => bail!("a number with d, h or m, such as 7d"),
    };
    let number: u32 =
        text[..text.len() - 1].parse().map_err(|_| anyhow!("a number with d, h or m, such as 7d"))?;
    Ok(Duration::from_secs(u64::from(number) * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        assert_eq!(life("7d").unwrap().as_secs(), 7 * 86_400);
        assert_eq!(life("90m").unwrap().as_secs(), 5_400);
        for text in ["", "7", "d", "-1d", "7w", "1.5h", "99999999999d", "7ü"] {
            assert!(life(text).is_err(), "{text}");
        }
    }
}
