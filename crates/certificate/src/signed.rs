//! The signature around a certificate, and verifying it with nothing but the public key.

use data_encoding::BASE64;
use sealpost_domain::canonical_json;
use sealpost_sealed::{NoteVerifier, SigningKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Certificate;

/// What a certificate says that it is.
pub const FORMAT: &str = "sealpost-certificate/1";
/// What its signature is good for.
const CONTEXT: &str = "certificate";
/// Longest text that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// Why a text is no certificate, or not of whom it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The text cannot be one.
    #[error("it is no certificate of the format {FORMAT}")]
    Format,
    /// It was changed, or somebody else has signed it.
    #[error("it is not what was signed")]
    Signature,
}

/// A certificate with its signature: a small JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedCertificate {
    certificate: Value,
    key: String,
    signature: String,
}

impl SignedCertificate {
    /// Signs it in the name of `verifier`, whose other half `key` is.
    ///
    /// # Errors
    /// [`CertificateError::Format`] if it cannot be written down.
    pub fn sign(
        certificate: &Certificate,
        key: &SigningKey,
        verifier: &NoteVerifier,
    ) -> Result<Self, CertificateError> {
        let certificate = serde_json::to_value(certificate).map_err(|_| CertificateError::Format)?;
        let text = canonical_json(&certificate).map_err(|_| CertificateError::Format)?;
        let signature = BASE64.encode(&key.sign(CONTEXT, text.as_bytes()));
        Ok(Self { certificate, key: verifier.to_string(), signature })
    }

    /// Reads a document. That it can be read says nothing about its signature.
    ///
    /// # Errors
    /// [`CertificateError::Format`].
    pub fn parse(text: &str) -> Result<Self, CertificateError> {
        if text.len() > LONGEST {
            return Err(CertificateError::Format);
        }
        serde_json::from_str(text).map_err(|_| CertificateError::Format)
    }

    /// Who says to have signed it.
    ///
    /// # Errors
    /// [`CertificateError::Format`] if that is no key.
    pub fn signer(&self) -> Result<NoteVerifier, CertificateError> {
        self.key.parse().map_err(|_| CertificateError::Format)
    }

    /// What it says, if its key has signed just that. Whose key that is, is for whoever asks to know: see
    /// [`Self::signer`].
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn verify(&self) -> Result<Certificate, CertificateError> {
        let text = canonical_json(&self.certificate).map_err(|_| CertificateError::Format)?;
        let signature = BASE64.decode(self.signature.as_bytes()).map_err(|_| CertificateError::Format)?;
        let signed = self.signer()?.key().verify(CONTEXT, text.as_bytes(), &signature);
        signed.map_err(|_| CertificateError::Signature)?;
        let certificate: Certificate =
            serde_json::from_value(self.certificate.clone()).map_err(|_| CertificateError::Format)?;
        if certificate.format == FORMAT { Ok(certificate) } else { Err(CertificateError::Format) }
    }

    /// The signature, in base64.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The document: indented JSON with a line break at its end.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("names and texts always become JSON");
        text.push('\n');
        text
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use sealpost_domain::{Epoch, Timestamp};
    use uuid::Uuid;

    use super::*;
    use crate::{EpochKey, LogEntryRef, Named, Statement, TransferPurged};

    pub(crate) fn certificate() -> Certificate {
        let at = Timestamp::from_unix_millis(1_796_479_200_000);
        Certificate {
            format: FORMAT.to_owned(),
            issued_at: at,
            tenant: Named {
                id: Uuid::from_u128(1).into(),
                slug: "acme".into(),
                name: "Acme (Köln) \\ Łódź".into(),
            },
            about: Statement::Transfer(TransferPurged {
                transfer: Uuid::from_u128(2).into(),
                sender: Uuid::from_u128(3).into(),
                reason: "expired".into(),
                expires_at: at,
                purged_at: at,
                files: 2,
                objects: 3,
                bytes: 4,
                recipients: 5,
                epoch_key: EpochKey { day: Epoch::from_days(20_000), destroyed: true },
            }),
            entries: vec![LogEntryRef { seq: 7, at, kind: "transfer.purged".into(), hash: "ab".repeat(32) }],
            checkpoint: None,
            checked: None,
        }
    }

    pub(crate) fn signed() -> SignedCertificate {
        let key = SigningKey::from_secret(&[7; 32]).unwrap();
        let verifier = NoteVerifier::new("sealpost/audit/x", key.verifying_key()).unwrap();
        SignedCertificate::sign(&certificate(), &key, &verifier).unwrap()
    }

    #[test]
    fn what_was_signed_verifies_however_it_is_written_down() {
        let text = signed().to_text();
        assert_eq!(SignedCertificate::parse(&text).unwrap().verify(), Ok(certificate()));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(SignedCertificate::parse(&value.to_string()).unwrap().verify(), Ok(certificate()));
    }

    #[test]
    fn every_change_is_found() {
        let text = signed().to_text();
        for (from, to) in [
            ("\"files\": 2", "\"files\": 1"),
            ("\"destroyed\": true", "\"destroyed\": false"),
            ("acme", "acne"),
            ("expired", "deleted"),
            ("\"checkpoint\": null", "\"checkpoint\": \"\""),
        ] {
            assert!(text.contains(from), "{from}");
            let changed = SignedCertificate::parse(&text.replacen(from, to, 1)).unwrap();
            assert_eq!(changed.verify(), Err(CertificateError::Signature), "{from}");
        }
        for text in ["", "{}", "[]", &text.replace("\"signature\"", "\"sig\"")] {
            assert_eq!(SignedCertificate::parse(text).err(), Some(CertificateError::Format));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            if let Ok(read) = SignedCertificate::parse(&text) {
                drop(read.verify());
            }
        }

        #[test]
        fn no_byte_can_be_changed_unseen(place in 0usize..1_000, byte in 0u8..128) {
            let mut bytes = signed().to_text().into_bytes();
            let place = place % bytes.len();
            bytes[place] = byte;
            let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
            if let Ok(read) = SignedCertificate::parse(&text)
                && let Ok(says) = read.verify()
            {
                prop_assert_eq!(says, certificate());
            }
        }
    }
}
