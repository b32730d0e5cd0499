//! Signed tokens as text: JWS in its compact form (RFC 7515, section 7.1), nothing believed yet.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::Algorithm;
use serde::Deserialize;

use crate::{TokenFault, claims::Claims, keys::Key};

/// Longest token that is read. Entra's, with many groups, are below 10 KB.
const MAX_LENGTH: usize = 16 * 1024;

/// How tokens may be signed: with what only the provider has. A MAC is made with what both sides have, and a provider's
/// public key is had by everybody; `none` is made with nothing.
const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
    ("Ed25519", Algorithm::EdDSA),
];

/// The algorithm that a name stands for, if it is accepted.
pub(crate) fn algorithm(name: &str) -> Option<Algorithm> {
    ALGORITHMS.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
}

/// A token in its parts. Who wrote them is not known before [`Self::verify`].
pub(crate) struct Compact<'t> {
    pub(crate) header: Header,
    pub(crate) algorithm: Algorithm,
    payload: Vec<u8>,
    signed: &'t str,
    signature: &'t str,
}

#[derive(Deserialize)]
pub(crate) struct Header {
    alg: String,
    pub(crate) kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde_json::Value>,
    /// RFC 7797: the payload would not be what it seems.
    b64: Option<serde_json::Value>,
}

impl<'t> Compact<'t> {
    /// Takes a token apart. Its header must name an algorithm that is accepted, and demand nothing else.
    pub(crate) fn parse(text: &'t str) -> Result<Self, TokenFault> {
        if text.len() > MAX_LENGTH {
            return Err(TokenFault::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenFault::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenFault::Malformed)?;
        let bytes = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| TokenFault::Malformed);
        // A dot more than two ends up in the payload, and is no base64url. The signature is looked at here, too: two texts
        // of one signature would be two tokens.
        bytes(signature)?;
        let payload = bytes(payload)?;
        let header: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| TokenFault::Malformed)?;
        if header.crit.is_some() || header.b64.is_some() {
            return Err(TokenFault::Malformed);
        }
        let algorithm = algorithm(&header.alg).ok_or(TokenFault::Algorithm)?;
        Ok(Self { header, algorithm, payload, signed, signature })
    }

    /// Fails for a token of another kind, such as an access token (RFC 9068) where an ID token should be.
    pub(crate) fn require_plain_type(&self) -> Result<(), TokenFault> {
        match self.header.typ.as_deref() {
            None => Ok(()),
            Some(typ) if typ.eq_ignore_ascii_case("jwt") => Ok(()),
            Some(_) => Err(TokenFault::Type),
        }
    }

    /// The name of the key that signed it. A token without one would be tried with all.
    pub(crate) fn key_id(&self) -> Result<&str, TokenFault> {
        self.header.kid.as_deref().filter(|kid| !kid.is_empty()).ok_or(TokenFault::Key)
    }

    /// What it says, if `key` has signed it.
    pub(crate) fn verify(&self, key: &Key) -> Result<Claims, TokenFault> {
        let fits = jsonwebtoken::crypto::verify(
            self.signature,
            self.signed.as_bytes(),
            key.decoding(),
            self.algorithm,
        );
        if !fits.is_ok_and(|fits| fits) {
            return Err(TokenFault::Signature);
        }
        self.unverified()
    }

    /// What it says, whoever wrote it.
    pub(crate) fn unverified(&self) -> Result<Claims, TokenFault> {
        serde_json::from_slice(&self.payload).map_err(|_| TokenFault::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, payload: &str) -> String {
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        format!("{}.{}.{}", part(header), part(payload), part("signature"))
    }

    #[test]
    fn only_what_a_provider_alone_can_sign_is_read() {
        for (header, expected) in [
            (r#"{"alg":"RS256","kid":"a"}"#, None),
            (r#"{"alg":"PS256"}"#, None),
            (r#"{"alg":"ES256"}"#, None),
            (r#"{"alg":"none"}"#, Some(TokenFault::Algorithm)),
            (r#"{"alg":"None"}"#, Some(TokenFault::Algorithm)),
            (r#"{"alg":""}"#, Some(TokenFault::Algorithm)),
            (r#"{"alg":"HS256"}"#, Some(TokenFault::Algorithm)),
            (r#"{"alg":"HS512"}"#, Some(TokenFault::Algorithm)),
            (r#"{"alg":"rs256"}"#, Some(TokenFault::Algorithm)),
            (r#"{"alg":"RS256","alg":"none"}"#, Some(TokenFault::Malformed)),
            (r#"{"alg":["RS256"]}"#, Some(TokenFault::Malformed)),
            (r#"{"alg":"RS256","crit":["exp"]}"#, Some(TokenFault::Malformed)),
            (r#"{"alg":"RS256","b64":false}"#, Some(TokenFault::Malformed)),
            (r#"{"kid":"a"}"#, Some(TokenFault::Malformed)),
            ("[]", Some(TokenFault::Malformed)),
            ("", Some(TokenFault::Malformed)),
        ] {
            assert_eq!(Compact::parse(&token(header, "{}")).err(), expected, "{header}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let good = token(r#"{"alg":"RS256"}"#, "{}");
        assert!(Compact::parse(&good).is_ok());
        let long = token(r#"{"alg":"RS256"}"#, &"x".repeat(MAX_LENGTH));
        for text in [
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            "ünï.cö.dé",
            &good[..good.len() - 1],
            &format!("{good}="),
            &format!("{good}.x"),
            &format!(" {good}"),
            long.as_str(),
        ] {
            assert_eq!(Compact::parse(text).err(), Some(TokenFault::Malformed), "{text:.60}");
        }
    }

    #[test]
    fn a_token_of_another_type_is_refused() {
        for (typ, plain) in
            [("JWT", true), ("jwt", true), ("at+jwt", false), ("logout+jwt", false), ("", false)]
        {
            let text = token(&format!(r#"{{"alg":"RS256","typ":"{typ}"}}"#), "{}");
            assert_eq!(Compact::parse(&text).unwrap().require_plain_type().is_ok(), plain, "{typ}");
        }
    }
}
