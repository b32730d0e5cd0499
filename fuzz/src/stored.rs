use std::time::Duration;

use sealpost_domain::{Job, Policy, Timestamp};

use crate::input::Input;

/// Rules and jobs are read as what they were written from; rules that can be kept give every transfer an end within
/// their bounds.
pub fn stored_json(data: &[u8]) {
    if let Ok(job) = serde_json::from_slice::<Job>(data) {
        let written = serde_json::to_vec(&job).expect("a job is written");
        assert_eq!(
            serde_json::from_slice::<Job>(&written).expect("a job is read"),
            job
        );
        assert!(String::from_utf8_lossy(&written).contains(job.kind()));
    }
    // The clock and the wish stand in front of the rules, so that every prefix of the input is a try of its own.
    let mut input = Input(data);
    let (now, wish) = (input.u64() as i64, input.u64() as i64);
    let Ok(policy) = serde_json::from_slice::<Policy>(input.0) else {
        return;
    };
    let written = serde_json::to_vec(&policy).expect("rules are written");
    assert_eq!(
        serde_json::from_slice::<Policy>(&written).expect("rules are read"),
        policy
    );
    if policy.validate().is_err() {
        return;
    }
    let (now, wish) = (
        Timestamp::from_unix_millis(now),
        Timestamp::from_unix_millis(wish),
    );
    let latest = now + Duration::from_secs(policy.retention_max_seconds);
    let default = policy.expiry(now, None).expect("there is always a default");
    assert!(now <= default && default <= latest);
    if let Ok(end) = policy.expiry(now, Some(wish)) {
        assert!(end == wish && now <= end && end <= latest);
        assert!(end >= now + Policy::RETENTION_MIN);
    }
}
