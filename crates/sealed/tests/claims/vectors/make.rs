//! The vectors of this crate, of inputs that are the same in every run.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sealpost_sealed::{
    Column, ContentKey, ContentKeyContext, Contents, FileKey, FileKeyContext, FragmentSecret,
    LockedRecoveryKey, Manifest, ManifestContext, ManifestPart, ManifestUpload, PartContext, PartSealer,
    PasskeyKey, PasswordKey, PasswordParameters, PrivateKey, PrivateKeyContext, RecoveryKeyFile, Salt,
    UploadKey, UploadKeyContext, crc32, message,
};
use sha2::{Digest as _, Sha256, Sha512};

use super::{
    check::{given, part_plaintext},
    form::{
        AccessVector, ColumnVector, ContentsVector, Hex, KeyPair, ManifestVector, MessageVector, PartOf,
        PartVector, PrivateKeyAtRest, RecoveryFile, Refused, SealedFile, SealedToKey, UploadOf, Vectors,
        WrappedKey,
    },
};

const TENANT: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x01";
const TRANSFER: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x02";
const FILE: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x03";
const OWNER: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\x04";
const OTHER: [u8; 16] = *b"\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0\xff";

const PLACE: ContentKeyContext = ContentKeyContext { tenant: TENANT, transfer: TRANSFER };
const PRIVATE: PrivateKeyContext = PrivateKeyContext { tenant: TENANT, owner: OWNER };

const PASSWORD: &str = "Grüße, Übermut & 17 Käfer";
const PASSPHRASE: &str = "vier zahme Füchse lesen";

/// The first bytes of the SHA-256 of a name.
fn of<const N: usize>(name: &str) -> Hex {
    Hex(Sha256::digest(name)[..N].to_vec())
}

fn id(last: u8) -> Hex {
    let mut id = TENANT;
    id[15] = last;
    id.into()
}

pub(super) fn vectors() -> Vectors {
    let access = vec![access("without a password", None), access("with a password", Some(PASSWORD))];
    let refused = refused(&access);
    Vectors {
        form: 1,
        made_by: "crates/sealed".into(),
        tenant: TENANT.into(),
        transfer: TRANSFER.into(),
        owner: OWNER.into(),
        access,
        messages: [("no bytes", 0), ("a sentence", 42)].map(|(name, length)| message_of(name, length)).into(),
        columns: [("transfers.subject", "Pläne für März 📐"), ("transfers.message", "Line one\nLine two")]
            .map(|(name, text)| column(name, text))
            .into(),
        wrapped_keys: vec![wrapped_upload_key(), wrapped_file_key()],
        parts: [("no bytes", 0, 0), ("one chunk", 1, 16_384), ("three chunks", 7, 40_000)]
            .map(|(name, sequence, length)| part(name, sequence, length))
            .into(),
        manifests: vec![manifest()],
        contents: contents(),
        key_pairs: ["receiver", "recovery", "owner"].map(key_pair).into(),
        sealed_to_keys: vec![content_key_to(), private_key_to()],
        private_keys_at_rest: vec![under_passphrase(), under_passkey()],
        recovery_key_files: recovery_key_files(),
        refused,
    }
}

/// HKDF-SHA-512 as RFC 5869 has it, for outputs of one block.
fn hkdf(secret: &[u8], info: &[u8]) -> Hex {
    let mac = |key: &[u8], data: &[u8]| {
        let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
        mac.update(data);
        mac.finalize().into_bytes()
    };
    Hex(mac(&mac(&[0; 64], secret), &[info, &[1]].concat())[..32].to_vec())
}

fn access(name: &str, password: Option<&str>) -> AccessVector {
    let fragment_secret = of::<32>("fragment secret");
    let server_half = of::<32>("server half");
    let parameters = PasswordParameters::new(of::<16>("salt of the password").array(), 64 * 1024, 3, 1);
    let password_key = password.map(|password| PasswordKey::derive(password, &parameters).unwrap());
    let password_key = password_key.map(|key| Hex(key.expose_secret().to_vec()));
    let key_bytes = password_key.as_ref().map_or(&[][..], |key| &key.0);
    let secret = [&fragment_secret.0[..], &server_half.0, key_bytes].concat();
    let place = [TENANT, TRANSFER].concat();
    let access_key = hkdf(&secret, &[b"sealpost/access-key/1\0", &place[..]].concat());
    let access_proof = hkdf(&secret, &[b"sealpost/access-proof/1\0", &place[..]].concat());
    let (content_key, salt) = (of::<32>("content key"), of::<24>("salt of the content key"));
    let context = [b"sealpost/sealed-content-key/1\0", &place[..]].concat();
    let sealed = message::seal(&access_key.array(), &context, &content_key.0, &given(&salt));
    AccessVector {
        name: name.into(),
        fragment: FragmentSecret::generate(&given(&fragment_secret)).to_fragment().to_string(),
        fragment_secret,
        server_half,
        password: password.map(Into::into),
        password_parameters: password.map(|_| Hex(parameters.encode())),
        password_key,
        access_key,
        access_proof_hash: Hex(Sha256::digest(&access_proof.0).to_vec()),
        access_proof,
        content_key,
        salt,
        sealed_content_key: Hex(sealed),
    }
}

fn message_of(name: &str, length: usize) -> MessageVector {
    let (key, context) = (of::<32>("key of a message"), Hex(b"sealpost/example/1\0somewhere".to_vec()));
    let (salt, plaintext) = (of::<24>(&format!("salt of {name}")), Hex(part_plaintext(length)));
    let sealed = Hex(message::seal(&key.array(), &context.0, &plaintext.0, &given(&salt)));
    MessageVector { name: name.into(), key, context, salt, plaintext, sealed }
}

fn column(name: &'static str, text: &str) -> ColumnVector {
    let (content_key, salt) = (of::<32>("content key"), of::<24>(&format!("salt of {name}")));
    let place = Column { tenant: TENANT, row: TRANSFER, name };
    let key = ContentKey::generate(&given(&content_key));
    let sealed = Hex(key.seal_column(place, text.as_bytes(), &given(&salt)));
    ColumnVector { name: name.into(), content_key, row: TRANSFER.into(), text: text.into(), salt, sealed }
}

fn wrapped_upload_key() -> WrappedKey {
    let (content_key, salt) = (of::<32>("content key"), of::<24>("salt of the upload key"));
    let (upload, key) = (id(0x10), of::<32>("upload key"));
    let place = UploadKeyContext { tenant: TENANT, transfer: TRANSFER, upload: upload.array() };
    let wrapped = ContentKey::generate(&given(&content_key)).wrap_upload_key(
        &UploadKey::generate(&given(&key)),
        place,
        &given(&salt),
    );
    WrappedKey { kind: "upload_key".into(), content_key, id: upload, key, salt, wrapped: Hex(wrapped) }
}

fn wrapped_file_key() -> WrappedKey {
    let (content_key, salt) = (of::<32>("content key"), of::<24>("salt of the file key"));
    let key = of::<32>("file key");
    let place = FileKeyContext { tenant: TENANT, transfer: TRANSFER, file: FILE };
    let wrapped = ContentKey::generate(&given(&content_key)).wrap_file_key(
        &FileKey::generate(&given(&key)),
        place,
        &given(&salt),
    );
    WrappedKey { kind: "file_key".into(), content_key, id: FILE.into(), key, salt, wrapped: Hex(wrapped) }
}

fn part(name: &str, sequence: u64, length: usize) -> PartVector {
    let (upload, key, salt) =
        (id(0x10), of::<32>("upload key"), of::<24>(&format!("salt of the part of {name}")));
    let place = PartContext { tenant: TENANT, upload: upload.array(), sequence };
    let mut sealer =
        PartSealer::new(&UploadKey::generate(&given(&key)), place, Salt::from_bytes(salt.array()), 8 << 20);
    sealer.write(&part_plaintext(length));
    let sealed = Hex(sealer.finish().pieces.concat());
    PartVector { name: name.into(), upload, key, sequence, length, salt, sealed }
}

fn manifest() -> ManifestVector {
    let uploads = [(id(0x10), of::<32>("upload key")), (id(0x11), of::<32>("second upload key"))];
    let parts = [
        (0, 1, 16_384, "salt of the part of one chunk"),
        (0, 7, 40_000, "salt of the part of three chunks"),
        (1, 0, 5, "salt of a part of the second upload"),
    ];
    let parts = parts.map(|(upload, sequence, length, salt)| PartOf {
        upload,
        sequence,
        length,
        salt: of::<24>(salt),
    });
    let plaintext = [part_plaintext(16_384), part_plaintext(40_000), part_plaintext(5)].concat();
    let (name, media_type) = ("Übersicht 2026.pdf".to_owned(), "application/pdf".to_owned());
    let crc32 = crc32::of(&plaintext);
    let manifest = Manifest::new(
        name.clone(),
        media_type.clone(),
        crc32,
        uploads
            .iter()
            .map(|(id, key)| ManifestUpload { id: id.array(), key: UploadKey::generate(&given(key)) })
            .collect(),
        parts
            .iter()
            .map(|part| ManifestPart {
                upload: part.upload,
                sequence: part.sequence,
                length: part.length,
                salt: Salt::from_bytes(part.salt.array()),
            })
            .collect(),
    )
    .unwrap();
    let (file_key, salt) = (of::<32>("file key"), of::<24>("salt of the manifest"));
    let place = ManifestContext { tenant: TENANT, transfer: TRANSFER, file: FILE };
    let sealed = manifest.seal(&FileKey::generate(&given(&file_key)), place, &given(&salt));
    ManifestVector {
        file: FILE.into(),
        file_key,
        salt,
        name,
        media_type,
        length: manifest.length(),
        crc32,
        uploads: uploads.map(|(id, key)| UploadOf { id, key }).into(),
        parts: parts.into(),
        encoded: Hex(manifest.encode().to_vec()),
        sealed: Hex(sealed),
    }
}

/// What a sealed manifest looks like from outside.
fn sealed_file(last: u8) -> SealedFile {
    SealedFile { id: id(last), manifest: of::<32>(&format!("sealed manifest {last}")) }
}

fn contents_of(name: &str, words: [Option<Hex>; 2], files: &[SealedFile]) -> ContentsVector {
    let ([subject, message], mut rising) = (words, files.to_vec());
    rising.sort_by_key(|file| file.id.0.clone());
    let word = |word: &Option<Hex>| word.as_ref().map(|word| Sha256::digest(&word.0)).unwrap_or_default();
    let mut hash = Sha256::new();
    hash.update(b"sealpost/contents/1\0");
    hash.update(word(&subject));
    hash.update(word(&message));
    for file in &rising {
        hash.update(&file.id.0);
        hash.update(Sha256::digest(&file.manifest.0));
    }
    let number = u32::try_from(files.len()).unwrap();
    let encoded = Hex([&[1][..], &number.to_be_bytes(), &hash.finalize()].concat());
    let (content_key, salt) = (of::<32>("content key"), of::<24>(&format!("salt of the contents: {name}")));
    let made = Contents::of(
        subject.as_ref().map(|sealed| &*sealed.0),
        message.as_ref().map(|sealed| &*sealed.0),
        files.iter().map(|file| (file.id.array(), &file.manifest.0)),
    );
    let sealed = made.seal(&ContentKey::generate(&given(&content_key)), PLACE, &given(&salt));
    ContentsVector {
        name: name.into(),
        content_key,
        subject,
        message,
        files: files.to_vec(),
        salt,
        encoded,
        sealed: Hex(sealed),
    }
}

fn contents() -> Vec<ContentsVector> {
    let subject = column("transfers.subject", "Pläne für März 📐").sealed;
    let message = column("transfers.message", "Line one\nLine two").sealed;
    let three = [0x12, 0x03, 0x11].map(sealed_file);
    let real = SealedFile { id: FILE.into(), manifest: manifest().sealed };
    vec![
        contents_of("nothing", [None, None], &[]),
        contents_of("one file", [None, None], &[real]),
        contents_of("a message alone", [None, Some(message.clone())], &three[..1]),
        contents_of("words and three files, in another order", [Some(subject), Some(message)], &three),
    ]
}

fn refused_contents() -> Vec<Refused> {
    let whole = contents().remove(3);
    let of_manifests = |change: &dyn Fn(&mut Vec<SealedFile>)| {
        let mut other = whole.clone();
        change(&mut other.files);
        other
    };
    let sealed = |sealed: Vec<u8>| ContentsVector { sealed: Hex(sealed), ..whole.clone() };
    let key = ContentKey::generate(&given(&whole.content_key));
    let column = |row, name, bytes: &[u8]| {
        sealed(key.seal_column(Column { tenant: TENANT, row, name }, bytes, &given(&whole.salt)))
    };
    let second = [&[2], &whole.encoded.0[1..]].concat();
    [
        ("a file is left out", of_manifests(&|files| drop(files.pop()))),
        ("a file is added", of_manifests(&|files| files.push(sealed_file(0x13)))),
        ("a file is shown twice", of_manifests(&|files| files.push(files[0].clone()))),
        ("one file twice and another not", of_manifests(&|files| files[1] = files[0].clone())),
        ("two files have swapped their manifests", {
            of_manifests(&|files| {
                let manifest = files[0].manifest.clone();
                files[0].manifest = std::mem::replace(&mut files[1].manifest, manifest);
            })
        }),
        ("a file has another id", of_manifests(&|files| files[0].id = id(0x14))),
        ("a file has an older manifest", of_manifests(&|files| files[2].manifest = of::<32>("an older one"))),
        ("there is no subject", ContentsVector { subject: None, ..whole.clone() }),
        ("there is no message", ContentsVector { message: None, ..whole.clone() }),
        ("subject and message are exchanged", {
            let (subject, message) = (whole.message.clone(), whole.subject.clone());
            ContentsVector { subject, message, ..whole.clone() }
        }),
        ("they are of another transfer", column(OTHER, "transfers.contents", &whole.encoded.0)),
        ("they are a message", column(TRANSFER, "transfers.message", &whole.encoded.0)),
        ("they are of another version", column(TRANSFER, "transfers.contents", &second)),
        ("they have a byte less inside", column(TRANSFER, "transfers.contents", &whole.encoded.0[..36])),
        ("they have a flipped bit", sealed(flipped(&whole.sealed, 70).0)),
        ("they have a byte less", sealed(whole.sealed.0[..108].to_vec())),
    ]
    .map(|(name, other)| Refused::Contents {
        name: format!("contents: {name}"),
        content_key: other.content_key,
        subject: other.subject,
        message: other.message,
        files: other.files,
        sealed: other.sealed,
    })
    .into()
}

/// The private key of somebody, and its bytes.
fn pair(whose: &str) -> (PrivateKey, Hex) {
    let bytes = of::<32>(&format!("private key: {whose}"));
    (PrivateKey::generate(&given(&bytes)), bytes)
}

fn public(key: &PrivateKey) -> Hex {
    (*key.public_key().as_bytes()).into()
}

fn key_pair(whose: &str) -> KeyPair {
    let (key, private_key) = pair(whose);
    let fingerprint = key.public_key().fingerprint().to_string();
    KeyPair { private_key, public_key: public(&key), fingerprint }
}

fn content_key_to() -> SealedToKey {
    let ((to, receiver), key) = (pair("receiver"), of::<32>("content key"));
    let content = ContentKey::generate(&given(&key));
    let random = given(&of::<32>("sender of the content key"));
    let sealed = Hex(to.public_key().seal_content_key(&content, PLACE, &random).unwrap());
    let info = Hex([b"sealpost/content-key-to/1\0".as_slice(), &TENANT, &TRANSFER].concat());
    SealedToKey::ContentKey { receiver, info, key, sealed }
}

fn private_key_to() -> SealedToKey {
    let ((to, receiver), (of_owner, key)) = (pair("recovery"), pair("owner"));
    let random = given(&of::<32>("sender of the private key"));
    let sealed = Hex(to.public_key().seal_private_key(&of_owner, PRIVATE, &random).unwrap());
    let public_key = public(&of_owner);
    let info = [b"sealpost/private-key-to/1\0".as_slice(), &TENANT, &OWNER, &public_key.0].concat();
    SealedToKey::PrivateKey { receiver, public_key, info: Hex(info), key, sealed }
}

fn private_key_context(public: &Hex) -> Hex {
    Hex([b"sealpost/private-key/1\0".as_slice(), &TENANT, &OWNER, &public.0].concat())
}

fn under_passphrase() -> PrivateKeyAtRest {
    let ((key, private_key), salt) = (pair("owner"), of::<24>("salt of the key under a passphrase"));
    let parameters = PasswordParameters::new(of::<16>("salt of the passphrase").array(), 19 * 1024, 2, 1);
    let under = PasswordKey::derive(PASSPHRASE, &parameters).unwrap();
    let public_key = public(&key);
    PrivateKeyAtRest {
        kind: "passphrase".into(),
        passphrase: Some(PASSPHRASE.into()),
        parameters: Some(Hex(parameters.encode())),
        prf_input: None,
        prf_output: None,
        wrapping_key: Hex(under.expose_secret().to_vec()),
        private_key,
        context: private_key_context(&public_key),
        public_key,
        sealed: Hex(under.seal_private_key(&key, PRIVATE, &given(&salt))),
        salt,
    }
}

fn under_passkey() -> PrivateKeyAtRest {
    let ((key, private_key), salt) = (pair("owner"), of::<24>("salt of the key under a passkey"));
    let output = of::<32>("what the passkey gives");
    let under = PasskeyKey::derive(&output.array(), PRIVATE);
    let place = [TENANT, OWNER].concat();
    let public_key = public(&key);
    PrivateKeyAtRest {
        kind: "passkey".into(),
        passphrase: None,
        parameters: None,
        prf_input: Some(Hex(Sha256::digest([b"sealpost/passkey-prf/1\0", &place[..]].concat()).to_vec())),
        wrapping_key: hkdf(&output.0, &[b"sealpost/passkey-key/1\0", &place[..]].concat()),
        prf_output: Some(output),
        private_key,
        context: private_key_context(&public_key),
        public_key,
        sealed: Hex(under.seal_private_key(&key, PRIVATE, &given(&salt))),
        salt,
    }
}

fn locked_recovery_key() -> RecoveryKeyFile {
    let (key, _) = pair("recovery");
    let parameters = PasswordParameters::new(of::<16>("salt of the recovery key").array(), 19 * 1024, 2, 1);
    let passphrase = PasswordKey::derive(PASSPHRASE, &parameters).unwrap();
    let random = given(&of::<24>("salt of the locked recovery key"));
    RecoveryKeyFile::Locked(LockedRecoveryKey::lock(&key, &passphrase, parameters, &random))
}

fn recovery_key_files() -> Vec<RecoveryFile> {
    let (key, private_key) = pair("recovery");
    let public_key = public(&key);
    let file =
        |kind: &str, file: RecoveryKeyFile, passphrase: Option<&str>, key: Option<&Hex>| RecoveryFile {
            kind: kind.into(),
            text: file.to_text().to_string(),
            passphrase: passphrase.map(Into::into),
            private_key: key.cloned(),
            public_key: public_key.clone(),
        };
    vec![
        file("private", RecoveryKeyFile::Private(key.clone()), None, Some(&private_key)),
        file("locked", locked_recovery_key(), Some(PASSPHRASE), Some(&private_key)),
        file("public", RecoveryKeyFile::Public(key.public_key()), None, None),
    ]
}

fn flipped(bytes: &Hex, at: usize) -> Hex {
    let mut bytes = bytes.clone();
    bytes.0[at] ^= 1;
    bytes
}

fn refused(access: &[AccessVector]) -> Vec<Refused> {
    let mut refused: Vec<Refused> = access.iter().flat_map(refused_content_keys).collect();
    refused.extend(refused_messages());
    refused.extend(refused_to_keys());
    refused.extend(refused_contents());
    let fragment = &access[0].fragment;
    for (name, text) in [
        ("a fragment that was cut off", fragment[..42].to_owned()),
        ("a fragment with padding", format!("{fragment}=")),
        ("a fragment with a blank", format!("{} ", &fragment[..42])),
        ("a fragment of base64 that is not base64url", format!("+{}", &fragment[1..])),
        ("a fragment with bits that belong to no byte", format!("{}9", "A".repeat(42))),
    ] {
        refused.push(Refused::Fragment { name: name.into(), text });
    }
    refused.extend(refused_files());
    refused
}

fn refused_content_keys(of_access: &AccessVector) -> Vec<Refused> {
    let with = |what: &str, change: &dyn Fn(&mut Refused)| {
        let mut refused = Refused::ContentKey {
            name: format!("{what}, {}", of_access.name),
            tenant: TENANT.into(),
            transfer: TRANSFER.into(),
            fragment_secret: of_access.fragment_secret.clone(),
            server_half: of_access.server_half.clone(),
            password_key: of_access.password_key.clone(),
            sealed: of_access.sealed_content_key.clone(),
        };
        change(&mut refused);
        refused
    };
    macro_rules! other {
        ($what:literal, $field:ident, $value:expr) => {
            with($what, &|refused| {
                if let Refused::ContentKey { $field, .. } = refused {
                    *$field = $value;
                }
            })
        };
    }
    let no_or_some = of_access.password_key.is_none().then(|| of::<32>("a password key"));
    vec![
        other!("another tenant", tenant, OTHER.into()),
        other!("another transfer", transfer, OTHER.into()),
        other!("another fragment secret", fragment_secret, flipped(fragment_secret, 31)),
        other!("another server half", server_half, flipped(server_half, 0)),
        other!("a password too many or too few", password_key, no_or_some.clone()),
        other!("another password", password_key, Some(of::<32>("another password key"))),
        other!("a flipped bit in the salt", sealed, flipped(sealed, 0)),
        other!("a flipped bit in the commitment", sealed, flipped(sealed, 24)),
        other!("a flipped bit in the key", sealed, flipped(sealed, 56)),
        other!("a flipped bit in the tag", sealed, flipped(sealed, 103)),
        other!("a byte less", sealed, Hex(sealed.0[..103].to_vec())),
        other!("a byte more", sealed, Hex([&sealed.0[..], &[0]].concat())),
    ]
}

fn refused_messages() -> Vec<Refused> {
    let context = |part: &PartVector, sequence: u64| {
        Hex([b"sealpost/part/1\0", &TENANT[..], &part.upload.0, &sequence.to_be_bytes()].concat())
    };
    let (none, one, three) =
        (part("no bytes", 0, 0), part("one chunk", 1, 16_384), part("three chunks", 7, 40_000));
    let (header, chunks) = three.sealed.0.split_at(56);
    let swapped = [header, &chunks[16_400..32_800], &chunks[..16_400], &chunks[32_800..]].concat();
    // One that ends with a full chunk could go on, and was cut off.
    let without_end = one.sealed.0[..56 + 16_400].to_vec();
    [
        ("a part in the place of another", context(&none, 1), none.sealed.clone()),
        ("a part with a flipped bit", context(&none, 0), flipped(&none.sealed, 60)),
        ("a part without its last chunk", context(&one, 1), Hex(without_end)),
        ("a part with its chunks swapped", context(&three, 7), Hex(swapped)),
    ]
    .map(|(name, context, sealed)| Refused::Message {
        name: name.into(),
        key: none.key.clone(),
        context,
        sealed,
    })
    .into()
}

fn refused_to_keys() -> Vec<Refused> {
    let SealedToKey::ContentKey { receiver, info, sealed, .. } = content_key_to() else {
        panic!("a content key");
    };
    let (_, other) = pair("owner");
    let elsewhere = Hex([b"sealpost/content-key-to/1\0".as_slice(), &TENANT, &OTHER].concat());
    // A point of small order: with it, every private key agrees on the same secret, of zeros.
    let zeros = Hex([&[0; 32], &sealed.0[32..]].concat());
    let own = own_key_in_the_name_of_another();
    [
        ("sealed to another", other, info.clone(), sealed.clone()),
        ("of another transfer", receiver.clone(), elsewhere, sealed.clone()),
        ("a flipped bit in enc", receiver.clone(), info.clone(), flipped(&sealed, 0)),
        ("a flipped bit in the ciphertext", receiver.clone(), info.clone(), flipped(&sealed, 32)),
        ("a flipped bit in the tag", receiver.clone(), info.clone(), flipped(&sealed, 79)),
        ("a shared secret of zeros", receiver, info, zeros),
    ]
    .map(|(name, receiver, info, sealed)| Refused::SealedToKey { name: name.into(), receiver, info, sealed })
    .into_iter()
    .chain([own])
    .collect()
}

/// Anybody can seal a key of his own to a recovery key, and say that it is another's: it opens, and does not belong to the
/// public half that is named. Its bytes come from another implementation, because this one does not do that.
fn own_key_in_the_name_of_another() -> Refused {
    let (_, receiver) = pair("recovery");
    let (owner, _) = pair("owner");
    let info = [b"sealpost/private-key-to/1\0".as_slice(), &TENANT, &OWNER, &public(&owner).0].concat();
    Refused::SealedToKey {
        name: "a private key of somebody else in the owner's name".into(),
        receiver,
        info: Hex(info),
        sealed: Hex(HEXLOWER.decode(OWN_KEY.as_bytes()).unwrap()),
    }
}

/// Made by `cryptography` 48 for Python; `vectors/README.md` says how.
const OWN_KEY: &str = "37006713b74fd119c77eeda43f5bae8ff2bea0a1869ae83ea60e04905754a400\
    ba5e88b9a45ae59e5fe000ae651b721139f87eacd240507bbe3a96f9486c0a4929a4634cad072e3ecae6adbed9a3bc1d";

fn refused_files() -> Vec<Refused> {
    let files = recovery_key_files();
    let (private, locked) = (&files[0].text, &files[1].text);
    let lines: Vec<&str> = private.lines().collect();
    let (_, other) = pair("owner");
    let other = RecoveryKeyFile::Private(PrivateKey::generate(&given(&other))).to_text().to_string();
    let other: Vec<&str> = other.lines().collect();
    let mut cheaper = BASE64URL_NOPAD.decode(&locked.lines().nth(2).unwrap().as_bytes()[7..]).unwrap();
    // The last byte of the number of passes.
    cheaper[24] = 0;
    let cheaper = format!("locked {}", BASE64URL_NOPAD.encode(&cheaper));
    let joined = |lines: &[&str]| format!("{}\n", lines.join("\n"));
    [
        ("an empty file", String::new()),
        ("another version", private.replacen("key 1", "key 2", 1)),
        ("a line too few", joined(&lines[..3])),
        ("a line too many", format!("{private}\n")),
        ("a blank at the end of a line", private.replacen('\n', " \n", 1)),
        ("another fingerprint", joined(&[lines[0], lines[1], lines[2], other[3]])),
        ("halves of two keys", joined(&[lines[0], lines[1], other[2], lines[3]])),
        ("another public key", joined(&[lines[0], other[1], lines[2], lines[3]])),
        ("capital letters", private.replacen("public", "PUBLIC", 1)),
        ("lines in another order", joined(&[lines[0], lines[2], lines[1], lines[3]])),
        ("a public file with a private key", private.replacen("recovery key", "recovery public key", 1)),
        ("costs outside of their bounds", joined(&[lines[0], lines[1], &cheaper, lines[3]])),
    ]
    .map(|(name, text)| Refused::RecoveryKeyFile { name: name.into(), text })
    .into()
}
