//! The identity of the machine or app that we run on. Where to ask for it is a matter of the process's environment, so each
//! claim is tested in a process that has it.

use std::{env, fs, process::Command, sync::Arc};

use sealpost_sealed::{RootContext, SystemRandom};
use sealpost_vault::{AzureCredential, AzureOptions, RemoteVault, Vault as _, VaultError};

use crate::keyvault::{APP_SECRET, CLIENT, KeyVault};

const PLACE: RootContext = RootContext::TenantKey { tenant: [1; 16] };
/// Where the vault is, and its certificate, for the process with the environment.
const URL: &str = "SEALPOST_TEST_KEYVAULT";
const CERTIFICATE: &str = "SEALPOST_TEST_KEYVAULT_CERTIFICATE";

/// Runs the claim in a process with these variables, and none that would lead elsewhere.
fn in_environment(server: &KeyVault, variables: &[(&str, &str)]) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "machine::a_machine_gets_in_by_its_identity"]);
    let foreign = ["IDENTITY_", "IMDS_", "MSI_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];
    for (name, _) in env::vars() {
        if foreign.iter().any(|foreign| name.to_ascii_uppercase().starts_with(foreign)) {
            command.env_remove(name);
        }
    }
    command.env(URL, server.address()).env(CERTIFICATE, server.certificate_file());
    let tested = command.envs(variables.iter().copied()).output().unwrap();
    let told = String::from_utf8_lossy(&tested.stdout);
    assert!(tested.status.success(), "{told}{}", String::from_utf8_lossy(&tested.stderr));
    assert!(told.contains("1 passed"), "{told}");
}

/// Its address is the same on all of them, and here only the proxy's to reach.
#[test]
fn a_virtual_machine_gets_in_by_its_identity() {
    let server = KeyVault::start();
    in_environment(&server, &[("http_proxy", &server.identity())]);
}

#[test]
fn an_app_gets_in_by_its_identity() {
    let server = KeyVault::start();
    let endpoint = format!("{}/msi/token", server.identity());
    in_environment(&server, &[("IDENTITY_ENDPOINT", &endpoint), ("IDENTITY_HEADER", APP_SECRET)]);
}

#[tokio::test]
#[ignore = "needs an environment of its own: those above run it in make test"]
async fn a_machine_gets_in_by_its_identity() {
    let by = |client_id: Option<&str>| AzureOptions {
        trust: Some(fs::read(env::var(CERTIFICATE).unwrap()).unwrap()),
        own_domain: false,
        ..AzureOptions::new(
            env::var(URL).unwrap().parse().unwrap(),
            "machine",
            AzureCredential::ManagedIdentity { client_id: client_id.map(str::to_owned) },
        )
    };
    let vault = RemoteVault::create_azure(by(None), Arc::new(SystemRandom)).await.unwrap();
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    let by_name = RemoteVault::azure(by(Some(CLIENT)), Arc::new(SystemRandom)).await.unwrap();
    assert_eq!(**by_name.unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");
    by_name.health().await.unwrap();

    let another = RemoteVault::azure(by(Some("another")), Arc::new(SystemRandom)).await.unwrap_err();
    assert!(matches!(&another, VaultError::Denied(why) if why.contains("vault.credential")), "{another:?}");
}
