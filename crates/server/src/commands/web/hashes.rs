//! `sealpost web hashes`

use std::{fmt::Write as _, path::PathBuf};

use anyhow::{bail, ensure};
use clap::Args;
use data_encoding::HEXLOWER;
use sealpost_api::{SEALING_APP, WebFile, web_files};
use sealpost_client::{Connection, Server};
use sealpost_domain::AddinId;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::compare::{Comparison, compare};
use crate::commands::{interruptible, service::trust};

/// What is inside of this binary.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Debug, Args)]
pub(crate) struct HashesArgs {
    /// Only what the page has that seals and opens, in the form of sha256sum
    #[arg(long, conflicts_with_all = ["json", "compare"])]
    sealing: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Fetch everything from the service at this address, and say what differs from this binary
    #[arg(long, value_name = "URL")]
    compare: Option<Url>,
    /// With --compare: also the documents of the tenant's add-in with this id
    #[arg(long, value_name = "ID", requires = "compare")]
    addin: Option<AddinId>,
    /// Certificates (PEM) to trust beside those of the operating system
    #[arg(long, value_name = "FILE", env = "SEALPOST_CA_FILE")]
    ca_file: Option<PathBuf>,
}

pub(super) async fn run(args: &HashesArgs) -> anyhow::Result<()> {
    let files = web_files();
    ensure!(!files.is_empty(), "this binary has no pages: it was compiled before scripts/web.sh built them");
    if let Some(url) = &args.compare {
        let connection = Connection { trust: trust(args.ca_file.as_ref())?, ..Connection::default() };
        let server = Server::new(url, connection)?;
        let compared =
            interruptible(false, async { Ok(compare(&server, &files, args.addin).await?) }).await?;
        return tell(&compared, args.json);
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&document(&files))?);
    } else if args.sealing {
        print!("{}", lines(&files, SEALING_APP));
    } else {
        print!("{}", table(&files));
    }
    Ok(())
}

/// What `sha256sum` would print of an app's files.
fn lines(files: &[WebFile], app: &str) -> String {
    let of_app = files.iter().filter(|file| file.app == app);
    of_app.map(|file| format!("{}  {}\n", HEXLOWER.encode(&file.sha256), file.path)).collect()
}

/// One hash for all files of an app: of those lines.
fn whole(files: &[WebFile], app: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(lines(files, app)))
}

/// The policies, each once.
fn policies(files: &[WebFile]) -> Vec<&'static str> {
    let mut policies: Vec<&str> = Vec::new();
    for file in files {
        if !policies.contains(&file.policy) {
            policies.push(file.policy);
        }
    }
    policies
}

fn apps(files: &[WebFile]) -> Vec<&'static str> {
    let mut apps: Vec<_> = files.iter().map(|file| file.app).collect();
    apps.dedup();
    apps
}

fn table(files: &[WebFile]) -> String {
    let policies = policies(files);
    let mut text = format!("sealpost {VERSION}\n");
    for app in apps(files) {
        let what = if app == SEALING_APP { ", which seals and opens" } else { "" };
        let _ = writeln!(text, "\n{app}{what}: {} for all of it", whole(files, app));
        for file in files.iter().filter(|file| file.app == app) {
            let policy = policies.iter().position(|policy| *policy == file.policy).unwrap_or_default() + 1;
            let _ = write!(text, "{}  ({policy})  {}", HEXLOWER.encode(&file.sha256), file.path);
            if !file.also.is_empty() {
                let _ = write!(text, " and {}", file.also.join(", "));
            }
            text.push('\n');
        }
    }
    text.push_str("\nContent-Security-Policy\n");
    for (number, policy) in policies.iter().enumerate() {
        let _ = writeln!(text, "({})  {policy}", number + 1);
    }
    text
}

fn document(files: &[WebFile]) -> Value {
    let shown = |file: &WebFile| {
        json!({
            "app": file.app,
            "path": file.path,
            "also": file.also,
            "sha256": HEXLOWER.encode(&file.sha256),
            "brotli_sha256": file.brotli_sha256.map(|sum| HEXLOWER.encode(&sum)),
            "length": file.length,
            "content_security_policy": file.policy,
        })
    };
    let whole = |app: &'static str| (app.to_owned(), json!(whole(files, app)));
    json!({
        "version": VERSION,
        "sealing": SEALING_APP,
        "apps": Value::Object(apps(files).into_iter().map(whole).collect()),
        "files": files.iter().map(shown).collect::<Vec<_>>(),
    })
}

fn tell(compared: &Comparison, json: bool) -> anyhow::Result<()> {
    if json {
        let mut told = serde_json::to_value(compared)?;
        told["version"] = VERSION.into();
        println!("{}", serde_json::to_string_pretty(&told)?);
    } else {
        for finding in &compared.findings {
            println!("{finding}");
        }
        println!("{} compared, {} found", compared.compared, compared.findings.len());
    }
    if !compared.skipped.is_empty() {
        eprintln!(
            "not compared (add-ins want --addin, links a link of one's own): {}",
            compared.skipped.join(", ")
        );
    }
    if compared.findings.is_empty() {
        return Ok(());
    }
    bail!(
        "{} does not hand out the pages of sealpost {VERSION}; if it runs another version, compare with that one's binary",
        compared.service
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(app: &'static str, path: &str, policy: &'static str) -> WebFile {
        WebFile {
            app,
            path: path.to_owned(),
            also: Vec::new(),
            sha256: [0xab; 32],
            brotli_sha256: None,
            length: 1,
            policy,
            delivers: false,
        }
    }

    #[test]
    fn an_app_has_one_hash_that_sha256sum_makes_of_its_lines() {
        let files = [file("pages", "/", "a"), file("pages", "/web/x.js", "b"), file("admin", "/admin", "a")];
        let hex = "ab".repeat(32);
        let pages = format!("{hex}  /\n{hex}  /web/x.js\n");
        assert_eq!(lines(&files, "pages"), pages);
        let table = table(&files);
        assert!(table.contains(&format!(
            "pages, which seals and opens: {}",
            HEXLOWER.encode(&Sha256::digest(&pages))
        )));
        assert!(
            table.contains(&format!("{hex}  (2)  /web/x.js\n")) && table.contains("\n(2)  b\n"),
            "{table}"
        );
        let document = document(&files);
        assert_eq!(document["apps"]["pages"], whole(&files, "pages"));
        assert_eq!(document["files"][1]["path"], "/web/x.js");
    }
}
