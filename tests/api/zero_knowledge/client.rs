//! The sender's and the recipient's program.

use std::ops::{Deref, DerefMut};

use sealpost_sealed::{
    Access, ContentKey, Contents, FragmentSecret, Manifest, ManifestPart, PartContext, PartOpener,
    PasswordKey, PasswordParameters, PrivateKey, ServerHalf, range,
};
pub(super) use sealpost_test_support::sealing::{PART, SEALED_PART, bytes, id as uuid, text};
use sealpost_test_support::{
    app::{Answer, App, Client, Link, Method, Request, Sender, Visit},
    sealing::{self, Place},
};
use serde_json::{Value, json};

fn id(value: &Value) -> [u8; 16] {
    uuid(value.as_str().expect("an id"))
}

/// To Bert.
pub(super) fn to_bert() -> Value {
    json!({"mode": "zero_knowledge", "recipients": [{"email": "bert@example.org"}]})
}

/// The sender's program, with a draft that it seals.
pub(super) struct Sealing {
    pub(super) sender: Sender,
    /// What it seals, in addresses: transfers, or submissions.
    kind: &'static str,
    sealed: sealing::Sealing,
}

impl Deref for Sealing {
    type Target = sealing::Sealing;

    fn deref(&self) -> &Self::Target {
        &self.sealed
    }
}

impl DerefMut for Sealing {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.sealed
    }
}

impl Sealing {
    /// A new draft.
    pub(super) async fn begin(sender: &Sender, transfer: &Value) -> Self {
        let draft = sender.create(transfer).await.expect(201).json();
        Self::of(sender, &draft)
    }

    /// Goes on with a draft, with another secret.
    pub(super) fn of(sender: &Sender, draft: &Value) -> Self {
        Self { sender: sender.clone(), kind: "transfers", sealed: sealing::Sealing::of(draft) }
    }

    /// What an outsider sends in, who was told the tenant. There is no secret in a link.
    pub(super) fn of_submission(sender: &Sender, id: &str, tenant: &Value) -> Self {
        let sealed = sealing::Sealing::submitted(id, tenant.as_str().expect("an id"));
        Self { sender: sender.clone(), kind: "submissions", sealed }
    }

    /// With a password, of which the service learns nothing but salt and costs.
    pub(super) fn with_password(self, password: &str) -> Self {
        Self { sealed: self.sealed.with_password(password), ..self }
    }

    /// `PUT …/sealing`
    pub(super) fn put_sealing(&self, sealing: &Value) -> Request {
        let path = format!("/api/v1/{}/{}/sealing", self.kind, self.id);
        self.sender.request(Method::PUT, &path).json(sealing)
    }

    pub(super) async fn seal(&self, words: Option<(&str, &str)>) {
        self.put_sealing(&self.sealing(words)).await.expect(204);
    }

    /// An upload of a file that is so long, or of a slice of one.
    pub(super) async fn upload(&self, length: usize, partial: bool) -> SealedUpload {
        let begun = self
            .sender
            .begin(&self.id)
            .header("upload-length", sealed_length(length).to_string())
            .header_if("upload-concat", partial.then_some("partial"));
        let path = begun.await.expect(201).header("location").expect("a place").to_owned();
        let path = path.splitn(4, '/').nth(3).map(|path| format!("/{path}")).expect("a path");
        SealedUpload { sealed: self.sealed.upload(&path), path }
    }

    /// A whole file, and its id. If the transfer was sealed before, it is said anew which files belong to it.
    pub(super) async fn put(&self, name: &str, content: &[u8]) -> String {
        let (file, sealing) = self.parts(name, content).await;
        self.put_manifest(&file, &sealing).await.expect(204);
        if let Some(bound) = self.bound() {
            self.put_sealing(&bound).await.expect(204);
        }
        file
    }

    /// Says of the files that there are now that they belong to what was sealed before.
    pub(super) async fn bind(&self) {
        self.put_sealing(&self.bound().expect("it was sealed")).await.expect(204);
    }

    /// A whole file of which the parts are there, its id, and what `PUT …/files/{id}/sealing` takes.
    pub(super) async fn parts(&self, name: &str, content: &[u8]) -> (String, Value) {
        let mut upload = self.upload(content.len(), false).await;
        let mut offset = 0;
        for part in content.chunks(PART) {
            let sealed = upload.seal(part);
            self.sender.patch(&upload.path, offset, sealed.clone()).await.expect(204);
            offset += sealed.len();
        }
        let file = upload.path.rsplit('/').next().expect("an id").to_owned();
        let sealing = self.manifest(&file, (name, content), &[&upload]);
        (file, sealing)
    }

    /// What `PUT …/files/{id}/sealing` takes.
    pub(super) fn manifest(
        &self,
        file: &str,
        (name, content): (&str, &[u8]),
        uploads: &[&SealedUpload],
    ) -> Value {
        let uploads: Vec<_> = uploads.iter().map(|upload| &upload.sealed).collect();
        self.sealed.manifest(file, (name, crc32fast::hash(content)), &uploads)
    }

    /// `PUT …/files/{id}/sealing`
    pub(super) fn put_manifest(&self, file: &str, sealing: &Value) -> Request {
        let path = format!("/api/v1/{}/{}/files/{file}/sealing", self.kind, self.id);
        self.sender.request(Method::PUT, &path).json(sealing)
    }

    /// Seals subject and message, brings these files up and sends them.
    pub(super) async fn sent(&self, words: Option<(&str, &str)>, files: &[(&str, &[u8])]) -> Vec<Link> {
        self.seal(words).await;
        for (name, content) in files {
            self.put(name, content).await;
        }
        self.sender.send(&self.id).await.links
    }

    /// The recipient's program, who was told the second part of the link, and the password if there is one.
    pub(super) fn opening(&self, app: &App, link: &Link) -> Opening {
        self.opening_as(&app.anybody, link)
    }

    /// The same, asking as this client.
    pub(super) fn opening_as(&self, anybody: &Client, link: &Link) -> Opening {
        Opening {
            anybody: anybody.clone(),
            token: link.token.clone(),
            fragment: self.fragment.clone(),
            password: self.password().map(str::to_owned),
        }
    }
}

/// Bytes of an upload of so many, sealed part by part.
pub(super) fn sealed_length(length: usize) -> usize {
    sealing::sealed_length(length as u64) as usize
}

/// An upload whose parts the sender's program seals.
pub(super) struct SealedUpload {
    pub(super) path: String,
    sealed: sealing::SealedUpload,
}

impl Deref for SealedUpload {
    type Target = sealing::SealedUpload;

    fn deref(&self) -> &Self::Target {
        &self.sealed
    }
}

impl DerefMut for SealedUpload {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.sealed
    }
}

/// The recipient's program.
pub(super) struct Opening {
    pub(super) anybody: Client,
    pub(super) token: String,
    pub(super) fragment: FragmentSecret,
    pub(super) password: Option<String>,
}

/// What it has opened.
pub(super) struct Opened {
    pub(super) delivery: Value,
    pub(super) client: Client,
    pub(super) content_key: ContentKey,
    place: Place,
}

impl Opening {
    /// `POST /api/v1/links/verify`
    pub(super) fn verify(&self) -> Request {
        self.anybody.post_json("/api/v1/links/verify", &json!({ "token": self.token }))
    }

    /// What the service's half makes with the rest.
    pub(super) fn access(&self, told: &Value) -> (Access, Place) {
        let sealing = &told["sealing"];
        let place = Place { tenant: id(&sealing["tenant"]), transfer: id(&sealing["transfer"]) };
        let half = ServerHalf::from_secret(&bytes(&sealing["server_half"])).expect("32 bytes");
        let key = self.password.as_ref().map(|password| {
            let parameters =
                PasswordParameters::decode(&bytes(&sealing["password_parameters"])).expect("29 bytes");
            PasswordKey::derive(password, &parameters).expect("there is memory")
        });
        assert_eq!(sealing["password_parameters"].is_null(), key.is_none());
        (Access::derive(&self.fragment, &half, key.as_ref(), place.content_key()), place)
    }

    /// `POST /api/v1/links/prove` with the ticket that was told.
    pub(super) fn prove(&self, told: &Value) -> Request {
        let (access, _) = self.access(told);
        self.anybody.post_json(
            "/api/v1/links/prove",
            &json!({ "ticket": told["ticket"], "proof": text(access.proof.expose_secret()) }),
        )
    }

    /// Passes the protection, proves, and opens.
    pub(super) async fn open(&self) -> Opened {
        let told = self.verify().await.expect(200).json();
        self.open_with(&told, &self.prove(&told).await.expect(200))
    }

    pub(super) fn open_with(&self, told: &Value, proved: &Answer) -> Opened {
        let (access, place) = self.access(told);
        let proved = proved.json();
        let delivery = proved["delivery"].clone();
        let sealed = bytes(&delivery["sealing"]["content_key"]);
        Opened {
            client: self.anybody.with_bearer(proved["grant"].as_str().expect("a grant")),
            content_key: access.key.open_content_key(place.content_key(), &sealed).expect("it opens"),
            delivery,
            place,
        }
    }
}

impl Opened {
    /// What has come in, with the private key that it is sealed to; `None` if it is sealed to others.
    pub(super) fn received(app: &App, visit: &Visit, key: &PrivateKey) -> Option<Self> {
        let sealed = &visit.delivery["sealed_to"];
        let place = Place { tenant: id(&sealed["tenant"]), transfer: id(&sealed["transfer"]) };
        let own = key.public_key().fingerprint().to_string();
        let to =
            sealed["content_key_to"].as_array().expect("keys").iter().find(|to| to["fingerprint"] == own)?;
        let content_key = key.open_content_key(place.content_key(), &bytes(&to["content_key"])).ok()?;
        Some(Self {
            delivery: visit.delivery.clone(),
            client: app.anybody.with_bearer(&visit.grant),
            place,
            content_key,
        })
    }

    /// What the head of recovery material says, with the recovery key; `None` if it is sealed to another.
    pub(super) fn recovered(app: &App, head: &Value, key: &PrivateKey) -> Option<Self> {
        let place = Place { tenant: id(&head["tenant"]), transfer: id(&head["transfer"]) };
        let content_key = key.open_content_key(place.content_key(), &bytes(&head["content_key"])).ok()?;
        let files = head["files"].as_array().expect("files").iter();
        let files: Vec<_> = files.map(|file| json!({ "id": file["id"], "sealing": file })).collect();
        let sealing =
            json!({ "subject": head["subject"], "message": head["message"], "contents": head["contents"] });
        let delivery = json!({ "sealing": sealing, "files": files });
        Some(Self { delivery, client: app.anybody.clone(), content_key, place })
    }

    /// The same recipient, told something else by the service.
    pub(super) fn told(&self, delivery: Value) -> Self {
        Self {
            delivery,
            client: self.client.clone(),
            content_key: self.content_key.clone(),
            place: self.place,
        }
    }

    /// The same, asked for by somebody else.
    pub(super) fn as_client(&self, client: &Client) -> Self {
        Self { client: client.clone(), ..self.told(self.delivery.clone()) }
    }

    /// The same answers with another content key.
    pub(super) fn with_key(&self, content_key: ContentKey) -> Self {
        Self { content_key, ..self.told(self.delivery.clone()) }
    }

    /// Whether files and words that it was told are those that were sealed.
    pub(super) fn is_what_was_sealed(&self) -> bool {
        let received = self.delivery["sealed_to"].is_object();
        let sealing = &self.delivery[if received { "sealed_to" } else { "sealing" }];
        let told = |sealed: &Value| Some(sealed).filter(|sealed| !sealed.is_null()).map(bytes);
        let (subject, message) = (told(&sealing["subject"]), told(&sealing["message"]));
        let files = self.delivery["files"].as_array().expect("files").iter();
        let files = files.map(|file| (id(&file["id"]), bytes(&file["sealing"]["manifest"])));
        let here = Contents::of(subject.as_deref(), message.as_deref(), files);
        let meant = told(&sealing["contents"])
            .and_then(|sealed| Contents::open(&self.content_key, self.place.content_key(), &sealed).ok());
        meant.is_some_and(|meant| meant.matches(&here).is_ok())
    }

    /// Subject and message.
    pub(super) fn words(&self) -> (Option<String>, Option<String>) {
        self.try_words().expect("they open")
    }

    /// The same; `None` if one does not open.
    pub(super) fn try_words(&self) -> Option<(Option<String>, Option<String>)> {
        let open = |name, sealed: &Value| {
            let Some(sealed) = Some(sealed).filter(|sealed| !sealed.is_null()).map(bytes) else {
                return Some(None);
            };
            self.content_key.open_text(self.place.column(name), &sealed).ok().map(Some)
        };
        let received = self.delivery["sealed_to"].is_object();
        let sealing = &self.delivery[if received { "sealed_to" } else { "sealing" }];
        Some((
            open("transfers.subject", &sealing["subject"])?,
            open("transfers.message", &sealing["message"])?,
        ))
    }

    /// The manifest of the file with this place in the list.
    pub(super) fn manifest(&self, index: usize) -> Manifest {
        self.try_manifest(index).expect("it opens")
    }

    /// The same; `None` if it does not open.
    pub(super) fn try_manifest(&self, index: usize) -> Option<Manifest> {
        let file = &self.delivery["files"][index];
        let at = id(&file["id"]);
        let key = bytes(&file["sealing"]["file_key"]);
        let key = self.content_key.unwrap_file_key(self.place.file_key(at), &key).ok()?;
        Manifest::open(&key, self.place.manifest(at), &bytes(&file["sealing"]["manifest"])).ok()
    }

    /// `GET` of its sealed bytes.
    pub(super) fn content(&self, index: usize) -> Request {
        let (delivery, file) = (&self.delivery["id"], &self.delivery["files"][index]["id"]);
        let path = format!(
            "/api/v1/deliveries/{}/files/{}/content",
            delivery.as_str().expect("an id"),
            file.as_str().expect("an id")
        );
        self.client.get(&path)
    }

    /// Its name and its bytes, of which none was missing or other than it was.
    pub(super) async fn fetch(&self, index: usize) -> (String, Vec<u8>) {
        let manifest = self.manifest(index);
        let sealed = self.content(index).await.expect(200).body;
        let plain = self.try_open(&manifest, &sealed).expect("it opens, whole");
        (manifest.name().to_owned(), plain)
    }

    /// What a file's sealed bytes hold; `None` if any is missing, other or too many.
    pub(super) fn try_open(&self, manifest: &Manifest, sealed: &[u8]) -> Option<Vec<u8>> {
        let (mut plain, mut rest) = (Vec::new(), sealed);
        for part in manifest.parts() {
            let length = range::object_length(u64::from(part.length)) as usize;
            let (object, behind) = rest.split_at_checked(length)?;
            plain.extend_from_slice(&self.try_part(manifest, part, object)?);
            rest = behind;
        }
        let is_whole = rest.is_empty() && plain.len() as u64 == manifest.length();
        (is_whole && crc32fast::hash(&plain) == manifest.crc32()).then_some(plain)
    }

    fn try_part(&self, manifest: &Manifest, part: &ManifestPart, object: &[u8]) -> Option<Vec<u8>> {
        let upload = &manifest.uploads()[usize::from(part.upload)];
        let context = PartContext { tenant: self.place.tenant, upload: upload.id, sequence: part.sequence };
        let (header, chunks) = object.split_at(range::HEADER_LENGTH);
        let opener = PartOpener::new(&upload.key, context, &part.salt, part.length, header).ok()?;
        let whole = opener.object_range(0..u64::from(part.length))?;
        let wanted = (whole.bytes.end - whole.bytes.start) as usize;
        Some(opener.open(&whole, chunks[..wanted].into()).ok()?.to_vec())
    }
}
