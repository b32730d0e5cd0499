//! The pages in real browsers: Debian's Chromium, and its Firefox for receiving and uploading, driven by the scripts beside this file. What they
//! look like in each of their states is left in `target/screenshots`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod admin;
mod admin_rules;
mod big;
mod branded;
mod canaries;
mod delivery;
mod firefox;
#[path = "../journeys/looking/mod.rs"]
#[expect(unused_imports, reason = "shared with the journeys, which need more of it")]
mod looking;
mod million;
mod outlook;
mod outlook_sealed;
mod outlook_signin;
mod page;
mod people;
mod provider;
#[path = "../api/zero_knowledge/client.rs"]
#[expect(dead_code, unused_imports, reason = "shared with the tests of the API, which need its sender, too")]
mod recipient;
mod recovery;
mod refused;
mod sealed;
mod sealed_delivery;
mod sender;
mod sender_memory;
mod sent;
#[path = "../journeys/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with the journeys, which need more of it")]
mod support;
mod to_key;
mod tour;
mod upload;
