//! That somebody has opened a link with all that it asks for: kept in his browser, sealed, so that he can be told how it ended.
//!
//! Bytes inside: SHA-256 of the link's token (32), ids of tenant and transfer (16 each), until when it counts in unix milliseconds (8,
//! big-endian). It is a right to nothing but that one sentence (`docs/adr/0018`).

use std::{fmt, time::Duration};

use data_encoding::BASE64URL_NOPAD;
use sealpost_db::{Delivery, Purge, PurgeReason};
use sealpost_domain::{TenantId, Timestamp, TransferId, TransferState};
use uuid::Uuid;

use crate::{Auth, AuthError, LinkToken, Verified};

/// What the sealing is bound to.
const PURPOSE: &str = "opened";
/// Longest text that can be one: it is refused unread beyond.
const MAX_TEXT: usize = 200;
/// How long after the delivery's end somebody is told how it ended.
const TOLD_FOR: Duration = Duration::from_secs(30 * 86_400);

/// What a browser keeps of a link that was opened in it.
#[derive(Clone)]
pub struct KeptOpening {
    /// The text, for a cookie.
    pub text: String,
    /// Until when it counts.
    pub until: Timestamp,
}

impl fmt::Debug for KeptOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptOpening").field("until", &self.until).finish_non_exhaustive()
    }
}

/// How a delivery ended, and whose it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Whose it was.
    pub tenant: TenantId,
    /// How it ended.
    pub end: End,
}

/// How a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It, or this recipient, is blocked; which of both is nobody's business but the tenant's.
    Blocked,
    /// Somebody has deleted it, then, before its time was over.
    Deleted(Timestamp),
    /// Its time was over then, and it is about to be deleted.
    Expired(Timestamp),
    /// Nothing says any more how.
    Gone,
    /// Its time was over then, and all of it is deleted.
    Purged(Timestamp),
}

/// What is inside.
struct Opening {
    /// SHA-256 of the link's.
    token: [u8; 32],
    tenant: TenantId,
    transfer: TransferId,
    until: Timestamp,
}

impl Auth {
    /// What a browser keeps of a link that was opened in it a moment ago.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`] if the token is none; [`AuthError`] if the key cannot be had.
    pub async fn keep_opening(&self, token: &str, verified: &Verified) -> Result<KeptOpening, AuthError> {
        let token: LinkToken = token.parse().map_err(|_| AuthError::LinkUnavailable)?;
        let read = verified.grant.read();
        let until = verified.visit_ends_at + TOLD_FOR;
        let opening = Opening {
            token: *token.hash().as_bytes(),
            tenant: read.tenant(),
            transfer: read.transfer(),
            until,
        };
        let sealed = self.keys.grant_key().await?.seal(PURPOSE, &opening.encode(), &*self.random);
        Ok(KeptOpening { text: BASE64URL_NOPAD.encode(&sealed), until })
    }

    /// How the delivery of a link that is not available ended, for somebody in whose browser it was opened, which kept this. `None`
    /// for everybody else, and if it has not ended.
    ///
    /// # Errors
    /// [`AuthError`] if the database or the key cannot be had.
    pub async fn how_it_ended(&self, token: &str, kept: &str) -> Result<Option<Ended>, AuthError> {
        let Some(opening) = self.opened(token, kept).await? else {
            return Ok(None);
        };
        let tenant = opening.tenant;
        let mut conn = self.db.read().await?;
        let end = match conn.delivery_by_link(&opening.token).await? {
            Some(delivery) => end_of(&delivery, self.now()),
            None => {
                Some(conn.purge(tenant, opening.transfer).await?.map_or(End::Gone, |purge| purged(&purge)))
            }
        };
        Ok(end.map(|end| Ended { tenant, end }))
    }

    /// What the browser kept, if it is of this link and still counts.
    async fn opened(&self, token: &str, kept: &str) -> Result<Option<Opening>, AuthError> {
        let Ok(token) = token.parse::<LinkToken>() else {
            return Ok(None);
        };
        if kept.len() > MAX_TEXT {
            return Ok(None);
        }
        let Ok(sealed) = BASE64URL_NOPAD.decode(kept.as_bytes()) else {
            return Ok(None);
        };
        let opened = self.keys.grant_key().await?.open(PURPOSE, &sealed).ok();
        let opening = opened.and_then(|bytes| Opening::decode(&bytes));
        Ok(opening.filter(|opening| opening.token == *token.hash().as_bytes() && self.now() < opening.until))
    }
}

/// How what is still there ended.
fn end_of(delivery: &Delivery, now: Timestamp) -> Option<End> {
    let transfer = &delivery.transfer;
    match transfer.state.at(now, transfer.expires_at) {
        TransferState::Expired => Some(End::Expired(transfer.expires_at)),
        TransferState::Purged if transfer.expires_at <= now => Some(End::Expired(transfer.expires_at)),
        TransferState::Purged => Some(End::Deleted(transfer.purge_started_at.unwrap_or(now))),
        TransferState::Blocked => Some(End::Blocked),
        _ if delivery.recipient.blocked_at.is_some() => Some(End::Blocked),
        TransferState::Draft | TransferState::Sealed | TransferState::Available => None,
    }
}

/// How something ended of which the record alone is left.
const fn purged(purge: &Purge) -> End {
    match purge.reason {
        PurgeReason::Deleted => End::Deleted(purge.purged_at),
        PurgeReason::Expired => End::Purged(purge.expires_at),
    }
}

impl Opening {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(72);
        bytes.extend_from_slice(&self.token);
        bytes.extend_from_slice(&self.tenant.into_bytes());
        bytes.extend_from_slice(&self.transfer.into_bytes());
        bytes.extend_from_slice(&self.until.unix_millis().to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (token, rest) = bytes.split_first_chunk::<32>()?;
        let (tenant, rest) = rest.split_first_chunk::<16>()?;
        let (transfer, until) = rest.split_first_chunk::<16>()?;
        Some(Self {
            token: *token,
            tenant: Uuid::from_bytes(*tenant).into(),
            transfer: Uuid::from_bytes(*transfer).into(),
            until: Timestamp::from_unix_millis(i64::from_be_bytes(until.try_into().ok()?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::{GrantKey, SystemRandom};

    use super::*;

    fn opening() -> Opening {
        let id = |byte| Uuid::from_bytes([byte; 16]);
        Opening {
            token: [7; 32],
            tenant: id(1).into(),
            transfer: id(2).into(),
            until: Timestamp::from_unix_millis(5),
        }
    }

    #[test]
    fn what_a_browser_keeps_is_short_and_comes_back_as_it_was() {
        let kept = opening();
        let sealed = GrantKey::generate(&SystemRandom).seal(PURPOSE, &kept.encode(), &SystemRandom);
        assert!(BASE64URL_NOPAD.encode(&sealed).len() <= MAX_TEXT);
        let back = Opening::decode(&kept.encode()).unwrap();
        assert!(back.token == kept.token && back.tenant == kept.tenant && back.transfer == kept.transfer);
        assert_eq!(back.until, kept.until);
    }

    #[test]
    fn truncated_and_longer_bytes_are_none() {
        let bytes = opening().encode();
        for length in [0, 32, 64, 71] {
            assert!(Opening::decode(&bytes[..length]).is_none(), "{length}");
        }
        assert!(Opening::decode(&[bytes.as_slice(), &[0]].concat()).is_none());
    }
}
