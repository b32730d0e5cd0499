//! Metadata records: what a copy has of a transfer or a tenant besides the parts, in one object each.
//!
//! `magic[8] || kind[1] || clear || message`. What is in the clear says which key opens the rest: of a transfer the expiry day
//! (8 bytes), of a tenant his wrapped key behind its length (2 bytes). It is bound into the message's context.

use crate::{EpochKey, Error, Random, SALT_LENGTH, TenantKey, Zeroizing, context::join, message};

/// What every record starts with: a name and the version of its form.
const MAGIC: &[u8; 8] = b"SPRECRD\x01";
const TRANSFER: u8 = 1;
const TENANT: u8 = 2;

/// Where a transfer's record belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferRecordContext {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The transfer's id.
    pub transfer: [u8; 16],
    /// The expiry day whose key seals it, in days since 1970-01-01.
    pub day: i64,
}

/// What a record says in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordHeader<'a> {
    /// Of a transfer: the expiry day whose key opens it.
    Transfer(i64),
    /// Of a tenant: his key, wrapped by the vault's.
    Tenant(&'a [u8]),
}

impl TransferRecordContext {
    fn to_bytes(self) -> Vec<u8> {
        join(b"sealpost/transfer-record/1", &[&self.tenant, &self.transfer, &self.day.to_be_bytes()])
    }
}

fn tenant_context(tenant: [u8; 16], wrapped: &[u8]) -> Vec<u8> {
    join(b"sealpost/tenant-record/1", &[&tenant, wrapped])
}

impl RecordHeader<'_> {
    /// Reads what a record says in the clear, and gives the message behind it. Nothing of it is proved before that opens.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if the object ends within it, [`Error::Record`] if it is no record of this form.
    pub fn read(object: &[u8]) -> Result<(RecordHeader<'_>, &[u8]), Error> {
        let rest = object.strip_prefix(MAGIC).ok_or(Error::Record)?;
        let (kind, rest) = rest.split_first().ok_or(Error::Length)?;
        match *kind {
            TRANSFER => {
                let (day, message) = rest.split_first_chunk().ok_or(Error::Length)?;
                Ok((RecordHeader::Transfer(i64::from_be_bytes(*day)), message))
            }
            TENANT => {
                let (length, rest) = rest.split_first_chunk().ok_or(Error::Length)?;
                let length = usize::from(u16::from_be_bytes(*length));
                let (wrapped, message) = rest.split_at_checked(length).ok_or(Error::Length)?;
                Ok((RecordHeader::Tenant(wrapped), message))
            }
            _ => Err(Error::Record),
        }
    }

    /// The first 8 bytes of the message's salt, which name the attempt in the key of a record's object.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn attempt(object: &[u8]) -> Result<[u8; 8], Error> {
        let (_, message) = Self::read(object)?;
        let (salt, _) = message.split_first_chunk::<SALT_LENGTH>().ok_or(Error::Length)?;
        Ok(*salt.first_chunk().ok_or(Error::Length)?)
    }
}

impl EpochKey {
    /// A transfer's record as an object.
    pub fn seal_record(&self, place: TransferRecordContext, content: &[u8], random: &dyn Random) -> Vec<u8> {
        let mut object = [MAGIC.as_slice(), &[TRANSFER], &place.day.to_be_bytes()].concat();
        object.extend(message::seal(self.bytes(), &place.to_bytes(), content, random));
        object
    }

    /// What a transfer's record says.
    ///
    /// # Errors
    ///
    /// Those of [`RecordHeader::read`]; [`Error::Record`] for a record of something else or another day;
    /// [`Error::Commitment`] for another key or place, [`Error::Chunk`] and [`Error::Length`] for damage.
    pub fn open_record(
        &self,
        place: TransferRecordContext,
        object: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        match RecordHeader::read(object)? {
            (RecordHeader::Transfer(day), message) if day == place.day => {
                message::open(self.bytes(), &place.to_bytes(), message)
            }
            _ => Err(Error::Record),
        }
    }
}

impl TenantKey {
    /// A tenant's record as an object; `wrapped` is this key, wrapped by the vault's, and at most 65 535 bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if the wrapped key is longer.
    pub fn seal_record(
        &self,
        tenant: [u8; 16],
        wrapped: &[u8],
        content: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, Error> {
        let length = u16::try_from(wrapped.len()).map_err(|_| Error::Length)?;
        let mut object = [MAGIC.as_slice(), &[TENANT], &length.to_be_bytes(), wrapped].concat();
        object.extend(message::seal(self.bytes(), &tenant_context(tenant, wrapped), content, random));
        Ok(object)
    }

    /// What a tenant's record says.
    ///
    /// # Errors
    ///
    /// As [`EpochKey::open_record`].
    pub fn open_record(&self, tenant: [u8; 16], object: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        match RecordHeader::read(object)? {
            (RecordHeader::Tenant(wrapped), message) => {
                message::open(self.bytes(), &tenant_context(tenant, wrapped), message)
            }
            (RecordHeader::Transfer(_), _) => Err(Error::Record),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;

    const PLACE: TransferRecordContext =
        TransferRecordContext { tenant: [1; 16], transfer: [2; 16], day: 20_000 };

    #[test]
    fn a_transfers_record_opens_with_its_days_key_in_its_place_only() {
        let key = EpochKey::generate(&SystemRandom);
        let object = key.seal_record(PLACE, b"rows", &SystemRandom);
        assert_eq!(RecordHeader::read(&object).unwrap().0, RecordHeader::Transfer(20_000));
        assert_eq!(RecordHeader::attempt(&object).unwrap(), object[17..25]);
        assert_eq!(**key.open_record(PLACE, &object).unwrap(), *b"rows");
        for other in [
            TransferRecordContext { tenant: [3; 16], ..PLACE },
            TransferRecordContext { transfer: [3; 16], ..PLACE },
        ] {
            assert_eq!(key.open_record(other, &object), Err(Error::Commitment));
        }
        let other_day = TransferRecordContext { day: 20_001, ..PLACE };
        assert_eq!(key.open_record(other_day, &object), Err(Error::Record));
        let other = EpochKey::generate(&SystemRandom);
        assert_eq!(other.open_record(PLACE, &object), Err(Error::Commitment));
    }

    #[test]
    fn what_a_record_says_in_the_clear_cannot_be_changed() {
        let key = EpochKey::generate(&SystemRandom);
        let mut object = key.seal_record(PLACE, b"rows", &SystemRandom);
        object[16] ^= 1;
        let said = TransferRecordContext { day: 20_001, ..PLACE };
        assert_eq!(key.open_record(said, &object), Err(Error::Commitment));
        let key = TenantKey::generate(&SystemRandom);
        let mut object = key.seal_record([1; 16], b"wrapped", b"rows", &SystemRandom).unwrap();
        assert_eq!(**key.open_record([1; 16], &object).unwrap(), *b"rows");
        assert_eq!(key.open_record([2; 16], &object), Err(Error::Commitment));
        object[12] ^= 1;
        assert_eq!(key.open_record([1; 16], &object), Err(Error::Commitment));
    }

    #[test]
    fn what_is_no_record_is_refused() {
        let key = TenantKey::generate(&SystemRandom);
        let object = key.seal_record([1; 16], b"wrapped", b"rows", &SystemRandom).unwrap();
        for end in 0..object.len() {
            assert!(key.open_record([1; 16], &object[..end]).is_err(), "{end}");
        }
        assert_eq!(RecordHeader::read(b"SPRECRD\x02\x01").unwrap_err(), Error::Record);
        assert_eq!(RecordHeader::read(b"SPRECRD\x01\x03").unwrap_err(), Error::Record);
        assert!(key.seal_record([1; 16], &[0; 65_536], b"", &SystemRandom).is_err());
        let transfer = EpochKey::generate(&SystemRandom);
        assert_eq!(transfer.open_record(PLACE, &object), Err(Error::Record));
    }
}
