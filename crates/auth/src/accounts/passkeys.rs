//! Passkeys: signing in with them, adding and removing them.

use sealpost_db::{DbError, Passkey};
use sealpost_domain::{AccountChange, PasskeyId, SessionStage, SignIn, Timestamp};
use sealpost_sealed::random_bytes;
use serde_json::{Value, json};

use super::{
    enrol::{Enrolled, Enrolment},
    holder::Holder,
    passkey::{Ceremony, Credential, RelyingParty, place},
};
use crate::{AccountSession, Auth, AuthError, Authenticated, SteppedUp};

/// Longest name of a passkey, in bytes.
const MAX_LABEL: usize = 128;
/// Most passkeys of one user.
const MOST: u64 = 20;

/// A passkey as its owner sees it.
#[derive(Debug, Clone)]
pub struct PasskeyView {
    /// Which.
    pub id: PasskeyId,
    /// The id that its authenticator has given it.
    pub credential: Vec<u8>,
    /// What he calls it.
    pub label: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

impl Auth {
    /// Begins to sign in with a passkey: which one, and whose, its device will say.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if this service has no name that passkeys could be bound to.
    pub async fn begin_passkey_sign_in(&self) -> Result<Ceremony, AuthError> {
        let key = self.keys.grant_key().await?;
        self.party()?.begin_signing_in((&key, self.now(), &*self.random))
    }

    /// Ends signing in with a passkey. The user was verified by his device, so it is two factors in one.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`], whatever is wrong with it.
    pub async fn sign_in_with_passkey(
        &self,
        state: &str,
        answer: &Value,
    ) -> Result<Authenticated, AuthError> {
        let named =
            self.party().ok().and_then(|party| party.named(answer)).ok_or(AuthError::CredentialsWrong)?;
        let mut conn = self.db.read().await?;
        let passkey = conn.passkey_by_credential(&named.credential_hash).await?;
        let passkey =
            passkey.filter(|passkey| passkey.user_id == named.user).ok_or(AuthError::CredentialsWrong)?;
        let tenant = conn.tenant(passkey.tenant_id).await?.ok_or(AuthError::CredentialsWrong)?;
        let holder = self.holder(&mut conn, &tenant, passkey.user_id).await?;
        let holder = holder.ok_or(AuthError::CredentialsWrong)?;
        drop(conn);
        let user = Some(holder.user());
        if !self.use_passkey(&holder, &passkey, state, answer).await? {
            return self.refuse(tenant.id, user, SignIn::Passkey, "wrong").await;
        }
        if !holder.may(&tenant, SignIn::Passkey) {
            return self.refuse(tenant.id, user, SignIn::Passkey, "not_allowed").await;
        }
        Ok(Authenticated {
            tenant: tenant.id,
            user: holder.user(),
            method: SignIn::Passkey,
            second_factor: true,
            stage: SessionStage::Full,
        })
    }

    /// Whether a passkey of this very user was used.
    pub(super) async fn use_own_passkey(
        &self,
        holder: &Holder,
        state: &str,
        answer: &Value,
    ) -> Result<bool, AuthError> {
        let Some(named) = self.party().ok().and_then(|party| party.named(answer)) else {
            return Ok(false);
        };
        let passkey = self.db.read().await?.passkey_by_credential(&named.credential_hash).await?;
        let own = |passkey: &Passkey| passkey.user_id == holder.user() && named.user == holder.user();
        match passkey.filter(own) {
            Some(passkey) => self.use_passkey(holder, &passkey, state, answer).await,
            None => Ok(false),
        }
    }

    async fn use_passkey(
        &self,
        holder: &Holder,
        passkey: &Passkey,
        state: &str,
        answer: &Value,
    ) -> Result<bool, AuthError> {
        let here = place(passkey.tenant_id, passkey.id, "passkeys.credential");
        let credential = Credential::open(&holder.key, here, &passkey.credential)?;
        let key = self.keys.grant_key().await?;
        let now = self.now();
        let Some(shown) = self.party()?.finish_signing_in(credential, state, answer, (&key, now)) else {
            return Ok(false);
        };
        let sealed = shown.what.seal(&holder.key, here, &*self.random)?;
        let mut tx = self.db.write().await?;
        let first = tx.use_ceremony(shown.ceremony, shown.expires_at, now).await?
            && tx.use_passkey(passkey.id, &passkey.credential, &sealed, now).await?;
        if first {
            tx.commit().await?;
        }
        Ok(first)
    }

    /// The caller's passkeys, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn own_passkeys(&self, account: &AccountSession) -> Result<Vec<PasskeyView>, AuthError> {
        let rows = self.db.read().await?.passkeys(account.tenant(), account.user()).await?;
        let view = |row: Passkey| {
            let here = place(row.tenant_id, row.id, "passkeys.label");
            let label = account.tenant_key().open_text(here, &row.label);
            let label = label.map_err(|error| AuthError::Internal(error.into()))?;
            let here = place(row.tenant_id, row.id, "passkeys.credential");
            let credential = Credential::open(account.tenant_key(), here, &row.credential)?.id().to_vec();
            Ok(PasskeyView {
                id: row.id,
                credential,
                label,
                created_at: row.created_at,
                last_used_at: row.last_used_at,
            })
        };
        rows.into_iter().map(view).collect()
    }

    /// Begins to add a passkey.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if this service has no name that passkeys could be bound to; [`AuthError::Exists`] if
    /// there are too many already.
    pub async fn begin_passkey(&self, by: &Enrolment) -> Result<Ceremony, AuthError> {
        let party = self.party()?;
        let (_, holder) = self.own(by.tenant(), by.user()).await?;
        if holder.account.passkeys >= MOST {
            return Err(AuthError::Exists);
        }
        let rows = self.db.read().await?.passkeys(holder.tenant(), holder.user()).await?;
        let id = |row: &Passkey| {
            let here = place(row.tenant_id, row.id, "passkeys.credential");
            Ok(Credential::open(&holder.key, here, &row.credential)?.id())
        };
        let known = rows.iter().map(id).collect::<Result<_, AuthError>>()?;
        let (address, name) = holder.called()?;
        let name = if name.is_empty() { &address } else { &name };
        let key = self.keys.grant_key().await?;
        party.begin_adding((holder.user(), &address, name), known, (&key, self.now(), &*self.random))
    }

    /// Ends adding a passkey. Whoever has no recovery codes yet gets them: they are shown this once.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`], whatever is wrong with it; [`AuthError::Invalid`].
    pub async fn finish_passkey(
        &self,
        by: &Enrolment,
        label: &str,
        state: &str,
        answer: &Value,
    ) -> Result<Enrolled<(PasskeyId, Vec<String>)>, AuthError> {
        let label = label.trim();
        if label.is_empty() || label.len() > MAX_LABEL || label.chars().any(char::is_control) {
            return Err(AuthError::Invalid("a name is one line of 1 to 128 bytes"));
        }
        let (_, holder) = self.own(by.tenant(), by.user()).await?;
        let who = (holder.tenant(), holder.user());
        let (key, now) = (self.keys.grant_key().await?, self.now());
        let Some(shown) = self.party()?.finish_adding(who.1, state, answer, (&key, now)) else {
            return self.refuse(who.0, Some(who.1), SignIn::Passkey, "wrong_new_passkey").await;
        };
        let id = PasskeyId::new(now, random_bytes(&*self.random));
        let row = Passkey {
            id,
            tenant_id: who.0,
            user_id: who.1,
            credential_hash: shown.what.hash(),
            credential: shown.what.seal(
                &holder.key,
                place(who.0, id, "passkeys.credential"),
                &*self.random,
            )?,
            label: holder.key.seal_column(
                place(who.0, id, "passkeys.label"),
                label.as_bytes(),
                &*self.random,
            ),
            created_at: now,
            last_used_at: None,
        };
        let mut tx = self.db.write().await?;
        let inserted = tx.use_ceremony(shown.ceremony, shown.expires_at, now).await?;
        match tx.insert_passkey(&row).await {
            Ok(()) if inserted => {}
            Ok(()) | Err(DbError::AlreadyExists(_)) => {
                drop(tx);
                return self.refuse(who.0, Some(who.1), SignIn::Passkey, "wrong_new_passkey").await;
            }
            Err(error) => return Err(error.into()),
        }
        let (codes, hmacs) = match holder.has_second_factor() {
            true => (Vec::new(), Vec::new()),
            false => self.new_recovery_codes(&holder),
        };
        if !hmacs.is_empty() {
            tx.replace_recovery_codes(who.1, &hmacs).await?;
        }
        let more = json!({ "passkey": id });
        self.record_change(&mut tx, who, "passkey.added", Some(AccountChange::PasskeyAdded), more).await?;
        tx.commit().await?;
        let advanced = self.enrolled(by, &holder).await?;
        Ok(Enrolled { what: (id, codes), advanced })
    }

    /// Removes a passkey.
    ///
    /// # Errors
    /// [`AuthError::NotFound`]; [`AuthError::Forbidden`] if the tenant asks for a second factor, and it is the last.
    pub async fn remove_passkey(
        &self,
        account: &SteppedUp<AccountSession>,
        id: PasskeyId,
    ) -> Result<(), AuthError> {
        let who = (account.tenant(), account.user());
        let (_, holder) = self.own(who.0, who.1).await?;
        let last = holder.account.passkeys <= 1 && !holder.has_app();
        let mut tx = self.db.write().await?;
        if !tx.remove_passkey(who.0, who.1, id).await? {
            return Err(AuthError::NotFound);
        }
        if last && account.policy().second_factor_required {
            return Err(AuthError::Forbidden);
        }
        if last {
            tx.replace_recovery_codes(who.1, &[]).await?;
        }
        let more = json!({ "passkey": id });
        self.record_change(&mut tx, who, "passkey.removed", Some(AccountChange::PasskeyRemoved), more)
            .await?;
        Ok(tx.commit().await?)
    }

    fn party(&self) -> Result<&RelyingParty, AuthError> {
        self.party.as_deref().ok_or(AuthError::NotFound)
    }
}
