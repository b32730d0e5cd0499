//! What is stored of an account's password.
//!
//! Argon2id's parameters and the SHA-256 of the key that they make of the password, sealed under the tenant key: whoever
//! steals the database without the vault has nothing to try passwords on.

use sealpost_domain::{TenantId, UserId};
use sealpost_sealed::{Column, PasswordKey, PasswordParameters, Random, TenantKey};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{AuthError, password_pool::PasswordPool, strength::MAX_BYTES};

/// Version of the layout.
const VERSION: u8 = 1;
const HASH_LENGTH: usize = 32;

/// What a password is checked with.
pub(crate) struct Verifier {
    parameters: PasswordParameters,
    hash: [u8; HASH_LENGTH],
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    Right,
    /// Right, and stored with costs that are too low by now: to be stored anew.
    RightButOutdated,
    Wrong,
}

impl Verifier {
    /// Of a new password.
    pub(crate) async fn of(
        password: &str,
        pool: &PasswordPool,
        random: &dyn Random,
    ) -> Result<Self, AuthError> {
        let parameters = PasswordParameters::generate(random);
        let key = pool.derive(password, parameters.clone()).await?;
        Ok(Self { parameters, hash: hash(&key) })
    }

    /// Checks a password. Where there is no verifier, or no password that could be right, the work is the same.
    pub(crate) async fn check(
        verifier: Option<&Self>,
        password: &str,
        pool: &PasswordPool,
        random: &dyn Random,
    ) -> Result<Checked, AuthError> {
        let shown = if password.len() > 4 * MAX_BYTES { "" } else { password };
        let Some(verifier) = verifier else {
            pool.derive(shown, PasswordParameters::generate(random)).await?;
            return Ok(Checked::Wrong);
        };
        let key = pool.derive(shown, verifier.parameters.clone()).await?;
        let right = bool::from(hash(&key).ct_eq(&verifier.hash)) && shown.len() == password.len();
        Ok(match (right, verifier.parameters.are_outdated()) {
            (false, _) => Checked::Wrong,
            (true, false) => Checked::Right,
            (true, true) => Checked::RightButOutdated,
        })
    }

    /// As it is stored in the user's row.
    pub(crate) fn seal(
        &self,
        key: &TenantKey,
        tenant: TenantId,
        user: UserId,
        random: &dyn Random,
    ) -> Vec<u8> {
        let bytes = [&[VERSION], self.hash.as_slice(), &self.parameters.encode()].concat();
        key.seal_column(place(tenant, user), &bytes, random)
    }

    /// From the user's row.
    pub(crate) fn open(
        key: &TenantKey,
        tenant: TenantId,
        user: UserId,
        sealed: &[u8],
    ) -> Result<Self, AuthError> {
        let bytes = key
            .open_column(place(tenant, user), sealed)
            .map_err(|error| AuthError::Internal(error.into()))?;
        decode(&bytes).ok_or_else(|| AuthError::Internal("a password's verifier that cannot be read".into()))
    }
}

fn decode(bytes: &[u8]) -> Option<Verifier> {
    let Some((&[VERSION], rest)) = bytes.split_first_chunk() else {
        return None;
    };
    let (hash, parameters) = rest.split_first_chunk::<HASH_LENGTH>()?;
    Some(Verifier { parameters: PasswordParameters::decode(parameters).ok()?, hash: *hash })
}

fn hash(key: &PasswordKey) -> [u8; HASH_LENGTH] {
    Sha256::digest(key.expose_secret()).into()
}

const fn place(tenant: TenantId, user: UserId) -> Column {
    Column { tenant: tenant.into_bytes(), row: user.into_bytes(), name: "users.password" }
}

#[cfg(test)]
mod tests {
    use sealpost_domain::Timestamp;
    use sealpost_sealed::SystemRandom;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

    fn pool() -> PasswordPool {
        PasswordPool::new(256, 64)
    }

    #[tokio::test]
    async fn a_password_is_right_after_it_was_stored_and_no_other_is() {
        let (pool, key) = (pool(), TenantKey::generate(&SystemRandom));
        let (tenant, user) = (TenantId::new(NOW, [1; 10]), UserId::new(NOW, [2; 10]));
        let stored = Verifier::of("Stöpsel im Regen", &pool, &SystemRandom).await.unwrap();
        let sealed = stored.seal(&key, tenant, user, &SystemRandom);
        let opened = Verifier::open(&key, tenant, user, &sealed).unwrap();
        for (shown, checked) in [
            ("Stöpsel im Regen", Checked::Right),
            ("Sto\u{308}psel im Regen", Checked::Right),
            ("Stöpsel im Regen ", Checked::Wrong),
            ("stöpsel im regen", Checked::Wrong),
            ("", Checked::Wrong),
        ] {
            assert_eq!(
                Verifier::check(Some(&opened), shown, &pool, &SystemRandom).await.unwrap(),
                checked,
                "{shown:?}"
            );
        }
        let long = "Stöpsel im Regen".repeat(1_000);
        assert_eq!(
            Verifier::check(Some(&opened), &long, &pool, &SystemRandom).await.unwrap(),
            Checked::Wrong
        );
        // A row that was moved to another user opens nothing.
        assert!(Verifier::open(&key, tenant, UserId::new(NOW, [3; 10]), &sealed).is_err());
        assert!(Verifier::open(&key, TenantId::new(NOW, [3; 10]), user, &sealed).is_err());
    }

    #[tokio::test]
    async fn nobodys_password_is_never_right_not_even_the_empty_one() {
        for shown in ["", "anything at all"] {
            assert_eq!(Verifier::check(None, shown, &pool(), &SystemRandom).await.unwrap(), Checked::Wrong);
        }
        let empty = Verifier::of("", &pool(), &SystemRandom).await.unwrap();
        let long = "x".repeat(5 * MAX_BYTES);
        assert_eq!(
            Verifier::check(Some(&empty), &long, &pool(), &SystemRandom).await.unwrap(),
            Checked::Wrong
        );
    }

    #[tokio::test]
    async fn lower_costs_than_today_are_noticed() {
        let parameters = PasswordParameters::new([7; 16], 19 * 1_024, 2, 1);
        let key = pool().derive("old times", parameters.clone()).await.unwrap();
        let old = Verifier { parameters, hash: hash(&key) };
        assert_eq!(
            Verifier::check(Some(&old), "old times", &pool(), &SystemRandom).await.unwrap(),
            Checked::RightButOutdated
        );
        assert_eq!(
            Verifier::check(Some(&old), "new times", &pool(), &SystemRandom).await.unwrap(),
            Checked::Wrong
        );
    }

    #[test]
    fn altered_bytes_are_no_verifier() {
        let good =
            [&[VERSION], [1; 32].as_slice(), &PasswordParameters::generate(&SystemRandom).encode()].concat();
        assert!(decode(&good).is_some());
        for length in 0..good.len() {
            assert!(decode(&good[..length]).is_none(), "{length}");
        }
        assert!(decode(&[good.as_slice(), &[0]].concat()).is_none());
        assert!(decode(&[&[2], &good[1..]].concat()).is_none());
    }
}
