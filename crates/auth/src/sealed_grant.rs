//! Download grants as recipients carry them: sealed, so that no node has to remember them.
//!
//! Bytes inside: ids of tenant, transfer, recipient and visit (16 each), the end in unix milliseconds (8, big-endian),
//! and the password key (32) if there is one. It opens nothing by itself: the transfer key is needed, too, and dies with
//! the transfer.

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{RecipientId, Timestamp, VisitId};
use sealpost_sealed::{GrantKey, PasswordKey, Random, Zeroizing};
use uuid::Uuid;

use crate::{Auth, AuthError, DownloadGrant, ReadGrant};

/// What the sealing is bound to.
const PURPOSE: &str = "download";
/// Longest text that can be a grant: it is refused unread beyond.
const MAX_TEXT: usize = 400;

impl Auth {
    /// The grant that a recipient carries, if it is one for this delivery and its time is not over.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`], whatever is wrong with it.
    pub async fn download_grant(
        &self,
        sealed: &str,
        recipient: RecipientId,
    ) -> Result<DownloadGrant, AuthError> {
        let grant = self.unsealed(sealed, recipient).await?;
        let grant = grant.filter(|grant| self.now() < grant.expires_at).ok_or(AuthError::Unauthorized)?;
        Ok(DownloadGrant { network: self.network, ..grant })
    }

    /// The visit of a grant for this delivery, also if its time is over. It is no right to anything: only who shows
    /// again what is asked of him goes on with it.
    ///
    /// # Errors
    /// [`AuthError`] if the key that sealed it cannot be had.
    pub async fn earlier_visit(
        &self,
        sealed: &str,
        recipient: RecipientId,
    ) -> Result<Option<VisitId>, AuthError> {
        Ok(self.unsealed(sealed, recipient).await?.map(|grant| grant.visit))
    }

    /// What is sealed, if it is a grant for this delivery.
    async fn unsealed(
        &self,
        sealed: &str,
        recipient: RecipientId,
    ) -> Result<Option<DownloadGrant>, AuthError> {
        let Some(sealed) = carried(sealed) else {
            return Ok(None);
        };
        let opened = open(&*self.keys.grant_key().await?, &sealed);
        Ok(opened.filter(|grant| grant.recipient() == recipient))
    }
}

/// The grant's text.
pub(crate) fn seal(key: &GrantKey, grant: &DownloadGrant, random: &dyn Random) -> String {
    seal_bytes(key, &encode(grant), random)
}

pub(crate) fn seal_bytes(key: &GrantKey, inside: &[u8], random: &dyn Random) -> String {
    BASE64URL_NOPAD.encode(&key.seal(PURPOSE, inside, random))
}

/// What a text carries that can be a grant.
fn carried(text: &str) -> Option<Vec<u8>> {
    Some(text)
        .filter(|text| text.len() <= MAX_TEXT)
        .and_then(|text| BASE64URL_NOPAD.decode(text.as_bytes()).ok())
}

fn open(key: &GrantKey, sealed: &[u8]) -> Option<DownloadGrant> {
    key.open(PURPOSE, sealed).ok().and_then(|bytes| decode(&bytes))
}

/// What a text opens as, written anew: for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn reopened(key: &GrantKey, text: &str) -> Option<Vec<u8>> {
    let opened = carried(text).and_then(|sealed| open(key, &sealed))?;
    Some(encode(&opened).to_vec())
}

fn encode(grant: &DownloadGrant) -> Zeroizing<Vec<u8>> {
    let read = &grant.read;
    let mut bytes = Zeroizing::new(Vec::with_capacity(104));
    for id in [
        read.tenant.into_bytes(),
        read.transfer.into_bytes(),
        read.recipient.into_bytes(),
        grant.visit.into_bytes(),
    ] {
        bytes.extend_from_slice(&id);
    }
    bytes.extend_from_slice(&grant.expires_at.unix_millis().to_be_bytes());
    if let Some(password_key) = &read.password_key {
        bytes.extend_from_slice(password_key.expose_secret());
    }
    bytes
}

fn decode(bytes: &[u8]) -> Option<DownloadGrant> {
    let (tenant, rest) = bytes.split_first_chunk::<16>()?;
    let (transfer, rest) = rest.split_first_chunk::<16>()?;
    let (recipient, rest) = rest.split_first_chunk::<16>()?;
    let (visit, rest) = rest.split_first_chunk::<16>()?;
    let (end, rest) = rest.split_first_chunk::<8>()?;
    let password_key = match rest {
        [] => None,
        key => Some(PasswordKey::from_secret(key).ok()?),
    };
    let read = ReadGrant {
        tenant: Uuid::from_bytes(*tenant).into(),
        transfer: Uuid::from_bytes(*transfer).into(),
        recipient: Uuid::from_bytes(*recipient).into(),
        password_key,
    };
    let expires_at = Timestamp::from_unix_millis(i64::from_be_bytes(*end));
    Some(DownloadGrant { read, visit: Uuid::from_bytes(*visit).into(), expires_at, network: None })
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    fn grant(password_key: Option<PasswordKey>) -> DownloadGrant {
        let id = |byte| Uuid::from_bytes([byte; 16]);
        let read =
            ReadGrant { tenant: id(1).into(), transfer: id(2).into(), recipient: id(3).into(), password_key };
        DownloadGrant { read, visit: id(4).into(), expires_at: Timestamp::from_unix_millis(5), network: None }
    }

    #[test]
    fn a_grant_comes_back_as_it_was() {
        let key = GrantKey::generate(&SystemRandom);
        for password_key in [None, Some(PasswordKey::from_secret(&[9; 32]).unwrap())] {
            let text = seal(&key, &grant(password_key.clone()), &SystemRandom);
            assert!(text.len() <= MAX_TEXT);
            let opened = key.open(PURPOSE, &BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap();
            let back = decode(&opened).unwrap();
            assert_eq!(back.read.password_key, password_key);
            assert_eq!((back.read.tenant, back.visit, back.expires_at), {
                let grant = grant(None);
                (grant.read.tenant, grant.visit, grant.expires_at)
            });
        }
    }

    #[test]
    fn truncated_and_longer_bytes_are_no_grant() {
        for length in [0, 16, 71, 73, 103, 105] {
            assert!(decode(&vec![0; length]).is_none(), "{length}");
        }
    }
}
