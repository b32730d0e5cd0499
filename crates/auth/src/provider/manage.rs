//! Which providers a tenant has.

use sealpost_db::{DbError, IdentityProvider, UserIdentity};
use sealpost_domain::{
    IdentityProviderId, MailDomains, ProviderKind, Role, SignIn, TenantId, TenantSlug, UserId, is_deceptive,
};
use sealpost_oidc::{ENTRA_AUTHORITY, Issuer, PERSONAL_ACCOUNTS, Subject};
use sealpost_sealed::random_bytes;
use serde_json::json;
use uuid::Uuid;

use super::{CallbackPath, identify::subject_hmac, registration::secret_column};
use crate::{Actor, Auth, AuthError, ManageGrant};

/// Most providers of a tenant.
const MAX_PROVIDERS: usize = 50;
const MAX_LABEL_CHARS: usize = 100;
const MAX_CLIENT_BYTES: usize = 255;
const MAX_SECRET_BYTES: usize = 1_000;

/// A provider to be added.
#[derive(Debug, Clone)]
pub struct NewIdentityProvider {
    /// What it speaks.
    pub kind: ProviderKind,
    /// What people know it by.
    pub label: String,
    /// What it calls itself; of Entra the authority, which only the operator chooses, and need not.
    pub issuer: Option<String>,
    /// This service's name there.
    pub client_id: String,
    /// This service's password there.
    pub client_secret: Option<String>,
    /// The directory; of Entra only.
    pub entra_tenant: Option<Uuid>,
    /// Whether users sign in there.
    pub for_users: bool,
    /// Whether recipients do.
    pub for_recipients: bool,
    /// Whether its access tokens are taken from the add-in; for the operator to say.
    pub for_addin: bool,
    /// Whether whoever comes with an address of the domains becomes a user.
    pub provisions: bool,
    /// Whose addresses it vouches for.
    pub domains: MailDomains,
}

/// What becomes different of a provider; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct IdentityProviderChange {
    /// What people know it by.
    pub label: Option<String>,
    /// This service's name there.
    pub client_id: Option<String>,
    /// This service's password there; an empty one takes it away.
    pub client_secret: Option<String>,
    /// Whether users sign in there.
    pub for_users: Option<bool>,
    /// Whether recipients do.
    pub for_recipients: Option<bool>,
    /// Whether whoever comes with an address of the domains becomes a user.
    pub provisions: Option<bool>,
    /// Whose addresses it vouches for.
    pub domains: Option<MailDomains>,
    /// Whether anybody may sign in there.
    pub enabled: Option<bool>,
}

/// A provider as those see it who run the tenant: without its secret.
#[derive(Debug, Clone)]
pub struct IdentityProviderView {
    /// Its row, but for the secret.
    pub row: IdentityProvider,
    /// Whether there is a secret.
    pub has_secret: bool,
    /// By which address people come back: what has to be registered there.
    pub callback: CallbackPath,
}

/// An account that is to be a user's.
#[derive(Debug, Clone)]
pub struct IdentityLink {
    /// Whose.
    pub user: UserId,
    /// What the provider calls it: `sub`; of Entra the object id.
    pub subject: String,
}

/// A provider that somebody can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderChoice {
    /// Which.
    pub id: IdentityProviderId,
    /// What people know it by.
    pub label: String,
}

impl Auth {
    /// Adds a provider.
    ///
    /// # Errors
    /// [`AuthError::Invalid`], [`AuthError::Exists`] if the directory is somebody's already, and
    /// [`AuthError::Forbidden`] for what only owners, or the operator, may do.
    pub async fn add_identity_provider(
        &self,
        grant: &ManageGrant,
        new: NewIdentityProvider,
    ) -> Result<IdentityProviderView, AuthError> {
        let is_operator = grant.actor() == Actor::Operator;
        if new.for_addin && !is_operator
            || new.kind == ProviderKind::Entra && new.issuer.is_some() && !is_operator
        {
            return Err(AuthError::Forbidden);
        }
        let now = self.now();
        let id = IdentityProviderId::new(now, random_bytes(&*self.random));
        let issuer = match (new.kind, new.issuer) {
            (_, Some(issuer)) => issuer,
            (ProviderKind::Entra, None) => ENTRA_AUTHORITY.to_owned(),
            (ProviderKind::Oidc, None) => return Err(AuthError::Invalid("an OpenID provider has an issuer")),
        };
        let row = IdentityProvider {
            id,
            tenant_id: grant.tenant(),
            kind: new.kind,
            label: new.label,
            issuer,
            client_id: new.client_id,
            client_secret: self.sealed_secret(grant, id, new.client_secret.as_deref())?,
            entra_tenant: new.entra_tenant,
            for_users: new.for_users,
            for_recipients: new.for_recipients,
            for_addin: new.for_addin,
            provisions: new.provisions,
            domains: new.domains,
            enabled: true,
            created_at: now,
        };
        check(&row)?;
        require_over(grant, &row)?;
        let mut tx = self.db.write().await?;
        if tx.identity_providers(grant.tenant()).await?.len() >= MAX_PROVIDERS {
            return Err(AuthError::Invalid("a tenant has at most 50 identity providers"));
        }
        match tx.insert_identity_provider(&row).await {
            Err(DbError::AlreadyExists(_)) => return Err(AuthError::Exists),
            inserted => inserted?,
        }
        let payload = json!({
            "provider": id, "kind": row.kind.as_str(), "issuer": row.issuer,
            "for_users": row.for_users, "for_recipients": row.for_recipients, "for_addin": row.for_addin,
        });
        grant.record(&mut tx, now, "provider.added", payload).await?;
        tx.commit().await?;
        Ok(view(row))
    }

    /// The tenant's providers, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn identity_providers(
        &self,
        grant: &ManageGrant,
    ) -> Result<Vec<IdentityProviderView>, AuthError> {
        let rows = self.db.read().await?.identity_providers(grant.tenant()).await?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// One of the tenant's providers.
    ///
    /// # Errors
    /// [`AuthError::NotFound`].
    pub async fn identity_provider(
        &self,
        grant: &ManageGrant,
        id: IdentityProviderId,
    ) -> Result<IdentityProviderView, AuthError> {
        let row = self.db.read().await?.identity_provider(grant.tenant(), id).await?;
        row.map(view).ok_or(AuthError::NotFound)
    }

    /// Changes a provider.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], and those of [`Self::add_identity_provider`].
    pub async fn change_identity_provider(
        &self,
        grant: &ManageGrant,
        id: IdentityProviderId,
        change: IdentityProviderChange,
    ) -> Result<IdentityProviderView, AuthError> {
        let mut tx = self.db.write().await?;
        let before = tx.identity_provider(grant.tenant(), id).await?.ok_or(AuthError::NotFound)?;
        if before.for_addin && change.client_id.is_some() && grant.actor() != Actor::Operator {
            return Err(AuthError::Forbidden);
        }
        let client_secret = match change.client_secret {
            Some(secret) if secret.is_empty() => None,
            Some(secret) => self.sealed_secret(grant, id, Some(&secret))?,
            None => before.client_secret.clone(),
        };
        let row = IdentityProvider {
            label: change.label.unwrap_or_else(|| before.label.clone()),
            client_id: change.client_id.unwrap_or_else(|| before.client_id.clone()),
            client_secret,
            for_users: change.for_users.unwrap_or(before.for_users),
            for_recipients: change.for_recipients.unwrap_or(before.for_recipients),
            provisions: change.provisions.unwrap_or(before.provisions),
            domains: change.domains.unwrap_or_else(|| before.domains.clone()),
            enabled: change.enabled.unwrap_or(before.enabled),
            ..before.clone()
        };
        check(&row)?;
        require_over(grant, &before)?;
        require_over(grant, &row)?;
        tx.update_identity_provider(&row).await?;
        let payload = json!({
            "provider": id, "enabled": row.enabled, "for_users": row.for_users, "for_recipients": row.for_recipients,
            "secret": row.client_secret != before.client_secret,
        });
        grant.record(&mut tx, self.now(), "provider.changed", payload).await?;
        tx.commit().await?;
        Ok(view(row))
    }

    /// Removes a provider, and who is who there. Sessions that began there go on.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Forbidden`].
    pub async fn remove_identity_provider(
        &self,
        grant: &ManageGrant,
        id: IdentityProviderId,
    ) -> Result<(), AuthError> {
        let mut tx = self.db.write().await?;
        let row = tx.identity_provider(grant.tenant(), id).await?.ok_or(AuthError::NotFound)?;
        require_over(grant, &row)?;
        tx.delete_identity_provider(grant.tenant(), id).await?;
        grant.record(&mut tx, self.now(), "provider.removed", json!({ "provider": id })).await?;
        Ok(tx.commit().await?)
    }

    /// Says that an account at a provider is a user's, for providers that vouch for no address.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Invalid`], [`AuthError::Exists`] if the account is somebody's, and
    /// [`AuthError::Forbidden`] for owners and admins, unless an owner does it.
    pub async fn link_identity(
        &self,
        grant: &ManageGrant,
        id: IdentityProviderId,
        link: &IdentityLink,
    ) -> Result<(), AuthError> {
        let tenant = grant.tenant();
        let mut tx = self.db.write().await?;
        let row = tx.identity_provider(tenant, id).await?.ok_or(AuthError::NotFound)?;
        let user = tx.user(tenant, link.user).await?.ok_or(AuthError::NotFound)?;
        grant.require_over(user.role)?;
        let subject = subject(&row, &link.subject)?;
        let identity = UserIdentity {
            provider_id: id,
            subject_hmac: subject_hmac(grant.tenant_key(), id, &subject.to_key()),
            tenant_id: tenant,
            user_id: user.id,
            created_at: self.now(),
        };
        if !tx.insert_user_identity(&identity).await? {
            return Err(AuthError::Exists);
        }
        grant.record(&mut tx, self.now(), "user.linked", json!({ "user": user.id, "provider": id })).await?;
        Ok(tx.commit().await?)
    }

    /// The providers at which a tenant's users can sign in now; none of a tenant that is not there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn choices_of_users(&self, tenant: &TenantSlug) -> Result<Vec<ProviderChoice>, AuthError> {
        let found = self.db.read().await?.tenant_by_slug(tenant).await?;
        match found.filter(|tenant| tenant.suspended_at.is_none()) {
            Some(tenant) if tenant.policy.signins.contains(&SignIn::Oidc) => {
                self.choices(tenant.id, |row| row.for_users).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The providers at which a tenant's recipients can show their account now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn choices_of_recipients(&self, tenant: TenantId) -> Result<Vec<ProviderChoice>, AuthError> {
        self.choices(tenant, |row| row.for_recipients).await
    }

    async fn choices(
        &self,
        tenant: TenantId,
        serves: impl Fn(&IdentityProvider) -> bool,
    ) -> Result<Vec<ProviderChoice>, AuthError> {
        let rows = self.db.read().await?.identity_providers(tenant).await?;
        let rows = rows.into_iter().filter(|row| row.enabled && serves(row));
        Ok(rows.map(|row| ProviderChoice { id: row.id, label: row.label }).collect())
    }

    fn sealed_secret(
        &self,
        grant: &ManageGrant,
        id: IdentityProviderId,
        secret: Option<&str>,
    ) -> Result<Option<Vec<u8>>, AuthError> {
        let Some(secret) = secret else {
            return Ok(None);
        };
        if !(1..=MAX_SECRET_BYTES).contains(&secret.len()) {
            return Err(AuthError::Invalid("a client's secret is 1 to 1000 bytes"));
        }
        let place = secret_column(grant.tenant(), id);
        Ok(Some(grant.tenant_key().seal_column(place, secret.as_bytes(), &*self.random)))
    }
}

/// Whoever says where users sign in can be any of them: that is for owners.
fn require_over(grant: &ManageGrant, row: &IdentityProvider) -> Result<(), AuthError> {
    if row.for_users || row.for_addin { grant.require_over(Role::Owner) } else { Ok(()) }
}

fn check(row: &IdentityProvider) -> Result<(), AuthError> {
    let label = &row.label;
    let strange = |c: char| c.is_control() || is_deceptive(c);
    let is_entra = row.kind == ProviderKind::Entra;
    let client = &row.client_id;
    let rules = [
        (
            (1..=MAX_LABEL_CHARS).contains(&label.chars().count())
                && label.trim() == label
                && !label.chars().any(strange),
            "a label is 1 to 100 characters in one line",
        ),
        (row.issuer.parse::<Issuer>().is_ok(), "an issuer is an https URL without query and fragment"),
        (
            (1..=MAX_CLIENT_BYTES).contains(&client.len()) && client.bytes().all(|b| b.is_ascii_graphic()),
            "a client_id is 1 to 255 characters without blanks",
        ),
        (is_entra == row.entra_tenant.is_some(), "entra_tenant belongs to kind entra, and to it only"),
        (row.entra_tenant != Some(PERSONAL_ACCOUNTS), "personal Microsoft accounts are no organisation's"),
        (!row.for_addin || is_entra, "only Entra's access tokens are taken from the add-in"),
        (!row.provisions || !row.domains.as_slice().is_empty(), "provisions needs domains"),
        (
            row.for_users || row.for_recipients || row.for_addin,
            "a provider is for users, for recipients or for the add-in",
        ),
    ];
    rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, rule)| Err(AuthError::Invalid(rule)))
}

fn subject(row: &IdentityProvider, text: &str) -> Result<Subject, AuthError> {
    match row.entra_tenant {
        Some(tenant) => {
            let object = Uuid::try_parse(text).map_err(|_| AuthError::Invalid("subject is an object id"))?;
            Ok(Subject::Object { tenant, object })
        }
        None if (1..=255).contains(&text.len()) => Ok(Subject::Account(text.to_owned())),
        None => Err(AuthError::Invalid("a subject is 1 to 255 bytes")),
    }
}

fn view(row: IdentityProvider) -> IdentityProviderView {
    IdentityProviderView {
        has_secret: row.client_secret.is_some(),
        callback: CallbackPath::of(row.kind, row.id),
        row: IdentityProvider { client_secret: None, ..row },
    }
}
