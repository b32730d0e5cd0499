//! HPKE (RFC 9180), base mode, one message for each key agreement: `enc[32] || ciphertext`, without additional data.
//!
//! Ours is DHKEM(X25519, HKDF-SHA256) with HKDF-SHA256 and AES-256-GCM; the others are for the vectors of the RFC. Whoever
//! has the public key can seal to it, so nothing here says who did.

use std::convert::Infallible;

use ::hpke::{
    Deserializable as _, OpModeR, OpModeS, Serializable as _,
    aead::{Aead, AesGcm256},
    kdf::{HkdfSha256, Kdf},
    kem::X25519HkdfSha256 as Kem,
    rand_core::{TryCryptoRng, TryRng},
    single_shot_open, single_shot_seal_with_rng,
};

use super::PublicKey;
use crate::{Error, KEY_LENGTH, PrivateKey, Random, Zeroizing, random_bytes, range::TAG_LENGTH};

/// Bytes that sealing adds: the public half of a key pair that is made for this message alone, and a tag.
pub(super) const OVERHEAD: usize = KEY_LENGTH + TAG_LENGTH;

/// Seals to a public key.
///
/// [`Error::PublicKey`] if the key gives everybody the same secret.
pub(super) fn seal(
    to: &PublicKey,
    info: &[u8],
    plaintext: &[u8],
    random: &dyn Random,
) -> Result<Vec<u8>, Error> {
    seal_with::<AesGcm256, HkdfSha256>(to, info, plaintext, random)
}

/// Opens what was sealed to the key's other half with the same `info`.
///
/// [`Error::Receiver`], whatever was wrong with it.
pub(super) fn open(key: &PrivateKey, info: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    open_with::<AesGcm256, HkdfSha256>(key, info, sealed)
}

fn seal_with<A: Aead, K: Kdf>(
    to: &PublicKey,
    info: &[u8],
    plaintext: &[u8],
    random: &dyn Random,
) -> Result<Vec<u8>, Error> {
    let (enc, ciphertext) = single_shot_seal_with_rng::<A, K, Kem>(
        &OpModeS::Base,
        &to.point(),
        info,
        plaintext,
        &[],
        &mut Rng(random),
    )
    .map_err(|_| Error::PublicKey)?;
    Ok([enc.to_bytes().as_slice(), &ciphertext].concat())
}

fn open_with<A: Aead, K: Kdf>(
    key: &PrivateKey,
    info: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (enc, ciphertext) = sealed.split_at_checked(KEY_LENGTH).ok_or(Error::Receiver)?;
    let enc = <Kem as ::hpke::Kem>::EncappedKey::from_bytes(enc).map_err(|_| Error::Receiver)?;
    single_shot_open::<A, K, Kem>(&OpModeR::Base, &key.scalar(), &enc, info, ciphertext, &[])
        .map(Zeroizing::new)
        .map_err(|_| Error::Receiver)
}

/// Our randomness as the crate takes it.
struct Rng<'a>(&'a dyn Random);

impl TryRng for Rng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(random_bytes(self.0)))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(random_bytes(self.0)))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

// `Random` says that every implementation is.
impl TryCryptoRng for Rng<'_> {}

#[cfg(test)]
mod tests;
