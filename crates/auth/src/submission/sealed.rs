//! The right to send in as an uploader carries it: sealed, so that no node has to remember it.
//!
//! Bytes inside: by what it is sent in (1: a request, 2: a portal), ids of tenant, request or portal, and transfer (16
//! each), and the end in unix milliseconds (8, big-endian). What it rests on is looked up anew with every request.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{SubmissionSource, TenantId, Timestamp, TransferId};
use sealpost_sealed::{GrantKey, Random};
use uuid::Uuid;

use super::{Entrance, entrance::or_unavailable};
use crate::{Auth, AuthError, SubmitGrant};

/// What the text begins with, so that scanners of leaked secrets know it.
pub const SUBMISSION_PREFIX: &str = "sb_";
/// What the sealing is bound to.
const PURPOSE: &str = "submission";
/// Longest text that can be a grant: it is refused unread beyond.
const MAX_TEXT: usize = 400;
const REQUEST: u8 = 1;
const PORTAL: u8 = 2;

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
    source: SubmissionSource,
    transfer: TransferId,
    end: Timestamp,
}

impl Auth {
    /// Seals the right to send in the transfer that was begun here, until then or the end of the request.
    ///
    /// # Errors
    /// Those of the keys.
    pub async fn seal_submission(
        &self,
        entrance: &Entrance,
        transfer: TransferId,
        end: Timestamp,
    ) -> Result<SealedSubmission, AuthError> {
        let end = entrance.ends.map_or(end, |ends| ends.min(end));
        let inside = Inside { tenant: entrance.tenant(), source: entrance.source, transfer, end };
        let grant = seal(&*self.keys.grant_key().await?, &inside.encode(), &*self.random);
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
        let mut conn = self.db.read().await?;
        let session = match inside.source {
            SubmissionSource::Request(id) => {
                let known = conn.known_request(inside.tenant, id).await?.ok_or(AuthError::Unauthorized)?;
                drop(conn);
                if known.request.closed_at.is_some() || known.request.expires_at <= self.now() {
                    return Err(AuthError::RequestClosed("the request was closed"));
                }
                self.session_of_requester(known).await?
            }
            SubmissionSource::Portal(id) => {
                let known = conn.known_portal(inside.tenant, id).await?;
                drop(conn);
                let known = known
                    .filter(|known| known.portal.enabled)
                    .ok_or(AuthError::RequestClosed("the page takes nothing any more"))?;
                self.session_of_portal(known).await?
            }
        };
        let closed = AuthError::RequestClosed("whoever asks for files cannot get any now");
        let session = or_unavailable(session, closed)?;
        Ok(SubmitGrant { session, source: inside.source, transfer: inside.transfer })
    }

    async fn unsealed_submission(&self, text: &str) -> Result<Option<Inside>, AuthError> {
        match carried(text) {
            Some(sealed) => Ok(open(&*self.keys.grant_key().await?, &sealed)),
            None => Ok(None),
        }
    }
}

/// The grant's text.
pub(crate) fn seal(key: &GrantKey, inside: &[u8], random: &dyn Random) -> String {
    format!("{SUBMISSION_PREFIX}{}", BASE64URL_NOPAD.encode(&key.seal(PURPOSE, inside, random)))
}

/// What a text carries that can be a grant.
fn carried(text: &str) -> Option<Vec<u8>> {
    let sealed = text.strip_prefix(SUBMISSION_PREFIX).filter(|sealed| sealed.len() <= MAX_TEXT)?;
    BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()
}

fn open(key: &GrantKey, sealed: &[u8]) -> Option<Inside> {
    key.open(PURPOSE, sealed).ok().and_then(|bytes| Inside::decode(&bytes))
}

/// What a text opens as, written anew: for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn reopened(key: &GrantKey, text: &str) -> Option<Vec<u8>> {
    carried(text).and_then(|sealed| open(key, &sealed)).map(Inside::encode)
}

impl Inside {
    fn encode(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(57);
        bytes.push(match self.source {
            SubmissionSource::Request(_) => REQUEST,
            SubmissionSource::Portal(_) => PORTAL,
        });
        for id in [self.tenant.as_uuid(), self.source.as_uuid(), self.transfer.as_uuid()] {
            bytes.extend_from_slice(id.as_bytes());
        }
        bytes.extend_from_slice(&self.end.unix_millis().to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (word, rest) = bytes.split_first()?;
        let (tenant, rest) = rest.split_first_chunk::<16>()?;
        let (source, rest) = rest.split_first_chunk::<16>()?;
        let (transfer, rest) = rest.split_first_chunk::<16>()?;
        let end: [u8; 8] = rest.try_into().ok()?;
        let source = Uuid::from_bytes(*source);
        Some(Self {
            tenant: Uuid::from_bytes(*tenant).into(),
            source: match *word {
                REQUEST => SubmissionSource::Request(source.into()),
                PORTAL => SubmissionSource::Portal(source.into()),
                _ => return None,
            },
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
        for source in [SubmissionSource::Request(id(2).into()), SubmissionSource::Portal(id(2).into())] {
            let inside = Inside {
                tenant: id(1).into(),
                source,
                transfer: id(3).into(),
                end: Timestamp::from_unix_millis(4),
            };
            assert_eq!(Inside::decode(&inside.encode()), Some(inside));
        }
        for length in [0, 1, 49, 56, 58, 105] {
            assert_eq!(Inside::decode(&vec![REQUEST; length]), None, "{length}");
        }
        assert_eq!(Inside::decode(&[0; 57]), None);
    }
}
