//! Key pairs of users and teams: what can be sealed to them, and in what forms their private keys are kept.

use sealpost_domain::{KeyOwner, KeyPairId, MailboxId, PasskeyId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A key pair.
    pub struct KeyPair {
        /// Which.
        pub id: KeyPairId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its owner, as contexts of its private key name him.
        pub owner_id: Uuid,
        /// Its owner, if it is a user.
        pub user_id: Option<UserId>,
        /// Its owner, if it is a team.
        pub mailbox_id: Option<MailboxId>,
        /// To which things are sealed; unique in the tenant.
        pub public_key: [u8; 32],
        /// Of a user: costs of his passphrase and the private key under it, sealed under the tenant key.
        pub private_key: Option<Vec<u8>>,
        /// When it was made.
        pub created_at: Timestamp,
        /// Since when another one counts.
        pub retired_at: Option<Timestamp>,
        /// Grows with every other passphrase.
        pub revision: u64,
    }

    /// A private key under what a passkey of its owner makes.
    pub struct KeyPairPasskey {
        /// Whose key.
        pub key_pair_id: KeyPairId,
        /// Which passkey.
        pub passkey_id: PasskeyId,
        /// The tenant.
        pub tenant_id: TenantId,
        /// The private key, and that under the tenant key.
        pub private_key: Vec<u8>,
        /// Since when.
        pub created_at: Timestamp,
    }

    /// A team's private key, sealed to a key of a member.
    pub struct KeyPairMember {
        /// Whose key.
        pub key_pair_id: KeyPairId,
        /// The member.
        pub user_id: UserId,
        /// The team.
        pub mailbox_id: MailboxId,
        /// The tenant.
        pub tenant_id: TenantId,
        /// The member's public key that it is sealed to.
        pub member_key: [u8; 32],
        /// The private key, and that under the tenant key.
        pub private_key: Vec<u8>,
        /// Since when.
        pub created_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "k.id, k.tenant_id, k.owner_id, k.user_id, k.mailbox_id, k.public_key, k.private_key, k.created_at, \
         k.retired_at, k.revision"
    };
}

statements! {
    INSERT = "INSERT INTO key_pairs (id, tenant_id, owner_id, user_id, mailbox_id, public_key, private_key, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_OWNER = [
        "SELECT ", columns!(), " FROM key_pairs k WHERE k.tenant_id = $1 AND k.owner_id = $2 ORDER BY k.id DESC",
    ];
    CURRENT = [
        "SELECT ", columns!(), " FROM key_pairs k WHERE k.tenant_id = $1 AND k.owner_id = $2 AND k.retired_at IS NULL",
    ];
    BY_PUBLIC_KEY = ["SELECT ", columns!(), " FROM key_pairs k WHERE k.tenant_id = $1 AND k.public_key = $2"];
    IS_HELD = "SELECT EXISTS (SELECT 1 FROM key_pair_members WHERE key_pair_id = $1) AS value";
    RETIRE = "UPDATE key_pairs SET retired_at = $3 WHERE tenant_id = $1 AND id = $2 AND retired_at IS NULL";
    SET_PRIVATE_KEY = "UPDATE key_pairs SET private_key = $5, revision = revision + 1 \
        WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND revision = $4";
    /// Whatever is sealed to a key pair, or to whom it opens a team's, keeps it.
    SWEEP = "DELETE FROM key_pairs WHERE retired_at <= $1 \
        AND NOT EXISTS (SELECT 1 FROM content_keys c \
            WHERE c.tenant_id = key_pairs.tenant_id AND c.public_key = key_pairs.public_key) \
        AND NOT EXISTS (SELECT 1 FROM key_pair_members m \
            WHERE m.tenant_id = key_pairs.tenant_id AND m.member_key = key_pairs.public_key)";
    PASSKEYS_OF_OWNER = "SELECT p.key_pair_id, p.passkey_id, p.tenant_id, p.private_key, p.created_at \
        FROM key_pairs k JOIN key_pair_passkeys p ON p.key_pair_id = k.id \
        WHERE k.tenant_id = $1 AND k.owner_id = $2 ORDER BY p.key_pair_id, p.passkey_id";
    PUT_PASSKEY = "INSERT INTO key_pair_passkeys (key_pair_id, passkey_id, tenant_id, private_key, created_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key_pair_id, passkey_id) \
        DO UPDATE SET private_key = excluded.private_key, created_at = excluded.created_at";
    REMOVE_PASSKEY = "DELETE FROM key_pair_passkeys WHERE tenant_id = $1 AND key_pair_id = $2 AND passkey_id = $3";
    MEMBERS_OF_OWNER = "SELECT m.key_pair_id, m.user_id, m.mailbox_id, m.tenant_id, m.member_key, m.private_key, m.created_at \
        FROM key_pairs k JOIN key_pair_members m ON m.key_pair_id = k.id \
        WHERE k.tenant_id = $1 AND k.owner_id = $2 ORDER BY m.key_pair_id, m.user_id";
    PUT_MEMBER = "INSERT INTO key_pair_members (key_pair_id, user_id, mailbox_id, tenant_id, member_key, private_key, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key_pair_id, user_id) \
        DO UPDATE SET member_key = excluded.member_key, private_key = excluded.private_key, created_at = excluded.created_at";
}

impl KeyPair {
    /// Whose it is.
    pub const fn owner(&self) -> Option<KeyOwner> {
        match (self.user_id, self.mailbox_id) {
            (Some(user), _) => Some(KeyOwner::User(user)),
            (None, Some(mailbox)) => Some(KeyOwner::Mailbox(mailbox)),
            (None, None) => None,
        }
    }
}

impl Conn {
    /// An owner's key pairs, newest first.
    pub async fn key_pairs(&mut self, tenant: TenantId, owner: KeyOwner) -> Result<Vec<KeyPair>, DbError> {
        self.all(&OF_OWNER, binds![tenant, owner.as_uuid()]).await
    }

    /// The one that counts.
    pub async fn current_key_pair(
        &mut self,
        tenant: TenantId,
        owner: KeyOwner,
    ) -> Result<Option<KeyPair>, DbError> {
        self.optional(&CURRENT, binds![tenant, owner.as_uuid()]).await
    }

    /// The one with this public key.
    pub async fn key_pair_by_public_key(
        &mut self,
        tenant: TenantId,
        public_key: &[u8; 32],
    ) -> Result<Option<KeyPair>, DbError> {
        self.optional(&BY_PUBLIC_KEY, binds![tenant, public_key]).await
    }

    /// Whether a member has the private key of a team's pair.
    pub async fn is_key_pair_held(&mut self, id: KeyPairId) -> Result<bool, DbError> {
        self.one(&IS_HELD, binds![id]).await
    }

    /// What passkeys of an owner open of his key pairs.
    pub async fn key_pair_passkeys(
        &mut self,
        tenant: TenantId,
        owner: KeyOwner,
    ) -> Result<Vec<KeyPairPasskey>, DbError> {
        self.all(&PASSKEYS_OF_OWNER, binds![tenant, owner.as_uuid()]).await
    }

    /// What members of a team have of its key pairs.
    pub async fn key_pair_members(
        &mut self,
        tenant: TenantId,
        team: MailboxId,
    ) -> Result<Vec<KeyPairMember>, DbError> {
        self.all(&MEMBERS_OF_OWNER, binds![tenant, team]).await
    }
}

impl Tx {
    /// Adds a key pair, which counts. [`DbError::AlreadyExists`] if another one of its owner does, or the tenant has one with
    /// this public key.
    pub async fn insert_key_pair(&mut self, k: &KeyPair) -> Result<(), DbError> {
        let row = binds![
            k.id,
            k.tenant_id,
            k.owner_id,
            k.user_id,
            k.mailbox_id,
            &k.public_key,
            k.private_key.as_ref(),
            k.created_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// From now on it does not count. `false` if that was so before.
    pub async fn retire_key_pair(
        &mut self,
        tenant: TenantId,
        id: KeyPairId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&RETIRE, binds![tenant, id, at]).await
    }

    /// A user's private key is under another passphrase from now on. `false` if it was changed since that revision, or he has no
    /// such key pair.
    pub async fn set_private_key(
        &mut self,
        (tenant, user): (TenantId, UserId),
        id: KeyPairId,
        revision: u64,
        private_key: &[u8],
    ) -> Result<bool, DbError> {
        self.changes(&SET_PRIVATE_KEY, binds![tenant, user, id, revision, private_key]).await
    }

    /// A passkey opens a private key from now on.
    pub async fn put_key_pair_passkey(&mut self, p: &KeyPairPasskey) -> Result<(), DbError> {
        let row = binds![p.key_pair_id, p.passkey_id, p.tenant_id, &p.private_key, p.created_at];
        self.execute(&PUT_PASSKEY, row).await.map(drop)
    }

    /// And no more. `false` if it did not.
    pub async fn remove_key_pair_passkey(
        &mut self,
        tenant: TenantId,
        id: KeyPairId,
        passkey: PasskeyId,
    ) -> Result<bool, DbError> {
        self.changes(&REMOVE_PASSKEY, binds![tenant, id, passkey]).await
    }

    /// A member has a team's private key from now on. [`DbError::MissingReference`] for who may not send for the mailbox.
    pub async fn put_key_pair_member(&mut self, m: &KeyPairMember) -> Result<(), DbError> {
        let row = binds![
            m.key_pair_id,
            m.user_id,
            m.mailbox_id,
            m.tenant_id,
            &m.member_key,
            &m.private_key,
            m.created_at,
        ];
        self.execute(&PUT_MEMBER, row).await.map(drop)
    }

    /// Removes what has not counted since `before`, and to which nothing is sealed any more. Gives how many.
    pub async fn sweep_key_pairs(&mut self, before: Timestamp) -> Result<u64, DbError> {
        self.execute(&SWEEP, binds![before]).await
    }
}
