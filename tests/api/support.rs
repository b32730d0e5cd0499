//! What many tests need.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat};
use data_encoding::BASE64;
use sealpost_domain::{Clock as _, Timestamp};
use sealpost_test_support::app::{App, eventually};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

pub(crate) const MIB: usize = 1 << 20;

/// Bytes of which no two stretches are alike, so that nothing can stand in another's place unseen.
pub(crate) fn pattern(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ length as u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// `Upload-Checksum` with SHA-1.
pub(crate) fn sha1(bytes: &[u8]) -> String {
    format!("sha1 {}", BASE64.encode(&Sha1::digest(bytes)))
}

/// `Upload-Checksum` with SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("sha256 {}", BASE64.encode(&Sha256::digest(bytes)))
}

/// A moment as the API writes it.
pub(crate) fn rfc3339(time: Timestamp) -> String {
    let time = DateTime::from_timestamp_millis(time.unix_millis()).expect("tests stay in our age");
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A moment as headers write it.
pub(crate) fn http_date(time: Timestamp) -> String {
    let time = DateTime::from_timestamp_millis(time.unix_millis()).expect("tests stay in our age");
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// So much from now, as the API writes it.
pub(crate) fn from_now(app: &App, duration: Duration) -> String {
    rfc3339(app.clock.now() + duration)
}

/// Waits until somebody writes to an upload.
pub(crate) async fn written_to(app: &App, upload: &str) {
    eventually("the service is at it", async || app.is_written_to(upload).await).await;
}

/// Waits until nobody writes to an upload any more, and says where it stands then.
pub(crate) async fn free(app: &App, upload: &str) -> usize {
    eventually("the upload is free", async || !app.is_written_to(upload).await).await;
    app.anna.offset(upload).await
}

/// The operator's right over a tenant.
pub(crate) async fn operator(app: &App, tenant: &sealpost_db::Tenant) -> sealpost_auth::OperatorGrant {
    app.auth.danger_operator(tenant).await.unwrap()
}
