//! Recovery: what a tenant does with its recovery key.

use std::time::Duration;

use crate::{Timestamp, words::words};

words! {
    /// What is done with a tenant's recovery key: what its owners are told.
    RecoveryStep {
        /// The use was allowed.
        Approved = "approved",
        /// What is sealed to the key was fetched.
        Fetched = "fetched",
        /// There is no key any more.
        KeyRemoved = "key_removed",
        /// There is a key, or another.
        KeySet = "key_set",
        /// The use was refused, or is not wanted any more.
        Refused = "refused",
        /// Somebody has asked for its use.
        Requested = "requested",
    }
}

words! {
    /// How a wish to use the recovery key stands.
    RecoveryState {
        /// What is sealed to the key may be fetched.
        Approved = "approved",
        /// Its time is over, decided or not.
        Over = "over",
        /// Nobody has decided yet.
        Pending = "pending",
        /// It was refused.
        Refused = "refused",
    }
}

/// How long somebody else may decide.
pub const RECOVERY_DECIDED_WITHIN: Duration = Duration::from_secs(7 * 86_400);
/// How long what is sealed to the key may be fetched once that is allowed.
pub const RECOVERY_FETCHED_WITHIN: Duration = Duration::from_secs(86_400);

impl RecoveryState {
    /// Of what was asked for at `created_at`, and was decided so then, if it was.
    pub fn at(now: Timestamp, created_at: Timestamp, decided: Option<(Timestamp, bool)>) -> Self {
        match decided {
            Some((_, false)) => Self::Refused,
            Some((at, true)) if now < at + RECOVERY_FETCHED_WITHIN => Self::Approved,
            None if now < created_at + RECOVERY_DECIDED_WITHIN => Self::Pending,
            _ => Self::Over,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_seven_days_to_decide_and_one_to_fetch() {
        let asked = Timestamp::from_unix_millis(1_800_000_000_000);
        let day = RECOVERY_FETCHED_WITHIN;
        let moment = Duration::from_millis(1);
        let week = RECOVERY_DECIDED_WITHIN;
        assert_eq!(week, 7 * day);
        let decided = asked + day;
        for (now, made, expected) in [
            (asked, None, RecoveryState::Pending),
            (asked + (week - moment), None, RecoveryState::Pending),
            (asked + week, None, RecoveryState::Over),
            (decided, Some(true), RecoveryState::Approved),
            (decided + (day - moment), Some(true), RecoveryState::Approved),
            (decided + day, Some(true), RecoveryState::Over),
            (decided, Some(false), RecoveryState::Refused),
            (decided + week, Some(false), RecoveryState::Refused),
        ] {
            let made = made.map(|approved| (decided, approved));
            assert_eq!(RecoveryState::at(now, asked, made), expected, "{now:?} {made:?}");
        }
    }
}
