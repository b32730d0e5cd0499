//! What a malware scanner has to say before anybody gets a file.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// When files go through the malware scanner.
    ScanMode {
        /// If the installation has a scanner.
        Auto = "auto",
        /// Never.
        Off = "off",
        /// Always: without a scanner it is as if it did not answer.
        On = "on",
    }
}

words! {
    /// What becomes of a transfer if nothing is heard of the scanner.
    ScanFailure {
        /// It waits until the scanner answers, or its time is over.
        Hold = "hold",
        /// It goes out, and is marked as not inspected.
        Pass = "pass",
    }
}

words! {
    /// What becomes of a transfer with a file that the scanner does not take.
    ScanTooBig {
        /// It is blocked.
        Block = "block",
        /// It goes out, and is marked as not inspected.
        Pass = "pass",
    }
}

/// Rules about the malware scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScanRules {
    /// When files go through it.
    pub mode: ScanMode,
    /// What happens if nothing is heard of it.
    pub on_failure: ScanFailure,
    /// What happens to files that are bigger than it takes.
    pub too_big: ScanTooBig,
}

impl Default for ScanRules {
    /// Where there is a scanner nothing goes out before it has spoken; what it cannot take goes out, for else nobody could
    /// send a big file.
    fn default() -> Self {
        Self { mode: ScanMode::Auto, on_failure: ScanFailure::Hold, too_big: ScanTooBig::Pass }
    }
}

impl ScanRules {
    /// Whether files go through a scanner, in an installation that has one or not.
    pub const fn applies(&self, has_scanner: bool) -> bool {
        match self.mode {
            ScanMode::Auto => has_scanner,
            ScanMode::Off => false,
            ScanMode::On => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_default_nothing_goes_out_unseen_where_there_is_a_scanner() {
        let rules: ScanRules = serde_json::from_str("{}").unwrap();
        assert_eq!(rules, ScanRules::default());
        assert!(rules.applies(true) && !rules.applies(false));
        for (json, with, without) in [(r#"{"mode":"off"}"#, false, false), (r#"{"mode":"on"}"#, true, true)] {
            let rules: ScanRules = serde_json::from_str(json).unwrap();
            assert_eq!((rules.applies(true), rules.applies(false)), (with, without), "{json}");
        }
        assert!(serde_json::from_str::<ScanRules>(r#"{"scan":"on"}"#).is_err());
    }
}
