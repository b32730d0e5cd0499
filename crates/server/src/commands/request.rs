//! `sealpost request`

use std::time::Duration;

use clap::{Args, Subcommand};
use sealpost_client::{Asked, RequestOrder, WhoSeals, printable, wire::UploadRequest};
use sealpost_domain::{EmailAddress, SystemClock, UploadRequestId, rules::FileKind};

use super::{interruptible, kinds, send::life, service::ServiceArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum RequestCommand {
    /// Ask for files; prints the link, to be handed to whoever shall send them in
    Create(Box<CreateArgs>),
    /// List what was asked for, newest first: id, state, uses, end, mode, title
    List {
        #[command(flatten)]
        service: ServiceArgs,
        /// Print the result as JSON, with the links
        #[arg(long)]
        json: bool,
    },
    /// Close a request: it takes nothing any more, and what was sent in stays
    Close {
        /// The request's id, from `request list`
        id: UploadRequestId,
        #[command(flatten)]
        service: ServiceArgs,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// What it is about: one line, which becomes the subject of what comes in
    title: String,
    /// What the uploader reads
    #[arg(long)]
    message: Option<String>,
    /// Who alone may use the link [default: whoever has it]
    #[arg(long, value_name = "ADDRESS")]
    from: Option<EmailAddress>,
    /// Mail the link to that address
    #[arg(long, requires = "from")]
    notify: bool,
    /// Ask the uploader for a code that shows that his address is his
    #[arg(long)]
    code: bool,
    /// How often it may be used, 1 to 1000 [default: once]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000))]
    max_uses: Option<u64>,
    /// Most files of each use [default: the tenant's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_files: Option<u64>,
    /// Most bytes of each use [default: the tenant's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_bytes: Option<u64>,
    /// Kinds of files that it takes, with commas between [default: whatever the tenant lets pass]
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kinds::words(), hide_possible_values = true)]
    kinds: Option<Vec<FileKind>>,
    /// How long it can be used, such as 7d, 36h, 90m [default: the tenant's]
    #[arg(long, value_name = "TIME", value_parser = life)]
    expires_in: Option<Duration>,
    /// Take only what the uploader's program has sealed to your key pair: the service can read nothing of it [default: as the
    /// organisation's policy says]
    #[arg(long, conflicts_with_all = ["no_zero_knowledge", "kinds"])]
    zero_knowledge: bool,
    /// Let the service seal, also where the policy prefers it otherwise
    #[arg(long)]
    no_zero_knowledge: bool,
    #[command(flatten)]
    service: ServiceArgs,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(command: RequestCommand) -> anyhow::Result<()> {
    match command {
        RequestCommand::Create(args) => create(*args).await,
        RequestCommand::List { service, json } => {
            let server = service.server()?;
            let all = interruptible(false, async { Ok(server.requests().await?) }).await?;
            if json {
                println!("{}", serde_json::to_string_pretty(&all)?);
            } else {
                for request in &all {
                    println!("{}", line(request));
                }
            }
            Ok(())
        }
        RequestCommand::Close { id, service, json } => {
            let server = service.server()?;
            let closed = interruptible(false, async { Ok(server.close_request(id).await?) }).await?;
            if json {
                println!("{}", serde_json::to_string_pretty(&closed)?);
            }
            Ok(())
        }
    }
}

async fn create(args: CreateArgs) -> anyhow::Result<()> {
    let server = args.service.server_asked_once()?;
    let order = RequestOrder {
        title: args.title,
        message: args.message,
        email: args.from,
        notify: args.notify,
        asks_code: args.code,
        max_uses: args.max_uses,
        max_files: args.max_files,
        max_bytes: args.max_bytes,
        kinds: args.kinds,
        expires_in: args.expires_in,
        seals: WhoSeals::said(args.zero_knowledge, args.no_zero_knowledge),
    };
    let made = interruptible(false, async { Ok(server.create_request(&order, &SystemClock).await?) }).await?;
    print(&made, args.json)
}

fn print(made: &Asked, json: bool) -> anyhow::Result<()> {
    if let Some(fingerprint) = &made.sealed_to {
        eprintln!(
            "sealpost: what comes in is sealed to your key {fingerprint}: tell that to whoever sends it in, by another way than the link"
        );
    }
    if json {
        let mut result = serde_json::to_value(&made.request)?;
        if let Some(fingerprint) = &made.sealed_to {
            result["sealed_to"] = fingerprint.as_str().into();
        }
        println!("{}", serde_json::to_string_pretty(&result)?);
    } else {
        println!("{}", printable(made.request.url.as_deref().unwrap_or_default()));
    }
    Ok(())
}

fn line(request: &UploadRequest) -> String {
    let state = match request {
        UploadRequest { open: true, .. } => "open",
        UploadRequest { closed_at: Some(_), .. } => "closed",
        UploadRequest { uses, max_uses, .. } if uses >= max_uses => "used-up",
        _ => "over",
    };
    let (uses, most, ends) = (request.uses, request.max_uses, printable(&request.expires_at));
    let mode = if request.mode.is_empty() { "standard" } else { &request.mode };
    format!(
        "{}\t{state}\t{uses}/{most}\t{ends}\t{}\t{}",
        request.id,
        printable(mode),
        printable(&request.title)
    )
}
