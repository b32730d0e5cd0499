//! Asking once more for what was begun: the answer may have been lost, and it took room.
//!
//! Whoever begins makes a key by chance, and keeps it before he asks. What is stored of it is bound to the request or
//! portal: the same key is another one elsewhere.

use std::fmt;

use sealpost_db::BegunWith;
use sealpost_domain::{Timestamp, TransferId};

use super::Entrance;
use crate::{Auth, AuthError};

/// Fewest and most characters of a key: 128 bits in base64url have 22, a UUID has 36.
const LENGTHS: std::ops::RangeInclusive<usize> = 22..=64;

/// A key that was made by chance, and what is said with it.
#[derive(Clone)]
pub struct BeginKey {
    key: String,
    said: Vec<u8>,
}

/// Without either.
impl fmt::Debug for BeginKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeginKey").finish_non_exhaustive()
    }
}

impl BeginKey {
    /// A key, with all that is said which makes a difference. `None` unless it is 22 to 64 letters, digits, `-` and `_`.
    pub fn new(key: &str, said: Vec<u8>) -> Option<Self> {
        let is_key = LENGTHS.contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        is_key.then(|| Self { key: key.to_owned(), said })
    }

    /// What is stored of it, of what is begun here.
    pub(super) fn stored(&self, entrance: &Entrance) -> BegunWith {
        let secret = entrance.tenant_key();
        let mut value = entrance.source().as_uuid().into_bytes().to_vec();
        value.extend_from_slice(self.key.as_bytes());
        let key = secret.lookup_hmac("transfers.begin_key", &value);
        // With the key in it: of two who say the same nobody sees that they do.
        let said = [&key, self.said.as_slice()].concat();
        BegunWith { key, said: secret.lookup_hmac("transfers.begin_said", &said) }
    }
}

/// What was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BegunSubmission {
    /// The transfer that comes in.
    pub id: TransferId,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Auth {
    /// What was begun here with this key and not handed over yet.
    ///
    /// # Errors
    /// [`AuthError::KeyReused`] if something else was said with it; [`AuthError::LinkUnavailable`] if its time is over.
    pub(super) async fn begun_with(
        &self,
        entrance: &Entrance,
        with: Option<&BegunWith>,
    ) -> Result<Option<BegunSubmission>, AuthError> {
        let Some(with) = with else { return Ok(None) };
        let found = self.db.read().await?.draft_begun_with(entrance.tenant(), &with.key).await?;
        let Some(draft) = found else { return Ok(None) };
        if draft.said != with.said {
            return Err(AuthError::KeyReused);
        }
        if draft.expires_at <= self.now() {
            return Err(AuthError::LinkUnavailable);
        }
        Ok(Some(BegunSubmission { id: draft.id, expires_at: draft.expires_at }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_long_enough_for_chance_and_one_word() {
        let is_key = |text: &str| BeginKey::new(text, Vec::new()).is_some();
        for key in ["0b9d36a6-4be5-4f4c-8d4a-7d6f0f3ad111", "AAAAAAAAAAAAAAAAAAAA-_", &"a".repeat(64)] {
            assert!(is_key(key), "{key}");
        }
        let long = "a".repeat(65);
        for text in [
            "",
            "1",
            "AAAAAAAAAAAAAAAAAAAAA",
            "\"AAAAAAAAAAAAAAAAAAAAAAAA\"",
            "AAAAAAAAAAAA AAAAAAAAAAAA",
            &long,
        ] {
            assert!(!is_key(text), "{text}");
        }
    }

    #[test]
    fn nothing_of_a_key_is_printed() {
        let key = BeginKey::new("0b9d36a6-4be5-4f4c-8d4a-7d6f0f3ad111", b"Ute".to_vec()).unwrap();
        assert_eq!(format!("{key:?}"), "BeginKey { .. }");
    }
}
