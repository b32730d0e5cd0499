//! Sealed columns: personal data of a row, bound to that row and column.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{
    ContentKey, Error, GrantKey, KEY_LENGTH, Random, TenantKey, TransferKey, Zeroizing,
    context::{join, prefixed},
    hkdf, message,
};

/// The place of a sealed column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The row's id.
    pub row: [u8; 16],
    /// Table and column: `"transfers.subject"`.
    pub name: &'static str,
}

impl Column {
    fn to_bytes(self) -> Vec<u8> {
        join(b"sealpost/column/1", &[&self.tenant, &self.row, &prefixed(self.name)])
    }
}

macro_rules! seals_columns {
    ($($name:ident)+) => {$(
        impl $name {
            /// Seals the value of a column for its place; 72 bytes longer than the value while that is short.
            pub fn seal_column(&self, place: Column, value: &[u8], random: &dyn Random) -> Vec<u8> {
                message::seal(self.bytes(), &place.to_bytes(), value, random)
            }

            /// The value that was sealed for this place.
            ///
            /// # Errors
            ///
            /// [`Error::Commitment`] for another key, row or column; [`Error::Chunk`] and [`Error::Length`] for
            /// damage.
            pub fn open_column(&self, place: Column, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
                message::open(self.bytes(), &place.to_bytes(), sealed)
            }

            /// The text that was sealed for this place.
            ///
            /// # Errors
            ///
            /// As `open_column`, and [`Error::Text`] when it is not UTF-8.
            pub fn open_text(&self, place: Column, sealed: &[u8]) -> Result<String, Error> {
                let value = self.open_column(place, sealed)?;
                std::str::from_utf8(&value).map(str::to_owned).map_err(|_| Error::Text)
            }
        }
    )+};
}

seals_columns! { TenantKey TransferKey ContentKey }

macro_rules! looks_up {
    ($($name:ident)+) => {$(
        impl $name {
            /// HMAC-SHA-256 of a value under a key of its own, derived from this one: what stands beside a
            /// sealed column to find equal values by. `name` is the column's, as in [`Column::name`]; bring the
            /// value to one spelling first.
            pub fn lookup_hmac(&self, name: &'static str, value: &[u8]) -> [u8; 32] {
                let mut key = Zeroizing::new([0; KEY_LENGTH]);
                hkdf::expand(self.bytes(), &[&join(b"sealpost/lookup/1", &[&prefixed(name)])], key.as_mut());
                let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).expect("HMAC takes keys of any length");
                mac.update(value);
                mac.finalize().into_bytes().into()
            }
        }
    )+};
}

looks_up! { TenantKey TransferKey GrantKey }
