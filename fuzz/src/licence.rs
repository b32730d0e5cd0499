use data_encoding::BASE64URL_NOPAD;
use sealpost_auth::{LicenceKeys, peek_licence, read_licence_key, read_public_key, write_public_key};
use sealpost_sealed::SigningKey;

/// Nothing is a licence that nobody has signed. What is signed, and says something, lies within bounds and has one text.
pub fn licence_text(data: &[u8]) {
    let Ok(key) = SigningKey::from_secret(&[7; 32]) else {
        return;
    };
    let keys = LicenceKeys::new([key.verifying_key()]);
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(keys.verify(text).is_err());
        if let Some(licence) = peek_licence(text) {
            assert!(licence.check().is_ok());
        }
        if let Some(key) = read_public_key(text) {
            assert_eq!(write_public_key(&key), text.trim_ascii());
        }
        drop(read_licence_key(text));
    }
    // The input as what the holder of the key has signed.
    let signed = format!("sealpost-licence-1.{}", BASE64URL_NOPAD.encode(data));
    let signature = BASE64URL_NOPAD.encode(&key.sign("licence", signed.as_bytes()));
    let text = format!("{signed}.{signature}");
    if let Ok(licence) = keys.verify(&text) {
        assert_eq!(peek_licence(&text).as_ref(), Some(&licence));
        assert_eq!(serde_json::to_vec(&licence).expect("a licence is written"), data);
        assert!(licence.check().is_ok() && licence.expires_at <= licence.grace_ends_at());
    }
}
