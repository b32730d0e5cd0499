//! `serve --dev`: a tenant to try things out with.

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path, time::Duration};

use anyhow::Context as _;
use sealpost_auth::NewToken;
use sealpost_domain::{EmailAddress, Policy, Role, Scope, Scopes};
use sealpost_tenancy::TenancyError;
use serde_json::json;

use crate::{
    config::{Config, MailRoute},
    wiring::Wiring,
};

const TENANT: &str = "demo";
const TOKEN_LIFE: Duration = Duration::from_secs(30 * 24 * 3_600);

/// Makes the demo tenant and its two users unless they are there, new tokens for them, and `dev.json`, which says where
/// everything is. Once the file is there the service is ready.
pub(super) async fn prepare(wiring: &Wiring, config: &Config, dir: &Path) -> anyhow::Result<()> {
    let slug = TENANT.parse()?;
    let tenant = match wiring.tenancy.tenant(&slug).await {
        Err(TenancyError::NotFound) => {
            wiring.tenancy.create_tenant(slug, "Demo".to_owned(), Policy::default()).await?
        }
        found => found?,
    };
    let mut tokens = Vec::new();
    for (email, name, role, scopes) in [
        ("sender@demo.example", "Demo Sender", Role::Sender, Scopes::new([Scope::Send, Scope::Read])),
        (
            "admin@demo.example",
            "Demo Admin",
            Role::Owner,
            Scopes::new([Scope::Send, Scope::Read, Scope::Admin]),
        ),
    ] {
        let email: EmailAddress = email.parse()?;
        let grant = wiring.auth.danger_operator(&tenant).await?;
        let user = match wiring.tenancy.user_by_address(&grant, &email).await {
            Err(TenancyError::NotFound) => wiring.tenancy.create_user(&grant, &email, name, role).await?.id,
            found => found?.id,
        };
        let token = NewToken {
            user,
            label: "serve --dev".to_owned(),
            scopes,
            expires_at: wiring.clock.now() + TOKEN_LIFE,
        };
        tokens.push(wiring.auth.issue_token(&grant, token).await?.bearer);
    }
    let mail_dir = match &config.mail.route {
        MailRoute::Directory(path) => Some(path),
        MailRoute::Smtp(_) => None,
    };
    let contents = json!({
        "base_url": config.base_url.as_str(),
        "sender_token": tokens[0],
        "admin_token": tokens[1],
        "mail_dir": mail_dir,
    });
    write_whole(&dir.join("dev.json"), &serde_json::to_vec_pretty(&contents)?)
}

/// Whoever waits for the file never sees half of it.
fn write_whole(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    let half = path.with_extension("json.new");
    let write = || {
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
        file.write_all(contents)?;
        fs::rename(&half, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
