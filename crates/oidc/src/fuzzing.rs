//! The parsers of what others wrote, for the fuzz targets.

use crate::{
    Issuer, Reach,
    discovery::{Description, Raw},
    keys::{KeySet, Keys},
    presented,
    token::Compact,
};

/// A token, as anybody may show one.
pub fn token(text: &str) {
    let claimed = presented(text);
    if let Ok(token) = Compact::parse(text) {
        assert!(claimed.is_err() || token.unverified().is_ok(), "what is presented can be read");
        if let Ok(claims) = token.unverified() {
            let _ = claims.check_time(sealpost_domain::Timestamp::from_unix_millis(0));
        }
    }
}

/// A provider's keys and description, as a provider may answer them.
pub fn answers(bytes: &[u8]) {
    if let Ok(set) = serde_json::from_slice::<KeySet>(bytes) {
        assert!(!Keys::from(set).has(""), "a key without a name is none");
    }
    if let Ok(raw) = serde_json::from_slice::<Raw>(bytes) {
        let issuer: Issuer = "https://id.example.org".parse().expect("it is one");
        let _ = Description::read(raw, &issuer, Reach::Public);
    }
}
