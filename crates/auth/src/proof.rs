//! That somebody has shown one of two things: kept for him, sealed, until he shows the other.
//!
//! Bytes inside: ids of tenant, transfer and recipient (16 each), what was shown (1), the end in unix milliseconds (8).

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use sealpost_db::Delivery;
use sealpost_domain::{CodeChannel, EmailAddress, RecipientId, TenantId, Timestamp};
use sealpost_sealed::GrantKey;
#[cfg(feature = "fuzzing")]
use sealpost_sealed::Random;

use crate::{Auth, AuthError, NewDevice, in_time::is_in_time};

/// What the sealing is bound to.
const PURPOSE: &str = "proof";
/// Longest text that can be a proof: it is refused unread beyond.
const MAX_TEXT: usize = 300;
/// How long the other thing may be looked for.
const LIFE: Duration = Duration::from_secs(15 * 60);

/// What was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Showed {
    Code(CodeChannel),
    Account,
}

impl Showed {
    const fn byte(self) -> u8 {
        match self {
            Self::Code(CodeChannel::Email) => 1,
            Self::Code(CodeChannel::Sms) => 2,
            Self::Account => 3,
        }
    }
}

/// A part of what a link asks for was shown; the rest is still to come.
#[derive(Clone)]
pub struct Proven {
    /// Whose link it is.
    pub recipient: RecipientId,
    /// The proof as text, for a cookie or a body.
    pub proof: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The browser is remembered from now on.
    pub device: Option<NewDevice>,
}

impl std::fmt::Debug for Proven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proven").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Whom an identity provider of a tenant has let in. Made where a recipient's sign-in is checked.
pub(crate) struct ShownAccount {
    pub(crate) tenant: TenantId,
    /// The address, if the provider vouches for one.
    pub(crate) address: Option<EmailAddress>,
}

impl Auth {
    /// Somebody has signed in to show the account that a link asks for. If it is its recipient's, what comes of it is a
    /// proof, to be carried to [`Self::verify_link`].
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`]; [`AuthError::AccountNeeded`] if it is another's account, or nobody's of whom the
    /// provider is sure, or another tenant's provider.
    pub(crate) async fn prove_account(&self, token: &str, shown: &ShownAccount) -> Result<Proven, AuthError> {
        let delivery = self.delivery(token).await?;
        let tenant_key = self.keys.tenant_key(delivery.transfer.tenant_id, &delivery.tenant_key).await?;
        let hmac = shown
            .address
            .as_ref()
            .map(|address| tenant_key.lookup_hmac("recipients.address", address.lookup_key().as_bytes()));
        let same =
            shown.tenant == delivery.transfer.tenant_id && hmac == Some(delivery.recipient.address_hmac);
        if !same {
            let what = if hmac.is_some() { "account" } else { "unverified_account" };
            self.audit_refusal(&delivery, what).await?;
            return Err(AuthError::AccountNeeded);
        }
        self.proof_of(&delivery, Showed::Account, None).await
    }

    /// A proof that this was shown.
    pub(crate) async fn proof_of(
        &self,
        delivery: &Delivery,
        showed: Showed,
        device: Option<NewDevice>,
    ) -> Result<Proven, AuthError> {
        let expires_at = (self.now() + LIFE).min(delivery.transfer.expires_at);
        let mut bytes = of_whom(delivery);
        bytes.push(showed.byte());
        bytes.extend_from_slice(&expires_at.unix_millis().to_be_bytes());
        let sealed = self.keys.grant_key().await?.seal(PURPOSE, &bytes, &*self.random);
        let proof = BASE64URL_NOPAD.encode(&sealed);
        Ok(Proven { recipient: delivery.recipient.id, proof, expires_at, device })
    }

    /// Whether the text proves that this was shown for this delivery, a short while ago.
    pub(crate) async fn proves(
        &self,
        delivery: &Delivery,
        showed: Showed,
        proof: Option<&str>,
    ) -> Result<bool, AuthError> {
        let Some(sealed) = proof.and_then(carried) else {
            return Ok(false);
        };
        let Some((shown, end)) = open(&*self.keys.grant_key().await?, &sealed) else {
            return Ok(false);
        };
        let mut wanted = of_whom(delivery);
        wanted.push(showed.byte());
        Ok(shown == wanted && is_in_time(self.now(), end, LIFE))
    }
}

/// What a text carries that can be a proof.
fn carried(text: &str) -> Option<Vec<u8>> {
    Some(text)
        .filter(|text| text.len() <= MAX_TEXT)
        .and_then(|text| BASE64URL_NOPAD.decode(text.as_bytes()).ok())
}

/// What was shown by whom, and until when that counts.
fn open(key: &GrantKey, sealed: &[u8]) -> Option<(Vec<u8>, Timestamp)> {
    let bytes = key.open(PURPOSE, sealed).ok()?;
    let (shown, end) = bytes.split_last_chunk::<8>()?;
    Some((shown.to_vec(), Timestamp::from_unix_millis(i64::from_be_bytes(*end))))
}

/// What a text opens as, written anew: for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn reopened(key: &GrantKey, text: &str) -> Option<Vec<u8>> {
    let (mut bytes, end) = carried(text).and_then(|sealed| open(key, &sealed))?;
    bytes.extend_from_slice(&end.unix_millis().to_be_bytes());
    Some(bytes)
}

/// A text with these bytes inside: for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn seal_bytes(key: &GrantKey, inside: &[u8], random: &dyn Random) -> String {
    BASE64URL_NOPAD.encode(&key.seal(PURPOSE, inside, random))
}

fn of_whom(delivery: &Delivery) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(57);
    bytes.extend_from_slice(&delivery.transfer.tenant_id.into_bytes());
    bytes.extend_from_slice(&delivery.transfer.id.into_bytes());
    bytes.extend_from_slice(&delivery.recipient.id.into_bytes());
    bytes
}
