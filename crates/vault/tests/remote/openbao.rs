use std::{fs, path::Path, sync::Arc, time::Duration};

use sealpost_sealed::{RootContext, SystemRandom, Zeroizing};
use sealpost_vault::{BaoLogin, BaoOptions, RemoteVault, Vault as _, VaultError};

use crate::{
    bao::{OpenBao, ROOT},
    kubernetes::Kubernetes,
};

const PLACE: RootContext = RootContext::TenantKey { tenant: [1; 16] };

sealpost_vault::vault_conformance!({
    let bao = OpenBao::shared();
    let vault = create(&options(&bao, &bao.fresh_name())).await.unwrap();
    (vault, bao)
});

fn options(bao: &OpenBao, key: &str) -> BaoOptions {
    with_login(bao, key, BaoLogin::Token(Zeroizing::new(ROOT.to_owned())))
}

fn with_login(bao: &OpenBao, key: &str, login: BaoLogin) -> BaoOptions {
    BaoOptions::new(bao.address().parse().unwrap(), key, login)
}

async fn create(options: &BaoOptions) -> Result<RemoteVault, VaultError> {
    RemoteVault::create_openbao(options.clone(), Arc::new(SystemRandom)).await
}

async fn open(options: &BaoOptions) -> Result<RemoteVault, VaultError> {
    RemoteVault::openbao(options.clone(), Arc::new(SystemRandom)).await
}

/// What docs/keys.md gives the service, and no more.
fn least(bao: &OpenBao, key: &str) -> String {
    let name = format!("service-{key}");
    bao.policy(
        &name,
        &format!(
            r#"path "transit/datakey/plaintext/{key}" {{ capabilities = ["update"] }}
               path "transit/decrypt/{key}" {{ capabilities = ["update"] }}
               path "transit/keys/{key}" {{ capabilities = ["read"] }}"#
        ),
    );
    name
}

#[tokio::test]
async fn a_key_is_made_once_and_found_again() {
    let bao = OpenBao::shared();
    let options = options(&bao, &bao.fresh_name());
    let missing = open(&options).await.unwrap_err();
    assert!(matches!(missing, VaultError::Missing { .. }), "{missing}");
    assert!(missing.to_string().contains("sealpost keys create"), "{missing}");
    let vault = create(&options).await.unwrap();
    let id = format!("openbao:127.0.0.1/transit/{}:v1", options.key);
    assert_eq!(vault.key_id().as_str(), id);
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    assert_eq!(**open(&options).await.unwrap().unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");
    let again = create(&options).await.unwrap_err();
    assert!(matches!(again, VaultError::Exists { .. }), "{again}");
}

/// Two nodes: what one of them does, the other learns of by itself.
#[tokio::test]
async fn a_rotation_elsewhere_is_learned_with_the_next_wrapping_and_what_it_wrapped_opens_at_once() {
    let bao = OpenBao::shared();
    let options = options(&bao, &bao.fresh_name());
    let (one, two) = (create(&options).await.unwrap(), open(&options).await.unwrap());
    let new = one.rotate().await.unwrap();
    let wrapped = one.wrap(&PLACE, b"secret").await.unwrap();
    assert_eq!(**two.unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");
    two.health().await.unwrap();
    assert_eq!(two.key_id(), new);
}

#[tokio::test]
async fn a_wrapped_key_is_of_the_length_that_is_written_down() {
    let bao = OpenBao::shared();
    let vault = create(&options(&bao, &bao.fresh_name())).await.unwrap();
    assert_eq!(vault.wrap(&PLACE, &[7; 32]).await.unwrap().len(), 171);
}

#[tokio::test]
async fn a_key_that_was_deleted_is_missed_and_never_made_anew_by_wrapping() {
    let bao = OpenBao::shared();
    let options = options(&bao, &bao.fresh_name());
    let vault = create(&options).await.unwrap();
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    let key = format!("transit/keys/{}", options.key);
    bao.run(&["write", &format!("{key}/config"), "deletion_allowed=true"]);
    bao.run(&["delete", &key]);
    for error in [
        vault.wrap(&PLACE, b"secret").await.unwrap_err(),
        vault.unwrap(&PLACE, &wrapped).await.unwrap_err(),
        vault.health().await.unwrap_err(),
        vault.rotate().await.unwrap_err(),
        open(&options).await.unwrap_err(),
    ] {
        assert!(matches!(error, VaultError::Missing { .. }), "{error}");
    }
}

#[tokio::test]
async fn the_least_rights_are_enough_for_the_service_and_for_nothing_else() {
    let bao = OpenBao::shared();
    let key = bao.fresh_name();
    create(&options(&bao, &key)).await.unwrap();
    let policy = least(&bao, &key);
    let token = bao.run(&["token", "create", "-policy", &policy, "-field=token", "-no-default-policy"]);
    let refused = open(&with_login(&bao, &key, BaoLogin::Token(Zeroizing::new(token)))).await.unwrap_err();
    assert!(refused.to_string().contains("vault.token"), "it may not even look itself up: {refused}");

    let token = bao.run(&["token", "create", "-policy", &policy, "-field=token"]);
    let vault = open(&with_login(&bao, &key, BaoLogin::Token(Zeroizing::new(token)))).await.unwrap();
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    assert_eq!(**vault.unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");
    vault.health().await.unwrap();
    vault.versions().await.unwrap();
    let refused = vault.rotate().await.unwrap_err();
    assert!(matches!(refused, VaultError::Denied(_)), "{refused}");
    assert!(refused.to_string().contains(&format!("transit/keys/{key}/rotate")), "{refused}");
}

#[tokio::test]
async fn a_revoked_token_is_told_so_that_somebody_can_act() {
    let bao = OpenBao::shared();
    let key = bao.fresh_name();
    create(&options(&bao, &key)).await.unwrap();
    let token = bao.run(&["token", "create", "-policy", &least(&bao, &key), "-field=token"]);
    let login = with_login(&bao, &key, BaoLogin::Token(Zeroizing::new(token.clone())));
    let vault = open(&login).await.unwrap();
    bao.run(&["token", "revoke", &token]);
    let refused = vault.wrap(&PLACE, b"secret").await.unwrap_err();
    assert!(matches!(refused, VaultError::Denied(_)), "{refused}");
    assert!(refused.to_string().contains("has ended or was revoked"), "{refused}");
    assert!(!refused.is_transient());
    let refused = open(&login).await.unwrap_err().to_string();
    assert!(refused.contains("make a new one") && !refused.contains(&token), "{refused}");
}

/// As an agent writes it that stands beside the service, or somebody by hand.
#[tokio::test]
async fn a_token_in_a_file_is_read_again_when_it_has_changed_and_when_it_is_refused() {
    let bao = OpenBao::shared();
    let key = bao.fresh_name();
    create(&options(&bao, &key)).await.unwrap();
    let policy = least(&bao, &key);
    let made = || bao.run(&["token", "create", "-policy", &policy, "-use-limit", "100", "-field=token"]);
    let uses = |token: &str| bao.run(&["token", "lookup", "-field=num_uses", token]);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    let login = with_login(&bao, &key, BaoLogin::TokenFile(file.clone()));
    let missing = open(&login).await.unwrap_err().to_string();
    assert!(missing.contains("vault.token_file") && missing.contains(file.to_str().unwrap()), "{missing}");

    let (first, second, third) = (made(), made(), made());
    fs::write(&file, format!("{first}\n")).unwrap();
    let vault = open(&login).await.unwrap();
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    let opens = async || vault.unwrap(&PLACE, &wrapped).await.map(|secret| assert_eq!(**secret, *b"secret"));

    // The one before counts still, and so it goes on counting while the file holds nothing that does.
    for nothing in ["", "half-a-tok"] {
        fs::write(&file, nothing).unwrap();
        opens().await.unwrap();
    }
    let before = uses(&first);
    fs::write(&file, format!("{second}\n")).unwrap();
    opens().await.unwrap();
    assert_eq!(uses(&first), before, "it is left alone");
    assert_ne!(uses(&second), "100", "it is used");
    bao.run(&["token", "revoke", &first]);
    opens().await.unwrap();

    bao.run(&["token", "revoke", &second]);
    let refused = opens().await.unwrap_err();
    assert!(matches!(refused, VaultError::Denied(_)), "{refused}");
    assert!(!refused.to_string().contains(&second), "{refused}");
    fs::write(&file, third).unwrap();
    opens().await.unwrap();
}

/// Whose token ends every few seconds, as the vault's do, and whose own is another one after a while.
#[tokio::test]
async fn a_pod_signs_in_by_the_token_of_its_service_account_as_it_is_at_that_time() {
    let (bao, kubernetes) = (OpenBao::shared(), Kubernetes::start());
    let key = bao.fresh_name();
    create(&options(&bao, &key)).await.unwrap();
    let (policy, mount) = (least(&bao, &key), format!("kubernetes-{key}"));
    bao.run(&["auth", "enable", "-path", &mount, "kubernetes"]);
    bao.run(&[
        "write",
        &format!("auth/{mount}/config"),
        &format!("kubernetes_host={}", kubernetes.address()),
        &format!("kubernetes_ca_cert=@{}", kubernetes.certificate_file().display()),
        &format!("token_reviewer_jwt={}", kubernetes.token("vault", "reviewer")),
    ]);
    bao.run(&[
        "write",
        &format!("auth/{mount}/role/sealpost"),
        "bound_service_account_names=sealpost",
        "bound_service_account_namespaces=files",
        &format!("token_policies={policy}"),
        "token_ttl=1s",
        "token_max_ttl=2s",
    ]);
    let dir = tempfile::tempdir().unwrap();
    let login = BaoLogin::Kubernetes { mount: mount.clone(), role: "sealpost".to_owned() };
    let as_pod = |file: &Path| BaoOptions {
        service_account: file.to_owned(),
        ..with_login(&bao, &key, login.clone())
    };
    let file = dir.path().join("token");
    let first = kubernetes.token("files", "sealpost");
    fs::write(&file, &first).unwrap();
    let vault = open(&as_pod(&file)).await.unwrap();
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    kubernetes.end(&first);
    fs::write(&file, kubernetes.token("files", "sealpost")).unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(**vault.unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");

    let stranger = dir.path().join("stranger");
    let forged = format!("{first}AA");
    for token in [kubernetes.token("files", "default"), first, forged] {
        fs::write(&stranger, &token).unwrap();
        let refused = open(&as_pod(&stranger)).await.unwrap_err();
        assert!(matches!(refused, VaultError::Denied(_)), "{refused}");
        let told = refused.to_string();
        assert!(told.contains(&format!("auth/{mount}/login")) && !told.contains(&token), "{told}");
    }
    let nothing = open(&as_pod(&dir.path().join("nothing"))).await.unwrap_err();
    assert!(nothing.to_string().contains("service account's token"), "{nothing}");
}

/// Longer than its token lasts, and although that was revoked meanwhile.
#[tokio::test]
async fn a_machine_signs_in_by_approle_and_again_when_its_token_has_ended() {
    let bao = OpenBao::shared();
    let key = bao.fresh_name();
    create(&options(&bao, &key)).await.unwrap();
    let policy = least(&bao, &key);
    let mount = format!("approle-{key}");
    bao.run(&["auth", "enable", "-path", &mount, "approle"]);
    let role = format!("auth/{mount}/role/sealpost");
    bao.run(&["write", &role, &format!("token_policies={policy}"), "token_ttl=2s", "token_max_ttl=3s"]);
    let role_id = bao.run(&["read", "-field=role_id", &format!("{role}/role-id")]);
    let secret_id = bao.run(&["write", "-f", "-field=secret_id", &format!("{role}/secret-id")]);
    let login = |secret: &str| BaoLogin::AppRole {
        mount: mount.clone(),
        role_id: role_id.clone(),
        secret_id: Zeroizing::new(secret.to_owned()),
    };
    let vault = open(&with_login(&bao, &key, login(&secret_id))).await.unwrap();
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(**vault.unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");
    }
    // Revoked before its time.
    bao.run(&["token", "revoke", "-mode=path", &format!("auth/{mount}")]);
    assert_eq!(**vault.unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");

    let refused = open(&with_login(&bao, &key, login("no-such-secret"))).await.unwrap_err();
    assert!(
        matches!(refused, VaultError::Denied(_)) && !refused.to_string().contains("no-such"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_sealed_vault_is_away_until_it_is_unsealed() {
    let bao = OpenBao::start();
    let options = options(&bao, "root-key");
    let vault = create(&options).await.unwrap();
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    bao.seal();
    let away = vault.unwrap(&PLACE, &wrapped).await.unwrap_err();
    assert!(away.is_transient(), "{away}");
    let why = std::error::Error::source(&away).unwrap().to_string();
    assert!(why.contains("sealed") && why.contains("bao operator unseal"), "{why}");
    bao.unseal();
    assert_eq!(**vault.unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_away_and_a_wrong_address_says_so() {
    let mut bao = OpenBao::start();
    let options = options(&bao, "root-key");
    let vault = create(&options).await.unwrap();
    bao.kill();
    let away = vault.wrap(&PLACE, b"secret").await.unwrap_err();
    assert!(away.is_transient(), "{away}");
    assert!(open(&options).await.unwrap_err().is_transient());
}

#[tokio::test]
async fn a_key_of_another_type_is_refused() {
    let bao = OpenBao::shared();
    let key = bao.fresh_name();
    bao.run(&["write", &format!("transit/keys/{key}"), "type=ed25519"]);
    let refused = open(&options(&bao, &key)).await.unwrap_err();
    assert!(refused.to_string().contains("aes256-gcm96"), "{refused}");
}

#[tokio::test]
async fn nothing_prints_a_secret() {
    let bao = OpenBao::shared();
    let options = options(&bao, &bao.fresh_name());
    let vault = create(&options).await.unwrap();
    let login = BaoLogin::AppRole {
        mount: "approle".to_owned(),
        role_id: "role".to_owned(),
        secret_id: Zeroizing::new("hunter2".to_owned()),
    };
    let printed = format!("{options:?} {vault:?} {login:?}");
    assert!(!printed.contains("hunter2") && !printed.contains(&format!("\"{ROOT}\"")), "{printed}");
}
