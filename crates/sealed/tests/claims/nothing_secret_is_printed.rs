use sealpost_sealed::{
    Access, Aes256Gcm as _, AwsLc, ContentKey, ContentKeyContext, EpochKey, FileKey, FragmentSecret,
    GrantKey, Manifest, PartContext, PartSealer, PasskeyKey, PasswordKey, Portable, PrivateKey,
    PrivateKeyContext, RecoveryKeyFile, RootKey, Salt, ServerHalf, SigningKey, TenantKey, TransferKey,
    UploadKey,
};

use crate::{manifests_are_read_strictly::upload, support::Given};

#[test]
fn of_keys_only_their_name() {
    macro_rules! prints_its_name {
        ($($name:ident)+) => {$(
            assert_eq!(
                format!("{:?}", $name::generate(&Given::new(&[0xab; 32]))),
                concat!(stringify!($name), "(..)")
            );
        )+};
    }
    prints_its_name! { RootKey TenantKey EpochKey TransferKey ContentKey FileKey UploadKey GrantKey SigningKey }
    prints_its_name! { FragmentSecret ServerHalf PrivateKey }
    assert_eq!(format!("{:?}", PasswordKey::from_secret(&[0xab; 32]).unwrap()), "PasswordKey(..)");
    let owner = PrivateKeyContext { tenant: [1; 16], owner: [2; 16] };
    assert_eq!(format!("{:?}", PasskeyKey::derive(&[0xab; 32], owner)), "PasskeyKey(..)");
}

#[test]
fn of_access_neither_key_nor_proof() {
    let fragment = FragmentSecret::generate(&Given::new(&[0xab; 32]));
    let half = ServerHalf::generate(&Given::new(&[0xcd; 32]));
    let place = ContentKeyContext { tenant: [1; 16], transfer: [2; 16] };
    let access = Access::derive(&fragment, &half, None, place);
    assert_eq!(format!("{access:?}"), "Access { key: AccessKey(..), proof: AccessProof(..) }");
}

#[test]
fn of_recovery_key_files_the_fingerprint_alone() {
    let key = PrivateKey::generate(&Given::new(&[0xab; 32]));
    let printed = format!("{:?}", RecoveryKeyFile::Private(key.clone()));
    assert_eq!(printed, format!("RecoveryKeyFile::Private({})", key.public_key().fingerprint()));
}

#[test]
fn of_ciphers_and_sealers_no_key() {
    assert_eq!(format!("{:?}", AwsLc::new(&[0xab; 32])), "AwsLc(..)");
    assert_eq!(format!("{:?}", Portable::new(&[0xab; 32])), "Portable(..)");
    let place = PartContext { tenant: [1; 16], upload: [2; 16], sequence: 0 };
    let mut sealer = PartSealer::new(&upload(1).key, place, Salt::from_bytes([0; 24]), 100);
    sealer.write(b"attack at dawn");
    assert_eq!(format!("{sealer:?}"), "PartSealer { written: 14, .. }");
}

#[test]
fn of_manifests_no_name_and_no_key() {
    let manifest = Manifest::new("Kündigung.pdf".into(), String::new(), 0, vec![upload(1)], vec![]).unwrap();
    assert_eq!(format!("{manifest:?}"), "Manifest { length: 0, uploads: 1, parts: 0, .. }");
    assert_eq!(format!("{:?}", upload(1).key), "UploadKey(..)");
}
