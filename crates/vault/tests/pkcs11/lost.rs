use sealpost_vault::Vault as _;

use crate::token::{PLACE, create, token};

/// As when an HSM is pulled out, or its server starts again. It ends the sessions of the whole process.
#[tokio::test]
#[ignore = "needs the settings of SoftHSM, and a process of its own: main.rs runs it in make test"]
async fn a_token_that_was_away_is_used_again() {
    let options = token();
    let vault = create(&options).await.unwrap();
    let wrapped = vault.wrap(&PLACE, b"secret").await.unwrap();
    cryptoki::context::Pkcs11::new(&options.module).unwrap().finalize().unwrap();
    assert_eq!(**vault.unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");
    vault.wrap(&PLACE, b"secret").await.unwrap();
}
