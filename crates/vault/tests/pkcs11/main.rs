//! Tokens behind PKCS#11, against SoftHSM.
#![expect(clippy::unwrap_used, reason = "a failed call is a failed test")]

mod lost;
#[path = "../../../test-support/src/peers/softhsm.rs"]
#[expect(unreachable_pub, reason = "written for `sealpost-test-support`, which stands on this crate")]
mod softhsm;
mod token;
mod tools;

use std::{env, process::Command};

use softhsm::{SETTINGS, SoftHsm};

/// More than there are tests.
const TOKENS: u32 = 26;

/// The module reads its settings from a variable of the process, once; so the claims are tested in one that has it.
fn run(claims: &str, threads: &str) -> usize {
    let hsm = SoftHsm::new();
    // It does not see tokens that are made later, either.
    for number in 0..TOKENS {
        hsm.token(&format!("token {number:03}"));
    }
    let tested = Command::new(env::current_exe().unwrap())
        .args(["--ignored", claims, "--test-threads", threads])
        .env(SETTINGS, hsm.settings())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&tested.stdout);
    assert!(tested.status.success(), "{told}{}", String::from_utf8_lossy(&tested.stderr));
    println!("{told}");
    told.lines().filter(|line| line.starts_with("test ") && line.ends_with("ok")).count()
}

#[test]
fn all_that_is_claimed_of_a_token_holds() {
    assert!(run("token::", "4") >= 17);
}

#[test]
fn a_token_that_was_away_is_used_again() {
    assert_eq!(run("lost::", "1"), 1);
}

/// One after the other: SoftHSM loses sight of a token, until the process ends, if threads look at it while another process
/// writes to it.
#[test]
fn keys_of_other_programs_are_used_and_ours_are_seen_by_them() {
    assert_eq!(run("tools::", "1"), 2);
}
