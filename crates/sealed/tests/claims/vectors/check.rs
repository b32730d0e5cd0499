//! Whether vectors hold for what this crate does: what they seal opens, and sealing it again gives their bytes.

use sealpost_sealed::{
    Access, AccessProofHash, Column, ContentKey, ContentKeyContext, Contents, Error, FileKey, FileKeyContext,
    FragmentSecret, Manifest, ManifestContext, ManifestPart, ManifestUpload, PartContext, PartSealer,
    PasskeyKey, PasswordKey, PasswordParameters, PrivateKey, PrivateKeyContext, PublicKey, RecoveryKeyFile,
    Salt, ServerHalf, UploadKey, UploadKeyContext, message,
};

use super::form::{
    AccessVector, ColumnVector, ContentsVector, Hex, ManifestVector, MessageVector, PartVector,
    PrivateKeyAtRest, RecoveryFile, Refused, SealedFile, SealedToKey, Vectors, WrappedKey,
};
use crate::support::Given;

pub(super) fn given(bytes: &Hex) -> Given {
    Given::new(&bytes.0)
}

/// What a part of the vectors holds.
pub(super) fn part_plaintext(length: usize) -> Vec<u8> {
    (0..=250).cycle().take(length).collect()
}

fn content_key(bytes: &Hex) -> ContentKey {
    ContentKey::generate(&given(bytes))
}

fn private_key(bytes: &Hex) -> PrivateKey {
    PrivateKey::generate(&given(bytes))
}

fn public_key(bytes: &Hex) -> PublicKey {
    PublicKey::from_bytes(&bytes.0).unwrap()
}

fn salt(bytes: &Hex) -> Salt {
    Salt::from_bytes(bytes.array())
}

fn join(label: &str, fields: &[&Hex]) -> Vec<u8> {
    fields.iter().fold([label.as_bytes(), &[0]].concat(), |joined, field| [joined, field.0.clone()].concat())
}

/// Everything in them; every kind must be there.
pub(super) fn check(vectors: &Vectors) {
    assert_eq!(vectors.form, 1);
    let check = Check(vectors);
    each(&vectors.access, 2, |one| check.access(one));
    each(&vectors.messages, 1, check_message);
    each(&vectors.columns, 2, |one| check.column(one));
    each(&vectors.wrapped_keys, 2, |one| check.wrapped_key(one));
    each(&vectors.parts, 3, |one| check.part(one));
    each(&vectors.manifests, 1, |one| check.manifest(one));
    each(&vectors.contents, 2, |one| check.contents(one));
    each(&vectors.key_pairs, 1, |one| {
        assert_eq!(private_key(&one.private_key).public_key(), public_key(&one.public_key));
        assert_eq!(public_key(&one.public_key).fingerprint().to_string(), one.fingerprint);
    });
    each(&vectors.sealed_to_keys, 2, |one| check.sealed_to_key(one));
    each(&vectors.private_keys_at_rest, 2, |one| check.private_key_at_rest(one));
    each(&vectors.recovery_key_files, 3, check_recovery_file);
    each(&vectors.refused, 5, |one| check_refused(one, check.transfer()));
}

fn each<T>(vectors: &[T], least: usize, check: impl Fn(&T)) {
    assert!(vectors.len() >= least, "{} of {}", vectors.len(), std::any::type_name::<T>());
    vectors.iter().for_each(check);
}

struct Check<'a>(&'a Vectors);

impl Check<'_> {
    fn transfer(&self) -> ContentKeyContext {
        ContentKeyContext { tenant: self.0.tenant.array(), transfer: self.0.transfer.array() }
    }

    fn owner(&self) -> PrivateKeyContext {
        PrivateKeyContext { tenant: self.0.tenant.array(), owner: self.0.owner.array() }
    }

    fn access(&self, vector: &AccessVector) {
        let fragment = FragmentSecret::parse(&vector.fragment).unwrap();
        assert_eq!(fragment, FragmentSecret::generate(&given(&vector.fragment_secret)));
        assert_eq!(*fragment.to_fragment(), vector.fragment);
        let password = vector.password.as_ref().map(|password| {
            let parameters = &vector.password_parameters.as_ref().unwrap().0;
            let key = derived(password, parameters);
            assert_eq!(key.expose_secret()[..], vector.password_key.as_ref().unwrap().0, "{}", vector.name);
            key
        });
        let half = ServerHalf::from_secret(&vector.server_half.0).unwrap();
        let access = Access::derive(&fragment, &half, password.as_ref(), self.transfer());
        assert_eq!(access.proof.expose_secret()[..], vector.access_proof.0, "{}", vector.name);
        assert_eq!(access.proof.hash().as_bytes()[..], vector.access_proof_hash.0, "{}", vector.name);
        assert!(AccessProofHash::from_bytes(&vector.access_proof_hash.0).unwrap().admits(&access.proof));
        let content = content_key(&vector.content_key);
        let opened = access.key.open_content_key(self.transfer(), &vector.sealed_content_key.0);
        assert_eq!(opened.as_ref(), Ok(&content), "{}", vector.name);
        let sealed = access.key.seal_content_key(&content, self.transfer(), &given(&vector.salt));
        assert_eq!(sealed, vector.sealed_content_key.0, "{}", vector.name);
        // The access key itself is not shown: it is the one that this message was sealed with.
        let context = join("sealpost/sealed-content-key/1", &[&self.0.tenant, &self.0.transfer]);
        let opened = message::open(&vector.access_key.array(), &context, &sealed);
        assert_eq!(*opened.unwrap(), vector.content_key.0, "{}", vector.name);
    }

    fn column(&self, vector: &ColumnVector) {
        let name = match vector.name.as_str() {
            "transfers.subject" => "transfers.subject",
            "transfers.message" => "transfers.message",
            other => panic!("no such column: {other}"),
        };
        assert_eq!(vector.row, self.0.transfer);
        let place = Column { tenant: self.0.tenant.array(), row: vector.row.array(), name };
        let key = content_key(&vector.content_key);
        assert_eq!(key.open_text(place, &vector.sealed.0).as_ref(), Ok(&vector.text), "{name}");
        assert_eq!(key.seal_column(place, vector.text.as_bytes(), &given(&vector.salt)), vector.sealed.0);
    }

    fn wrapped_key(&self, vector: &WrappedKey) {
        let (tenant, transfer) = (self.0.tenant.array(), self.0.transfer.array());
        let (content, random) = (content_key(&vector.content_key), given(&vector.salt));
        match vector.kind.as_str() {
            "upload_key" => {
                let place = UploadKeyContext { tenant, transfer, upload: vector.id.array() };
                let key = UploadKey::generate(&given(&vector.key));
                assert_eq!(content.unwrap_upload_key(place, &vector.wrapped.0).as_ref(), Ok(&key));
                assert_eq!(content.wrap_upload_key(&key, place, &random), vector.wrapped.0);
            }
            "file_key" => {
                let place = FileKeyContext { tenant, transfer, file: vector.id.array() };
                let key = FileKey::generate(&given(&vector.key));
                assert_eq!(content.unwrap_file_key(place, &vector.wrapped.0).as_ref(), Ok(&key));
                assert_eq!(content.wrap_file_key(&key, place, &random), vector.wrapped.0);
            }
            other => panic!("no such key: {other}"),
        }
    }

    fn part(&self, vector: &PartVector) {
        let (tenant, upload) = (self.0.tenant.array(), vector.upload.array());
        let place = PartContext { tenant, upload, sequence: vector.sequence };
        let plaintext = part_plaintext(vector.length);
        let context =
            join("sealpost/part/1", &[&self.0.tenant, &vector.upload, &vector.sequence.to_be_bytes().into()]);
        let opened = message::open(&vector.key.array(), &context, &vector.sealed.0);
        assert!(*opened.unwrap() == plaintext, "{}", vector.name);
        let key = UploadKey::generate(&given(&vector.key));
        let mut sealer = PartSealer::new(&key, place, salt(&vector.salt), 64 << 20);
        assert_eq!(sealer.write(&plaintext), plaintext.len());
        assert!(sealer.finish().pieces.concat() == vector.sealed.0, "{}", vector.name);
    }

    fn manifest(&self, vector: &ManifestVector) {
        let place = ManifestContext {
            tenant: self.0.tenant.array(),
            transfer: self.0.transfer.array(),
            file: vector.file.array(),
        };
        let key = FileKey::generate(&given(&vector.file_key));
        let uploads = vector.uploads.iter().map(|upload| ManifestUpload {
            id: upload.id.array(),
            key: UploadKey::generate(&given(&upload.key)),
        });
        let parts = vector.parts.iter().map(|part| ManifestPart {
            upload: part.upload,
            sequence: part.sequence,
            length: part.length,
            salt: salt(&part.salt),
        });
        let (name, media_type) = (vector.name.clone(), vector.media_type.clone());
        let expected =
            Manifest::new(name, media_type, vector.crc32, uploads.collect(), parts.collect()).unwrap();
        assert_eq!(expected.length(), vector.length);
        assert_eq!(*expected.encode(), vector.encoded.0);
        assert_eq!(Manifest::open(&key, place, &vector.sealed.0).as_ref(), Ok(&expected));
        assert_eq!(expected.seal(&key, place, &given(&vector.salt)), vector.sealed.0);
    }

    fn contents(&self, vector: &ContentsVector) {
        let key = content_key(&vector.content_key);
        let contents = contents(vector.subject.as_ref(), vector.message.as_ref(), &vector.files);
        let context = Hex([&[0, 18][..], b"transfers.contents"].concat());
        let context = join("sealpost/column/1", &[&self.0.tenant, &self.0.transfer, &context]);
        let opened = message::open(&vector.content_key.array(), &context, &vector.sealed.0);
        assert_eq!(*opened.unwrap(), vector.encoded.0, "{}", vector.name);
        let opened = Contents::open(&key, self.transfer(), &vector.sealed.0).unwrap();
        assert_eq!(opened.matches(&contents), Ok(()), "{}", vector.name);
        assert_eq!(contents.seal(&key, self.transfer(), &given(&vector.salt)), vector.sealed.0);
    }

    fn sealed_to_key(&self, vector: &SealedToKey) {
        match vector {
            SealedToKey::ContentKey { receiver, info, key, sealed } => {
                assert_eq!(info.0, join("sealpost/content-key-to/1", &[&self.0.tenant, &self.0.transfer]));
                let opened = private_key(receiver).open_content_key(self.transfer(), &sealed.0);
                assert_eq!(opened, Ok(content_key(key)));
            }
            SealedToKey::PrivateKey { receiver, public_key: public, info, key, sealed } => {
                let fields = [&self.0.tenant, &self.0.owner, public];
                assert_eq!(info.0, join("sealpost/private-key-to/1", &fields));
                let public = public_key(public);
                let opened = private_key(receiver).open_private_key(self.owner(), &public, &sealed.0);
                assert_eq!(opened, Ok(private_key(key)));
            }
        }
    }

    fn private_key_at_rest(&self, vector: &PrivateKeyAtRest) {
        let fields = [&self.0.tenant, &self.0.owner, &vector.public_key];
        assert_eq!(vector.context.0, join("sealpost/private-key/1", &fields));
        let opened = message::open(&vector.wrapping_key.array(), &vector.context.0, &vector.sealed.0);
        assert_eq!(*opened.unwrap(), vector.private_key.0);
        let (key, public) = (private_key(&vector.private_key), public_key(&vector.public_key));
        let (owner, random) = (self.owner(), given(&vector.salt));
        let (opened, sealed) = match vector.kind.as_str() {
            "passphrase" => {
                let passphrase = vector.passphrase.as_ref().unwrap();
                let under = derived(passphrase, &vector.parameters.as_ref().unwrap().0);
                assert_eq!(under.expose_secret()[..], vector.wrapping_key.0);
                let opened = under.open_private_key(owner, &public, &vector.sealed.0);
                (opened, under.seal_private_key(&key, owner, &random))
            }
            "passkey" => {
                assert_eq!(owner.passkey_prf_input()[..], vector.prf_input.as_ref().unwrap().0);
                let under = PasskeyKey::derive(&vector.prf_output.as_ref().unwrap().array(), owner);
                let opened = under.open_private_key(owner, &public, &vector.sealed.0);
                (opened, under.seal_private_key(&key, owner, &random))
            }
            other => panic!("no such way: {other}"),
        };
        assert_eq!((opened, sealed), (Ok(key), vector.sealed.0.clone()));
    }
}

fn contents(subject: Option<&Hex>, message: Option<&Hex>, files: &[SealedFile]) -> Contents {
    let files = files.iter().map(|file| (file.id.array(), &file.manifest.0));
    Contents::of(subject.map(|sealed| &*sealed.0), message.map(|sealed| &*sealed.0), files)
}

fn derived(password: &str, parameters: &[u8]) -> PasswordKey {
    let read = PasswordParameters::decode(parameters).unwrap();
    assert_eq!(read.encode(), parameters, "costs within their bounds");
    PasswordKey::derive(password, &read).unwrap()
}

fn check_message(vector: &MessageVector) {
    let (key, context) = (vector.key.array(), &vector.context.0);
    assert_eq!(
        *message::open(&key, context, &vector.sealed.0).unwrap(),
        vector.plaintext.0,
        "{}",
        vector.name
    );
    assert_eq!(message::seal(&key, context, &vector.plaintext.0, &given(&vector.salt)), vector.sealed.0);
}

fn check_recovery_file(vector: &RecoveryFile) {
    let file = RecoveryKeyFile::parse(&vector.text).unwrap();
    assert_eq!(file.public_key(), public_key(&vector.public_key));
    assert_eq!(*file.to_text(), vector.text);
    let key = vector.private_key.as_ref().map(private_key);
    let found = match (vector.kind.as_str(), file) {
        ("private", RecoveryKeyFile::Private(key)) => Some(key),
        ("locked", RecoveryKeyFile::Locked(locked)) => {
            let passphrase = vector.passphrase.as_ref().unwrap();
            Some(locked.unlock(&PasswordKey::derive(passphrase, locked.parameters()).unwrap()).unwrap())
        }
        ("public", RecoveryKeyFile::Public(_)) => None,
        (kind, file) => panic!("{file:?} is not {kind}"),
    };
    assert_eq!(found, key);
}

fn check_refused(vector: &Refused, place: ContentKeyContext) {
    match vector {
        Refused::Contents { name, content_key: key, subject, message, files, sealed } => {
            let here = contents(subject.as_ref(), message.as_ref(), files);
            let opened = Contents::open(&content_key(key), place, &sealed.0);
            assert!(opened.is_err() || opened.is_ok_and(|meant| meant.matches(&here).is_err()), "{name}");
        }
        Refused::ContentKey {
            name,
            tenant,
            transfer,
            fragment_secret,
            server_half,
            password_key,
            sealed,
        } => {
            let place = ContentKeyContext { tenant: tenant.array(), transfer: transfer.array() };
            let password = password_key.as_ref().map(|key| PasswordKey::from_secret(&key.0).unwrap());
            let fragment = FragmentSecret::generate(&given(fragment_secret));
            let half = ServerHalf::from_secret(&server_half.0).unwrap();
            let access = Access::derive(&fragment, &half, password.as_ref(), place);
            assert_eq!(access.key.open_content_key(place, &sealed.0), Err(Error::Access), "{name}");
        }
        Refused::Message { name, key, context, sealed } => {
            assert!(message::open(&key.array(), &context.0, &sealed.0).is_err(), "{name}");
        }
        Refused::SealedToKey { name, receiver, info, sealed } => {
            let receiver = private_key(receiver);
            let label = info.0.iter().position(|byte| *byte == 0).unwrap();
            let (label, fields) = (&info.0[..label], &info.0[label + 1..]);
            let tenant = *fields.first_chunk().unwrap();
            let error = match label {
                b"sealpost/content-key-to/1" => {
                    let place = ContentKeyContext { tenant, transfer: fields[16..].try_into().unwrap() };
                    receiver.open_content_key(place, &sealed.0).unwrap_err()
                }
                b"sealpost/private-key-to/1" => {
                    let place = PrivateKeyContext { tenant, owner: fields[16..32].try_into().unwrap() };
                    let public = PublicKey::from_bytes(&fields[32..]).unwrap();
                    receiver.open_private_key(place, &public, &sealed.0).unwrap_err()
                }
                other => panic!("{name}: no such label: {other:?}"),
            };
            assert_eq!(error, Error::Receiver, "{name}");
        }
        Refused::Fragment { name, text } => {
            assert_eq!(FragmentSecret::parse(text), Err(Error::FragmentSecret), "{name}");
        }
        Refused::RecoveryKeyFile { name, text } => {
            let refused = RecoveryKeyFile::parse(text);
            assert!(matches!(refused, Err(Error::RecoveryKey(_))), "{name}: {refused:?}");
        }
    }
}
