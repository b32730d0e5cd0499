//! Vaults that are somebody else's program, each against that program, or one that speaks like it.
#![expect(clippy::unwrap_used, reason = "a failed call is a failed test")]

mod azure;
#[path = "../../../test-support/src/peers/openbao.rs"]
#[expect(unreachable_pub, reason = "written for `sealpost-test-support`, which stands on this crate")]
mod bao;
#[path = "../../../test-support/src/peers/keyvault.rs"]
#[expect(unreachable_pub, reason = "written for `sealpost-test-support`, which stands on this crate")]
mod keyvault;
#[path = "../../../test-support/src/peers/kubernetes.rs"]
#[expect(unreachable_pub, reason = "written for `sealpost-test-support`, which stands on this crate")]
mod kubernetes;
mod machine;
mod openbao;
#[path = "../../../test-support/src/peers/script.rs"]
#[expect(unreachable_pub, reason = "written for `sealpost-test-support`, which stands on this crate")]
mod script;
#[path = "../../../test-support/src/tools.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "written for `sealpost-test-support`, which stands on this crate"
)]
mod tools;
