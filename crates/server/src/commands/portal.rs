//! `sealpost portal`

use anyhow::Context as _;
use clap::{Args, Subcommand};
use sealpost_client::{
    Bound, PortalChange, PortalOrder, Server, printable,
    wire::{NewPortalRecipient, Portal},
};
use sealpost_domain::{EmailAddress, PortalName, rules::FileKind};

use super::{interruptible, kinds, service::ServiceArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum PortalCommand {
    /// Make a portal; prints its address
    Create(Box<CreateArgs>),
    /// List portals by their names: name, state, drafts, owner, address, title
    List {
        #[command(flatten)]
        asked: Asked,
    },
    /// Show one with all that it says
    Show(NamedArgs),
    /// Change what a portal says, or whose it is; its address stays
    Change(Box<ChangeArgs>),
    /// Switch a portal on
    On(NamedArgs),
    /// Switch a portal off: it takes nothing, not even of what is being uploaded
    Off(NamedArgs),
    /// Take a portal away for good: what has come in stays, and its name is free again
    Remove {
        /// The portal's name, from `portal list`
        name: PortalName,
        #[command(flatten)]
        service: ServiceArgs,
    },
}

/// Which service is asked, and how it is shown what it says.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    #[command(flatten)]
    service: ServiceArgs,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NamedArgs {
    /// The portal's name, from `portal list`
    name: PortalName,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// What it is called in its address, for good: 1 to 60 of a to z, 0 to 9 and -
    name: PortalName,
    /// What it is about: one line, which becomes the subject of what comes in without one
    #[arg(long)]
    title: String,
    /// The user whose room is used, and who gets what is for nobody else
    #[arg(long, value_name = "ADDRESS")]
    owner: EmailAddress,
    /// What the uploader reads
    #[arg(long)]
    text: Option<String>,
    /// A user whom the uploader may choose, as "Label <address>"; may be repeated
    #[arg(long = "to", value_name = "USER", value_parser = recipient)]
    recipients: Vec<NewPortalRecipient>,
    /// A domain of which the uploader may type an address; may be repeated
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,
    /// Let the uploader choose more than one
    #[arg(long)]
    several: bool,
    /// Kinds of files that it takes, with commas between [default: whatever the tenant lets pass]
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kinds::words(), hide_possible_values = true)]
    kinds: Option<Vec<FileKind>>,
    /// Most files of each submission [default: the tenant's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_files: Option<u64>,
    /// Most bytes of each submission [default: the tenant's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_bytes: Option<u64>,
    /// Ask the uploader for a code that shows that his address is his
    #[arg(long)]
    code: bool,
    /// Make it switched off
    #[arg(long)]
    off: bool,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// The portal's name, from `portal list`
    name: PortalName,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    asked: Asked,
}

/// What becomes different, at least one.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// What it is about
    #[arg(long)]
    title: Option<String>,
    /// Who owns it from now on; what was begun and not handed over becomes his, too
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<EmailAddress>,
    /// What the uploader reads; "" for nothing
    #[arg(long)]
    text: Option<String>,
    /// Users whom the uploader may choose, all of them anew, as "Label <address>"; may be repeated
    #[arg(long = "to", value_name = "USER", value_parser = recipient)]
    recipients: Option<Vec<NewPortalRecipient>>,
    /// Let the uploader choose none of the users
    #[arg(long, conflicts_with = "recipients")]
    no_recipients: bool,
    /// Domains of which the uploader may type an address, all of them anew; may be repeated
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Option<Vec<String>>,
    /// Let the uploader type no address
    #[arg(long, conflicts_with = "domains")]
    no_domains: bool,
    /// Whether the uploader may choose more than one: true or false
    #[arg(long, value_name = "BOOL")]
    several: Option<bool>,
    /// Kinds of files that it takes, with commas between
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kinds::words(), hide_possible_values = true)]
    kinds: Option<Vec<FileKind>>,
    /// Take whatever the tenant lets pass
    #[arg(long, conflicts_with = "kinds")]
    any_kinds: bool,
    /// Most files of each submission; "none" for the tenant's
    #[arg(long, value_name = "N", value_parser = bound)]
    max_files: Option<Bound<u64>>,
    /// Most bytes of each submission; "none" for the tenant's
    #[arg(long, value_name = "N", value_parser = bound)]
    max_bytes: Option<Bound<u64>>,
    /// Whether the uploader is asked for a code that shows that his address is his: true or false
    #[arg(long, value_name = "BOOL")]
    code: Option<bool>,
}

impl From<CreateArgs> for PortalOrder {
    fn from(args: CreateArgs) -> Self {
        Self {
            name: args.name,
            owner: args.owner.into(),
            title: args.title,
            text: args.text,
            recipients: args.recipients,
            domains: args.domains,
            several: args.several,
            kinds: args.kinds,
            max_files: args.max_files,
            max_bytes: args.max_bytes,
            asks_code: args.code,
            enabled: !args.off,
        }
    }
}

impl From<Changes> for PortalChange {
    fn from(changes: Changes) -> Self {
        let no = |none: bool| none.then(Vec::new);
        let text = |text: String| if text.is_empty() { Bound::None } else { Bound::Of(text) };
        Self {
            owner: changes.owner.map(String::from),
            title: changes.title,
            text: changes.text.map(text),
            recipients: changes.recipients.or_else(|| no(changes.no_recipients)),
            domains: changes.domains.or_else(|| changes.no_domains.then(Vec::new)),
            several: changes.several,
            kinds: changes.kinds.map(Bound::Of).or_else(|| changes.any_kinds.then_some(Bound::None)),
            max_files: changes.max_files,
            max_bytes: changes.max_bytes,
            asks_code: changes.code,
            enabled: None,
        }
    }
}

pub(crate) async fn run(command: PortalCommand) -> anyhow::Result<()> {
    match command {
        PortalCommand::Create(args) => create(*args).await,
        PortalCommand::List { asked } => list(&asked).await,
        PortalCommand::Show(NamedArgs { name, asked }) => {
            let server = asked.service.admins_server()?;
            let portal = interruptible(false, named(&server, &name)).await?;
            if asked.json {
                return as_json(&portal);
            }
            show(&portal);
            Ok(())
        }
        PortalCommand::Change(args) => {
            let ChangeArgs { name, changes, asked } = *args;
            change(&name, changes.into(), &asked).await
        }
        PortalCommand::On(NamedArgs { name, asked }) => switch(&name, true, &asked).await,
        PortalCommand::Off(NamedArgs { name, asked }) => switch(&name, false, &asked).await,
        PortalCommand::Remove { name, service } => {
            let server = service.admins_server()?;
            interruptible(false, async {
                let portal = named(&server, &name).await?;
                Ok(server.remove_portal(portal.id).await?)
            })
            .await
        }
    }
}

async fn create(args: CreateArgs) -> anyhow::Result<()> {
    let server = args.asked.service.admins_server_asked_once()?;
    let json = args.asked.json;
    let order = PortalOrder::from(args);
    let made = interruptible(false, async { Ok(server.create_portal(&order).await?) }).await?;
    if json {
        return as_json(&made);
    }
    println!("{}", printable(&made.url));
    Ok(())
}

async fn list(asked: &Asked) -> anyhow::Result<()> {
    let server = asked.service.admins_server()?;
    let all = interruptible(false, async { Ok(server.portals().await?) }).await?;
    if asked.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    for portal in &all {
        let said = [&portal.name, state(portal), &portal.drafts.to_string(), &portal.owner.email];
        let said = said.map(printable).join("\t");
        println!("{said}\t{}\t{}", printable(&portal.url), printable(&portal.title));
    }
    Ok(())
}

async fn switch(name: &PortalName, on: bool, asked: &Asked) -> anyhow::Result<()> {
    change(name, PortalChange { enabled: Some(on), ..PortalChange::default() }, asked).await
}

async fn change(name: &PortalName, change: PortalChange, asked: &Asked) -> anyhow::Result<()> {
    let server = asked.service.admins_server()?;
    let changed = interruptible(false, async {
        let portal = named(&server, name).await?;
        Ok(server.change_portal(portal.id, &change).await?)
    })
    .await?;
    if asked.json { as_json(&changed) } else { Ok(()) }
}

/// The tenant's portal of this name.
async fn named(server: &Server, name: &PortalName) -> anyhow::Result<Portal> {
    let mut all = server.portals().await?.into_iter();
    all.find(|portal| portal.name == name.as_str())
        .with_context(|| format!("there is no portal {name}: `sealpost portal list` says which there are"))
}

fn as_json(portal: &Portal) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(portal)?);
    Ok(())
}

/// Whether it takes anything, and why not.
fn state(portal: &Portal) -> &str {
    portal.unavailable.as_deref().unwrap_or("on")
}

/// A line for each thing that it says.
fn show(portal: &Portal) {
    let bool = |is: bool| is.to_string();
    let most = |most: Option<u64>| most.map_or_else(|| "the tenant's".to_owned(), |most| most.to_string());
    let kinds = portal.kinds.as_ref().map_or_else(|| "any".to_owned(), |kinds| kinds.join(","));
    let line = |name: &str, said: &str| println!("{name}\t{}", printable(said));
    line("name", &portal.name);
    line("address", &portal.url);
    line("state", state(portal));
    line("title", &portal.title);
    for text in portal.text.iter().flat_map(|text| text.lines()) {
        line("text", text);
    }
    line("owner", &portal.owner.email);
    for recipient in &portal.recipients {
        let mark = if recipient.disabled { " (disabled)" } else { "" };
        line("to", &format!("{} <{}>{mark}", recipient.label, recipient.email));
    }
    for domain in &portal.domains {
        line("domain", domain);
    }
    line("several", &bool(portal.several));
    line("kinds", &kinds);
    line("max-files", &most(portal.max_files));
    line("max-bytes", &most(portal.max_bytes));
    line("code", &bool(portal.asks_code));
    line("drafts", &portal.drafts.to_string());
}

/// `Label <address>`
fn recipient(text: &str) -> Result<NewPortalRecipient, String> {
    const FORM: &str = "it is written as \"Label <address>\"";
    let (label, address) =
        text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')).ok_or(FORM)?;
    if label.trim().is_empty() {
        return Err(FORM.to_owned());
    }
    let email: EmailAddress = address.parse().map_err(|error| format!("{address}: {error}"))?;
    Ok(NewPortalRecipient { email: email.into(), label: label.trim().to_owned() })
}

/// A number from 1 up, or `none`.
fn bound(text: &str) -> Result<Bound<u64>, String> {
    match text.parse() {
        _ if text == "none" => Ok(Bound::None),
        Ok(number) if number > 0 => Ok(Bound::Of(number)),
        _ => Err("it is a number from 1 up, or none".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_has_a_label_and_an_address() {
        let read = recipient("Dr <i>Otto</i> Lang <otto@acme.example>").unwrap();
        assert_eq!((read.label.as_str(), read.email.as_str()), ("Dr <i>Otto</i> Lang", "otto@acme.example"));
        for text in ["", "otto@acme.example", "<otto@acme.example>", "Otto <otto>", "Otto otto@acme.example>"]
        {
            assert!(recipient(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_bound_is_a_number_or_none() {
        assert_eq!((bound("7"), bound("none")), (Ok(Bound::Of(7)), Ok(Bound::None)));
        for text in ["0", "-1", "", "many"] {
            assert!(bound(text).is_err(), "{text}");
        }
    }
}
