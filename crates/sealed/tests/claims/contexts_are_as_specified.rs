//! Every context of `docs/file-format.md`, written out: what is stored today opens in every later version.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use hpke::{Deserializable as _, Kem, aead::AesGcm256, kdf::HkdfSha256, kem::X25519HkdfSha256};
use sealpost_sealed::{
    Access, Column, ContentKey, ContentKeyContext, EpochKey, FileKey, FileKeyContext, FragmentSecret,
    GrantKey, KEY_TO_LENGTH, LockedRecoveryKey, Manifest, ManifestContext, PartContext, PartSealer,
    PasskeyKey, PasswordKey, PasswordParameters, PrivateKey, PrivateKeyContext, RecoveryKeyFile, RootContext,
    RootKey, Salt, ServerHalf, TenantKey, TransferKey, TransferKeyContext, TransferRecordContext, UploadKey,
    UploadKeyContext, message,
};
use sha2::{Digest as _, Sha256, Sha512};

use crate::support::{Given, Seeded};

const OUTER: [u8; 32] = [1; 32];
const INNER: [u8; 32] = [2; 32];
const TENANT: [u8; 16] = *b"tenant's id 16 B";
const TRANSFER: [u8; 16] = *b"transfer id 16 B";
const THING: [u8; 16] = *b"some other id 16";

fn assert_opens(context: &[u8], sealed: &[u8], expected: &[u8]) {
    let opened = message::open(&OUTER, context, sealed);
    let context = String::from_utf8_lossy(context);
    assert_eq!(*opened.unwrap_or_else(|error| panic!("{context:?}: {error}")), expected, "{context:?}");
}

fn outer() -> Given {
    Given::new(&OUTER)
}

fn inner() -> Given {
    Given::new(&INNER)
}

#[test]
fn of_secrets_under_the_root_key() {
    let root = RootKey::generate(&outer());
    for (place, context) in [
        (RootContext::TenantKey { tenant: TENANT }, &b"sealpost/tenant-key/1\0tenant's id 16 B"[..]),
        (
            RootContext::EpochKey { tenant: TENANT, day: 0x4e55 },
            b"sealpost/epoch-key/1\0tenant's id 16 B\0\0\0\0\0\0\x4e\x55",
        ),
        (RootContext::Secret { name: "grant" }, b"sealpost/secret/1\0\0\x05grant"),
    ] {
        assert_eq!(place.to_bytes(), context);
        assert_opens(context, &root.wrap(&place, &INNER, &Seeded::new(1)), &INNER);
    }
}

#[test]
fn of_wrapped_keys() {
    let random = Seeded::new(1);
    let (tenant, transfer) = (TENANT, TRANSFER);
    let content = ContentKey::generate(&outer());

    let place = TransferKeyContext { tenant, transfer };
    let wrapped =
        EpochKey::generate(&outer()).wrap_transfer_key(&TransferKey::generate(&inner()), place, &random);
    assert_opens(b"sealpost/transfer-key/1\0tenant's id 16 Btransfer id 16 B", &wrapped, &INNER);

    let place = ContentKeyContext { tenant, transfer };
    let wrapped =
        TransferKey::generate(&outer()).wrap_content_key(&ContentKey::generate(&inner()), place, &random);
    assert_opens(b"sealpost/content-key/1\0tenant's id 16 Btransfer id 16 B", &wrapped, &INNER);

    let place = UploadKeyContext { tenant, transfer, upload: THING };
    let wrapped = content.wrap_upload_key(&UploadKey::generate(&inner()), place, &random);
    assert_opens(
        b"sealpost/upload-key/1\0tenant's id 16 Btransfer id 16 Bsome other id 16",
        &wrapped,
        &INNER,
    );

    let place = FileKeyContext { tenant, transfer, file: THING };
    let wrapped = content.wrap_file_key(&FileKey::generate(&inner()), place, &random);
    assert_opens(b"sealpost/file-key/1\0tenant's id 16 Btransfer id 16 Bsome other id 16", &wrapped, &INNER);
}

#[test]
fn of_the_two_layers_of_a_locked_key() {
    let place = ContentKeyContext { tenant: TENANT, transfer: TRANSFER };
    let password = PasswordKey::from_secret(&OUTER).unwrap();
    let content = ContentKey::generate(&inner());
    let locked =
        TransferKey::generate(&outer()).lock_content_key(&content, &password, place, &Seeded::new(1));
    let context = b"sealpost/locked-content-key/1\0tenant's id 16 Btransfer id 16 B";
    let layer = message::open(&OUTER, context, &locked).unwrap();
    assert_opens(b"sealpost/password-content-key/1\0tenant's id 16 Btransfer id 16 B", &layer, &INNER);
}

#[test]
fn of_what_the_service_cannot_read() {
    let random = Seeded::new(1);
    let (place, content) =
        (ContentKeyContext { tenant: TENANT, transfer: TRANSFER }, ContentKey::generate(&inner()));
    let fragment = FragmentSecret::generate(&Given::new(&[3; 32]));
    let half = ServerHalf::generate(&Given::new(&[4; 32]));
    let password = PasswordKey::from_secret(&[5; 32]).unwrap();
    let secret = [[3; 32], [4; 32], [5; 32]].concat();
    for (password, secret) in [(None, &secret[..64]), (Some(&password), &secret[..])] {
        let access = Access::derive(&fragment, &half, password, place);
        let key = hkdf(secret, b"sealpost/access-key/1\0tenant's id 16 Btransfer id 16 B");
        let proof = hkdf(secret, b"sealpost/access-proof/1\0tenant's id 16 Btransfer id 16 B");
        assert_eq!(access.proof.expose_secret(), &proof);
        assert_eq!(access.proof.hash().as_bytes()[..], Sha256::digest(proof)[..]);
        let sealed = access.key.seal_content_key(&content, place, &random);
        let context = b"sealpost/sealed-content-key/1\0tenant's id 16 Btransfer id 16 B";
        assert_eq!(*message::open(&key, context, &sealed).unwrap(), INNER);
    }
}

#[test]
fn of_private_keys_at_rest() {
    let random = Seeded::new(1);
    let place = PrivateKeyContext { tenant: TENANT, owner: THING };
    let key = PrivateKey::generate(&inner());
    let context =
        [b"sealpost/private-key/1\0tenant's id 16 Bsome other id 16".as_slice(), key.public_key().as_bytes()]
            .concat();
    let under = PasswordKey::from_secret(&OUTER).unwrap();
    assert_opens(&context, &under.seal_private_key(&key, place, &random), &INNER);

    let input = Sha256::digest(b"sealpost/passkey-prf/1\0tenant's id 16 Bsome other id 16");
    assert_eq!(place.passkey_prf_input()[..], input[..]);
    let under = hkdf(&[6; 32], b"sealpost/passkey-key/1\0tenant's id 16 Bsome other id 16");
    let sealed = PasskeyKey::derive(&[6; 32], place).seal_private_key(&key, place, &random);
    assert_eq!(*message::open(&under, &context, &sealed).unwrap(), INNER);

    let parameters = PasswordParameters::generate(&random);
    let under = PasswordKey::from_secret(&OUTER).unwrap();
    let locked = LockedRecoveryKey::lock(&key, &under, parameters.clone(), &random);
    let text = RecoveryKeyFile::Locked(locked).to_text();
    let line = text.lines().nth(2).unwrap().strip_prefix("locked ").unwrap();
    let bytes = BASE64URL_NOPAD.decode(line.as_bytes()).unwrap();
    assert_eq!(bytes[..29], parameters.encode());
    let context = [b"sealpost/recovery-key/1\0".as_slice(), key.public_key().as_bytes()].concat();
    assert_opens(&context, &bytes[29..], &INNER);
}

/// The infos of HPKE, by the crate itself.
#[test]
fn of_keys_that_are_sealed_to_keys() {
    let opens = |key: [u8; 32], info: &[u8], sealed: &[u8]| {
        let (enc, ciphertext) = sealed.split_at(32);
        let key = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&key).unwrap();
        let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc).unwrap();
        let opened = hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &hpke::OpModeR::Base,
            &key,
            &enc,
            info,
            ciphertext,
            &[],
        );
        assert_eq!(opened.unwrap(), INNER);
    };
    let random = Seeded::new(1);
    let to = PrivateKey::generate(&outer()).public_key();
    let place = ContentKeyContext { tenant: TENANT, transfer: TRANSFER };
    let sealed = to.seal_content_key(&ContentKey::generate(&inner()), place, &random).unwrap();
    assert_eq!(sealed.len(), KEY_TO_LENGTH);
    opens(OUTER, b"sealpost/content-key-to/1\0tenant's id 16 Btransfer id 16 B", &sealed);

    let (place, key) = (PrivateKeyContext { tenant: TENANT, owner: THING }, PrivateKey::generate(&inner()));
    let sealed = to.seal_private_key(&key, place, &random).unwrap();
    let info = b"sealpost/private-key-to/1\0tenant's id 16 Bsome other id 16".as_slice();
    opens(OUTER, &[info, key.public_key().as_bytes()].concat(), &sealed);
}

/// HKDF-SHA-512 (RFC 5869), without salt, for outputs of one block.
fn hkdf(secret: &[u8], info: &[u8]) -> [u8; 32] {
    let mac = |key: &[u8], data: &[u8]| {
        let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
        mac.update(data);
        mac.finalize().into_bytes()
    };
    *mac(&mac(&[0; 64], secret), &[info, &[1]].concat()).first_chunk().unwrap()
}

#[test]
fn of_records() {
    let place = TransferRecordContext { tenant: TENANT, transfer: TRANSFER, day: 0x0102 };
    let record = EpochKey::generate(&outer()).seal_record(place, b"rows", &Seeded::new(1));
    let context = b"sealpost/transfer-record/1\0tenant's id 16 Btransfer id 16 B\0\0\0\0\0\0\x01\x02";
    assert_opens(context, &record[17..], b"rows");

    let record = TenantKey::generate(&outer()).seal_record(TENANT, b"wrapped", b"rows", &Seeded::new(1));
    assert_opens(b"sealpost/tenant-record/1\0tenant's id 16 Bwrapped", &record.unwrap()[18..], b"rows");
}

#[test]
fn of_columns() {
    let place = Column { tenant: TENANT, row: THING, name: "users.name" };
    let sealed = TenantKey::generate(&outer()).seal_column(place, b"Ada", &Seeded::new(1));
    assert_opens(b"sealpost/column/1\0tenant's id 16 Bsome other id 16\0\x0ausers.name", &sealed, b"Ada");
}

#[test]
fn of_look_ups() {
    let mut derive = Hmac::<Sha512>::new_from_slice(&OUTER).unwrap();
    derive.update(b"sealpost/lookup/1\0\0\x0ausers.name\x01");
    let mut mac = Hmac::<Sha256>::new_from_slice(&derive.finalize().into_bytes()[..32]).unwrap();
    mac.update(b"Ada");
    let expected: [u8; 32] = mac.finalize().into_bytes().into();
    assert_eq!(TenantKey::generate(&outer()).lookup_hmac("users.name", b"Ada"), expected);
    assert_eq!(TransferKey::generate(&outer()).lookup_hmac("users.name", b"Ada"), expected);
}

#[test]
fn of_parts_and_manifests() {
    let place = PartContext { tenant: TENANT, upload: THING, sequence: 0x0102_0304_0506_0708 };
    let mut sealer = PartSealer::new(&UploadKey::generate(&outer()), place, Salt::from_bytes([3; 24]), 100);
    sealer.write(b"plaintext");
    let object = sealer.finish().pieces.concat();
    let context = b"sealpost/part/1\0tenant's id 16 Bsome other id 16\x01\x02\x03\x04\x05\x06\x07\x08";
    assert_opens(context, &object, b"plaintext");

    let manifest = Manifest::new("name".into(), "type".into(), 0, vec![], vec![]).unwrap();
    let place = ManifestContext { tenant: TENANT, transfer: TRANSFER, file: THING };
    let sealed = manifest.seal(&FileKey::generate(&outer()), place, &Seeded::new(1));
    let context = b"sealpost/manifest/1\0tenant's id 16 Btransfer id 16 Bsome other id 16";
    assert_opens(context, &sealed, &manifest.encode());
}

#[test]
fn of_grants() {
    use chacha20poly1305::{
        KeyInit as _, XChaCha20Poly1305,
        aead::{Aead as _, Payload},
    };
    let sealed = GrantKey::generate(&outer()).seal("download", b"visit", &Seeded::new(1));
    let nonce: &[u8; 24] = sealed.first_chunk().unwrap();
    let payload = Payload { msg: &sealed[24..], aad: b"sealpost/grant/1\0\0\x08download" };
    assert_eq!(XChaCha20Poly1305::new(&OUTER.into()).decrypt(nonce.into(), payload).unwrap(), b"visit");
}
