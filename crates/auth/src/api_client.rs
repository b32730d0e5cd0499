//! API clients: programs that sign in by themselves. Made, listed, given another secret, taken back.

use std::time::Duration;

use sealpost_db::{ApiClient, Tx};
use sealpost_domain::{ApiClientId, Role, Scope, Scopes, Timestamp, UserId};
use sealpost_sealed::random_bytes;
use serde_json::json;

use crate::{Actor, Auth, AuthError, ManageGrant, token::ClientSecret};

/// How long the secret before counts beside the new one, at most.
pub const LONGEST_OVERLAP: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Longest name in bytes.
const MAX_NAME_BYTES: usize = 256;

/// A client to be made.
#[derive(Debug, Clone)]
pub struct NewApiClient {
    /// What it is called.
    pub name: String,
    /// As whom it acts.
    pub user: UserId,
    /// What it may be used for.
    pub scopes: Scopes,
}

/// A client as those see it who keep it.
#[derive(Debug, Clone)]
pub struct ApiClientView {
    /// Which; what it shows with its secret.
    pub id: ApiClientId,
    /// What it is called.
    pub name: String,
    /// As whom it acts.
    pub user: UserId,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when the secret before its present one counts.
    pub previous_until: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// A client with the secret that it was given. It is shown once and not stored.
pub struct IssuedClient {
    /// The client.
    pub client: ApiClientView,
    /// The secret.
    pub secret: String,
}

impl Auth {
    /// Makes a client.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] without such a user; [`AuthError::Forbidden`] for scopes that are not his role's, and for a
    /// user whom the caller could not make; [`AuthError::Invalid`] for a name or scopes that cannot be.
    pub async fn create_api_client(
        &self,
        grant: &ManageGrant,
        new: NewApiClient,
    ) -> Result<IssuedClient, AuthError> {
        check(&new)?;
        let now = self.now();
        let secret = ClientSecret::generate(&*self.random);
        let client = ApiClient {
            id: ApiClientId::new(now, random_bytes(&*self.random)),
            tenant_id: grant.tenant(),
            user_id: new.user,
            name: new.name,
            scopes: new.scopes,
            secret_hash: *secret.hash().as_bytes(),
            previous_hash: None,
            previous_until: None,
            created_at: now,
            revoked_at: None,
        };
        let mut tx = self.db.write().await?;
        let user = tx.user(grant.tenant(), new.user).await?.ok_or(AuthError::NotFound)?;
        // Whoever makes a client has its rights: no admin gets an owner's that way.
        if grant.actor() != Actor::User(new.user) {
            grant.require_over(user.role)?;
        }
        if user.disabled_at.is_some() || !scopes_of(user.role).contains_all(&client.scopes) {
            return Err(AuthError::Forbidden);
        }
        tx.insert_api_client(&client).await?;
        let more = json!({ "client": client.id, "user": new.user, "scopes": client.scopes.to_string() });
        grant.record(&mut tx, now, "client.created", more).await?;
        tx.commit().await?;
        Ok(IssuedClient { client: view(client), secret: secret.to_bearer_text() })
    }

    /// The tenant's clients, oldest first, with those that were taken back.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn api_clients(&self, grant: &ManageGrant) -> Result<Vec<ApiClientView>, AuthError> {
        let clients = self.db.read().await?.api_clients(grant.tenant()).await?;
        Ok(clients.into_iter().map(view).collect())
    }

    /// Gives a client another secret. The one it has counts for so long beside it (at most a week), so that whoever uses
    /// it has the time to change it.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if there is none such, or it was taken back; [`AuthError::Forbidden`] as when it was made.
    pub async fn rotate_api_client(
        &self,
        grant: &ManageGrant,
        id: ApiClientId,
        overlap: Duration,
    ) -> Result<IssuedClient, AuthError> {
        let now = self.now();
        let secret = ClientSecret::generate(&*self.random);
        let until = now + overlap.min(LONGEST_OVERLAP);
        let mut tx = self.db.write().await?;
        let client = self.kept_client(&mut tx, grant, id).await?;
        let user = tx.user(grant.tenant(), client.user_id).await?.ok_or(AuthError::NotFound)?;
        if grant.actor() != Actor::User(client.user_id) {
            grant.require_over(user.role)?;
        }
        if !tx.rotate_api_client(grant.tenant(), id, secret.hash().as_bytes(), until).await? {
            return Err(AuthError::NotFound);
        }
        grant
            .record(&mut tx, now, "client.rotated", json!({ "client": id, "previous_until": until }))
            .await?;
        tx.commit().await?;
        let client = ApiClient { previous_until: Some(until), ..client };
        Ok(IssuedClient { client: view(client), secret: secret.to_bearer_text() })
    }

    /// Takes a client back, with all its access tokens.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if there is none such, or it was taken back before.
    pub async fn revoke_api_client(&self, grant: &ManageGrant, id: ApiClientId) -> Result<(), AuthError> {
        let now = self.now();
        let mut tx = self.db.write().await?;
        if !tx.revoke_api_client(grant.tenant(), id, now).await? {
            return Err(AuthError::NotFound);
        }
        grant.record(&mut tx, now, "client.revoked", json!({ "client": id })).await?;
        Ok(tx.commit().await?)
    }

    async fn kept_client(
        &self,
        tx: &mut Tx,
        grant: &ManageGrant,
        id: ApiClientId,
    ) -> Result<ApiClient, AuthError> {
        let client = tx.api_client(grant.tenant(), id).await?;
        client.filter(|client| client.revoked_at.is_none()).ok_or(AuthError::NotFound)
    }
}

/// What a client may be given that acts as somebody of this role: what he may do himself, and for who runs the tenant,
/// keeping its directory.
pub(crate) fn scopes_of(role: Role) -> Scopes {
    let directory = role.is_admin().then_some(Scope::Scim);
    Scopes::new(role.scopes().iter().chain(directory))
}

fn check(new: &NewApiClient) -> Result<(), AuthError> {
    let strange = |c: char| c.is_control() || sealpost_domain::is_deceptive(c);
    if new.name.is_empty() || new.name.len() > MAX_NAME_BYTES || new.name.chars().any(strange) {
        return Err(AuthError::Invalid("a name is one line of 1 to 256 bytes, read in one direction"));
    }
    if new.scopes.is_empty() {
        return Err(AuthError::Invalid("a client has at least one scope"));
    }
    Ok(())
}

fn view(client: ApiClient) -> ApiClientView {
    ApiClientView {
        id: client.id,
        name: client.name,
        user: client.user_id,
        scopes: client.scopes,
        created_at: client.created_at,
        previous_until: client.previous_until,
        revoked_at: client.revoked_at,
    }
}
