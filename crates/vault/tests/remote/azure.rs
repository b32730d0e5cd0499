use std::sync::{
    Arc, Mutex, PoisonError, Weak,
    atomic::{AtomicU32, Ordering},
};

use sealpost_sealed::{RootContext, SystemRandom, Zeroizing};
use sealpost_vault::{AzureCredential, AzureOptions, RemoteVault, Vault as _, VaultError};

use crate::keyvault::{CLIENT, KeyVault, POD_TOKEN, SECRET, TENANT};

const PLACE: RootContext = RootContext::TenantKey { tenant: [1; 16] };

sealpost_vault::vault_conformance!({
    let server = shared();
    let vault = create(&options(&server)).await.unwrap();
    (vault, server)
});

fn shared() -> Arc<KeyVault> {
    static SHARED: Mutex<Weak<KeyVault>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let fresh = Arc::new(KeyVault::start());
        *shared = Arc::downgrade(&fresh);
        fresh
    })
}

fn secret(secret: &str) -> AzureCredential {
    AzureCredential::ClientSecret {
        tenant_id: TENANT.to_owned(),
        client_id: CLIENT.to_owned(),
        secret: Zeroizing::new(secret.to_owned()),
    }
}

/// A key that no other test has, and is still to be made.
fn options(server: &KeyVault) -> AzureOptions {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let key = format!("key-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    AzureOptions {
        trust: Some(server.certificate()),
        authority: Some(server.address().parse().unwrap()),
        own_domain: false,
        ..AzureOptions::new(server.address().parse().unwrap(), key, secret(SECRET))
    }
}

async fn create(options: &AzureOptions) -> Result<RemoteVault, VaultError> {
    RemoteVault::create_azure(options.clone(), Arc::new(SystemRandom)).await
}

async fn open(options: &AzureOptions) -> Result<RemoteVault, VaultError> {
    RemoteVault::azure(options.clone(), Arc::new(SystemRandom)).await
}

#[tokio::test]
async fn a_key_is_made_once_and_found_again() {
    let server = shared();
    let options = options(&server);
    let missing = open(&options).await.unwrap_err();
    assert!(matches!(missing, VaultError::Missing { .. }), "{missing}");
    let vault = create(&options).await.unwrap();
    let id = vault.key_id().to_string();
    assert!(id.starts_with(&format!("azure_key_vault:localhost/{}:", options.key)), "{id}");
    let wrapped = vault.wrap(&PLACE, &[7; 32]).await.unwrap();
    // With a key of 2048 bits, which is what the server makes.
    assert_eq!(wrapped.len(), 379);
    assert_eq!(**open(&options).await.unwrap().unwrap(&PLACE, &wrapped).await.unwrap(), [7; 32]);
    assert!(matches!(create(&options).await.unwrap_err(), VaultError::Exists { .. }));
}

#[tokio::test]
async fn a_pod_and_an_application_get_in_and_a_stranger_hears_why_not() {
    let server = shared();
    let by_secret = options(&server);
    create(&by_secret).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("token"), POD_TOKEN).unwrap();
    let pod = AzureCredential::WorkloadIdentity {
        tenant_id: Some(TENANT.to_owned()),
        client_id: Some(CLIENT.to_owned()),
        token_file: Some(dir.path().join("token")),
    };
    open(&AzureOptions { credential: pod, ..by_secret.clone() }).await.unwrap().health().await.unwrap();

    let stranger = AzureOptions { credential: secret("wrong-secret"), ..by_secret.clone() };
    let refused = open(&stranger).await.unwrap_err();
    assert!(matches!(&refused, VaultError::Denied(why) if why.contains("vault.credential")), "{refused:?}");
    assert!(refused.to_string().contains("AADSTS7000215"), "{refused}");
    assert!(!format!("{refused:?} {stranger:?}").contains("wrong-secret"));
}

#[tokio::test]
async fn a_symmetric_key_of_a_managed_hsm_wraps_too_and_one_that_only_signs_is_refused() {
    let server = shared();
    let options = options(&server);
    server.control("make", &format!(r#"{{"name": "{}", "kty": "oct-HSM"}}"#, options.key));
    let vault = open(&options).await.unwrap();
    let wrapped = vault.wrap(&PLACE, &[7; 32]).await.unwrap();
    assert_eq!(wrapped.len(), 163);
    assert_eq!(**vault.unwrap(&PLACE, &wrapped).await.unwrap(), [7; 32]);
    server.control("make", &format!(r#"{{"name": "{}", "kty": "EC"}}"#, options.key));
    let refused = open(&options).await.unwrap_err();
    assert!(refused.to_string().contains("wraps nothing"), "{refused}");
}

#[tokio::test]
async fn whoever_shows_another_certificate_gets_nothing() {
    let server = shared();
    let options = AzureOptions { trust: None, ..options(&server) };
    assert!(open(&options).await.unwrap_err().is_transient());
}

/// Its own server: what is queued meets whoever asks next.
#[tokio::test]
async fn a_vault_that_is_asked_too_often_is_asked_again_when_it_says_so() {
    let server = KeyVault::start();
    let options = options(&server);
    let vault = create(&options).await.unwrap();
    server.control("next", r#"[{"status": 429, "headers": {"Retry-After": "1"}}, {"status": 429, "headers": {"Retry-After": "1"}}]"#);
    let begun = std::time::Instant::now();
    vault.wrap(&PLACE, b"secret").await.unwrap();
    assert!(begun.elapsed().as_secs() >= 2, "{:?}", begun.elapsed());

    server.control("next", r#"[{"status": 429, "headers": {"Retry-After": "3000"}}]"#);
    let begun = std::time::Instant::now();
    let busy = vault.wrap(&PLACE, b"secret").await.unwrap_err();
    assert!(busy.is_transient() && begun.elapsed().as_secs() < 2, "{busy}");
    server.control("next", "[]");
    assert!(vault.wrap(&PLACE, b"secret").await.unwrap_err().is_transient());
    assert_eq!(server.control("next", "[]"), "[]", "it was asked all the same");
}

#[tokio::test]
async fn what_the_vault_refuses_is_told_so_that_somebody_can_act() {
    let server = shared();
    let options = options(&server);
    let vault = create(&options).await.unwrap();
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    server.control("key", &format!(r#"{{"name": "{}", "denied": true}}"#, options.key));
    for refused in
        [vault.wrap(&PLACE, b"x").await.unwrap_err(), vault.unwrap(&PLACE, &wrapped).await.unwrap_err()]
    {
        assert!(refused.to_string().contains("Key Vault Crypto Service Encryption User"), "{refused}");
        assert!(!refused.is_transient());
    }
    server.control("key", &format!(r#"{{"name": "{}", "denied": false, "deleted": true}}"#, options.key));
    for refused in [
        vault.wrap(&PLACE, b"x").await.unwrap_err(),
        vault.unwrap(&PLACE, &wrapped).await.unwrap_err(),
        open(&options).await.unwrap_err(),
        create(&options).await.unwrap_err(),
    ] {
        assert!(refused.to_string().contains("az keyvault key recover"), "{refused}");
    }
}

#[tokio::test]
async fn a_token_that_has_ended_is_got_anew() {
    let server = KeyVault::start();
    let vault = create(&options(&server)).await.unwrap();
    server.control("end-tokens", "{}");
    let again = vault.wrap(&PLACE, b"secret").await;
    assert!(again.is_ok() || matches!(again, Err(VaultError::Denied(_))), "{again:?}");
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let server = KeyVault::start();
    let vault = create(&options(&server)).await.unwrap();
    drop(server);
    assert!(vault.wrap(&PLACE, b"secret").await.unwrap_err().is_transient());
}
