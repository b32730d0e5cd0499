//! A directory makes, changes and takes out users.

use sealpost_auth::UserColumns;
use sealpost_db::{DirectoryUser, Tx, User as Row};
use sealpost_domain::{EmailAddress, Role, Timestamp, UserId};
use sealpost_scim::{Attributes, Error, Patch, Projection, ScimType, USER, User};
use sealpost_sealed::random_bytes;
use serde_json::json;

use super::{
    Directory, DirectoryError, Expected, Resource, TRIES,
    sealed::{Stored, user_column, user_id_hmac, user_name_hmac},
};

/// Longest name that is shown to others, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// What a directory says about a user, checked.
struct Wish {
    user: User,
    address: EmailAddress,
    name: String,
}

impl Directory<'_> {
    /// Makes a user: a sender. One who was taken out before and has the same address is himself again, without anything that
    /// he had.
    pub(super) async fn create_user(&self, attributes: Attributes) -> Result<Resource, DirectoryError> {
        let wish = Wish::check(User::from_attributes(attributes)?)?;
        let (tenant, key) = (self.grant.tenant(), self.grant.tenant_key());
        let hmac = UserColumns::address_hmac(key, &wish.address);
        let now = self.tenancy.clock.now();
        let mut tx = self.tenancy.db.write().await?;
        let known = tx.directory_user_by_address(tenant, &hmac).await?;
        let row = match known {
            Some(known) if known.left_at.is_none() => {
                return Err(DirectoryError::taken("a user has this address already"));
            }
            Some(known) => {
                tx.forget_everything_of(tenant, known.id, now).await?;
                DirectoryUser { role: Role::Sender, left_at: None, ..known }
            }
            None => self.inserted(&mut tx, &wish, hmac, now).await?,
        };
        let disabled_at = (wish.user.active == Some(false)).then_some(now);
        let row = self.written(&wish, &DirectoryUser { disabled_at, ..row }, now);
        self.free(&mut tx, &row, &wish).await?;
        if !tx.change_directory_user(&row).await? {
            return Err(DirectoryError::taken("a user has this address already"));
        }
        let payload = json!({ "user": row.id, "role": row.role, "disabled": disabled_at.is_some() });
        self.record(&mut tx, now, "user.created", payload).await?;
        tx.commit().await?;
        self.user(&row.id.to_string(), &Projection::default()).await
    }

    /// Puts what the directory says now in the place of what it has said. Whether he is active stays as it is unless it is said.
    pub(super) async fn replace_user(
        &self,
        id: &str,
        expected: &Expected,
        attributes: Attributes,
    ) -> Result<Resource, DirectoryError> {
        let wish = User::from_attributes(attributes)?;
        self.change_user(id, expected, |before| {
            Ok(User { active: wish.active.or(before.active), ..wish.clone() })
        })
        .await
    }

    /// Changes what the directory says about a user.
    pub(super) async fn patch_user(
        &self,
        id: &str,
        expected: &Expected,
        patch: &Patch,
    ) -> Result<Resource, DirectoryError> {
        self.change_user(id, expected, |before| {
            User::from_attributes(patch.apply(&USER, &before.to_attributes())?)
        })
        .await
    }

    /// Takes a user out: he may do nothing any more, and is forgotten by the directory, with all that he signs in with. What he
    /// has sent stays until its time is over.
    pub(super) async fn delete_user(&self, id: &str, expected: &Expected) -> Result<(), DirectoryError> {
        for _ in 0..TRIES {
            let row = self.user_row(id).await?;
            expected.check(&self.user_resource(&row)?.etag)?;
            let now = self.tenancy.clock.now();
            let gone = DirectoryUser {
                directory: None,
                user_name_hmac: None,
                external_id_hmac: None,
                disabled_at: row.disabled_at.or(Some(now)),
                updated_at: Some(now),
                left_at: Some(now),
                ..row.clone()
            };
            let mut tx = self.tenancy.db.write().await?;
            self.not_the_last_owner(&mut tx, row.id).await?;
            if !tx.change_directory_user(&gone).await? {
                continue;
            }
            tx.delete_sessions(row.tenant_id, row.id, None).await?;
            tx.forget_everything_of(row.tenant_id, row.id, now).await?;
            self.record(&mut tx, now, "user.removed", json!({ "user": row.id })).await?;
            return Ok(tx.commit().await?);
        }
        Err(busy())
    }

    /// Reads, changes and writes a user, anew if somebody else has written between.
    async fn change_user(
        &self,
        id: &str,
        expected: &Expected,
        change: impl Fn(&User) -> Result<User, Error>,
    ) -> Result<Resource, DirectoryError> {
        for _ in 0..TRIES {
            let row = self.user_row(id).await?;
            expected.check(&self.user_resource(&row)?.etag)?;
            let before = self.user_of(&row)?;
            let wish = Wish::check(change(&before)?)?;
            if wish.user == before && row.directory.is_some() {
                break;
            }
            if self.put_user(row, &wish).await? {
                break;
            }
        }
        self.user(id, &Projection::default()).await
    }

    /// `false` if somebody else has changed him since.
    async fn put_user(&self, row: DirectoryUser, wish: &Wish) -> Result<bool, DirectoryError> {
        let now = self.tenancy.clock.now();
        let hmac = UserColumns::address_hmac(self.grant.tenant_key(), &wish.address);
        let (was, was_disabled) = (row.role, row.disabled_at);
        // With the address go codes and links that sign in: nobody becomes who runs the tenant by renaming him.
        if hmac != row.address_hmac && was != Role::Sender {
            let detail = "the address of who runs the tenant, or audits it, is changed by himself";
            return Err(Error::of(ScimType::Mutability, detail).into());
        }
        let disabled = wish.user.active != Some(true);
        let disabled_at = if disabled { was_disabled.or(Some(now)) } else { None };
        // A directory makes nobody owner, admin or auditor, nor by bringing one back.
        let role = if was_disabled.is_some() && !disabled { Role::Sender } else { was };
        let row = self.written(wish, &DirectoryUser { disabled_at, role, ..row }, now);
        let mut tx = self.tenancy.db.write().await?;
        if disabled {
            self.not_the_last_owner(&mut tx, row.id).await?;
        }
        self.free(&mut tx, &row, wish).await?;
        if !tx.change_directory_user(&row).await? {
            return Ok(false);
        }
        if disabled || role != was || hmac != row.address_hmac {
            tx.delete_sessions(row.tenant_id, row.id, None).await?;
        }
        let mut payload = json!({ "user": row.id });
        if was_disabled.is_some() != disabled {
            payload["disabled"] = json!(disabled);
        }
        if role != was {
            payload["role"] = json!({ "from": was, "to": role });
        }
        self.record(&mut tx, now, "user.changed", payload).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn not_the_last_owner(&self, tx: &mut Tx, user: UserId) -> Result<(), DirectoryError> {
        if tx.owners_for_update(self.grant.tenant()).await? == [user] {
            return Err(Error::new(403, "a tenant has at least one owner who is active").into());
        }
        Ok(())
    }

    /// Fails if another goes by the name, or is called the same.
    async fn free(&self, tx: &mut Tx, row: &DirectoryUser, wish: &Wish) -> Result<(), DirectoryError> {
        let (tenant, key) = (row.tenant_id, self.grant.tenant_key());
        let other = |found: Option<DirectoryUser>| found.is_some_and(|found| found.id != row.id);
        if let Some(hmac) = &row.user_name_hmac
            && other(tx.directory_user_by_name(tenant, hmac).await?)
        {
            return Err(DirectoryError::taken("userName is taken"));
        }
        if let Ok(address) = wish.user.user_name.parse() {
            let hmac = UserColumns::address_hmac(key, &address);
            let found = tx.directory_user_by_address(tenant, &hmac).await?;
            if other(found.filter(|found| found.user_name_hmac.is_none() && found.left_at.is_none())) {
                return Err(DirectoryError::taken("userName is taken"));
            }
        }
        if let Some(hmac) = &row.external_id_hmac
            && other(tx.directory_user_by_external_id(tenant, hmac).await?)
        {
            return Err(DirectoryError::taken("externalId is taken"));
        }
        if other(tx.directory_user_by_address(tenant, &row.address_hmac).await?) {
            return Err(DirectoryError::taken("a user has this address already"));
        }
        Ok(())
    }

    /// A new row, about which the directory has said nothing yet.
    async fn inserted(
        &self,
        tx: &mut Tx,
        wish: &Wish,
        address_hmac: [u8; 32],
        now: Timestamp,
    ) -> Result<DirectoryUser, DirectoryError> {
        let (tenant, key, random) = (self.grant.tenant(), self.grant.tenant_key(), &*self.tenancy.random);
        let id = UserId::new(now, random_bytes(random));
        let (address, name) =
            UserColumns::of(tenant, id).seal(key, wish.address.as_str(), &wish.name, random);
        tx.insert_user(&Row {
            id,
            tenant_id: tenant,
            address,
            address_hmac,
            name,
            role: Role::Sender,
            created_at: now,
            disabled_at: None,
            seat_at: self.grant.policy().seats_automatic.then_some(now),
            sending_suspended_at: None,
        })
        .await?;
        let row = tx.directory_user(tenant, id).await?;
        row.ok_or_else(DirectoryError::not_found)
    }

    /// The row with what the directory says.
    fn written(&self, wish: &Wish, row: &DirectoryUser, now: Timestamp) -> DirectoryUser {
        let (key, random) = (self.grant.tenant_key(), &*self.tenancy.random);
        let columns = UserColumns::of(row.tenant_id, row.id);
        let (address, name) = columns.seal(key, wish.address.as_str(), &wish.name, random);
        let stored = Stored {
            user: User { active: None, ..wish.user.clone() },
            active_unassigned: row.disabled_at.is_some() && wish.user.active.is_none(),
        };
        let external_id = wish.user.external_id.as_deref();
        DirectoryUser {
            address,
            address_hmac: UserColumns::address_hmac(key, &wish.address),
            name,
            directory: Some(key.seal_column(user_column(row.tenant_id, row.id), &stored.to_bytes(), random)),
            user_name_hmac: Some(user_name_hmac(key, &wish.user.user_name)),
            external_id_hmac: external_id.map(|id| user_id_hmac(key, id)),
            updated_at: Some(now),
            id: row.id,
            tenant_id: row.tenant_id,
            role: row.role,
            version: row.version,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
            left_at: row.left_at,
        }
    }
}

impl Wish {
    fn check(user: User) -> Result<Self, DirectoryError> {
        let address = user.address().parse();
        let address =
            address.map_err(|_| DirectoryError::invalid("neither emails nor userName has an address"))?;
        let name = user.shown_name();
        if name.len() > MAX_NAME_BYTES || name.chars().any(sealpost_domain::is_deceptive) {
            return Err(DirectoryError::invalid("a name has at most 256 bytes and is read in one direction"));
        }
        Ok(Self { user, address, name })
    }
}

fn busy() -> DirectoryError {
    Error::new(503, "somebody else changes the same resource; try again").into()
}
