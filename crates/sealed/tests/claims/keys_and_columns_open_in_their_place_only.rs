use sealpost_sealed::{
    Column, ContentKey, ContentKeyContext, EpochKey, Error, FileKey, FileKeyContext, RootContext, RootKey,
    TenantKey, TransferKey, TransferKeyContext, UploadKey, UploadKeyContext, WRAPPED_KEY_LENGTH,
};

use crate::support::Seeded;

const ONE: [u8; 16] = [1; 16];
const TWO: [u8; 16] = [2; 16];
const OTHER: [u8; 16] = [9; 16];

/// Wraps a key in one place; then it opens there, and neither in the other places nor under another key.
macro_rules! wraps_for_its_place {
    ($test:ident: $outer:ident $wrap:ident $unwrap:ident $inner:ident, $place:expr, $($elsewhere:expr),+) => {
        #[test]
        fn $test() {
            let random = Seeded::new(1);
            let (outer, inner) = ($outer::generate(&random), $inner::generate(&random));
            let mut wrapped = outer.$wrap(&inner, $place, &random);
            assert_eq!(wrapped.len(), WRAPPED_KEY_LENGTH);
            assert_eq!(outer.$unwrap($place, &wrapped), Ok(inner));
            $(assert_eq!(outer.$unwrap($elsewhere, &wrapped), Err(Error::Commitment));)+
            assert_eq!($outer::generate(&random).$unwrap($place, &wrapped), Err(Error::Commitment));
            assert_eq!(outer.$unwrap($place, &wrapped[1..]).is_err(), true);
            wrapped[60] ^= 1;
            assert_eq!(outer.$unwrap($place, &wrapped), Err(Error::Chunk));
        }
    };
}

wraps_for_its_place! {
    transfer_keys: EpochKey wrap_transfer_key unwrap_transfer_key TransferKey,
    TransferKeyContext { tenant: ONE, transfer: TWO },
    TransferKeyContext { tenant: OTHER, transfer: TWO },
    TransferKeyContext { tenant: ONE, transfer: OTHER }
}

wraps_for_its_place! {
    content_keys: TransferKey wrap_content_key unwrap_content_key ContentKey,
    ContentKeyContext { tenant: ONE, transfer: TWO },
    ContentKeyContext { tenant: OTHER, transfer: TWO },
    ContentKeyContext { tenant: ONE, transfer: OTHER }
}

wraps_for_its_place! {
    upload_keys: ContentKey wrap_upload_key unwrap_upload_key UploadKey,
    UploadKeyContext { tenant: ONE, transfer: TWO, upload: ONE },
    UploadKeyContext { tenant: OTHER, transfer: TWO, upload: ONE },
    UploadKeyContext { tenant: ONE, transfer: OTHER, upload: ONE },
    UploadKeyContext { tenant: ONE, transfer: TWO, upload: OTHER }
}

wraps_for_its_place! {
    file_keys: ContentKey wrap_file_key unwrap_file_key FileKey,
    FileKeyContext { tenant: ONE, transfer: TWO, file: ONE },
    FileKeyContext { tenant: OTHER, transfer: TWO, file: ONE },
    FileKeyContext { tenant: ONE, transfer: OTHER, file: ONE },
    FileKeyContext { tenant: ONE, transfer: TWO, file: OTHER }
}

#[test]
fn a_file_key_is_no_upload_key() {
    let random = Seeded::new(1);
    let content = ContentKey::generate(&random);
    let place = FileKeyContext { tenant: ONE, transfer: TWO, file: ONE };
    let wrapped = content.wrap_file_key(&FileKey::generate(&random), place, &random);
    let place = UploadKeyContext { tenant: ONE, transfer: TWO, upload: ONE };
    assert_eq!(content.unwrap_upload_key(place, &wrapped), Err(Error::Commitment));
}

#[test]
fn secrets_under_the_root_key() {
    let random = Seeded::new(1);
    let root = RootKey::generate(&random);
    let places = [
        RootContext::TenantKey { tenant: ONE },
        RootContext::TenantKey { tenant: TWO },
        RootContext::EpochKey { tenant: ONE, day: 20_000 },
        RootContext::EpochKey { tenant: ONE, day: 20_001 },
        RootContext::EpochKey { tenant: TWO, day: 20_000 },
        RootContext::Secret { name: "grants" },
        RootContext::Secret { name: "signing" },
    ];
    for place in &places {
        let wrapped = root.wrap(place, b"a secret", &random);
        for other in &places {
            let opened = root.unwrap(other, &wrapped).map(|secret| secret.to_vec());
            assert_eq!(
                opened,
                if place == other { Ok(b"a secret".to_vec()) } else { Err(Error::Commitment) }
            );
        }
    }
}

#[test]
fn columns_open_in_their_row_and_column() {
    let random = Seeded::new(1);
    let key = TransferKey::generate(&random);
    let place = Column { tenant: ONE, row: TWO, name: "transfers.subject" };
    let sealed = key.seal_column(place, "Angebot für März".as_bytes(), &random);
    assert_eq!(key.open_text(place, &sealed).unwrap(), "Angebot für März");
    for other in [
        Column { tenant: OTHER, ..place },
        Column { row: OTHER, ..place },
        Column { name: "transfers.message", ..place },
        Column { name: "transfers.subjec", ..place },
    ] {
        assert_eq!(key.open_column(other, &sealed), Err(Error::Commitment));
    }
    assert_eq!(TransferKey::generate(&random).open_column(place, &sealed), Err(Error::Commitment));
    let sealed = key.seal_column(place, &[0xff], &random);
    assert_eq!(key.open_text(place, &sealed), Err(Error::Text));
}

#[test]
fn equal_values_are_found_within_one_column_of_one_key() {
    let random = Seeded::new(1);
    let key = TenantKey::generate(&random);
    let hmac = key.lookup_hmac("users.address", b"a@example.org");
    assert_eq!(hmac, key.lookup_hmac("users.address", b"a@example.org"));
    assert_ne!(hmac, key.lookup_hmac("users.address", b"b@example.org"));
    assert_ne!(hmac, key.lookup_hmac("users.name", b"a@example.org"));
    assert_ne!(hmac, TenantKey::generate(&random).lookup_hmac("users.address", b"a@example.org"));
}

#[test]
fn keys_have_32_bytes() {
    for length in [0, 31, 33] {
        assert_eq!(EpochKey::from_secret(&vec![0; length]), Err(Error::KeyLength));
    }
}
