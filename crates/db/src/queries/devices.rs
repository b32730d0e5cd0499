//! Browsers in which a code was shown, and that need none for a while.

use sealpost_domain::{CodeChannel, DeviceId, TenantId, Timestamp};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A remembered browser.
    pub struct RememberedDevice {
        /// Its id.
        pub id: DeviceId,
        /// For links of which tenant.
        pub tenant_id: TenantId,
        /// For links to which address: HMAC of its look-up key.
        pub address_hmac: [u8; 32],
        /// Which codes are not asked for.
        pub channel: CodeChannel,
        /// HMAC of the number that the code was sent to, for codes by SMS.
        pub phone_hmac: Option<[u8; 32]>,
        /// SHA-256 of what the browser keeps; unique.
        pub token_hash: [u8; 32],
        /// When the code was shown.
        pub created_at: Timestamp,
        /// From when on codes are asked for again.
        pub expires_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, address_hmac, channel, phone_hmac, token_hash, created_at, expires_at"
    };
}

statements! {
    INSERT = ["INSERT INTO remembered_devices (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"];
    BY_TOKEN = ["SELECT ", columns!(), " FROM remembered_devices WHERE token_hash = $1"];
    OF_ADDRESS = [
        "SELECT ", columns!(), " FROM remembered_devices \
         WHERE tenant_id = $1 AND address_hmac = $2 AND expires_at > $3 ORDER BY id DESC LIMIT $4",
    ];
    FORGET_ONE = "DELETE FROM remembered_devices WHERE id = $1";
    FORGET = "DELETE FROM remembered_devices WHERE tenant_id = $1 AND address_hmac = $2";
    SWEEP = "DELETE FROM remembered_devices WHERE expires_at <= $1";
}

impl Conn {
    /// The browser that keeps what has this hash.
    pub async fn remembered_device(
        &mut self,
        token_hash: &[u8; 32],
    ) -> Result<Option<RememberedDevice>, DbError> {
        self.optional(&BY_TOKEN, binds![token_hash]).await
    }

    /// At most `limit` browsers of an address in a tenant whose time is not over, the newest first.
    pub async fn remembered_devices(
        &mut self,
        tenant: TenantId,
        address_hmac: &[u8; 32],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<RememberedDevice>, DbError> {
        self.all(&OF_ADDRESS, binds![tenant, address_hmac, now, limit]).await
    }
}

impl Tx {
    /// Remembers a browser.
    pub async fn insert_remembered_device(&mut self, d: &RememberedDevice) -> Result<(), DbError> {
        let row = binds![
            d.id,
            d.tenant_id,
            &d.address_hmac,
            d.channel,
            d.phone_hmac.as_ref(),
            &d.token_hash,
            d.created_at,
            d.expires_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Forgets one browser. `false` if it was forgotten before.
    pub async fn forget_device(&mut self, id: DeviceId) -> Result<bool, DbError> {
        self.changes(&FORGET_ONE, binds![id]).await
    }

    /// Forgets all browsers of an address in a tenant. Gives how many.
    pub async fn forget_devices(
        &mut self,
        tenant: TenantId,
        address_hmac: &[u8; 32],
    ) -> Result<u64, DbError> {
        self.execute(&FORGET, binds![tenant, address_hmac]).await
    }

    /// Forgets browsers whose time is over. Gives how many.
    pub async fn sweep_devices(&mut self, now: Timestamp) -> Result<u64, DbError> {
        self.execute(&SWEEP, binds![now]).await
    }
}
