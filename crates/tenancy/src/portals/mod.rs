//! Portals, as those see them who run a tenant: standing pages by which outsiders send files in.

mod change;
mod create;
mod list;
mod remove;

pub use change::PortalChange;
pub use create::NewPortal;
pub use list::{PortalChoiceView, PortalOwner, PortalView};

use std::collections::HashSet;

use sealpost_auth::{PortalColumns, TenantReader, UserColumns};
use sealpost_db::{Conn, Portal, User};
use sealpost_domain::{
    EmailAddress, MailDomains, Role, UserId, is_deceptive, is_message, is_title, rules::FileKinds,
};
use sealpost_sealed::TenantKey;

use crate::{Tenancy, TenancyError};

/// Most portals of a tenant.
const MAX_PORTALS: u64 = 200;
/// Most choices of a portal.
const MAX_CHOICES: usize = 100;
const MAX_LABEL_CHARS: usize = 100;

/// Somebody whom an uploader shall be able to choose.
#[derive(Debug, Clone)]
pub struct PortalChoiceWish {
    /// His address.
    pub email: EmailAddress,
    /// What the uploader sees.
    pub label: String,
}

fn check_title(title: &str) -> Result<(), TenancyError> {
    if is_title(title) {
        return Ok(());
    }
    Err(TenancyError::Invalid("a title is one line of 1 to 200 characters, read in one direction"))
}

/// What an uploader reads, if it is anything.
fn checked_text(text: Option<&str>) -> Result<Option<&str>, TenancyError> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) if !is_message(text) => {
            Err(TenancyError::Invalid("a text has at most 16384 bytes, read in one direction"))
        }
        text => Ok(text),
    }
}

fn domains(words: &[String]) -> Result<MailDomains, TenancyError> {
    let refused = |_| TenancyError::Invalid("domains are at most 100 such as example.org");
    MailDomains::new(words.iter().map(String::as_str)).map_err(refused)
}

fn check_bounds(portal: &Portal) -> Result<(), TenancyError> {
    if portal.max_files == Some(0) || portal.max_bytes == Some(0) {
        return Err(TenancyError::Invalid("max_files and max_bytes are at least 1"));
    }
    Ok(())
}

/// Somebody of the tenant who may be the sender of what comes in.
async fn owner(conn: &mut Conn, of: &TenantReader, email: &EmailAddress) -> Result<User, TenancyError> {
    let user = known_user(conn, of, email).await?;
    if user.role == Role::Auditor {
        return Err(TenancyError::Invalid("the owner has to be somebody who may send"));
    }
    Ok(user)
}

async fn known_user(conn: &mut Conn, of: &TenantReader, email: &EmailAddress) -> Result<User, TenancyError> {
    let hmac = UserColumns::address_hmac(of.tenant_key(), email);
    let user = conn.user_by_address(of.tenant(), &hmac).await?;
    let user = user.filter(|user| user.disabled_at.is_none());
    user.ok_or(TenancyError::Invalid(
        "owner and recipients have to be users of the tenant who are not disabled",
    ))
}

impl Tenancy {
    /// Rows of choices, with their sealed labels.
    async fn choices(
        &self,
        conn: &mut Conn,
        of: &TenantReader,
        columns: PortalColumns,
        wishes: &[PortalChoiceWish],
    ) -> Result<Vec<(UserId, Vec<u8>)>, TenancyError> {
        if wishes.len() > MAX_CHOICES {
            return Err(TenancyError::Invalid("a portal has at most 100 recipients"));
        }
        let (mut choices, mut seen) = (Vec::with_capacity(wishes.len()), HashSet::new());
        for wish in wishes {
            let label = wish.label.trim();
            let shown = |c: char| !c.is_control() && !is_deceptive(c);
            if !(1..=MAX_LABEL_CHARS).contains(&label.chars().count()) || !label.chars().all(shown) {
                return Err(TenancyError::Invalid(
                    "a recipient's label is one line of 1 to 100 characters, read in one direction",
                ));
            }
            let user = known_user(conn, of, &wish.email).await?.id;
            if !seen.insert(user) {
                return Err(TenancyError::Invalid("a recipient stands there twice"));
            }
            let sealed = of.tenant_key().seal_column(columns.label(user), label.as_bytes(), &*self.random);
            choices.push((user, sealed));
        }
        Ok(choices)
    }

    /// Fails if the tenant's rules let nothing pass of a kind.
    async fn check_kinds(
        &self,
        conn: &mut Conn,
        of: &TenantReader,
        kinds: Option<&FileKinds>,
    ) -> Result<(), TenancyError> {
        let Some(kinds) = kinds else { return Ok(()) };
        let rules = self.policies.current(conn, of.tenant(), of.tenant_key()).await?;
        match kinds.refused_by(rules.types()) {
            Some(_) => {
                Err(TenancyError::Invalid("the organisation's rules let no files of one of these kinds pass"))
            }
            None => Ok(()),
        }
    }

    fn seal_portal_text(&self, key: &TenantKey, place: sealpost_sealed::Column, text: &str) -> Vec<u8> {
        key.seal_column(place, text.as_bytes(), &*self.random)
    }
}
