//! Whose account at a provider this is.

use sealpost_db::{AuditEvent, DbError, Tx, User, UserIdentity};
use sealpost_domain::{EmailAddress, IdentityProviderId, Role, UserId, is_deceptive};
use sealpost_oidc::Identity;
use sealpost_sealed::{TenantKey, random_bytes};
use serde_json::{Value, json};

use super::registration::Registered;
use crate::{Auth, AuthError, UserColumns};

/// Longest name of a user, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// A user, or why it is none: a word for the log.
type Whose = Result<UserId, &'static str>;

/// What an account is looked up by: nobody who reads the table learns who has one where.
pub(super) fn subject_hmac(key: &TenantKey, provider: IdentityProviderId, subject: &str) -> [u8; 32] {
    let value = [&provider.into_bytes(), subject.as_bytes()].concat();
    key.lookup_hmac("user_identities.subject", &value)
}

impl Auth {
    /// The user whose account this is.
    ///
    /// An account that was seen before is its user's, whatever its address is by now. One that is new becomes the account of
    /// the user with its address, if the provider vouches for the address and the tenant lets it vouch for that domain; or
    /// of a new user, if the tenant wants that.
    pub(super) async fn user_of(
        &self,
        registered: &Registered,
        identity: &Identity,
    ) -> Result<Whose, AuthError> {
        match self.try_user_of(registered, identity).await {
            // Somebody was faster: he is there now.
            Err(DbError::AlreadyExists(_)) => Ok(self.try_user_of(registered, identity).await?),
            tried => Ok(tried?),
        }
    }

    async fn try_user_of(&self, registered: &Registered, identity: &Identity) -> Result<Whose, DbError> {
        let Registered { row, key, .. } = registered;
        let subject = subject_hmac(key, row.id, &identity.subject.to_key());
        if let Some(known) = self.db.read().await?.user_identity(row.id, &subject).await? {
            let user = self.db.read().await?.user(row.tenant_id, known.user_id).await?;
            let active = user.is_some_and(|user| user.disabled_at.is_none());
            return Ok(if active { Ok(known.user_id) } else { Err("disabled") });
        }
        let Some(address) = vouched_for(registered, identity) else {
            return Ok(Err("unknown_account"));
        };
        let mut tx = self.db.write().await?;
        let hmac = UserColumns::address_hmac(key, &address);
        let user = match tx.user_by_address(row.tenant_id, &hmac).await? {
            Some(user) if user.disabled_at.is_some() => return Ok(Err("disabled")),
            // The address has changed hands at the provider: whoever has it now is not who had it then.
            Some(user) if !tx.user_identities(user.id, row.id).await?.is_empty() => {
                return Ok(Err("another_account"));
            }
            Some(user) => user.id,
            None if row.provisions => self.provision(&mut tx, registered, &address, identity).await?,
            None => return Ok(Err("unknown_user")),
        };
        let link = UserIdentity {
            provider_id: row.id,
            subject_hmac: subject,
            tenant_id: row.tenant_id,
            user_id: user,
            created_at: self.now(),
        };
        if !tx.insert_user_identity(&link).await? {
            return Ok(Err("another_account"));
        }
        self.note(&mut tx, registered, "user.linked", json!({ "user": user })).await?;
        tx.commit().await?;
        Ok(Ok(user))
    }

    /// A new user: a sender, whatever the provider thinks of him.
    async fn provision(
        &self,
        tx: &mut Tx,
        registered: &Registered,
        address: &EmailAddress,
        identity: &Identity,
    ) -> Result<UserId, DbError> {
        let (tenant, key, now) = (registered.tenant.id, &registered.key, self.now());
        let id = UserId::new(now, random_bytes(&*self.random));
        let name = one_line(identity.name.as_deref().unwrap_or_default());
        let (sealed_address, name) =
            UserColumns::of(tenant, id).seal(key, address.as_str(), &name, &*self.random);
        let user = User {
            id,
            tenant_id: tenant,
            address: sealed_address,
            address_hmac: UserColumns::address_hmac(key, address),
            name,
            role: Role::Sender,
            created_at: now,
            disabled_at: None,
            seat_at: registered.tenant.policy.seats_automatic.then_some(now),
            sending_suspended_at: None,
        };
        tx.insert_user(&user).await?;
        self.note(tx, registered, "user.created", json!({ "user": id, "role": Role::Sender })).await?;
        Ok(id)
    }

    async fn note(
        &self,
        tx: &mut Tx,
        registered: &Registered,
        kind: &str,
        mut payload: Value,
    ) -> Result<(), DbError> {
        payload["provider"] = json!(registered.row.id);
        let event = AuditEvent { at: self.now(), kind, transfer_id: None, payload: &payload, sealed: None };
        tx.append_audit(registered.tenant.id, &[event]).await.map(drop)
    }
}

/// The address that the provider vouches for, if the tenant lets it vouch for addresses of that domain.
fn vouched_for(registered: &Registered, identity: &Identity) -> Option<EmailAddress> {
    let address: EmailAddress = identity.verified_email.as_deref()?.parse().ok()?;
    registered.row.domains.contain(&address).then_some(address)
}

/// A name as users have it: one line that reads in one direction.
fn one_line(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !c.is_control() && !is_deceptive(*c)).collect();
    let plain = plain.trim();
    plain[..plain.floor_char_boundary(MAX_NAME_BYTES)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_providers_name_for_somebody_is_made_one_line() {
        for (given, kept) in [
            ("Alice Arendt", "Alice Arendt"),
            (" Alice\r\nArendt\u{202e} ", "AliceArendt"),
            ("", ""),
            (&"ä".repeat(200), &"ä".repeat(128)),
        ] {
            assert_eq!(one_line(given), kept);
        }
    }
}
