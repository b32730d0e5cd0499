//! The service's half of the secret of what a sender has sealed: told to whoever has passed all of a recipient's protection but
//! the password, together with a ticket for showing the proof that he has the rest.
//!
//! Bytes inside of a ticket: ids of tenant, transfer and recipient (16 each), its end in unix milliseconds (8, big-endian).

use std::{fmt, time::Duration};

use data_encoding::BASE64URL_NOPAD;
use sealpost_db::Delivery;
use sealpost_domain::{RecipientId, TenantId, Timestamp, TransferId};
use sealpost_sealed::ServerHalf;
use uuid::Uuid;

use crate::{Auth, AuthError, NewDevice, Proven, TransferColumns, in_time::is_in_time};

/// What the sealing of a ticket is bound to.
const PURPOSE: &str = "sealing-ticket";
/// Longest text that can be a ticket: it is refused unread beyond.
const MAX_TEXT: usize = 200;
/// How long the proof may be looked for: a password has to be found, and a key to be made of it.
const LIFE: Duration = Duration::from_secs(10 * 60);

/// What somebody gets who has passed the protection of a transfer that its sender has sealed, but for the password.
#[derive(Clone)]
pub struct HalfTold {
    /// The tenant.
    pub tenant: TenantId,
    /// The transfer.
    pub transfer: TransferId,
    /// The service's half of the secret.
    pub half: ServerHalf,
    /// Salt and costs of the password key; `None` if there is no password.
    pub password_parameters: Option<Vec<u8>>,
    /// The right to show the proof.
    pub ticket: String,
    /// When that ends.
    pub expires_at: Timestamp,
    /// That the code was shown, if one was now: who comes again within the next minutes needs no other.
    pub proven: Option<Proven>,
    /// The browser is remembered from now on.
    pub device: Option<NewDevice>,
}

/// Without the half and the ticket.
impl fmt::Debug for HalfTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HalfTold").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What is inside of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) tenant: TenantId,
    pub(crate) transfer: TransferId,
    pub(crate) recipient: RecipientId,
    until: Timestamp,
}

impl Auth {
    /// Tells the half to somebody who has passed the protection.
    pub(crate) async fn tell_half(
        &self,
        delivery: &Delivery,
        proven: Option<Proven>,
        device: Option<NewDevice>,
    ) -> Result<HalfTold, AuthError> {
        let transfer = &delivery.transfer;
        let sealed = transfer.server_half.as_ref().ok_or(AuthError::LinkUnavailable)?;
        let place = TransferColumns::of(transfer.tenant_id, transfer.id).server_half();
        let damaged = |error: sealpost_sealed::Error| AuthError::Internal(error.into());
        let half = self.transfer_key(delivery).await?.open_column(place, sealed).map_err(damaged)?;
        let ticket = Ticket {
            tenant: transfer.tenant_id,
            transfer: transfer.id,
            recipient: delivery.recipient.id,
            until: (self.now() + LIFE).min(transfer.expires_at),
        };
        let text = self.keys.grant_key().await?.seal(PURPOSE, &ticket.encode(), &*self.random);
        Ok(HalfTold {
            tenant: ticket.tenant,
            transfer: ticket.transfer,
            half: ServerHalf::from_secret(&half).map_err(damaged)?,
            password_parameters: transfer.password_parameters.clone(),
            ticket: BASE64URL_NOPAD.encode(&text),
            expires_at: ticket.until,
            proven,
            device,
        })
    }

    /// What a ticket is for, if it is one whose time is not over.
    pub(crate) async fn ticket(&self, text: &str) -> Result<Ticket, AuthError> {
        let sealed = Some(text).filter(|text| text.len() <= MAX_TEXT);
        let sealed = sealed.and_then(|text| BASE64URL_NOPAD.decode(text.as_bytes()).ok());
        let sealed = sealed.ok_or(AuthError::Unauthorized)?;
        let opened = self.keys.grant_key().await?.open(PURPOSE, &sealed).ok();
        let ticket = opened.and_then(|bytes| Ticket::decode(&bytes)).ok_or(AuthError::Unauthorized)?;
        if is_in_time(self.now(), ticket.until, LIFE) { Ok(ticket) } else { Err(AuthError::Unauthorized) }
    }
}

impl Ticket {
    fn encode(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(56);
        for id in [self.tenant.into_bytes(), self.transfer.into_bytes(), self.recipient.into_bytes()] {
            bytes.extend_from_slice(&id);
        }
        bytes.extend_from_slice(&self.until.unix_millis().to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (tenant, rest) = bytes.split_first_chunk::<16>()?;
        let (transfer, rest) = rest.split_first_chunk::<16>()?;
        let (recipient, until) = rest.split_first_chunk::<16>()?;
        Some(Self {
            tenant: Uuid::from_bytes(*tenant).into(),
            transfer: Uuid::from_bytes(*transfer).into(),
            recipient: Uuid::from_bytes(*recipient).into(),
            until: Timestamp::from_unix_millis(i64::from_be_bytes(until.try_into().ok()?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::{GrantKey, SystemRandom};

    use super::*;

    fn ticket() -> Ticket {
        let id = |byte| Uuid::from_bytes([byte; 16]);
        Ticket {
            tenant: id(1).into(),
            transfer: id(2).into(),
            recipient: id(3).into(),
            until: Timestamp::from_unix_millis(4),
        }
    }

    #[test]
    fn a_ticket_is_short_and_comes_back_as_it_was() {
        let sealed = GrantKey::generate(&SystemRandom).seal(PURPOSE, &ticket().encode(), &SystemRandom);
        assert!(BASE64URL_NOPAD.encode(&sealed).len() <= MAX_TEXT);
        assert_eq!(Ticket::decode(&ticket().encode()), Some(ticket()));
    }

    #[test]
    fn truncated_and_longer_bytes_are_none() {
        let bytes = ticket().encode();
        for length in [0, 16, 48, 55] {
            assert_eq!(Ticket::decode(&bytes[..length]), None, "{length}");
        }
        assert_eq!(Ticket::decode(&[bytes.as_slice(), &[0]].concat()), None);
    }
}
