//! What browsers answer about passkeys, and what callers carry sealed, for the fuzz targets.

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{Timestamp, UserId};
use sealpost_sealed::{GrantKey, Random, SystemRandom};
use serde_json::{Value, json};

use crate::{accounts::RelyingParty, proof, provider::flow, sealed_grant, submission::sealed};

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

/// What callers carry sealed, so that no node has to remember it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// The grant of somebody who sends in.
    Submission,
    /// The grant of a recipient.
    Download,
    /// That a part of what a link asks for was shown.
    Proof,
    /// A sign-in at a provider, in a cookie.
    SignIn,
    /// The same, in an address.
    SignInState,
}

impl Carries {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Submission, Self::Download, Self::Proof, Self::SignIn, Self::SignInState];

    /// The text that has these bytes inside.
    pub fn seal(self, key: &GrantKey, inside: &[u8], random: &dyn Random) -> String {
        match self {
            Self::Submission => sealed::seal(key, inside, random),
            Self::Download => sealed_grant::seal_bytes(key, inside, random),
            Self::Proof => proof::seal_bytes(key, inside, random),
            Self::SignIn => flow::fuzzing::seal_cookie(key, inside, random),
            Self::SignInState => flow::fuzzing::seal_state(key, inside, random),
        }
    }

    /// What a text opens as, written anew; `None` if it is none of this kind.
    pub fn reopened(self, key: &GrantKey, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Submission => sealed::reopened(key, text),
            Self::Download => sealed_grant::reopened(key, text),
            Self::Proof => proof::reopened(key, text),
            Self::SignIn => flow::fuzzing::reopened_cookie(key, text),
            Self::SignInState => flow::fuzzing::reopened_state(key, text),
        }
    }
}
