//! Vaults that are somebody else's program, each against that program, or one that speaks like it.

mod azure;
// They belong to `sealpost-test-support`, which stands on this crate.
#[path = "../../../test-support/src/peers/openbao.rs"]
mod bao;
#[path = "../../../test-support/src/peers/keyvault.rs"]
mod keyvault;
mod openbao;
#[path = "../../../test-support/src/tools.rs"]
mod tools;
