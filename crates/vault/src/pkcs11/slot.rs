//! Where a token is, by its label.

use std::{thread, time::Duration};

use cryptoki::{context::Pkcs11 as Module, slot::Slot};

use super::explain;
use crate::VaultError;

/// How often a slot is asked that does not answer, and what is waited before it is asked again.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// The slot with this token. It blocks, for 80 ms at most beside what the module takes.
///
/// # Errors
/// [`VaultError::Unavailable`], with the labels that the module sees, if none of them is this one.
pub(super) fn slot_of(module: &Module, token: &str) -> Result<Slot, VaultError> {
    let mut seen = Vec::new();
    let mut asked = module.get_slots_with_token().map_err(explain)?;
    for attempt in 0..ATTEMPTS {
        let mut silent = Vec::new();
        for slot in asked {
            match module.get_token_info(slot) {
                Ok(info) if info.label() == token => return Ok(slot),
                Ok(info) if info.token_initialized() => seen.push(info.label().to_owned()),
                Ok(_) => {}
                Err(_) => silent.push(slot),
            }
        }
        if silent.is_empty() {
            break;
        }
        // SoftHSM answers with an error while another thread reads anew what another process has written to the token. It
        // is there all the same, and would be reported as missing.
        if attempt + 1 < ATTEMPTS {
            thread::sleep(PAUSE);
        }
        asked = silent;
    }
    let seen = if seen.is_empty() { "none".to_owned() } else { seen.join(", ") };
    Err(VaultError::Unavailable(
        format!("there is no token {token} (vault.token); the module sees: {seen}").into(),
    ))
}
