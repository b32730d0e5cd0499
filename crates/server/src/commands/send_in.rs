//! `sealpost send --to URL`: an outsider sends in what somebody has asked for.

use std::io::{Write as _, stdout};

use anyhow::{Context as _, anyhow, bail};
use sealpost_client::{Connection, SubmitOrder, Submitted, WhoSeals, printable};
use sealpost_domain::TransferMode;

use super::{
    WrongUse, broken_off, interruptible,
    send::{SendArgs, To},
};
use crate::progress::Progress;

pub(super) async fn run(args: &SendArgs) -> anyhow::Result<()> {
    let order = order(args).map_err(WrongUse::from)?;
    let options = args.options();
    let can_go_on = options.state_directory.is_some();
    let connection = Connection { trust: args.service.trust()?, ..Connection::default() };
    let ask = args.password.answer().map_err(WrongUse::from)?;
    let progress = Progress::new();
    let sending = async {
        let sent = sealpost_client::submit(connection, &order, &options, &ask, &progress).await;
        sent.map_err(|error| broken_off(error, can_go_on))
    };
    let sent = interruptible(can_go_on, sending).await;
    progress.finish();
    let sent = sent?;
    print(&sent, args.json)?;
    Ok(sent.forget()?)
}

fn order(args: &SendArgs) -> anyhow::Result<SubmitOrder> {
    let [To::Request(link)] = args.to.as_slice() else {
        bail!("the link of a request stands alone: one --to, and no addresses beside it");
    };
    if let Some(word) = args.said_of_transfers() {
        bail!("{word} says nothing where somebody has asked for files: whoever asks has decided that");
    }
    let seals = if args.zero_knowledge { WhoSeals::Sender } else { WhoSeals::AsTenantSays };
    Ok(SubmitOrder {
        paths: args.files.clone(),
        link: link.expose().parse()?,
        name: args.name.clone().context("who sends it? --name NAME, beside --from ADDRESS")?,
        email: args.from.clone().context("who sends it? --from ADDRESS, beside --name NAME")?,
        fingerprints: args.fingerprint.clone(),
        seals,
    })
}

fn print(sent: &Submitted, json: bool) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    let sealed_to = sent.sealed_to.map(|fingerprint| fingerprint.to_string());
    if json {
        let result = serde_json::json!({
            "submission_id": sent.id,
            "requester": sent.requester,
            "file_count": sent.files,
            "mode": if sealed_to.is_some() { TransferMode::ZeroKnowledge } else { TransferMode::Standard },
            "sealed_to": sealed_to,
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&result)?)?;
    } else {
        writeln!(out, "{}\t{}", printable(&sent.requester), sent.id)?;
    }
    Ok(out.flush()?)
}

/// A fingerprint, as it is shown.
pub(super) fn fingerprint(text: &str) -> anyhow::Result<sealpost_sealed::Fingerprint> {
    text.parse().map_err(|_| anyhow!("a fingerprint is eight groups of four digits, as it is shown"))
}
