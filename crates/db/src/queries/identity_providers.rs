//! Where people of a tenant, and its recipients, may sign in.

use sealpost_domain::{IdentityProviderId, MailDomains, ProviderKind, TenantId, Timestamp};
use uuid::Uuid;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A provider at which people may sign in.
    pub struct IdentityProvider {
        /// Its id.
        pub id: IdentityProviderId,
        /// Whose people.
        pub tenant_id: TenantId,
        /// What it speaks.
        pub kind: ProviderKind,
        /// What people know it by.
        pub label: String,
        /// What it calls itself; of Entra, the authority.
        pub issuer: String,
        /// This service's name there.
        pub client_id: String,
        /// This service's password there, sealed under the tenant key.
        pub client_secret: Option<Vec<u8>>,
        /// The directory; of Entra only.
        pub entra_tenant: Option<Uuid>,
        /// Whether users of the tenant sign in there.
        pub for_users: bool,
        /// Whether recipients do.
        pub for_recipients: bool,
        /// Whether its access tokens are taken; of Entra only. A directory and client are so for one tenant only.
        pub for_addin: bool,
        /// Whether whoever comes with an address of the domains becomes a user.
        pub provisions: bool,
        /// Whose addresses it vouches for.
        pub domains: MailDomains,
        /// Whether anybody may sign in there now.
        pub enabled: bool,
        /// When it was added.
        pub created_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, kind, label, issuer, client_id, client_secret, entra_tenant, for_users, for_recipients, \
         for_addin, provisions, domains, enabled, created_at"
    };
}

statements! {
    INSERT = [
        "INSERT INTO identity_providers (", columns!(), ") \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    ];
    UPDATE = "UPDATE identity_providers SET label = $3, client_id = $4, client_secret = $5, for_users = $6, \
        for_recipients = $7, provisions = $8, domains = $9, enabled = $10 WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM identity_providers WHERE tenant_id = $1 AND id = $2";
    ANY = ["SELECT ", columns!(), " FROM identity_providers WHERE id = $1"];
    BY_ID = ["SELECT ", columns!(), " FROM identity_providers WHERE tenant_id = $1 AND id = $2"];
    OF_TENANT = ["SELECT ", columns!(), " FROM identity_providers WHERE tenant_id = $1 ORDER BY id"];
    OF_ADDIN = [
        "SELECT ", columns!(), " FROM identity_providers WHERE for_addin AND entra_tenant = $1 AND client_id = $2",
    ];
}

impl Conn {
    /// The provider with this id, whosever it is: for somebody who has not signed in yet.
    pub async fn any_identity_provider(
        &mut self,
        id: IdentityProviderId,
    ) -> Result<Option<IdentityProvider>, DbError> {
        self.optional(&ANY, binds![id]).await
    }

    /// The tenant's provider with this id.
    pub async fn identity_provider(
        &mut self,
        tenant: TenantId,
        id: IdentityProviderId,
    ) -> Result<Option<IdentityProvider>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The tenant's providers in the order in which they were added.
    pub async fn identity_providers(&mut self, tenant: TenantId) -> Result<Vec<IdentityProvider>, DbError> {
        self.all(&OF_TENANT, binds![tenant]).await
    }

    /// The provider whose access tokens, for this client and of this directory of Entra, are taken.
    pub async fn identity_provider_of_addin(
        &mut self,
        entra_tenant: Uuid,
        client_id: &str,
    ) -> Result<Option<IdentityProvider>, DbError> {
        self.optional(&OF_ADDIN, binds![entra_tenant, client_id]).await
    }
}

impl Tx {
    /// Adds a provider. [`DbError::AlreadyExists`] if it is for the add-in, and the directory is somebody's with this
    /// client.
    pub async fn insert_identity_provider(&mut self, p: &IdentityProvider) -> Result<(), DbError> {
        let row = binds![
            p.id,
            p.tenant_id,
            p.kind,
            &p.label,
            &p.issuer,
            &p.client_id,
            p.client_secret.as_ref(),
            p.entra_tenant,
            p.for_users,
            p.for_recipients,
            p.for_addin,
            p.provisions,
            &p.domains,
            p.enabled,
            p.created_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Changes a provider; who it is, and whether it is for the add-in, stays. `false` if there is no such provider.
    pub async fn update_identity_provider(&mut self, p: &IdentityProvider) -> Result<bool, DbError> {
        let row = binds![
            p.tenant_id,
            p.id,
            &p.label,
            &p.client_id,
            p.client_secret.as_ref(),
            p.for_users,
            p.for_recipients,
            p.provisions,
            &p.domains,
            p.enabled,
        ];
        self.changes(&UPDATE, row).await
    }

    /// Removes a provider, and who is who there. `false` if there is no such provider.
    pub async fn delete_identity_provider(
        &mut self,
        tenant: TenantId,
        id: IdentityProviderId,
    ) -> Result<bool, DbError> {
        self.changes(&DELETE, binds![tenant, id]).await
    }
}
