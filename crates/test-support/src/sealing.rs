//! A sender's program that seals, without the way to the service: JSON in, JSON and sealed bytes out.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sealpost_sealed::{
    Access, Column, ContentKey, ContentKeyContext, Contents, FileKey, FileKeyContext, FragmentSecret,
    Manifest, ManifestContext, ManifestPart, ManifestUpload, PartContext, PartSealer, PasswordKey,
    PasswordParameters, PublicKey, Random, Salt, ServerHalf, SystemRandom, UploadKey, range,
};
use serde_json::{Value, json};

/// Plaintext bytes of every part but the last of a file of up to 64 GiB.
pub const PART: usize = 8 << 20;
/// The same, sealed.
pub const SEALED_PART: usize = range::object_length(PART as u64) as usize;

/// As the API writes bytes.
pub fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// The bytes of a text of the API.
pub fn bytes(value: &Value) -> Vec<u8> {
    BASE64URL_NOPAD.decode(value.as_str().expect("a text").as_bytes()).expect("base64url")
}

/// The 16 bytes of an id, with hyphens or without.
pub fn id(text: &str) -> [u8; 16] {
    let digits = text.replace('-', "");
    HEXLOWER.decode(digits.as_bytes()).expect("digits").try_into().expect("16 bytes")
}

/// Bytes of an upload of so many, sealed part by part.
pub const fn sealed_length(length: u64) -> u64 {
    let rest = length % PART as u64;
    let rest = if rest == 0 { 0 } else { range::object_length(rest) };
    length / PART as u64 * SEALED_PART as u64 + rest
}

/// Where a sealed transfer is, for its keys.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The tenant's id.
    pub tenant: [u8; 16],
    /// The transfer's.
    pub transfer: [u8; 16],
}

impl Place {
    /// Of the content key.
    pub const fn content_key(self) -> ContentKeyContext {
        ContentKeyContext { tenant: self.tenant, transfer: self.transfer }
    }

    /// Of a column, such as `transfers.subject`.
    pub const fn column(self, name: &'static str) -> Column {
        Column { tenant: self.tenant, row: self.transfer, name }
    }

    /// Of a file's key.
    pub const fn file_key(self, file: [u8; 16]) -> FileKeyContext {
        FileKeyContext { tenant: self.tenant, transfer: self.transfer, file }
    }

    /// Of a file's manifest.
    pub const fn manifest(self, file: [u8; 16]) -> ManifestContext {
        ManifestContext { tenant: self.tenant, transfer: self.transfer, file }
    }
}

/// The system's randomness, which notes the keys that are made with it, for whoever looks for them afterwards.
#[derive(Debug, Default)]
pub struct NotingRandom(Mutex<Vec<[u8; 32]>>);

impl NotingRandom {
    /// Whatever has 32 bytes: fragment secret, content key, upload keys, file keys.
    pub fn keys(&self) -> Vec<[u8; 32]> {
        self.0.lock().expect("no test panics here").clone()
    }
}

impl Random for NotingRandom {
    fn fill(&self, bytes: &mut [u8]) {
        SystemRandom.fill(bytes);
        if let Ok(key) = <[u8; 32]>::try_from(&*bytes) {
            self.0.lock().expect("no test panics here").push(key);
        }
    }
}

/// A draft that is being sealed.
pub struct Sealing {
    /// The transfer's id.
    pub id: String,
    /// Where it is.
    pub place: Place,
    /// What goes into the link, behind `#`.
    pub fragment: FragmentSecret,
    /// Under which all is sealed.
    pub content_key: ContentKey,
    /// What its files are said to be.
    pub media_type: String,
    /// To which recovery key it is sealed besides.
    pub recovery: Option<PublicKey>,
    /// What its keys are made with.
    pub random: Arc<NotingRandom>,
    half: ServerHalf,
    password: Option<(String, PasswordParameters)>,
    said: Mutex<Said>,
}

/// What was made for the service so far.
#[derive(Default)]
struct Said {
    /// Of the transfer, the last time.
    transfer: Option<Value>,
    /// Of each file, the last time: its sealed manifest.
    manifests: BTreeMap<[u8; 16], Vec<u8>>,
}

impl Sealing {
    /// Of a draft as the service tells it, with secrets of its own.
    pub fn of(draft: &Value) -> Self {
        assert_eq!(draft["mode"], "zero_knowledge");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let half = ServerHalf::from_secret(&bytes(&draft["sealing"]["server_half"])).expect("32 bytes");
        Self::with_half(&text(&draft["id"]), &text(&draft["sealing"]["tenant"]), half)
    }

    fn with_half(transfer: &str, tenant: &str, half: ServerHalf) -> Self {
        let random = Arc::<NotingRandom>::default();
        Self {
            id: transfer.to_owned(),
            place: Place { tenant: id(tenant), transfer: id(transfer) },
            fragment: FragmentSecret::generate(&*random),
            content_key: ContentKey::generate(&*random),
            media_type: "text/plain".to_owned(),
            recovery: None,
            random,
            half,
            password: None,
            said: Mutex::default(),
        }
    }

    /// What an outsider sends in, who was told the tenant. There is no secret in a link.
    pub fn submitted(submission: &str, tenant: &str) -> Self {
        Self::with_half(submission, tenant, ServerHalf::generate(&SystemRandom))
    }

    /// The service's half.
    pub fn half_bytes(&self) -> [u8; 32] {
        *self.half.expose_secret()
    }

    /// With a password, of which the service learns nothing but salt and costs.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.password = Some((password.to_owned(), PasswordParameters::generate(&SystemRandom)));
        self
    }

    /// The password, if there is one.
    pub fn password(&self) -> Option<&str> {
        self.password.as_ref().map(|(password, _)| password.as_str())
    }

    /// What the password makes, if there is one.
    pub fn password_key(&self) -> Option<PasswordKey> {
        let (password, parameters) = self.password.as_ref()?;
        Some(PasswordKey::derive(password, parameters).expect("there is memory"))
    }

    /// What opens the content key, and what proves it.
    pub fn access(&self) -> Access {
        let key = self.password_key();
        Access::derive(&self.fragment, &self.half, key.as_ref(), self.place.content_key())
    }

    /// What `PUT …/sealing` takes: keys, subject and message if there are any, and contents of the files that were sealed so far.
    pub fn sealing(&self, words: Option<(&str, &str)>) -> Value {
        let access = self.access();
        let sealed = access.key.seal_content_key(&self.content_key, self.place.content_key(), &SystemRandom);
        self.say(json!({
            "content_key": text(&sealed),
            "proof_hash": text(access.proof.hash().as_bytes()),
            "recovery": self.recovery.as_ref().map(|key| self.content_key_to(key)),
            "password_parameters": self.password.as_ref().map(|(_, parameters)| text(&parameters.encode())),
            "subject": words.map(|(subject, _)| self.column("transfers.subject", subject)),
            "message": words.map(|(_, message)| self.column("transfers.message", message)),
        }))
    }

    fn say(&self, transfer: Value) -> Value {
        self.said.lock().expect("no test panics here").transfer = Some(transfer);
        self.bound().expect("said just now")
    }

    /// The same once more, bytes and all, with contents of the files that were sealed by now; `None` if it was never made.
    pub fn bound(&self) -> Option<Value> {
        let said = self.said.lock().expect("no test panics here");
        let mut transfer = said.transfer.clone()?;
        let word = |name: &str| Some(&transfer[name]).filter(|word| !word.is_null()).map(bytes);
        let (subject, message) = (word("subject"), word("message"));
        let files = said.manifests.iter().map(|(id, manifest)| (*id, manifest));
        let contents = Contents::of(subject.as_deref(), message.as_deref(), files);
        let sealed = contents.seal(&self.content_key, self.place.content_key(), &SystemRandom);
        transfer["contents"] = text(&sealed).into();
        Some(transfer)
    }

    /// A file was taken out again.
    pub fn forget(&self, file: &str) {
        self.said.lock().expect("no test panics here").manifests.remove(&id(file));
    }

    /// The content key for who has this public key, as `PUT …/sealing` takes it.
    pub fn content_key_to(&self, key: &PublicKey) -> Value {
        let sealed = key.seal_content_key(&self.content_key, self.place.content_key(), &SystemRandom);
        json!({ "fingerprint": key.fingerprint().to_string(), "content_key": text(&sealed.expect("a key")) })
    }

    /// What `PUT …/sealing` of a submission takes: the content key for who has this public key, subject and message.
    pub fn sealed_to(&self, key: &PublicKey, words: Option<(&str, &str)>) -> Value {
        let keys = std::iter::once(key).chain(&self.recovery);
        self.say(json!({
            "content_key_to": keys.map(|key| self.content_key_to(key)).collect::<Vec<_>>(),
            "subject": words.map(|(subject, _)| self.column("transfers.subject", subject)),
            "message": words.map(|(_, message)| self.column("transfers.message", message)),
        }))
    }

    fn column(&self, name: &'static str, words: &str) -> String {
        text(&self.content_key.seal_column(self.place.column(name), words.as_bytes(), &SystemRandom))
    }

    /// The upload that the service has begun at this address.
    pub fn upload(&self, location: &str) -> SealedUpload {
        SealedUpload {
            id: id(location.rsplit('/').next().expect("an id")),
            key: UploadKey::generate(&*self.random),
            tenant: self.place.tenant,
            parts: Vec::new(),
        }
    }

    /// What `PUT …/files/{id}/sealing` takes.
    pub fn manifest(&self, file: &str, (name, crc32): (&str, u32), uploads: &[&SealedUpload]) -> Value {
        let of = uploads.iter().map(|upload| ManifestUpload { id: upload.id, key: upload.key.clone() });
        let parts = uploads.iter().zip(0..).flat_map(|(upload, index)| {
            upload.parts.iter().map(move |part| ManifestPart { upload: index, ..*part })
        });
        let (name, media_type) = (name.to_owned(), self.media_type.clone());
        let manifest = Manifest::new(name, media_type, crc32, of.collect(), parts.collect());
        let (key, file) = (FileKey::generate(&*self.random), id(file));
        let sealed = manifest.expect("a manifest").seal(&key, self.place.manifest(file), &SystemRandom);
        let file_key = self.content_key.wrap_file_key(&key, self.place.file_key(file), &SystemRandom);
        self.said.lock().expect("no test panics here").manifests.insert(file, sealed.clone());
        json!({ "file_key": text(&file_key), "manifest": text(&sealed) })
    }
}

/// An upload whose parts are sealed one after another.
pub struct SealedUpload {
    id: [u8; 16],
    key: UploadKey,
    tenant: [u8; 16],
    parts: Vec<ManifestPart>,
}

impl SealedUpload {
    /// The next part, sealed with a fresh salt.
    pub fn seal(&mut self, plain: &[u8]) -> Bytes {
        let sequence = self.parts.len() as u64;
        let context = PartContext { tenant: self.tenant, upload: self.id, sequence };
        let salt = Salt::generate(&SystemRandom);
        let mut sealer = PartSealer::new(&self.key, context, salt, PART as u32);
        assert_eq!(sealer.write(plain), plain.len());
        let sealed = sealer.finish();
        self.parts.push(ManifestPart { upload: 0, sequence, length: sealed.length, salt });
        sealed.pieces.concat().into()
    }

    /// The last part did not arrive whole: it is sealed anew.
    pub fn forget_last(&mut self) {
        self.parts.pop();
    }
}
