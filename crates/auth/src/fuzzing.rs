//! What browsers answer about passkeys, for the fuzz targets.

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{Timestamp, UserId};
use sealpost_sealed::{GrantKey, SystemRandom};
use serde_json::{Value, json};

use crate::accounts::RelyingParty;

const ORIGIN: &str = "https://sealpost.example.org";
const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

/// Shows these bytes as what a new passkey's device attests, with the rest of the answer as it has to be. Whether they were
/// taken.
pub fn is_passkey(attestation: &[u8]) -> bool {
    let (party, key) = (RelyingParty::at(ORIGIN).expect("it has a name"), GrantKey::generate(&SystemRandom));
    let user = UserId::new(NOW, [1; 10]);
    let begun = party
        .begin_adding((user, "anna@acme.example", "Anna"), Vec::new(), (&key, NOW, &SystemRandom))
        .expect("a ceremony begins");
    let answer = json!({
        "id": "AAAAAAAAAAAAAAAAAAAAAA", "rawId": "AAAAAAAAAAAAAAAAAAAAAA", "type": "public-key",
        "response": {
            "attestationObject": BASE64URL_NOPAD.encode(attestation),
            "clientDataJSON": client_data("webauthn.create", &begun.options["challenge"]),
        },
        "clientExtensionResults": {},
    });
    party.finish_adding(user, &begun.state, &answer, (&key, NOW)).is_some()
}

/// Reads what somebody answers who signs in: nobody has asked for it. Whether it names a user and a passkey.
pub fn names_somebody(answer: &[u8]) -> bool {
    let party = RelyingParty::at(ORIGIN).expect("it has a name");
    serde_json::from_slice::<Value>(answer).is_ok_and(|answer| party.named(&answer).is_some())
}

fn client_data(kind: &str, challenge: &Value) -> String {
    let data = json!({ "type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": false });
    BASE64URL_NOPAD.encode(data.to_string().as_bytes())
}
