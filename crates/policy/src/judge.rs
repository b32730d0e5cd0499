//! Who is who, and what the rules say of them.

use sealpost_auth::{MailboxColumns, UserColumns};
use sealpost_db::Conn;
use sealpost_domain::{
    EmailAddress, GroupId, TenantId,
    rules::{AddressEffect, AddressRule, ModeSaying, ModeSource, ModeWord, Party},
};
use sealpost_sealed::TenantKey;

use crate::{PolicyStoreError, Rules};

/// Who sends: one of the tenant's own, or an outsider to one of them.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// The address in whose name it is sent: a user's own, or a mailbox's.
    pub address: &'a EmailAddress,
    /// The user's own address: the groups are his.
    pub user: &'a EmailAddress,
    /// Whether it is none of the tenant's own: then it is in no group, whatever the address.
    pub outside: bool,
}

impl<'a> Sender<'a> {
    /// A user, in his own name.
    pub const fn user(address: &'a EmailAddress) -> Self {
        Self { address, user: address, outside: false }
    }

    /// Somebody who has no account here, by his own words.
    pub const fn outsider(address: &'a EmailAddress) -> Self {
        Self { address, user: address, outside: true }
    }
}

/// What the rules say of a recipient.
#[derive(Debug, Clone, Copy)]
pub struct Judgement<'a> {
    /// The number of the rule that decides, counted from 1, and its name; `None` if none is about him.
    pub rule: Option<(usize, &'a str)>,
    /// What follows.
    pub effect: &'a AddressEffect,
    /// Whether it must be sealed by the sender's program, or must not.
    pub zero_knowledge: Option<ModeWord>,
    /// Whether his address is one of the tenant's own; `None` if no rule asks.
    pub internal: Option<bool>,
}

impl Judgement<'_> {
    /// What the rule that decides says of who seals.
    pub fn says_of_mode(&self) -> Option<ModeSaying> {
        let ((number, name), word) = self.rule.zip(self.zero_knowledge)?;
        Some(ModeSaying { word, source: ModeSource::Address { number, name: name.to_owned() } })
    }
}

/// What is known of an address.
#[derive(Debug, Default)]
struct Known {
    internal: bool,
    groups: Vec<GroupId>,
}

impl Rules {
    /// What the rules about addresses say of each of these recipients, in their order. Asks whose an address is only if a
    /// rule does: one indexed query for each then, or two.
    ///
    /// # Errors
    /// Those of the database. Whoever cannot hear what the rules say sends nothing.
    pub async fn judge<'a>(
        &'a self,
        conn: &mut Conn,
        (tenant, key): (TenantId, &TenantKey),
        sender: Sender<'_>,
        recipients: impl IntoIterator<Item = &EmailAddress>,
    ) -> Result<Vec<Judgement<'a>>, PolicyStoreError> {
        let asks = self.addresses().asks_who_is_whose();
        let groups = if asks && !sender.outside {
            groups_of(conn, (tenant, key), sender.user).await?.1
        } else {
            Vec::new()
        };
        let from = self.addresses().from(&Party {
            address: sender.address,
            internal: !sender.outside,
            groups: &groups,
        });
        let mut judgements = Vec::new();
        for address in recipients {
            let known = if asks { self.known(conn, (tenant, key), address).await? } else { Known::default() };
            let party = Party { address, internal: known.internal, groups: &known.groups };
            let decision = from.to(&party);
            judgements.push(Judgement {
                rule: decision.rule,
                effect: decision.effect,
                zero_knowledge: decision.zero_knowledge,
                internal: asks.then_some(known.internal),
            });
        }
        Ok(judgements)
    }

    /// The rules that are about this sender, in their order, up to the last that says who seals; none if none does.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mode_rules<'a>(
        &'a self,
        conn: &mut Conn,
        (tenant, key): (TenantId, &TenantKey),
        sender: Sender<'_>,
    ) -> Result<Vec<&'a AddressRule>, PolicyStoreError> {
        let says = |rule: &AddressRule| rule.zero_knowledge.is_some();
        if !self.addresses().rules().0.iter().any(says) {
            return Ok(Vec::new());
        }
        let groups = match self.addresses().asks_who_is_whose() && !sender.outside {
            true => groups_of(conn, (tenant, key), sender.user).await?.1,
            false => Vec::new(),
        };
        let party = Party { address: sender.address, internal: !sender.outside, groups: &groups };
        let mut rules: Vec<_> = self.addresses().from(&party).rules().collect();
        rules.truncate(rules.iter().rposition(|rule| says(rule)).map_or(0, |last| last + 1));
        Ok(rules)
    }

    async fn known(
        &self,
        conn: &mut Conn,
        (tenant, key): (TenantId, &TenantKey),
        address: &EmailAddress,
    ) -> Result<Known, PolicyStoreError> {
        let (is_user, groups) = groups_of(conn, (tenant, key), address).await?;
        let internal =
            is_user || self.domains().contain(address) || is_mailbox(conn, (tenant, key), address).await?;
        Ok(Known { internal, groups })
    }
}

/// Whether it is a user's address, and his groups.
async fn groups_of(
    conn: &mut Conn,
    (tenant, key): (TenantId, &TenantKey),
    address: &EmailAddress,
) -> Result<(bool, Vec<GroupId>), PolicyStoreError> {
    let found = conn.groups_of_address(tenant, &UserColumns::address_hmac(key, address)).await?;
    Ok((!found.is_empty(), found.into_iter().filter_map(|row| row.group_id).collect()))
}

async fn is_mailbox(
    conn: &mut Conn,
    (tenant, key): (TenantId, &TenantKey),
    address: &EmailAddress,
) -> Result<bool, PolicyStoreError> {
    let found = conn.mailbox_by_address(tenant, &MailboxColumns::address_hmac(key, address)).await?;
    Ok(found.is_some_and(|mailbox| mailbox.removed_at.is_none()))
}
