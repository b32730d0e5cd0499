//! Key pairs of teams: those who may send for a shared mailbox.
//!
//! A team's private key is sealed to a key of each member. Who has it gives it to others; nobody else can, and no admin. When a
//! member may not send for the mailbox any more, what was sealed to him goes.

use std::collections::HashSet;

use sealpost_db::{Conn, DbError, KeyPair, KeyPairMember, Tx};
use sealpost_domain::{AccountChange, Job, KeyOwner, KeyPairId, MailboxId, TenantId, Timestamp, UserId};
use sealpost_sealed::{Fingerprint, KEY_TO_LENGTH, PublicKey, TenantKey, random_bytes};
use serde_json::json;

use super::{MOST, Places, check_public, check_replaced, damaged, or_changed, public_of};
use crate::{AccountSession, Auth, AuthError, KeyReader, SteppedUp, UserColumns, session::record};

/// A team's key pairs, as a member's program needs them.
#[derive(Debug, Clone)]
pub struct TeamKeyPairs {
    /// The tenant, which contexts name.
    pub tenant: TenantId,
    /// Whose they are: the owner in contexts.
    pub owner: MailboxId,
    /// The pairs, newest first.
    pub pairs: Vec<TeamKeyPairView>,
    /// Who belongs to the team.
    pub members: Vec<TeamMember>,
}

/// A key pair of a team.
#[derive(Debug, Clone)]
pub struct TeamKeyPairView {
    /// Which.
    pub id: KeyPairId,
    /// To which things are sealed.
    pub public_key: PublicKey,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when another one counts; `None`: this one does.
    pub retired_at: Option<Timestamp>,
    /// The private key, sealed to the caller; `None`: nobody has given it to him.
    pub private_key: Option<MemberKeyView>,
    /// Who has it.
    pub held_by: Vec<UserId>,
}

/// A private key that is sealed to a member.
#[derive(Debug, Clone)]
pub struct MemberKeyView {
    /// To which of his public keys.
    pub public_key: PublicKey,
    /// The private key: 80 bytes.
    pub private_key: Vec<u8>,
}

/// Somebody who may send for a mailbox.
#[derive(Debug, Clone)]
pub struct TeamMember {
    /// Who.
    pub user: UserId,
    /// His address.
    pub email: String,
    /// His name; may be empty.
    pub name: String,
    /// His public key; `None` if he has none.
    pub public_key: Option<PublicKey>,
}

/// A team's private key, as a member's program has sealed it to another member.
#[derive(Debug, Clone)]
pub struct MemberKey {
    user: UserId,
    fingerprint: Fingerprint,
    private_key: Vec<u8>,
}

/// A key pair that a member's program has made for the team.
#[derive(Debug, Clone)]
pub struct NewTeamKeyPair {
    public_key: PublicKey,
    members: Vec<MemberKey>,
    replaces: Option<Fingerprint>,
}

impl MemberKey {
    /// To whom; to which of his public keys, which has to be the one that counts; the private key: 80 bytes.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] if it cannot be that.
    pub fn new(user: UserId, fingerprint: &str, private_key: Vec<u8>) -> Result<Self, AuthError> {
        if private_key.len() != KEY_TO_LENGTH {
            return Err(AuthError::Invalid("a private key that is sealed to a key has 80 bytes"));
        }
        Ok(Self { user, fingerprint: super::fingerprint(fingerprint)?, private_key })
    }
}

impl NewTeamKeyPair {
    /// To which things are to be sealed; the private key, sealed to the member himself and to others; which one it is to take
    /// the place of, `None` if the team has none.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] if it cannot be that.
    pub fn new(
        public_key: &[u8],
        members: Vec<MemberKey>,
        replaces: Option<&str>,
    ) -> Result<Self, AuthError> {
        let mut named = HashSet::new();
        if !members.iter().all(|member| named.insert(member.user)) {
            return Err(AuthError::Invalid("members are named once each"));
        }
        let replaces = replaces.map(super::fingerprint).transpose()?;
        Ok(Self { public_key: super::public_key(public_key)?, members, replaces })
    }
}

impl Auth {
    /// The key pairs of a team that the caller belongs to, and who belongs to it.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] unless he may send for the mailbox.
    pub async fn team_key_pairs(
        &self,
        reader: &KeyReader,
        team: MailboxId,
    ) -> Result<TeamKeyPairs, AuthError> {
        let (tenant, key) = (reader.tenant(), reader.tenant_key());
        let mut conn = self.db.read().await?;
        require_member(&mut conn, (tenant, reader.user()), team).await?;
        let rows = conn.key_pairs(tenant, KeyOwner::Mailbox(team)).await?;
        let held = conn.key_pair_members(tenant, team).await?;
        let mut members = Vec::new();
        for delegation in conn.delegates(team).await? {
            if let Some(member) = member(&mut conn, (tenant, key), delegation.user_id).await? {
                members.push(member);
            }
        }
        let pairs = rows.iter().map(|row| view(reader, row, &held)).collect::<Result<_, _>>()?;
        Ok(TeamKeyPairs { tenant, owner: team, pairs, members })
    }

    /// Keeps a key pair that a member's program has made for the team. It counts from now on. Where another one counts that some
    /// member has, only who has it replaces it: who was let into the mailbox a moment ago cannot turn what comes in to himself.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] unless he may send for the mailbox; [`AuthError::Forbidden`];
    /// [`AuthError::KeyChanged`] if another pair counts, or a member's public key is another; [`AuthError::Exists`] if there are
    /// too many; [`AuthError::Invalid`].
    pub async fn create_team_key_pair(
        &self,
        account: &SteppedUp<AccountSession>,
        team: MailboxId,
        new: &NewTeamKeyPair,
    ) -> Result<KeyPairId, AuthError> {
        check_public(&new.public_key, &*self.random)?;
        let (tenant, by, now) = (account.tenant(), account.user(), self.now());
        let owner = KeyOwner::Mailbox(team);
        let id = KeyPairId::new(now, random_bytes(&*self.random));
        let mut tx = self.db.write().await?;
        require_member(&mut tx, (tenant, by), team).await?;
        if !new.members.iter().any(|member| member.user == by) {
            return Err(AuthError::Invalid("who makes the pair is one of the members"));
        }
        let before = tx.key_pairs(tenant, owner).await?;
        let current = before.iter().find(|pair| pair.retired_at.is_none());
        check_replaced(current, new.replaces)?;
        if before.len() >= MOST {
            return Err(AuthError::Exists);
        }
        if let Some(current) = current {
            let held = tx.key_pair_members(tenant, team).await?;
            let mut holders = held.iter().filter(|held| held.key_pair_id == current.id).peekable();
            if holders.peek().is_some() && !holders.any(|held| held.user_id == by) {
                return Err(AuthError::Forbidden);
            }
            tx.retire_key_pair(tenant, current.id, now).await?;
        }
        let row = KeyPair {
            id,
            tenant_id: tenant,
            owner_id: owner.as_uuid(),
            user_id: None,
            mailbox_id: Some(team),
            public_key: *new.public_key.as_bytes(),
            private_key: None,
            created_at: now,
            retired_at: None,
            revision: 1,
        };
        tx.insert_key_pair(&row).await.map_err(or_changed)?;
        for member in &new.members {
            self.give(&mut tx, account, (team, id), member).await?;
        }
        let more = json!({
            "mailbox": team, "key_pair": id, "fingerprint": new.public_key.fingerprint().to_string(),
            "replaces": current.map(|pair| pair.id), "members": new.members.len(),
        });
        record(&mut tx, (tenant, by), now, "key_pair.created", more).await?;
        for delegation in tx.delegates(team).await? {
            let change = AccountChange::TeamKeyPair;
            self.enqueue(&mut tx, &Job::NotifyAccountChange { tenant, user: delegation.user_id, change })
                .await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Keeps a team's private key that its holder has sealed to another member, or to another key of his own.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] unless both may send for the mailbox and the pair is the team's; [`AuthError::Forbidden`] unless
    /// the caller has it; [`AuthError::KeyChanged`] if the member's public key is another; [`AuthError::Invalid`].
    pub async fn share_team_key(
        &self,
        account: &SteppedUp<AccountSession>,
        (team, id): (MailboxId, KeyPairId),
        member: &MemberKey,
    ) -> Result<(), AuthError> {
        let (tenant, by, now) = (account.tenant(), account.user(), self.now());
        let mut tx = self.db.write().await?;
        require_member(&mut tx, (tenant, by), team).await?;
        let pairs = tx.key_pairs(tenant, KeyOwner::Mailbox(team)).await?;
        if !pairs.iter().any(|pair| pair.id == id) {
            return Err(AuthError::NotFound);
        }
        let held = tx.key_pair_members(tenant, team).await?;
        if !held.iter().any(|held| held.key_pair_id == id && held.user_id == by) {
            return Err(AuthError::Forbidden);
        }
        self.give(&mut tx, account, (team, id), member).await?;
        let more = json!({
            "mailbox": team, "key_pair": id, "member": member.user, "fingerprint": member.fingerprint.to_string(),
        });
        record(&mut tx, (tenant, by), now, "key_pair.shared", more).await?;
        Ok(tx.commit().await?)
    }

    async fn give(
        &self,
        tx: &mut Tx,
        by: &AccountSession,
        (team, id): (MailboxId, KeyPairId),
        member: &MemberKey,
    ) -> Result<(), AuthError> {
        let tenant = by.tenant();
        if !tx.may_send_for(team, member.user).await? {
            return Err(AuthError::NotFound);
        }
        let current = tx.current_key_pair(tenant, KeyOwner::User(member.user)).await?;
        let current = current.ok_or(AuthError::KeyChanged)?;
        if public_of(&current)?.fingerprint() != member.fingerprint {
            return Err(AuthError::KeyChanged);
        }
        let place = Places(tenant).member(member.user);
        let row = KeyPairMember {
            key_pair_id: id,
            user_id: member.user,
            mailbox_id: team,
            tenant_id: tenant,
            member_key: current.public_key,
            private_key: by.tenant_key().seal_column(place, &member.private_key, &*self.random),
            created_at: self.now(),
        };
        tx.put_key_pair_member(&row).await.map_err(|error| match error {
            DbError::MissingReference(_) => AuthError::NotFound, // let out of the mailbox at this moment
            error => error.into(),
        })
    }
}

/// Fails unless the mailbox is one that the caller may send for.
async fn require_member(
    conn: &mut Conn,
    (tenant, user): (TenantId, UserId),
    team: MailboxId,
) -> Result<(), AuthError> {
    conn.mailbox(tenant, team).await?.ok_or(AuthError::NotFound)?;
    if conn.may_send_for(team, user).await? { Ok(()) } else { Err(AuthError::NotFound) }
}

async fn member(
    conn: &mut Conn,
    (tenant, key): (TenantId, &TenantKey),
    user: UserId,
) -> Result<Option<TeamMember>, AuthError> {
    let Some(row) = conn.user(tenant, user).await? else {
        return Ok(None);
    };
    let (email, name) = UserColumns::of(tenant, user).open(key, &row.address, &row.name).map_err(damaged)?;
    let pair = conn.current_key_pair(tenant, KeyOwner::User(user)).await?;
    let public_key = pair.as_ref().map(public_of).transpose()?;
    Ok(Some(TeamMember { user, email, name, public_key }))
}

fn view(reader: &KeyReader, row: &KeyPair, held: &[KeyPairMember]) -> Result<TeamKeyPairView, AuthError> {
    let of_pair: Vec<_> = held.iter().filter(|held| held.key_pair_id == row.id).collect();
    let own = of_pair.iter().find(|held| held.user_id == reader.user());
    let own = own.map(|held| {
        let place = Places(row.tenant_id).member(held.user_id);
        let opened = reader.tenant_key().open_column(place, &held.private_key).map_err(damaged)?;
        let public_key = PublicKey::from_bytes(&held.member_key).map_err(damaged)?;
        Ok::<_, AuthError>(MemberKeyView { public_key, private_key: opened.to_vec() })
    });
    Ok(TeamKeyPairView {
        id: row.id,
        public_key: public_of(row)?,
        created_at: row.created_at,
        retired_at: row.retired_at,
        private_key: own.transpose()?,
        held_by: of_pair.iter().map(|held| held.user_id).collect(),
    })
}
