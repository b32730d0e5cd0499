//! A provider's keys (RFC 7517).

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::token::algorithm;

/// Most keys that are looked at.
const MAX_KEYS: usize = 100;

/// The keys that a provider signs with. Those that are for something else, or of a kind that is not known, are left out.
#[derive(Debug)]
pub(crate) struct Keys(Vec<Key>);

/// A key that a provider signs with.
#[derive(Debug)]
pub(crate) struct Key {
    id: String,
    algorithms: Vec<Algorithm>,
    /// Entra's own member: for whose tokens the key is, with `{tenantid}` where any directory may stand.
    issuer: Option<String>,
    decoding: DecodingKey,
}

#[derive(Deserialize)]
pub(crate) struct KeySet {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Raw {
    kty: String,
    kid: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    issuer: Option<String>,
}

impl From<KeySet> for Keys {
    fn from(set: KeySet) -> Self {
        let keys = set.keys.into_iter().take(MAX_KEYS);
        Self(keys.filter_map(|key| serde_json::from_value(key).ok().and_then(Key::read)).collect())
    }
}

impl Keys {
    /// Whether there is a key of this name.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id == id)
    }

    /// The key of this name that is for this algorithm.
    pub(crate) fn find(&self, id: &str, algorithm: Algorithm) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id && key.algorithms.contains(&algorithm))
    }
}

impl Key {
    pub(crate) const fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// Whether the key is for tokens of this issuer, which is that of a directory of Entra. A key of the directory of
    /// personal accounts signs nothing for an organisation.
    pub(crate) fn is_for(&self, issuer: &str, tenant: &str) -> bool {
        self.issuer.as_deref().is_some_and(|own| own.replace("{tenantid}", tenant) == issuer)
    }

    fn read(raw: Raw) -> Option<Self> {
        if raw.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return None;
        }
        if raw.key_ops.as_ref().is_some_and(|ops| !ops.iter().any(|op| op == "verify")) {
            return None;
        }
        let (decoding, mut algorithms) = match (raw.kty.as_str(), raw.crv.as_deref()) {
            ("RSA", _) => (
                DecodingKey::from_rsa_components(raw.n.as_deref()?, raw.e.as_deref()?),
                vec![
                    Algorithm::RS256,
                    Algorithm::RS384,
                    Algorithm::RS512,
                    Algorithm::PS256,
                    Algorithm::PS384,
                    Algorithm::PS512,
                ],
            ),
            ("EC", Some("P-256")) => (
                DecodingKey::from_ec_components(raw.x.as_deref()?, raw.y.as_deref()?),
                vec![Algorithm::ES256],
            ),
            ("EC", Some("P-384")) => (
                DecodingKey::from_ec_components(raw.x.as_deref()?, raw.y.as_deref()?),
                vec![Algorithm::ES384],
            ),
            ("OKP", Some("Ed25519")) => {
                (DecodingKey::from_ed_components(raw.x.as_deref()?), vec![Algorithm::EdDSA])
            }
            // "oct" above all: a secret that everybody can read.
            _ => return None,
        };
        if let Some(only) = raw.alg {
            let only = algorithm(&only)?;
            algorithms.retain(|algorithm| *algorithm == only);
        }
        let id = Some(raw.kid).filter(|id| !id.is_empty())?;
        Some(Self { id, algorithms, issuer: raw.issuer, decoding: decoding.ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(json: &str) -> Keys {
        serde_json::from_str::<KeySet>(json).unwrap().into()
    }

    #[test]
    fn a_key_serves_for_what_it_says() {
        let keys = keys(
            r#"{"keys": [
                {"kty": "RSA", "kid": "any", "n": "AQAB", "e": "AQAB"},
                {"kty": "RSA", "kid": "one", "n": "AQAB", "e": "AQAB", "alg": "PS256", "use": "sig"},
                {"kty": "EC", "kid": "curve", "crv": "P-256", "x": "AQAB", "y": "AQAB"},
                {"kty": "RSA", "kid": "encrypts", "n": "AQAB", "e": "AQAB", "use": "enc"},
                {"kty": "RSA", "kid": "wraps", "n": "AQAB", "e": "AQAB", "key_ops": ["wrapKey"]},
                {"kty": "RSA", "kid": "mac", "n": "AQAB", "e": "AQAB", "alg": "HS256"},
                {"kty": "EC", "kid": "unknown", "crv": "secp256k1", "x": "AQAB", "y": "AQAB"},
                {"kty": "oct", "kid": "secret", "k": "AQAB"},
                {"kty": "RSA", "kid": "half", "n": "AQAB"},
                {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
                "no key"
            ]}"#,
        );
        assert_eq!(keys.0.len(), 3);
        for (id, algorithm, serves) in [
            ("any", Algorithm::RS256, true),
            ("any", Algorithm::PS512, true),
            ("any", Algorithm::ES256, false),
            ("any", Algorithm::HS256, false),
            ("one", Algorithm::PS256, true),
            ("one", Algorithm::RS256, false),
            ("curve", Algorithm::ES256, true),
            ("curve", Algorithm::ES384, false),
            ("", Algorithm::RS256, false),
        ] {
            assert_eq!(keys.find(id, algorithm).is_some(), serves, "{id} {algorithm:?}");
        }
    }

    #[test]
    fn a_key_of_one_directory_is_not_for_another() {
        let keys = keys(
            r#"{"keys": [
                {"kty": "RSA", "kid": "all", "n": "AQAB", "e": "AQAB", "issuer": "https://x/{tenantid}/v2.0"},
                {"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB", "issuer": "https://x/a/v2.0"},
                {"kty": "RSA", "kid": "none", "n": "AQAB", "e": "AQAB"}
            ]}"#,
        );
        for (id, tenant, is_for) in [
            ("all", "a", true),
            ("all", "b", true),
            ("a", "a", true),
            ("a", "b", false),
            ("none", "a", false),
        ] {
            let key = keys.find(id, Algorithm::RS256).unwrap();
            assert_eq!(key.is_for(&format!("https://x/{tenant}/v2.0"), tenant), is_for, "{id} {tenant}");
        }
    }
}
