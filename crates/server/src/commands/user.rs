//! `sealpost user`

use anyhow::Context as _;
use clap::{Args, Subcommand};
use sealpost_auth::OperatorGrant;
use sealpost_domain::{EmailAddress, Role, TenantSlug, UserId};
use sealpost_tenancy::{SecondFactorView, UserChange, UserView};

use super::{licence::rfc3339, tenant::found};
use crate::{cli::ConfigArgs, wiring::Wiring};

/// How many users are asked for at once.
const PAGE: u32 = 200;

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make a user
    Create {
        /// Address
        email: EmailAddress,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        /// Name that recipients see [default: the address]
        #[arg(long)]
        name: Option<String>,
        /// owner, admin, auditor or sender
        #[arg(long, default_value = "sender")]
        role: Role,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Make a link with which a user sets his password, such as a tenant's first owner
    PasswordReset(OneUser),
    /// List the users of a tenant
    List {
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Let a user do nothing any more: he is signed out everywhere, and his tokens do not count
    Disable(OneUser),
    /// Let a disabled user act again
    Enable(OneUser),
    /// Make a user another: owner, admin, auditor or sender; he is signed out everywhere
    Role {
        #[command(flatten)]
        user: OneUser,
        /// owner, admin, auditor or sender
        role: Role,
    },
    /// Give a user a seat of the licence, or take it
    Seat {
        #[command(flatten)]
        user: OneUser,
        /// Take it instead
        #[arg(long)]
        withdraw: bool,
    },
    /// Sign a user out everywhere; his API tokens go on counting
    SignOut(OneUser),
}

/// A user of a tenant.
#[derive(Debug, Args)]
pub(crate) struct OneUser {
    /// Address
    email: EmailAddress,
    /// Short name of the tenant
    #[arg(long)]
    tenant: TenantSlug,
    #[command(flatten)]
    config: ConfigArgs,
}

impl OneUser {
    async fn find(&self) -> anyhow::Result<(Wiring, OperatorGrant, UserId)> {
        let (wiring, _, operator) = found(&self.tenant, &self.config).await?;
        let user = wiring.tenancy.user_by_address(&operator, &self.email).await;
        let user = user.with_context(|| format!("user {}", self.email))?.id;
        Ok((wiring, operator, user))
    }

    async fn change(&self, change: UserChange) -> anyhow::Result<()> {
        let (wiring, operator, user) = self.find().await?;
        let changed = wiring.tenancy.change_user(&operator, user, change).await;
        changed.map(drop).with_context(|| format!("user {}", self.email))
    }
}

pub(crate) async fn run(command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Create { email, tenant, name, role, config } => {
            let (wiring, _, operator) = found(&tenant, &config).await?;
            let name = name.as_deref().unwrap_or_else(|| email.as_str());
            let user = wiring.tenancy.create_user(&operator, &email, name, role).await;
            println!("{}", user.with_context(|| format!("user {email}"))?.id);
        }
        UserCommand::PasswordReset(one) => {
            let (wiring, operator, user) = one.find().await?;
            let link = wiring.auth.password_link(&operator, user).await?;
            println!("{}", wiring.auth.password_page(&link.token));
        }
        UserCommand::List { tenant, config } => {
            let (wiring, _, operator) = found(&tenant, &config).await?;
            let mut after = None;
            loop {
                let page = wiring.tenancy.users(&operator, after, PAGE).await?;
                page.users.iter().for_each(|user| println!("{}", line(user)));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        UserCommand::Disable(user) => {
            user.change(UserChange { disabled: Some(true), ..UserChange::default() }).await?;
        }
        UserCommand::Enable(user) => {
            user.change(UserChange { disabled: Some(false), ..UserChange::default() }).await?;
        }
        UserCommand::Role { user, role } => {
            user.change(UserChange { role: Some(role), ..UserChange::default() }).await?;
        }
        UserCommand::Seat { user, withdraw } => {
            let (wiring, operator, id) = user.find().await?;
            let seat = if withdraw {
                wiring.tenancy.withdraw_seat(&operator, id).await?
            } else {
                wiring.tenancy.assign_seat(&operator, id).await?
            };
            match seat.assigned_at {
                Some(since) if seat.held => println!("he has a seat since {}", rfc3339(since)),
                Some(_) => println!("a seat is his, but the licence has none left for it"),
                None => println!("he has no seat"),
            }
        }
        UserCommand::SignOut(user) => {
            let (wiring, operator, id) = user.find().await?;
            println!("{} sessions have ended", wiring.auth.end_sessions_of(&operator, id).await?);
        }
    }
    Ok(())
}

fn line(user: &UserView) -> String {
    let disabled = if user.disabled_at.is_some() { "\tdisabled" } else { "" };
    let seat = if user.seat_at.is_some() { "\tseat" } else { "\tno seat" };
    let factor = second_factor(user.second_factor);
    format!("{}\t{}\t{}\t{}{seat}\t{factor}{disabled}", user.id, user.email, user.role, user.name)
}

fn second_factor(has: SecondFactorView) -> String {
    let app = has.app.then(|| "app".to_owned());
    let passkeys = match has.passkeys {
        0 => None,
        1 => Some("1 passkey".to_owned()),
        more => Some(format!("{more} passkeys")),
    };
    let all: Vec<_> = app.into_iter().chain(passkeys).collect();
    if all.is_empty() { "no second factor".to_owned() } else { all.join(", ") }
}
