use std::{
    env,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use sealpost_sealed::{RootContext, SystemRandom, Zeroizing};
use sealpost_vault::{Pkcs11Options, RemoteVault, Vault as _, VaultError};

use crate::softhsm::{PIN, SETTINGS, module};

pub(crate) const PLACE: RootContext = RootContext::TenantKey { tenant: [1; 16] };

sealpost_vault::vault_conformance!(ignore = "needs the settings of SoftHSM: main.rs runs it in make test", {
    (create(&token()).await.unwrap(), ())
});

/// A token that no other test uses, of those that `main.rs` has made, and the key in it that is to be made.
pub(super) fn token() -> Pkcs11Options {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    Pkcs11Options {
        module: module(),
        token: format!("token {:03}", COUNT.fetch_add(1, Ordering::Relaxed)),
        pin: Zeroizing::new(PIN.to_owned()),
        key: "sealpost".to_owned(),
    }
}

pub(super) async fn create(options: &Pkcs11Options) -> Result<RemoteVault, VaultError> {
    RemoteVault::create_pkcs11(options.clone(), Arc::new(SystemRandom)).await
}

pub(super) async fn open(options: &Pkcs11Options) -> Result<RemoteVault, VaultError> {
    RemoteVault::pkcs11(options.clone(), Arc::new(SystemRandom)).await
}

#[tokio::test]
#[ignore = "needs the settings of SoftHSM: main.rs runs it in make test"]
async fn a_wrong_pin_is_tried_once() {
    let options = token();
    create(&options).await.unwrap();
    let wrong = Pkcs11Options { pin: Zeroizing::new("0000".to_owned()), ..options.clone() };
    // The sign-in counts for a whole process: another one of it has to be over.
    let refused = open(&wrong).await.unwrap_err();
    assert!(
        matches!(&refused, VaultError::Denied(why) if why.contains("does not take vault.pin")),
        "{refused}"
    );
    assert!(!refused.to_string().contains("0000"), "{refused}");
    open(&options).await.unwrap();
}

#[tokio::test]
#[ignore = "needs the settings of SoftHSM: main.rs runs it in make test"]
async fn what_is_missing_is_named() {
    let options = token();
    let refused =
        open(&Pkcs11Options { module: "/nowhere/lib.so".into(), ..options.clone() }).await.unwrap_err();
    assert!(matches!(&refused, VaultError::Denied(why) if why.contains("/nowhere/lib.so")), "{refused}");
    let away = open(&Pkcs11Options { token: "nobody's".to_owned(), ..options.clone() }).await.unwrap_err();
    assert!(away.is_transient());
    let why = std::error::Error::source(&away).unwrap().to_string();
    assert!(why.contains("nobody's") && why.contains(&options.token), "{why}");
}

#[tokio::test]
#[ignore = "needs the settings of SoftHSM: main.rs runs it in make test"]
async fn many_callers_share_the_token() {
    let vault = Arc::new(create(&token()).await.unwrap());
    let callers: Vec<_> = (0..64_u8)
        .map(|number| {
            let vault = Arc::clone(&vault);
            tokio::spawn(async move {
                let wrapped = vault.wrap(&PLACE, &[number; 32]).await.unwrap();
                assert_eq!(**vault.unwrap(&PLACE, &wrapped).await.unwrap(), [number; 32]);
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}

#[test]
#[ignore = "needs the settings of SoftHSM: main.rs runs it in make test"]
fn nothing_prints_the_pin_and_the_tokens_lie_where_they_were_to() {
    assert!(!format!("{:?}", token()).contains("hunter2"));
    let settings = PathBuf::from(env::var_os(SETTINGS).unwrap());
    assert!(std::fs::read_dir(settings.with_file_name("tokens")).unwrap().count() > 0);
}
