//! Codes: six digits that are sent to a recipient's address or telephone, and count in the browser alone that asked.

use std::{fmt, time::Duration};

use data_encoding::BASE64URL_NOPAD;
use sealpost_db::{Delivery, LinkCode};
use sealpost_domain::{
    CodeChannel, CodeId, EmailAddress, Job, Language, PhoneNumber, RecipientId, Timestamp,
};
use sealpost_sealed::{Random, TenantKey, TransferKey, TransferKeyContext, random_bytes};
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::{
    Auth, AuthError, Carried, LimitKey, LinkToken, Rate, RecipientColumns, in_time::is_in_time,
    link::protection,
};

/// How long a code counts.
pub(crate) const CODE_LIFE: Duration = Duration::from_secs(10 * 60);
/// How often one may be shown with one challenge, right or wrong.
pub(crate) const MOST_TRIES: u64 = 5;
/// How long to wait for another.
pub(crate) const PAUSE: Duration = Duration::from_secs(60);
/// Codes of one link in an hour.
const AN_HOUR: u32 = 5;

/// A wish for a code.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodeRequest {
    /// How it shall be sent; as the link wants it if absent.
    pub channel: Option<CodeChannel>,
    /// The language of whoever asks, if it is known.
    pub language: Option<Language>,
}

/// A code is on its way, or was sent a moment ago.
#[derive(Clone)]
pub struct SentCode {
    /// Whose link it is.
    pub recipient: RecipientId,
    /// How it is sent.
    pub channel: CodeChannel,
    /// What the browser shows together with the code; known to it alone.
    pub challenge: String,
    /// When the code counts no more.
    pub expires_at: Timestamp,
    /// When another can be asked for.
    pub resend_at: Timestamp,
    /// Where it goes: enough to know one's own address or number by, and nobody else's.
    pub hint: String,
}

impl fmt::Debug for SentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentCode").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Auth {
    /// Sends the recipient a code. Done by a person's POST, never by a GET: scanners open links.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], [`AuthError::NoSuchCode`] if the link asks for none; [`AuthError::TooMany`] if the
    /// last was sent less than a minute ago, or five within an hour, or too many to the same address.
    pub async fn send_code(&self, token: &str, request: CodeRequest) -> Result<SentCode, AuthError> {
        let delivery = self.delivery(token).await?;
        let channel = protection(&delivery).code().ok_or(AuthError::NoSuchCode)?;
        if request.channel.is_some_and(|wish| wish != channel) {
            return Err(AuthError::NoSuchCode);
        }
        self.count_code(&delivery).await?;
        let hint = self.hint(&delivery, channel).await?;
        let (tenant, recipient, now) = (delivery.transfer.tenant_id, delivery.recipient.id, self.now());
        let tenant_key = self.keys.tenant_key(tenant, &delivery.tenant_key).await?;
        let (digits, challenge) = (six_digits(&*self.random), LinkToken::generate(&*self.random));
        let id = CodeId::new(now, random_bytes(&*self.random));
        let expires_at = now + CODE_LIFE;
        let row = LinkCode {
            id,
            tenant_id: tenant,
            transfer_id: delivery.transfer.id,
            recipient_id: recipient,
            channel,
            language: request.language,
            challenge_hash: *challenge.hash().as_bytes(),
            code_hmac: code_hmac(&tenant_key, id, &digits),
            code: Some(tenant_key.seal_column(
                RecipientColumns::code(tenant, id),
                digits.as_bytes(),
                &*self.random,
            )),
            tries: 0,
            created_at: now,
            expires_at,
            used_at: None,
        };
        let payload = json!({ "recipient": recipient, "channel": channel.as_str() });
        let entry = self.delivery_entry(&delivery, "code.sent", payload).await?;
        let mut tx = self.db.write().await?;
        tx.insert_link_code(&row).await?;
        self.enqueue(&mut tx, &Job::SendCode { tenant, code: id }).await?;
        entry.append(&mut tx, tenant, now).await?;
        tx.commit().await?;
        let challenge = BASE64URL_NOPAD.encode(challenge.as_bytes());
        Ok(SentCode { recipient, channel, challenge, expires_at, resend_at: now + PAUSE, hint })
    }

    /// The code that this browser has asked for and could show now.
    pub(crate) async fn awaited_code(
        &self,
        delivery: &Delivery,
        carried: &Carried,
    ) -> Result<Option<SentCode>, AuthError> {
        let Some(code) = self.live_code(delivery, carried).await? else {
            return Ok(None);
        };
        let hint = self.hint(delivery, code.channel).await?;
        Ok(Some(SentCode {
            recipient: code.recipient_id,
            channel: code.channel,
            challenge: carried.challenge(code.recipient_id).unwrap_or_default().to_owned(),
            expires_at: code.expires_at,
            resend_at: code.created_at + PAUSE,
            hint,
        }))
    }

    /// The code of the challenge that this browser carries, while it counts.
    pub(crate) async fn live_code(
        &self,
        delivery: &Delivery,
        carried: &Carried,
    ) -> Result<Option<LinkCode>, AuthError> {
        let challenge = carried.challenge(delivery.recipient.id).and_then(|text| text.parse().ok());
        let Some(challenge): Option<LinkToken> = challenge else {
            return Ok(None);
        };
        let found = self.db.read().await?.link_code_by_challenge(challenge.hash().as_bytes()).await?;
        let now = self.now();
        Ok(found.filter(|code| {
            let in_time = is_in_time(now, code.expires_at, CODE_LIFE);
            let same = code.recipient_id == delivery.recipient.id
                && Some(code.channel) == protection(delivery).code();
            in_time && same && code.used_at.is_none() && code.tries < MOST_TRIES
        }))
    }

    /// Counts that a code is shown. `false`, and nothing is counted, if it has been shown as often as it may.
    pub(crate) async fn count_code_try(&self, code: &LinkCode) -> Result<bool, AuthError> {
        let mut tx = self.db.write().await?;
        let counted = tx.count_code_try(code.id, MOST_TRIES).await?;
        tx.commit().await?;
        Ok(counted)
    }

    pub(crate) async fn uncount_code_try(&self, code: &LinkCode) -> Result<(), AuthError> {
        let mut tx = self.db.write().await?;
        tx.uncount_code_try(code.id).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a code that was right out of use. `false` if it was before.
    pub(crate) async fn use_link_code(&self, code: &LinkCode) -> Result<bool, AuthError> {
        let mut tx = self.db.write().await?;
        let used = tx.use_link_code(code.id, self.now()).await?;
        tx.commit().await?;
        Ok(used)
    }

    /// Whether these are the digits, in a time that does not say how many of them are right.
    pub(crate) async fn is_code(
        &self,
        delivery: &Delivery,
        code: Option<&LinkCode>,
        digits: &str,
    ) -> Result<bool, AuthError> {
        let tenant_key = self.keys.tenant_key(delivery.transfer.tenant_id, &delivery.tenant_key).await?;
        // As much work where there is nothing to compare with.
        let id = code.map_or_else(|| CodeId::from(delivery.recipient.id.as_uuid()), |code| code.id);
        let shown = code_hmac(&tenant_key, id, &typed_digits(digits));
        Ok(code.is_some_and(|code| bool::from(code.code_hmac.ct_eq(&shown))))
    }

    /// The recipient's number, if there is one.
    pub(crate) async fn phone(&self, delivery: &Delivery) -> Result<Option<PhoneNumber>, AuthError> {
        let Some(sealed) = &delivery.recipient.phone else {
            return Ok(None);
        };
        let key = self.transfer_key(delivery).await?;
        let place = RecipientColumns::of(delivery.transfer.tenant_id, delivery.recipient.id).phone();
        let text = key.open_text(place, sealed).map_err(|error| AuthError::Internal(error.into()))?;
        text.parse().map(Some).map_err(|error: sealpost_domain::PhoneError| AuthError::Internal(error.into()))
    }

    /// The key of what is known of a transfer's recipients.
    pub(crate) async fn transfer_key(&self, delivery: &Delivery) -> Result<TransferKey, AuthError> {
        let transfer = &delivery.transfer;
        let epoch_key = self.keys.existing_epoch_key(transfer.tenant_id, transfer.epoch).await?;
        let (wrapped, epoch_key) =
            transfer.transfer_key.as_ref().zip(epoch_key).ok_or(AuthError::LinkUnavailable)?;
        let context = TransferKeyContext {
            tenant: transfer.tenant_id.into_bytes(),
            transfer: transfer.id.into_bytes(),
        };
        epoch_key.unwrap_transfer_key(context, wrapped).map_err(|error| AuthError::Internal(error.into()))
    }

    async fn count_code(&self, delivery: &Delivery) -> Result<(), AuthError> {
        let (tenant, recipient) = (delivery.transfer.tenant_id, delivery.recipient.id);
        self.limits
            .count([
                LimitKey::link("codes.pause", tenant, recipient).at(Rate::new(1, PAUSE)),
                LimitKey::link("codes", tenant, recipient).at(Rate::per_hour(AN_HOUR)),
                LimitKey::hashed_address("codes", tenant, &delivery.recipient.address_hmac),
                LimitKey::tenant("codes", tenant),
            ])
            .await
    }

    async fn hint(&self, delivery: &Delivery, channel: CodeChannel) -> Result<String, AuthError> {
        match channel {
            CodeChannel::Email => {
                let key = self.transfer_key(delivery).await?;
                let place =
                    RecipientColumns::of(delivery.transfer.tenant_id, delivery.recipient.id).address();
                let text = key.open_text(place, &delivery.recipient.address);
                let text = text.map_err(|error| AuthError::Internal(error.into()))?;
                let address: EmailAddress = text
                    .parse()
                    .map_err(|error: sealpost_domain::AddressError| AuthError::Internal(error.into()))?;
                Ok(masked(&address))
            }
            CodeChannel::Sms => {
                let phone = self.phone(delivery).await?.ok_or(AuthError::NoSuchCode)?;
                Ok(format!("…{}", phone.last_digits()))
            }
        }
    }
}

/// What a code is stored as: who has the database alone has nothing to try a million codes on.
fn code_hmac(key: &TenantKey, id: CodeId, digits: &str) -> [u8; 32] {
    let mut value = id.into_bytes().to_vec();
    value.extend_from_slice(digits.as_bytes());
    key.lookup_hmac("link_codes.code", &value)
}

/// What somebody means who types blanks and hyphens, too.
pub(crate) fn typed_digits(digits: &str) -> String {
    digits.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-')).take(16).collect()
}

/// Every one of a million is as likely as any other.
pub(crate) fn six_digits(random: &dyn Random) -> String {
    const CODES: u32 = 1_000_000;
    loop {
        let number = u32::from_be_bytes(random_bytes(random));
        // Above the last whole million, the small ones would come a little more often.
        if number < u32::MAX - u32::MAX % CODES {
            return format!("{:06}", number % CODES);
        }
    }
}

/// `a…@e….org`: first letters and the last label.
pub(crate) fn masked(address: &EmailAddress) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let domain = address.domain();
    let last = domain.rsplit('.').next().unwrap_or_default();
    format!("{}…@{}….{last}", first(address.as_str()), first(domain))
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    #[test]
    fn a_code_has_six_digits_also_if_it_begins_with_zeros() {
        #[derive(Debug)]
        struct Fixed(u32);
        impl Random for Fixed {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&self.0.to_be_bytes());
            }
        }
        assert_eq!(six_digits(&Fixed(4_000_000_007)), "000007");
        assert_eq!(six_digits(&Fixed(0)), "000000");
        let codes: std::collections::HashSet<_> = (0..100).map(|_| six_digits(&SystemRandom)).collect();
        assert!(codes.len() > 90 && codes.iter().all(|code| code.len() == 6));
    }

    #[test]
    fn a_hint_says_no_more_than_one_knows_oneself() {
        for (address, hint) in [
            ("anna@example.org", "a…@e….org"),
            ("ü@bücher.example", "ü…@x….example"),
            ("x@a.b.co.uk", "x…@a….uk"),
        ] {
            assert_eq!(masked(&address.parse().unwrap()), hint);
        }
    }
}
