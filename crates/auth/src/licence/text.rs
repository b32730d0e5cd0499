//! A licence as text: `sealpost-licence-1.PAYLOAD.SIGNATURE`, both in base64url without padding. The payload is canonical
//! JSON; the signature is over everything before it. `docs/licences.md` is the specification.

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{Feature, Licence, LicenceError, LicenceId, LicensedTenant, Timestamp};
use sealpost_sealed::{Random, SigningKey, VerifyingKey, random_bytes};

use super::licence_key_id;

/// What every licence begins with: what it is, and in which version.
const LABEL: &str = "sealpost-licence-1.";
/// What it is signed for.
const CONTEXT: &str = "licence";
/// Longest text that can be a licence, in bytes: beyond it is refused unread.
const MAX_TEXT: usize = 4_096;

/// A licence to be issued.
#[derive(Debug, Clone)]
pub struct NewLicence {
    /// Whose it is.
    pub tenant: LicensedTenant,
    /// Who has bought it.
    pub customer: String,
    /// How many users may send.
    pub seats: u32,
    /// What it allows beside sending.
    pub features: Vec<Feature>,
    /// When it ends; whole seconds count.
    pub expires_at: Timestamp,
    /// How many days it counts beyond its end.
    pub grace_days: u32,
}

/// Issues a licence: its text.
///
/// # Errors
/// [`LicenceError`] for what cannot stand in one.
pub fn issue_licence(
    key: &SigningKey,
    new: NewLicence,
    now: Timestamp,
    random: &dyn Random,
) -> Result<String, LicenceError> {
    let mut features = new.features;
    features.sort_unstable();
    features.dedup();
    let licence = Licence {
        customer: new.customer,
        expires_at: whole_second(new.expires_at),
        features,
        grace_days: new.grace_days,
        id: LicenceId::new(now, random_bytes(random)),
        issued_at: whole_second(now),
        key: licence_key_id(&key.verifying_key()),
        seats: new.seats,
        tenant: new.tenant,
    };
    licence.check()?;
    Ok(sign(key, &canonical(&licence)))
}

/// What a licence says. Nobody has looked at its signature: for whoever wants to see what a file is, and for nothing else.
pub fn peek_licence(text: &str) -> Option<Licence> {
    Signed::split(text)?.read()
}

const fn whole_second(time: Timestamp) -> Timestamp {
    let millis = time.unix_millis();
    Timestamp::from_unix_millis(millis - millis.rem_euclid(1_000))
}

/// Canonical JSON (RFC 8785): a licence's fields stand in the order of their names, and there are no fractions.
fn canonical(licence: &Licence) -> Vec<u8> {
    serde_json::to_vec(licence).expect("texts and whole numbers always become JSON")
}

fn sign(key: &SigningKey, payload: &[u8]) -> String {
    let signed = format!("{LABEL}{}", BASE64URL_NOPAD.encode(payload));
    let signature = key.sign(CONTEXT, signed.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
}

/// A text that has the parts of a licence. Nothing says that it is genuine.
pub(super) struct Signed<'t> {
    signed: &'t str,
    payload: &'t str,
    signature: Vec<u8>,
}

impl<'t> Signed<'t> {
    /// The parts. Blanks and line breaks around the text do not count: mail programs and editors add them.
    pub(super) fn split(text: &'t str) -> Option<Self> {
        let text = text.trim_ascii();
        if text.len() > MAX_TEXT {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let payload = signed.strip_prefix(LABEL)?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
        Some(Self { signed, payload, signature })
    }

    /// Whether this key has signed it.
    pub(super) fn verifies(&self, key: &VerifyingKey) -> bool {
        key.verify(CONTEXT, self.signed.as_bytes(), &self.signature).is_ok()
    }

    /// What it says, if it is said in the one way in which it can be.
    pub(super) fn read(&self) -> Option<Licence> {
        let payload = BASE64URL_NOPAD.decode(self.payload.as_bytes()).ok()?;
        let licence: Licence = serde_json::from_slice(&payload).ok()?;
        (licence.check().is_ok() && canonical(&licence) == payload).then_some(licence)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use sealpost_sealed::SystemRandom;

    use super::*;
    use crate::{LicenceKeys, LicenceRefused};

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_999);
    const YEAR: Duration = Duration::from_secs(365 * 86_400);

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_secret(&[byte; 32]).unwrap()
    }

    fn keys(bytes: &[u8]) -> LicenceKeys {
        LicenceKeys::new(bytes.iter().map(|byte| key(*byte).verifying_key()))
    }

    fn new() -> NewLicence {
        NewLicence {
            tenant: "st-anna".parse().unwrap(),
            customer: "Klinik St. Anna \"Süd\"".to_owned(),
            seats: 50,
            features: vec!["sms".parse().unwrap(), "portal".parse().unwrap(), "sms".parse().unwrap()],
            expires_at: NOW + YEAR,
            grace_days: 14,
        }
    }

    fn issue() -> String {
        issue_licence(&key(1), new(), NOW, &SystemRandom).unwrap()
    }

    #[test]
    fn what_was_issued_is_read_in_whole_seconds() {
        let text = issue();
        let licence = keys(&[2, 1]).verify(&format!("\r\n {text}\r\n")).unwrap();
        assert_eq!(peek_licence(&text).as_ref(), Some(&licence));
        assert_eq!(licence.issued_at.unix_millis(), 1_800_000_000_000);
        assert_eq!((licence.seats, licence.customer), (50, new().customer));
        let features: Vec<_> = licence.features.iter().map(ToString::to_string).collect();
        assert_eq!(features, ["portal", "sms"]);
    }

    #[test]
    fn no_other_key_makes_it_genuine() {
        let text = issue();
        for keys in [keys(&[]), keys(&[2]), keys(&[2, 3])] {
            assert_eq!(keys.verify(&text), Err(LicenceRefused::NotGenuine));
        }
    }

    #[test]
    fn what_is_signed_and_no_licence_is_none() {
        let good = String::from_utf8(canonical(&peek_licence(&issue()).unwrap())).unwrap();
        assert!(keys(&[1]).verify(&sign(&key(1), good.as_bytes())).is_ok());
        // It names the key that has signed it, and no other.
        assert!(keys(&[1, 2]).verify(&sign(&key(2), good.as_bytes())).is_err());
        for payload in [
            String::new(),
            "{}".to_owned(),
            format!("{good} "),
            good.replace("\":", "\": "),
            good.replace("\"seats\":50", "\"seats\":0"),
            good.replace("\"seats\":50", "\"seats\":50,\"a\":1"),
            good.replace("portal", "sms"),
            good.replace("ü", "\\u00fc"),
        ] {
            assert_ne!(payload, good);
            let text = sign(&key(1), payload.as_bytes());
            assert_eq!(keys(&[1]).verify(&text), Err(LicenceRefused::NotGenuine), "{payload}");
            assert_eq!(peek_licence(&text), None, "{payload}");
        }
    }

    #[test]
    fn a_part_of_it_is_none_and_neither_is_too_much() {
        let text = issue();
        for end in 0..text.len() {
            assert!(keys(&[1]).verify(&text[..end]).is_err(), "{end}");
        }
        assert!(keys(&[1]).verify(&text[1..]).is_err());
        let long = format!("{LABEL}{}.{}", "A".repeat(1 << 20), &text[text.len() - 86..]);
        for text in [long, format!("{text}{text}"), format!("{text}.{text}"), text.replace('.', "..")] {
            assert!(keys(&[1]).verify(&text).is_err());
        }
    }

    #[test]
    fn the_longest_licence_can_be_issued_and_read() {
        let features = (0..32).map(|n| format!("{n:a>40}").parse().unwrap()).collect();
        let new = NewLicence { customer: "\u{1f600}".repeat(200), features, ..new() };
        let text = issue_licence(&key(1), new, NOW, &SystemRandom).unwrap();
        assert!(keys(&[1]).verify(&text).is_ok(), "{}", text.len());
        let quotes = NewLicence { customer: "\"".repeat(200), ..self::new() };
        assert!(issue_licence(&key(1), quotes, NOW, &SystemRandom).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_changed_byte_is_refused(at in any::<prop::sample::Index>(), byte: u8) {
            let mut text = issue().into_bytes();
            let at = at.index(text.len());
            prop_assume!(text[at] != byte);
            text[at] = byte;
            if let Ok(text) = String::from_utf8(text) {
                prop_assert_eq!(keys(&[1]).verify(&text), Err(LicenceRefused::NotGenuine));
            }
        }

        #[test]
        fn no_text_is_genuine_that_nobody_has_signed(text in "(sealpost-licence-1\\.)?[A-Za-z0-9_.-]{0,300}") {
            prop_assert_eq!(keys(&[1]).verify(&text), Err(LicenceRefused::NotGenuine));
        }
    }
}
