use sealpost_sealed::{
    ContentKey, ContentKeyContext, FileKey, Fingerprint, FragmentSecret, LockedRecoveryKey, Manifest,
    PasskeyKey, PasswordKey, PasswordParameters, PrivateKey, PrivateKeyContext, PublicKey, RecoveryKeyFile,
    SealedUpload,
};

use crate::input::{Constant, Input, text};

const PLACE: ContentKeyContext = ContentKeyContext {
    tenant: [1; 16],
    transfer: [2; 16],
};
const OWNER: PrivateKeyContext = PrivateKeyContext {
    tenant: [1; 16],
    owner: [2; 16],
};

fn passphrase() -> PasswordKey {
    PasswordKey::from_secret(&[3; 32]).expect("any 32 bytes")
}

/// What is read as a link's secret, a public key or a fingerprint has one spelling.
pub fn fragment_secret(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(secret) = FragmentSecret::parse(text) {
        assert_eq!(*secret.to_fragment(), text);
    }
    if let Ok(key) = text.parse::<PublicKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(fingerprint) = text.parse::<Fingerprint>() {
        assert_eq!(fingerprint.to_string(), text);
    }
}

/// What is read as a recovery key file is written as it was read, but for its line ends; its halves belong together.
pub fn recovery_key_file(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(file) = RecoveryKeyFile::parse(text) else {
        return;
    };
    let written = file.to_text();
    let read = text.replace("\r\n", "\n");
    assert_eq!(written.trim_end(), read.strip_suffix('\n').unwrap_or(&read));
    assert_eq!(RecoveryKeyFile::parse(&written).as_ref(), Ok(&file));
    match &file {
        RecoveryKeyFile::Private(key) => assert_eq!(key.public_key(), file.public_key()),
        RecoveryKeyFile::Locked(locked) => {
            assert!((19 * 1024..=256 * 1024).contains(&locked.parameters().memory_kib()));
            assert!(locked.unlock(&passphrase()).is_err());
        }
        RecoveryKeyFile::Public(_) => {}
    }
}

/// No input is a key that was sealed to another; a damaged one opens to nothing; what can be sealed to opens with its
/// other half.
pub fn sealed_to_key(data: &[u8]) {
    let receiver = PrivateKey::generate(&Constant(1));
    let owner = PrivateKey::generate(&Constant(2));
    assert!(receiver.open_content_key(PLACE, data).is_err());
    assert!(
        receiver
            .open_private_key(OWNER, &owner.public_key(), data)
            .is_err()
    );
    let mut input = Input(data);
    let random = Constant(4);
    let content = ContentKey::generate(&Constant(3));
    // Any 32 bytes may be given out as somebody's key: sealing to them ends, one way or the other.
    let anybody = PublicKey::from_bytes(&input.array::<32>()).expect("32 bytes");
    if let Ok(sealed) = anybody.seal_content_key(&content, PLACE, &random) {
        assert!(receiver.open_content_key(PLACE, &sealed).is_err() || anybody == receiver.public_key());
    }
    let to = receiver.public_key();
    let sealed = to.seal_content_key(&content, PLACE, &random).expect("a point");
    let private = to.seal_private_key(&owner, OWNER, &random).expect("a point");
    let mut damaged = if input.up_to(1) == 0 {
        sealed.clone()
    } else {
        private.clone()
    };
    input.damage(&mut damaged);
    let opened = receiver.open_content_key(PLACE, &damaged).ok();
    assert_eq!(opened, (damaged == sealed).then_some(content));
    let opened = receiver
        .open_private_key(OWNER, &owner.public_key(), &damaged)
        .ok();
    assert_eq!(opened, (damaged == private).then_some(owner));
}

/// No input is a private key at rest; a damaged one opens neither with passphrase nor passkey, an undamaged one with its own.
pub fn private_key_at_rest(data: &[u8]) {
    let owner = PrivateKey::generate(&Constant(2));
    let (public, passphrase) = (owner.public_key(), passphrase());
    let passkey = PasskeyKey::derive(&[3; 32], OWNER);
    assert!(passphrase.open_private_key(OWNER, &public, data).is_err());
    assert!(passkey.open_private_key(OWNER, &public, data).is_err());
    let mut input = Input(data);
    let sealed = passphrase.seal_private_key(&owner, OWNER, &Constant(4));
    let mut damaged = sealed.clone();
    input.damage(&mut damaged);
    let opened = passphrase.open_private_key(OWNER, &public, &damaged).ok();
    assert_eq!(opened, (damaged == sealed).then_some(owner.clone()));
    assert!(passkey.open_private_key(OWNER, &public, &damaged).is_err());
    let parameters = PasswordParameters::generate(&Constant(5));
    let locked = LockedRecoveryKey::lock(&owner, &passphrase, parameters, &Constant(4));
    assert_eq!(locked.unlock(&passphrase), Ok(owner));
}

/// Whatever length somebody declares: if an upload can end there, its parts lie one after another and end there, too.
pub fn sealed_upload(data: &[u8]) {
    let mut input = Input(data);
    let (sealed, part_length) = (input.u64(), input.u32());
    if let Some(upload) = SealedUpload::of_sealed(sealed, part_length) {
        assert!(upload.length() <= sealed);
        assert_eq!(upload.sealed_length(), sealed);
        assert_eq!(upload.part_at(sealed), Some(upload.parts()));
        let part = input.u64().checked_rem(upload.parts()).unwrap_or(0);
        if let (Some(plain), Some(stored)) = (upload.plain_part(part), upload.sealed_part(part)) {
            assert!(plain.end <= upload.length() && stored.end <= sealed);
            assert_eq!(upload.part_at(stored.start), Some(part));
            let within = stored.start + input.u64() % (stored.end - stored.start);
            assert_eq!(upload.whole_parts(within), stored.start);
        } else {
            assert_eq!(upload.parts(), 0);
        }
    }
    let upload = SealedUpload::of_file(input.u64());
    assert!(upload.sealed_length() >= upload.length());
    let _ = upload.part_at(input.u64());
    let lengths = Manifest::sealed_lengths(input.u32() as u16, input.u32());
    let empty = Manifest::new(String::new(), String::new(), 0, vec![], vec![]).expect("an empty manifest");
    let empty = empty.seal(&FileKey::generate(&Constant(1)), MANIFEST, &Constant(2));
    assert!(*lengths.start() >= empty.len() as u64 && lengths.start() < lengths.end());
}

const MANIFEST: sealpost_sealed::ManifestContext = sealpost_sealed::ManifestContext {
    tenant: [1; 16],
    transfer: [2; 16],
    file: [3; 16],
};
