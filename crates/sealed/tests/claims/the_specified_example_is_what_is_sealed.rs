//! The example in `docs/file-format.md`, made here and looked up there: neither changes without the other.

use data_encoding::HEXLOWER;
use sealpost_sealed::{
    EpochKey, FileKey, Manifest, ManifestContext, ManifestPart, ManifestUpload, PartContext, PartSealer,
    Salt, TransferRecordContext, UploadKey, crc32,
};

use crate::{stored::object_key, support::Given};

const SPECIFICATION: &str = include_str!("../../../../docs/file-format.md");
const TENANT: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x01";
const TRANSFER: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x02";
const FILE: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x03";

/// So many bytes that count up from the first.
fn counting(first: u8, length: u8) -> Given {
    Given::new(&(first..first + length).collect::<Vec<_>>())
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
}
