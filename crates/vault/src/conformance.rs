//! Claims that every vault must fulfil.
//!
//! [`vault_conformance!`](crate::vault_conformance) makes a test of each.
#![expect(clippy::unwrap_used, reason = "a test suite: a failed call is a failed claim")]

use sealpost_sealed::RootContext;

use crate::{MAX_SECRET_LENGTH, Vault, VaultError};

/// Makes one `#[tokio::test]` of each claim. The expression gives a pair: a vault, and whatever must live as long as
/// it does. The crate needs tokio with its macros.
#[macro_export]
macro_rules! vault_conformance {
    ($vault:expr) => {
        $crate::vault_conformance! { $vault =>
            a_wrapped_secret_is_unwrapped
            secrets_of_every_length_are_wrapped
            a_longer_secret_is_refused
            nothing_is_wrapped_alike_twice
            another_place_is_refused
            damage_is_refused
            the_wrapped_bytes_do_not_show_the_secret
            the_key_has_one_id
            a_working_vault_is_healthy
        }
    };
    ($vault:expr => $($claim:ident)+) => {$(
        #[tokio::test]
        async fn $claim() {
            let (vault, _alive) = $vault;
            $crate::conformance::$claim(&vault).await;
        }
    )+};
}

const SECRET: &[u8; 32] = b"thirty-two bytes of some secret.";

/// In every kind of place.
pub async fn a_wrapped_secret_is_unwrapped(vault: &dyn Vault) {
    for context in places() {
        let wrapped = vault.wrap(&context, SECRET).await.unwrap();
        assert_eq!(**vault.unwrap(&context, &wrapped).await.unwrap(), *SECRET, "{context:?}");
    }
}

/// Also of none, and the longest.
pub async fn secrets_of_every_length_are_wrapped(vault: &dyn Vault) {
    for length in [0, 1, 31, 33, 190, 191, 1024, MAX_SECRET_LENGTH] {
        let secret = vec![7; length];
        let wrapped = vault.wrap(&place(), &secret).await.unwrap();
        assert_eq!(**vault.unwrap(&place(), &wrapped).await.unwrap(), secret, "{length} bytes");
    }
}

/// By every vault, so that none of them can be swapped for one that takes less.
pub async fn a_longer_secret_is_refused(vault: &dyn Vault) {
    let result = vault.wrap(&place(), &[7; MAX_SECRET_LENGTH + 1]).await;
    assert!(
        matches!(result, Err(VaultError::TooLong { length }) if length == MAX_SECRET_LENGTH + 1),
        "{result:?}"
    );
}

/// Equal wrappings would show that two secrets are equal.
pub async fn nothing_is_wrapped_alike_twice(vault: &dyn Vault) {
    let first = vault.wrap(&place(), SECRET).await.unwrap();
    assert_ne!(first, vault.wrap(&place(), SECRET).await.unwrap());
}

/// A wrapped key that was moved to another tenant, day or purpose does not open.
pub async fn another_place_is_refused(vault: &dyn Vault) {
    for written in places() {
        let wrapped = vault.wrap(&written, SECRET).await.unwrap();
        for read in places().into_iter().filter(|read| *read != written) {
            let result = vault.unwrap(&read, &wrapped).await;
            assert!(matches!(result, Err(VaultError::Refused(_))), "{written:?} opened as {read:?}");
        }
    }
}

/// Any bit, any length. A damaged key version may also be one that the vault does not have.
pub async fn damage_is_refused(vault: &dyn Vault) {
    let wrapped = vault.wrap(&place(), SECRET).await.unwrap();
    let flipped = (0..wrapped.len() * 8).map(|bit| {
        let mut damaged = wrapped.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        damaged
    });
    let truncated = (0..wrapped.len()).map(|length| wrapped[..length].to_vec());
    let extended = [0, 1, 16].map(|more| [&wrapped[..], &vec![0; more + 1]].concat());
    for damaged in flipped.chain(truncated).chain(extended) {
        let result = vault.unwrap(&place(), &damaged).await;
        assert!(
            matches!(result, Err(VaultError::Refused(_) | VaultError::UnknownKey { .. })),
            "{damaged:02x?} instead of {wrapped:02x?}: {result:?}"
        );
    }
}

/// Neither whole nor in part.
pub async fn the_wrapped_bytes_do_not_show_the_secret(vault: &dyn Vault) {
    let wrapped = vault.wrap(&place(), SECRET).await.unwrap();
    assert!(!wrapped.windows(8).any(|window| SECRET.windows(8).any(|part| part == window)));
}

/// And it can be printed.
pub async fn the_key_has_one_id(vault: &dyn Vault) {
    let id = vault.key_id();
    assert_eq!(id, vault.key_id());
    assert!(!id.as_str().is_empty() && id.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{id}");
}

/// Health is checked often, so twice here.
pub async fn a_working_vault_is_healthy(vault: &dyn Vault) {
    vault.health().await.unwrap();
    vault.health().await.unwrap();
}

fn place() -> RootContext {
    RootContext::TenantKey { tenant: [1; 16] }
}

fn places() -> Vec<RootContext> {
    vec![
        place(),
        RootContext::TenantKey { tenant: [2; 16] },
        RootContext::EpochKey { tenant: [1; 16], day: 20_000 },
        RootContext::EpochKey { tenant: [1; 16], day: 20_001 },
        RootContext::EpochKey { tenant: [2; 16], day: 20_000 },
        RootContext::Secret { name: "grant-key" },
        RootContext::Secret { name: "grant-key-2" },
    ]
}
