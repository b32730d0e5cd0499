//! Ids: UUIDv7 (RFC 9562), so that rows made together lie together in an index.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// The text was not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct ParseIdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: the time in milliseconds, then 74 of the given random bits.
            pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(now.unix_millis_unsigned(), &random).into_uuid())
            }

            /// The id as UUID, for the database.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }

            /// When it was made: its first 48 bits.
            pub fn made_at(self) -> Timestamp {
                let (high, _) = self.0.as_u64_pair();
                Timestamp::from_unix_millis((high >> 16) as i64)
            }

            /// The 16 bytes that contexts of ciphertexts and object keys are made of.
            pub const fn into_bytes(self) -> [u8; 16] {
                self.0.into_bytes()
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                // UUIDs have more spellings (without hyphens, in braces, as URN): an id has this one.
                if text.len() != uuid::fmt::Hyphenated::LENGTH {
                    return Err(ParseIdError);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| ParseIdError)
            }
        }
    )+};
}

ids! {
    /// A customer organisation.
    TenantId
    /// A person of a tenant.
    UserId
    /// An API token (not its secret).
    ApiTokenId
    /// A passkey of a user.
    PasskeyId
    /// A key pair of a user or of a team (neither of its keys).
    KeyPairId
    /// A use of a tenant's recovery key that somebody has asked for.
    RecoveryId
    /// A link with which a password is set anew (not its secret).
    PasswordResetId
    /// A session of a user (not its secret).
    SessionId
    /// One sending.
    TransferId
    /// One upload in progress; also the prefix of its stored objects.
    UploadId
    /// A user's wish for files, and the link with which they are sent in (not its secret).
    UploadRequestId
    /// A standing upload page of a tenant.
    PortalId
    /// One file of a transfer. A file that was uploaded in one piece keeps its upload's UUID.
    FileId
    /// One addressed person of a transfer.
    RecipientId
    /// One visit of a recipient: what a grant names and what a counted download is counted by.
    VisitId
    /// A provider at which people of a tenant, or its recipients, may sign in.
    IdentityProviderId
    /// A code that was sent to a recipient.
    CodeId
    /// A browser in which a code was shown.
    DeviceId
    /// A queued job.
    JobId
    /// Users who belong together.
    GroupId
    /// A program that signs in by itself (not its secret).
    ApiClientId
    /// An address that several users send for.
    MailboxId
    /// A licence.
    LicenceId
    /// A place to which a tenant's audit entries are sent on.
    ForwardingTargetId
    /// An owner's leave for the operator's support to look in.
    SupportGrantId
    /// A warning that a user was given.
    WarningId
    /// A notice of an incident to a tenant.
    IncidentId
    /// Somebody who is told of an incident (not the secret of his link).
    IncidentContactId
    /// A file that nobody in a tenant may send.
    BlockedFileId
    /// What a recipient says of a transfer that should not have been sent.
    AbuseReportId
    /// A wish of the add-in to be signed in by a page (not its codes).
    PairingId
}

impl From<UploadId> for FileId {
    fn from(upload: UploadId) -> Self {
        Self(upload.0)
    }
}

impl From<FileId> for UploadId {
    /// The upload whose objects hold the file, if it was uploaded in one piece.
    fn from(file: FileId) -> Self {
        Self(file.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time() {
        let early = TransferId::new(Timestamp::from_unix_millis(1_000), [0xff; 10]);
        let late = TransferId::new(Timestamp::from_unix_millis(1_001), [0; 10]);
        assert!(early < late);
        assert_eq!(early.to_string().parse(), Ok(early));
    }

    #[test]
    fn text_that_is_no_uuid_is_refused() {
        for text in [
            "",
            "x",
            "../../etc/passwd",
            "0190a000-0000-7000-8000-00000000000g",
            "0190a000000070008000000000000001",
            "{0190a000-0000-7000-8000-000000000001}",
            "urn:uuid:0190a000-0000-7000-8000-000000000001",
        ] {
            assert_eq!(text.parse::<TransferId>(), Err(ParseIdError), "{text}");
        }
    }
}
