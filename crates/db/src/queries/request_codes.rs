//! Codes that were sent to uploaders.

use std::time::Duration;

use sealpost_domain::{CodeId, Language, PortalId, SubmissionSource, TenantId, Timestamp, UploadRequestId};

use super::upload_requests::source;
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A code for somebody who sends in.
    pub struct RequestCode {
        /// Its id, which jobs name.
        pub id: CodeId,
        /// The tenant of the request or portal.
        pub tenant_id: TenantId,
        /// The request, if it is one.
        pub request_id: Option<UploadRequestId>,
        /// The portal, if it is one.
        pub portal_id: Option<PortalId>,
        /// Where it is sent, sealed under the tenant key; `None` once it was.
        pub address: Option<Vec<u8>>,
        /// HMAC of that address's look-up key.
        pub address_hmac: [u8; 32],
        /// The language of whoever has asked for it, if it is known.
        pub language: Option<Language>,
        /// SHA-256 of what only the browser has that asked for it; unique.
        pub challenge_hash: [u8; 32],
        /// HMAC of the code under the tenant key.
        pub code_hmac: [u8; 32],
        /// The code, sealed under the tenant key; `None` once it was sent.
        pub code: Option<Vec<u8>>,
        /// How often one was shown with this challenge.
        pub tries: u64,
        /// When it was asked for.
        pub created_at: Timestamp,
        /// From when on it counts no more.
        pub expires_at: Timestamp,
        /// When it was shown.
        pub used_at: Option<Timestamp>,
    }
}

impl RequestCode {
    /// By what somebody wants to send in.
    pub fn source(&self) -> Option<SubmissionSource> {
        source(self.request_id, self.portal_id)
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, request_id, portal_id, address, address_hmac, language, challenge_hash, code_hmac, code, tries, \
         created_at, expires_at, used_at"
    };
}

statements! {
    INSERT = [
        "INSERT INTO request_codes (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    ];
    BY_ID = ["SELECT ", columns!(), " FROM request_codes WHERE id = $1"];
    BY_CHALLENGE = ["SELECT ", columns!(), " FROM request_codes WHERE challenge_hash = $1"];
    COUNT_TRY = "UPDATE request_codes SET tries = tries + 1 WHERE id = $1 AND tries < $2 AND used_at IS NULL";
    USE = "UPDATE request_codes SET used_at = $2 WHERE id = $1 AND used_at IS NULL";
    FORGET = "UPDATE request_codes SET code = NULL, address = NULL WHERE id = $1 AND code IS NOT NULL";
    SWEEP = "DELETE FROM request_codes WHERE expires_at <= $1";
    SWEEP_AHEAD = "DELETE FROM request_codes WHERE expires_at > $1";
}

impl Conn {
    /// The code with this id.
    pub async fn request_code(&mut self, id: CodeId) -> Result<Option<RequestCode>, DbError> {
        self.optional(&BY_ID, binds![id]).await
    }

    /// The code that was asked for with this challenge.
    pub async fn request_code_by_challenge(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<RequestCode>, DbError> {
        self.optional(&BY_CHALLENGE, binds![hash]).await
    }
}

impl Tx {
    /// Adds a code.
    pub async fn insert_request_code(&mut self, c: &RequestCode) -> Result<(), DbError> {
        let row = binds![
            c.id,
            c.tenant_id,
            c.request_id,
            c.portal_id,
            c.address.as_ref(),
            &c.address_hmac,
            c.language,
            &c.challenge_hash,
            &c.code_hmac,
            c.code.as_ref(),
            c.tries,
            c.created_at,
            c.expires_at,
            c.used_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Counts that a code is shown, unless it was so often before or has been used. `false`, and nothing is counted, then.
    pub async fn count_request_code_try(&mut self, id: CodeId, most: u64) -> Result<bool, DbError> {
        self.changes(&COUNT_TRY, binds![id, most]).await
    }

    /// The right code was shown. `false` if it was before, or is gone.
    pub async fn use_request_code(&mut self, id: CodeId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&USE, binds![id, at]).await
    }

    /// Removes the code itself once it was sent, and where; what both are checked by stays. `false` if it was removed before.
    pub async fn forget_sealed_request_code(&mut self, id: CodeId) -> Result<bool, DbError> {
        self.changes(&FORGET, binds![id]).await
    }

    /// Removes codes whose time is over, and those that only a clock that was ahead can have made: that end later than
    /// `longest` from now. Gives how many.
    pub async fn sweep_request_codes(&mut self, now: Timestamp, longest: Duration) -> Result<u64, DbError> {
        let ahead = self.execute(&SWEEP_AHEAD, binds![now + longest]).await?;
        Ok(ahead + self.execute(&SWEEP, binds![now]).await?)
    }
}
