//! Who a user is at a provider.

use sealpost_domain::{IdentityProviderId, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// An account at a provider, and the user whose it is.
    pub struct UserIdentity {
        /// The provider.
        pub provider_id: IdentityProviderId,
        /// HMAC of what the provider calls the account.
        pub subject_hmac: [u8; 32],
        /// The tenant of both.
        pub tenant_id: TenantId,
        /// The user.
        pub user_id: UserId,
        /// Since when.
        pub created_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "provider_id, subject_hmac, tenant_id, user_id, created_at"
    };
}

statements! {
    INSERT = [
        "INSERT INTO user_identities (", columns!(), ") VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (provider_id, subject_hmac) DO NOTHING",
    ];
    GET = ["SELECT ", columns!(), " FROM user_identities WHERE provider_id = $1 AND subject_hmac = $2"];
    OF_USER = [
        "SELECT ", columns!(), " FROM user_identities WHERE user_id = $1 AND provider_id = $2 \
         ORDER BY created_at, subject_hmac",
    ];
}

impl Conn {
    /// Whose account this is.
    pub async fn user_identity(
        &mut self,
        provider: IdentityProviderId,
        subject: &[u8; 32],
    ) -> Result<Option<UserIdentity>, DbError> {
        self.optional(&GET, binds![provider, subject]).await
    }

    /// A user's accounts at a provider.
    pub async fn user_identities(
        &mut self,
        user: UserId,
        provider: IdentityProviderId,
    ) -> Result<Vec<UserIdentity>, DbError> {
        self.all(&OF_USER, binds![user, provider]).await
    }
}

impl Tx {
    /// Says whose an account is. `false` if it is somebody's.
    pub async fn insert_user_identity(&mut self, i: &UserIdentity) -> Result<bool, DbError> {
        let row = binds![i.provider_id, &i.subject_hmac, i.tenant_id, i.user_id, i.created_at];
        self.changes(&INSERT, row).await
    }
}
