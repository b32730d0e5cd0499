//! Keys that another program makes or sees.

use std::process::Command;

use sealpost_vault::{Pkcs11Options, Vault as _, VaultError};

use crate::{
    softhsm::PIN,
    token::{PLACE, create, open, token},
};

fn tool(options: &Pkcs11Options, args: &[&str]) -> String {
    let done = Command::new("pkcs11-tool")
        .arg("--module")
        .arg(&options.module)
        .args(["--token-label", &options.token, "--login", "--pin", PIN])
        .args(args)
        .output()
        .unwrap();
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[tokio::test]
#[ignore = "needs the settings of SoftHSM: main.rs runs it in make test"]
async fn the_key_that_is_made_never_leaves_the_token() {
    let options = token();
    let missing = open(&options).await.unwrap_err();
    assert!(matches!(missing, VaultError::Missing { .. }), "{missing}");
    let vault = create(&options).await.unwrap();
    assert!(vault.key_id().as_str().ends_with("/sealpost:v1"), "{}", vault.key_id());
    let listed = tool(&options, &["--list-objects", "--type", "secrkey"]);
    assert!(listed.contains("AES length 32") && listed.contains("ID:         00000001"), "{listed}");
    assert!(listed.contains("never extractable") && listed.contains("sensitive"), "{listed}");
    assert!(matches!(create(&options).await.unwrap_err(), VaultError::Exists { .. }));
    let wrapped = vault.wrap(&PLACE, &[7; 32]).await.unwrap();
    assert_eq!(wrapped.len(), 171);
    assert_eq!(**open(&options).await.unwrap().unwrap(&PLACE, &wrapped).await.unwrap(), [7; 32]);
}

#[tokio::test]
#[ignore = "needs the settings of SoftHSM: main.rs runs it in make test"]
async fn a_key_that_somebody_made_with_his_own_tools_is_used_and_one_that_can_be_taken_out_is_not() {
    let options = token();
    tool(&options, &["--keygen", "--key-type", "AES:32", "--label", "sealpost", "--id", "01", "--sensitive"]);
    open(&options).await.unwrap().health().await.unwrap();
    let options = token();
    tool(
        &options,
        &["--keygen", "--key-type", "AES:32", "--label", "sealpost", "--id", "01", "--extractable"],
    );
    let refused = open(&options).await.unwrap().health().await.unwrap_err();
    assert!(refused.to_string().contains("CKA_EXTRACTABLE"), "{refused}");
}
