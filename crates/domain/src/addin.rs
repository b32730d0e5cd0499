//! What Outlook knows a tenant's add-in by.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ParseIdError;

/// The id of a tenant's add-in: in its manifest, and in the addresses of what Outlook fetches without anybody's session. All
/// of it is random (UUIDv4), other than in ids of rows: nobody guesses it, and whoever knows it was given it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddinId(Uuid);

impl AddinId {
    /// The id that these random bits make.
    pub fn from_random(random: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(random).into_uuid())
    }

    /// The id as UUID, for the database.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for AddinId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl fmt::Display for AddinId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

/// Its beginning: the whole of it is a right, and has no place in a log.
impl fmt::Debug for AddinId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.as_hyphenated().to_string();
        write!(f, "AddinId({}…)", &text[..8])
    }
}

impl FromStr for AddinId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        // One spelling, that of the manifest: lower case, with hyphens.
        let id = Uuid::try_parse(text).map(Self).map_err(|_| ParseIdError)?;
        if id.to_string() == text { Ok(id) } else { Err(ParseIdError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_random_but_for_what_says_so() {
        let id = AddinId::from_random([0xff; 16]);
        assert_eq!(id.to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(format!("{id:?}"), "AddinId(ffffffff…)");
    }

    #[test]
    fn it_has_one_spelling() {
        for text in [
            "FFFFFFFF-ffff-4fff-bfff-ffffffffffff",
            "ffffffffffff4fffbfffffffffffffff",
            "{ffffffff-ffff-4fff-bfff-ffffffffffff}",
            "",
        ] {
            assert_eq!(text.parse::<AddinId>(), Err(ParseIdError), "{text}");
        }
    }
}
