//! The example in `docs/file-format.md`, made here and looked up there: neither changes without the other.

use std::ops::Range;

use data_encoding::HEXLOWER;
use sealpost_sealed::{
    Access, Column, ContentKey, ContentKeyContext, Contents, EpochKey, FileKey, FragmentSecret, Manifest,
    ManifestContext, ManifestPart, ManifestUpload, PartContext, PartSealer, PasskeyKey, PasswordKey,
    PasswordParameters, PrivateKey, PrivateKeyContext, RecoveryKeyFile, Salt, SealedUpload, ServerHalf,
    TransferRecordContext, UploadKey, crc32, random_bytes,
};

use crate::{stored::object_key, support::Given};

const SPECIFICATION: &str = include_str!("../../../../docs/file-format.md");
const TENANT: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x01";
const TRANSFER: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x02";
const FILE: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x03";

const OWNER: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x04";

/// So many bytes that count up from the first.
fn counting(first: u8, length: u8) -> Given {
    Given::new(&(0..length).map(|more| first + more).collect::<Vec<_>>())
}

fn assert_specified_bytes(what: &str, bytes: &[u8]) {
    assert_specified(what, &HEXLOWER.encode(bytes));
}

fn assert_specified(what: &str, hex: &str) {
    let specification: String = SPECIFICATION.split_whitespace().collect();
    assert!(specification.contains(hex), "the specification has another {what} than {hex}");
}

#[test]
fn of_a_record() {
    let place = TransferRecordContext { tenant: TENANT, transfer: TRANSFER, day: 20_000 };
    let key = EpochKey::generate(&counting(0xc0, 32));
    let content = br#"{"schema":25,"made_at":1728000000000,"rows":[]}"#;
    let record = key.seal_record(place, content, &counting(0xe0, 24));
    assert_specified("record", &HEXLOWER.encode(&record));
}

#[test]
fn byte_for_byte() {
    let upload = ManifestUpload { id: FILE, key: UploadKey::generate(&counting(0x40, 32)) };
    let place = PartContext { tenant: TENANT, upload: FILE, sequence: 0 };
    let mut sealer = PartSealer::new(&upload.key, place, Salt::generate(&counting(0x80, 24)), 8 << 20);
    sealer.write(b"Hello, Sealpost!");
    let part = sealer.finish();
    assert_specified("object", &HEXLOWER.encode(&part.pieces.concat()));
    assert_specified("object key", &object_key(&FILE, 0, &part.salt));

    let parts = vec![ManifestPart { upload: 0, sequence: 0, length: part.length, salt: part.salt }];
    let crc32 = crc32::of(b"Hello, Sealpost!");
    let manifest =
        Manifest::new("hello.txt".into(), "text/plain".into(), crc32, vec![upload], parts).unwrap();
    assert_specified("manifest", &HEXLOWER.encode(&manifest.encode()));

    let place = ManifestContext { tenant: TENANT, transfer: TRANSFER, file: FILE };
    let sealed = manifest.seal(&FileKey::generate(&counting(0x60, 32)), place, &counting(0xa0, 24));
    assert_specified("sealed manifest", &HEXLOWER.encode(&sealed));

    let place = ContentKeyContext { tenant: TENANT, transfer: TRANSFER };
    let (key, random) = (ContentKey::generate(&counting(0xe0, 32)), counting(0xb0, 24));
    let sealed = Contents::of(None, None, [(FILE, &sealed)]).seal(&key, place, &random);
    assert_specified_bytes("sealed contents", &sealed);
    let column = Column { tenant: TENANT, row: TRANSFER, name: "transfers.contents" };
    assert_specified_bytes("contents", &key.open_column(column, &sealed).unwrap());
}

#[test]
fn of_a_transfer_that_its_sender_seals() {
    let place = ContentKeyContext { tenant: TENANT, transfer: TRANSFER };
    let (fragment, half) =
        (FragmentSecret::generate(&counting(0, 32)), ServerHalf::generate(&counting(0x20, 32)));
    assert_specified("fragment", &fragment.to_fragment());
    let access = Access::derive(&fragment, &half, None, place);
    assert_specified_bytes("access proof", access.proof.expose_secret());
    assert_specified_bytes("hash of the access proof", access.proof.hash().as_bytes());
    let content = ContentKey::generate(&counting(0xe0, 32));
    let sealed = access.key.seal_content_key(&content, place, &counting(0xa0, 24));
    assert_specified_bytes("sealed content key", &sealed);

    let parameters = PasswordParameters::generate(&counting(0x10, 16));
    assert_specified_bytes("password parameters", &parameters.encode());
    let password = PasswordKey::derive("Übermut", &parameters).unwrap();
    assert_specified_bytes("password key", password.expose_secret());
    let access = Access::derive(&fragment, &half, Some(&password), place);
    assert_specified_bytes("access proof with a password", access.proof.expose_secret());
}

#[test]
fn of_what_is_sealed_to_keys() {
    let (key, recovery) =
        (PrivateKey::generate(&counting(0x50, 32)), PrivateKey::generate(&counting(0x30, 32)));
    let public = key.public_key();
    assert_specified_bytes("public key", public.as_bytes());
    assert_specified("fingerprint", &public.fingerprint().to_string());

    let place = ContentKeyContext { tenant: TENANT, transfer: TRANSFER };
    let content = ContentKey::generate(&counting(0xe0, 32));
    let sealed = public.seal_content_key(&content, place, &counting(0x80, 32)).unwrap();
    assert_specified_bytes("content key to a receiver", &sealed);
    let owner = PrivateKeyContext { tenant: TENANT, owner: OWNER };
    let sealed = recovery.public_key().seal_private_key(&key, owner, &counting(0x90, 32)).unwrap();
    assert_specified_bytes("private key to the recovery key", &sealed);

    assert_specified_bytes("PRF input", &owner.passkey_prf_input());
    let under = PasskeyKey::derive(&random_bytes(&counting(0x70, 32)), owner);
    let sealed = under.seal_private_key(&key, owner, &counting(0xc0, 24));
    assert_specified_bytes("private key under a passkey", &sealed);

    let file = RecoveryKeyFile::Private(recovery).to_text();
    assert_specified("recovery key file", &file.split_whitespace().collect::<String>());
}

#[test]
fn of_where_parts_begin() {
    let upload = SealedUpload::of_file(20_000_000);
    let spaced = |number: u64| {
        let digits = number.to_string();
        let groups: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
        groups.join(" ")
    };
    let row = |what: &str, numbers: [u64; 3], whole: &str| {
        let [one, two, three] = numbers.map(spaced);
        assert!(SPECIFICATION.contains(&format!("| {what} | {one} | {two} | {three} | {whole}")), "{what}");
    };
    let parts = [0, 1, 2];
    let length = |range: Range<u64>| range.end - range.start;
    let plain = parts.map(|part| length(upload.plain_part(part).unwrap()));
    let sealed = parts.map(|part| length(upload.sealed_part(part).unwrap()));
    row("plaintext", plain, &spaced(upload.length()));
    row("sealed", sealed, &spaced(upload.sealed_length()));
    row("begins at", parts.map(|part| upload.part_start(part)), "|");
}
