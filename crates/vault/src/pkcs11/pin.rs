//! Whether a PIN may be tried: tokens lock themselves after a few wrong ones, and then nobody gets in.

use cryptoki::slot::TokenInfo;

/// What a token says of wrong PINs so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tried {
    pub(super) locked: bool,
    pub(super) one_left: bool,
}

impl From<&TokenInfo> for Tried {
    fn from(info: &TokenInfo) -> Self {
        Self { locked: info.user_pin_locked(), one_left: info.user_pin_final_try() }
    }
}

impl Tried {
    /// Why the PIN is not tried; `None` if it is.
    ///
    /// The last attempt is left to a person: a service that starts again and again with a wrong PIN would use it up.
    pub(super) fn objection(self, token: &str) -> Option<String> {
        if self.locked {
            return Some(format!(
                "the PIN of token {token} is locked after wrong ones: its security officer has to set it anew"
            ));
        }
        if self.one_left {
            return Some(format!(
                "the next wrong PIN locks token {token}, so it is not tried: check vault.pin, and sign in by hand once \
                 (`pkcs11-tool --login --test`), which sets the count back"
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_attempt_is_left_to_a_person() {
        assert_eq!(Tried { locked: false, one_left: false }.objection("hsm"), None);
        let last = Tried { locked: false, one_left: true }.objection("hsm").unwrap();
        assert!(last.contains("not tried") && last.contains("hsm"), "{last}");
        let locked = Tried { locked: true, one_left: true }.objection("hsm").unwrap();
        assert!(locked.contains("is locked"), "{locked}");
    }
}
