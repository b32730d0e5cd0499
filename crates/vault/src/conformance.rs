//! Claims that every vault must fulfil.
//!
//! [`vault_conformance!`](crate::vault_conformance) makes a test of each.
#![expect(clippy::unwrap_used, reason = "a test suite: a failed call is a failed claim")]

use sealpost_sealed::RootContext;

use crate::{KeyId, MAX_SECRET_LENGTH, Vault, VaultError};

/// Makes one `#[tokio::test]` of each claim. The expression gives a pair: a vault, and whatever must live as long as
/// it does. With `ignore = "why"` before it, the tests run only when they are asked for. The crate needs tokio with its macros.
#[macro_export]
macro_rules! vault_conformance {
    (ignore = $why:literal, $vault:expr) => {
        $crate::vault_conformance! { @all [#[ignore = $why]] $vault }
    };
    ($vault:expr) => {
        $crate::vault_conformance! { @all [] $vault }
    };
    (@all $attributes:tt $vault:expr) => {
        $crate::vault_conformance! { @each $attributes $vault =>
            a_wrapped_secret_is_unwrapped
            secrets_of_every_length_are_wrapped
            a_longer_secret_is_refused
            nothing_is_wrapped_alike_twice
            another_place_is_refused
            damage_is_refused
            the_wrapped_bytes_do_not_show_the_secret
            the_key_has_one_id
            a_working_vault_is_healthy
            what_is_wrapped_says_under_which_version
            after_a_rotation_the_new_version_wraps_and_the_old_one_opens
            the_current_version_is_not_retired
            a_retired_version_opens_nothing_and_others_do
        }
    };
    (@each $attributes:tt $vault:expr => $($claim:ident)+) => {$(
        $crate::vault_conformance! { @one $attributes $vault => $claim }
    )+};
    (@one [$($attribute:tt)*] $vault:expr => $claim:ident) => {
        #[tokio::test]
        $($attribute)*
        async fn $claim() {
            let (vault, _alive) = $vault;
            $crate::conformance::$claim(&vault).await;
        }
    };
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
    // Where every try is a call of somebody else's machine, one bit of each byte has to do.
    let bits = (0..wrapped.len() * 8).filter(|bit| wrapped.len() < 128 || bit % 8 == bit / 8 % 8);
    let flipped = bits.map(|bit| {
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

/// Without a call; and of what is no wrapping it says nothing.
pub async fn what_is_wrapped_says_under_which_version(vault: &dyn Vault) {
    let wrapped = vault.wrap(&place(), SECRET).await.unwrap();
    assert_eq!(vault.wrapped_under(&wrapped), Some(vault.key_id()));
    assert!(wrapped.starts_with(&vault.current_prefix()));
    assert_eq!(vault.wrapped_under(&vault.current_prefix()), Some(vault.key_id()));
    let other_kind = [&[wrapped[0] ^ 0x40], &wrapped[1..]].concat();
    for foreign in [&[][..], &other_kind, &wrapped[..4]] {
        assert_eq!(vault.wrapped_under(foreign), None, "{foreign:02x?}");
    }
}

/// And the vault lists both, the newest last.
pub async fn after_a_rotation_the_new_version_wraps_and_the_old_one_opens(vault: &dyn Vault) {
    let (before, old_prefix) = (vault.key_id(), vault.current_prefix());
    let old = vault.wrap(&place(), SECRET).await.unwrap();
    let after = vault.rotate().await.unwrap();
    assert_ne!(before, after);
    assert_eq!(vault.key_id(), after);
    let new = vault.wrap(&place(), SECRET).await.unwrap();
    assert_eq!(
        (vault.wrapped_under(&old), vault.wrapped_under(&new)),
        (Some(before.clone()), Some(after.clone()))
    );
    assert!(new.starts_with(&vault.current_prefix()) && !old.starts_with(&vault.current_prefix()));
    assert_eq!(old_prefix.len(), vault.current_prefix().len());
    for wrapped in [&old, &new] {
        assert_eq!(**vault.unwrap(&place(), wrapped).await.unwrap(), *SECRET);
    }
    let versions = vault.versions().await.unwrap();
    assert_eq!(
        versions.iter().map(|version| (&version.id, version.is_current)).collect::<Vec<_>>(),
        [(&before, false), (&after, true)]
    );
    assert_ne!(versions[0].name, versions[1].name);
    vault.health().await.unwrap();
}

/// Nor one that there is not.
pub async fn the_current_version_is_not_retired(vault: &dyn Vault) {
    let result = vault.retire(&vault.key_id()).await;
    assert!(matches!(&result, Err(VaultError::Current { key }) if *key == vault.key_id()), "{result:?}");
    let result = vault.retire(&KeyId::new("no:such:v7")).await;
    assert!(matches!(result, Err(VaultError::UnknownKey { .. })), "{result:?}");
    assert_eq!(vault.versions().await.unwrap().len(), 1);
}

/// What was wrapped under it is refused with its name.
pub async fn a_retired_version_opens_nothing_and_others_do(vault: &dyn Vault) {
    let first = vault.wrap(&place(), SECRET).await.unwrap();
    vault.rotate().await.unwrap();
    let second = vault.wrap(&place(), SECRET).await.unwrap();
    vault.rotate().await.unwrap();
    vault.retire(&vault.wrapped_under(&first).unwrap()).await.unwrap();
    let result = vault.unwrap(&place(), &first).await;
    assert!(matches!(result, Err(VaultError::UnknownKey { .. })), "{result:?}");
    assert_eq!(**vault.unwrap(&place(), &second).await.unwrap(), *SECRET);
    let names: Vec<_> = vault.versions().await.unwrap().into_iter().map(|version| version.id).collect();
    assert_eq!(names, [vault.wrapped_under(&second).unwrap(), vault.key_id()]);
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
