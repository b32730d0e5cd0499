//! Times that are over, and times that cannot be.

use std::time::Duration;

use sealpost_domain::Timestamp;

/// As far as clocks of two nodes differ, and as long as a request that has looked at its clock waits for the database.
pub(crate) const CLOCKS_DIFFER: Duration = Duration::from_secs(60);

/// Whether what is made for `life` and ends at `end` counts at `now`. What ends later than anything can that is made now is of a
/// clock that has been put back since, and would count until that is there again; another node's may be a little ahead.
pub(crate) fn is_in_time(now: Timestamp, end: Timestamp, life: Duration) -> bool {
    now < end && end <= now + life + CLOCKS_DIFFER
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);
    const LIFE: Duration = Duration::from_secs(600);

    #[test]
    fn what_ends_counts_before_its_end_and_not_at_it() {
        assert!(is_in_time(NOW, NOW + Duration::from_millis(1), LIFE));
        assert!(!is_in_time(NOW, NOW, LIFE));
    }

    #[test]
    fn what_a_node_has_made_whose_clock_is_a_little_ahead_counts() {
        assert!(is_in_time(NOW, NOW + LIFE + Duration::from_millis(1), LIFE));
        assert!(is_in_time(NOW, NOW + LIFE + CLOCKS_DIFFER, LIFE));
    }

    #[test]
    fn what_was_made_before_a_clock_was_put_back_does_not_count() {
        assert!(!is_in_time(NOW, NOW + LIFE + CLOCKS_DIFFER + Duration::from_millis(1), LIFE));
    }
}
