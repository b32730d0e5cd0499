//! Every context of `docs/file-format.md`, written out: what is stored today opens in every later version.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sealpost_sealed::{
    Column, ContentKey, ContentKeyContext, EpochKey, FileKey, FileKeyContext, GrantKey, Manifest,
    ManifestContext, PartContext, PartSealer, PasswordKey, RootContext, RootKey, Salt, TenantKey,
    TransferKey, TransferKeyContext, TransferRecordContext, UploadKey, UploadKeyContext, message,
};
use sha2::{Sha256, Sha512};

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
