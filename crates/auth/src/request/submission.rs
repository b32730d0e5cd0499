//! The right to send in as an uploader carries it: sealed, so that no node has to remember it.
//!
//! Bytes inside: ids of tenant, request and transfer (16 each), and the end in unix milliseconds (8, big-endian). What it
//! rests on is looked up anew with every request.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{TenantId, Timestamp, TransferId, UploadRequestId};
use uuid::Uuid;

use super::BeginGrant;
use crate::{Auth, AuthError, SubmitGrant};

/// What the text begins with, so that scanners of leaked secrets know it.
pub const SUBMISSION_PREFIX: &str = "sb_";
/// What the sealing is bound to.
const PURPOSE: &str = "submission";
/// Longest text that can be a grant: it is refused unread beyond.
const MAX_TEXT: usize = 400;

/// The right to send in, as text.
#[derive(Clone)]
pub struct SealedSubmission {
    /// For a bearer.
    pub grant: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl fmt::Debug for SealedSubmission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSubmission").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Inside {
    tenant: TenantId,
    request: UploadRequestId,
    transfer: TransferId,
    end: Timestamp,
}

impl Auth {
    /// Seals the right to send in the transfer that was begun with this grant, until then or the end of the request.
    ///
    /// # Errors
    /// Those of the keys.
    pub async fn seal_submission(
        &self,
        grant: &BeginGrant,
        transfer: TransferId,
        end: Timestamp,
    ) -> Result<SealedSubmission, AuthError> {
        let request = grant.request();
        let inside = Inside {
            tenant: request.tenant_id,
            request: request.id,
            transfer,
            end: end.min(request.expires_at),
        };
        let sealed = self.keys.grant_key().await?.seal(PURPOSE, &inside.encode(), &*self.random);
        let grant = format!("{SUBMISSION_PREFIX}{}", BASE64URL_NOPAD.encode(&sealed));
        Ok(SealedSubmission { grant, expires_at: inside.end })
    }

    /// The right to send in that somebody carries, if it counts now.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] for what is none, or none any more; [`AuthError::RequestClosed`] and
    /// [`AuthError::Suspended`] if what it rests on does not hold now.
    pub async fn submit_grant(&self, text: &str) -> Result<SubmitGrant, AuthError> {
        let inside = self.unsealed_submission(text).await?.ok_or(AuthError::Unauthorized)?;
        if inside.end <= self.now() {
            return Err(AuthError::Unauthorized);
        }
        let known = self.db.read().await?.known_request(inside.tenant, inside.request).await?;
        let known = known.ok_or(AuthError::Unauthorized)?;
        if known.request.closed_at.is_some() || known.request.expires_at <= self.now() {
            return Err(AuthError::RequestClosed("the request was closed"));
        }
        let session = self.session_of_requester(known).await?;
        let session = session.ok_or(AuthError::RequestClosed("whoever asks for files cannot get any now"))?;
        Ok(SubmitGrant { session, request: inside.request, transfer: inside.transfer })
    }

    async fn unsealed_submission(&self, text: &str) -> Result<Option<Inside>, AuthError> {
        let sealed = text.strip_prefix(SUBMISSION_PREFIX).filter(|sealed| sealed.len() <= MAX_TEXT);
        let Some(Ok(bytes)) = sealed.map(|sealed| BASE64URL_NOPAD.decode(sealed.as_bytes())) else {
            return Ok(None);
        };
        let opened = self.keys.grant_key().await?.open(PURPOSE, &bytes).ok();
        Ok(opened.and_then(|bytes| Inside::decode(&bytes)))
    }
}

impl Inside {
    fn encode(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(56);
        for id in [self.tenant.into_bytes(), self.request.into_bytes(), self.transfer.into_bytes()] {
            bytes.extend_from_slice(&id);
        }
        bytes.extend_from_slice(&self.end.unix_millis().to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (tenant, rest) = bytes.split_first_chunk::<16>()?;
        let (request, rest) = rest.split_first_chunk::<16>()?;
        let (transfer, rest) = rest.split_first_chunk::<16>()?;
        let end: [u8; 8] = rest.try_into().ok()?;
        Some(Self {
            tenant: Uuid::from_bytes(*tenant).into(),
            request: Uuid::from_bytes(*request).into(),
            transfer: Uuid::from_bytes(*transfer).into(),
            end: Timestamp::from_unix_millis(i64::from_be_bytes(end)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_comes_back_as_it_was_and_nothing_shorter_or_longer_is_one() {
        let id = |byte| Uuid::from_bytes([byte; 16]);
        let inside = Inside {
            tenant: id(1).into(),
            request: id(2).into(),
            transfer: id(3).into(),
            end: Timestamp::from_unix_millis(4),
        };
        assert_eq!(Inside::decode(&inside.encode()), Some(inside));
        for length in [0, 48, 55, 57, 104] {
            assert_eq!(Inside::decode(&vec![0; length]), None, "{length}");
        }
    }
}
