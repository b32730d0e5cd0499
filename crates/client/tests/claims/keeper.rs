//! A service that keeps what senders have sealed, and can read nothing of it: as much of the API as that needs, in memory, with
//! faults.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use data_encoding::{BASE64, BASE64URL_NOPAD};
use sealpost_sealed::SealedUpload;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::time::sleep;

use crate::support::{Answer, Request, serve};

pub(crate) const TENANT: &str = "0190a000-0000-7000-8000-00000000aaaa";
pub(crate) const DELIVERY: &str = "0190a000-0000-7000-8000-00000000000d";
const TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
/// The code that is sent to whoever is asked for one.
pub(crate) const CODE: &str = "123456";

#[derive(Default)]
pub(crate) struct Keeper {
    base: String,
    made: u32,
    pub(crate) policy: Value,
    pub(crate) protection: &'static str,
    pub(crate) state: &'static str,
    transfer: u32,
    pub(crate) sealing: Value,
    uploads: BTreeMap<String, Upload>,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) described: BTreeMap<String, Value>,
    /// What drafts were made with.
    pub(crate) created: Vec<Value>,
    /// Proofs that were not right.
    pub(crate) wrong: u32,
    /// What a writer whose client has gone stores when somebody has asked how far it is.
    late: Option<(String, Vec<u8>)>,
}

struct Upload {
    length: u64,
    part: u32,
    partial: bool,
    bytes: Vec<u8>,
}

/// What goes wrong with a request.
pub(crate) enum Fault {
    /// It is carried out, and the answer is lost.
    LoseAnswer,
    /// It never arrives.
    Lose,
    /// It is answered with this and not carried out.
    Refuse(Answer),
    /// So many bytes of its body arrive, then the connection breaks.
    Break(usize),
    /// So many bytes of its body arrive, and the connection breaks; they are stored after somebody has asked how far it is.
    Late(usize),
}

impl Keeper {
    pub(crate) fn link() -> String {
        format!("/t/{TOKEN}")
    }

    fn id(&mut self, kind: u32) -> String {
        self.made += 1;
        format!("0190a000-0000-7000-8000-{kind:04}{:08}", self.made)
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let path: Vec<_> = request.path.trim_start_matches("/api/v1/").split('/').collect();
        let body = || serde_json::from_slice::<Value>(&request.body).unwrap();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["addin", "bootstrap"]) => Answer::json(&json!({ "policy": self.policy })),
            ("POST", ["transfers"]) => {
                self.transfer += 1;
                self.state = "draft";
                self.uploads.clear();
                self.files.clear();
                self.described.clear();
                self.sealing = Value::Null;
                self.created.push(body());
                let asked = body()["protection"].as_str().map(str::to_owned);
                self.protection = match asked.as_deref() {
                    Some("password") => "password",
                    Some("email_code_and_password") => "email_code_and_password",
                    _ => self.protection,
                };
                self.transfer()
            }
            ("GET", ["transfers", id]) if *id == self.transfer_id() => self.transfer(),
            ("DELETE", ["transfers", _]) => {
                self.state = "purged";
                no_content()
            }
            ("PUT", ["transfers", _, "sealing"]) => {
                self.sealing = body();
                no_content()
            }
            ("PUT", ["transfers", _, "files", file, "sealing"]) => {
                assert!(self.files.contains_key(*file), "a manifest of no file");
                self.described.insert((*file).to_owned(), body());
                no_content()
            }
            ("POST", ["transfers", _, "files"]) => self.create(request),
            ("POST", ["transfers", _, "send"]) => {
                assert!(self.uploads.is_empty(), "sent with unfinished uploads");
                assert!(self.files.keys().all(|file| self.described.contains_key(file)), "not sealed yet");
                let sealed = self.created.last().is_some_and(|made| made["mode"] == "zero_knowledge");
                assert!(!sealed || self.sealing["contents"].is_string(), "nobody says what belongs together");
                self.state = "available";
                let url = format!("{}{}", self.base, Self::link());
                let link = json!({"recipient_id": DELIVERY, "email": "a@example.org", "url": url});
                Answer::json(&json!({"transfer": self.described(), "links": [link]}))
            }
            ("HEAD", ["uploads", id]) => self.head(id),
            ("PATCH", ["uploads", id]) => self.append(id, request),
            ("DELETE", ["uploads", id]) => {
                let found = self.uploads.remove(*id).is_some() | self.files.remove(*id).is_some();
                assert!(found, "something else was removed: {id}");
                no_content()
            }
            ("POST", ["links", "open"]) => Answer::json(&json!({
                "delivery_id": DELIVERY, "mode": "zero_knowledge", "protection": self.protection,
                "needed": if self.protection.contains("code") { "code" } else { "proof" },
            })),
            ("POST", ["links", "code"]) => Answer::json(&json!({"challenge": "c", "hint": "a…@example.org"})),
            ("POST", ["links", "verify"]) => self.verify(&body()),
            ("POST", ["links", "prove"]) => self.prove(&body()),
            ("GET", ["deliveries", _, "files", file, "content"]) => ranged(request, &self.files[*file]),
            _ => Answer::problem("404 Not Found", "not_found"),
        }
    }

    fn create(&mut self, request: &Request) -> Answer {
        let id = self.id(2);
        let location = format!("https://elsewhere.example/api/v1/uploads/{id}");
        let created = Answer::new("201 Created", &[("location", &location), ("upload-offset", "0")], b"");
        if let Some(pieces) = request.header("upload-concat").strip_prefix("final;") {
            assert_eq!(request.header("upload-metadata"), "");
            let pieces: Vec<_> =
                pieces.split(' ').map(|url| url.rsplit('/').next().unwrap().to_owned()).collect();
            if pieces.iter().any(|id| !self.uploads.contains_key(id)) {
                return Answer::problem("409 Conflict", "state_conflict");
            }
            let bytes = pieces.iter().flat_map(|id| self.uploads.remove(id).unwrap().bytes).collect();
            self.files.insert(id, bytes);
            return created;
        }
        let said =
            request.header("upload-metadata").strip_prefix("part_length ").expect("nothing else is said");
        let part = String::from_utf8(BASE64.decode(said.as_bytes()).unwrap()).unwrap().parse().unwrap();
        let length: u64 = request.header("upload-length").parse().unwrap();
        assert!(SealedUpload::of_sealed(length, part).is_some(), "no upload of sealed parts is so long");
        assert!(request.body.is_empty());
        let partial = request.header("upload-concat") == "partial";
        self.uploads.insert(id.clone(), Upload { length, part, partial, bytes: Vec::new() });
        self.complete(&id);
        created
    }

    fn head(&mut self, id: &str) -> Answer {
        let answer = match (self.uploads.get(id), self.files.get(id)) {
            (Some(upload), _) => offset("200 OK", upload.bytes.len()),
            (_, Some(bytes)) => offset("200 OK", bytes.len()),
            _ => Answer::problem("404 Not Found", "not_found"),
        };
        if let Some((late, bytes)) = self.late.take_if(|(late, _)| late == id) {
            self.store(&late, &bytes);
        }
        answer
    }

    fn append(&mut self, id: &str, request: &Request) -> Answer {
        let Some(upload) = self.uploads.get(id) else {
            return Answer::problem("404 Not Found", "not_found");
        };
        if request.header("upload-offset") != upload.bytes.len().to_string() {
            return Answer::problem("409 Conflict", "offset_mismatch");
        }
        let stored = self.store(id, &request.body);
        offset("204 No Content", stored)
    }

    /// Whole parts alone.
    fn store(&mut self, id: &str, bytes: &[u8]) -> usize {
        let upload = self.uploads.get_mut(id).unwrap();
        upload.bytes.extend_from_slice(bytes);
        let layout = SealedUpload::of_sealed(upload.length, upload.part).unwrap();
        upload.bytes.truncate(layout.whole_parts(upload.bytes.len() as u64) as usize);
        let stored = upload.bytes.len();
        self.complete(id);
        stored
    }

    fn complete(&mut self, id: &str) {
        let upload = &self.uploads[id];
        if upload.bytes.len() as u64 == upload.length && !upload.partial {
            let upload = self.uploads.remove(id).unwrap();
            self.files.insert(id.to_owned(), upload.bytes);
        }
    }

    fn half() -> String {
        BASE64URL_NOPAD.encode(&[0x42; 32])
    }

    fn verify(&self, shown: &Value) -> Answer {
        assert!(shown["password"].is_null(), "a password is shown to nobody");
        let code_shown = shown["code"] == CODE && shown["challenge"] == "c" || shown["proof"] == "shown";
        if self.protection.contains("code") && !code_shown {
            return Answer::problem("403 Forbidden", "wrong_code");
        }
        let told = json!({
            "sealing": {
                "tenant": TENANT, "transfer": self.transfer_id(), "server_half": Self::half(),
                "password_parameters": self.sealing["password_parameters"],
            },
            "ticket": "t1", "expires_at": "2027-01-01T00:00:00Z",
        });
        let cookie = format!("sealpost-proof-{}=shown; HttpOnly; Path=/", DELIVERY.replace('-', ""));
        let headers = [("content-type", "application/json"), ("set-cookie", cookie.as_str())];
        Answer::new("200 OK", &headers, told.to_string().as_bytes())
    }

    fn prove(&mut self, shown: &Value) -> Answer {
        assert_eq!((&shown["ticket"], &shown["token"]), (&"t1".into(), &TOKEN.into()));
        let proof = BASE64URL_NOPAD.decode(shown["proof"].as_str().unwrap().as_bytes()).unwrap();
        if BASE64URL_NOPAD.encode(&Sha256::digest(proof)) != self.sealing["proof_hash"] {
            self.wrong += 1;
            return Answer::problem("403 Forbidden", "wrong_proof");
        }
        let files: Vec<_> = self
            .files
            .iter()
            .map(|(id, bytes)| json!({"id": id, "size": bytes.len(), "sealing": self.described[id]}))
            .collect();
        Answer::json(&json!({
            "grant": "g1", "expires_at": "2027-01-01T00:00:00Z",
            "delivery": {
                "id": DELIVERY, "mode": "zero_knowledge", "sender": {"email": "a@example.org", "name": "A"},
                "expires_at": "2027-01-01T00:00:00Z", "files": files, "byte_count": 0,
                "sealing": {
                    "content_key": self.sealing["content_key"], "subject": self.sealing["subject"],
                    "message": self.sealing["message"], "contents": self.sealing["contents"],
                },
            },
        }))
    }

    pub(crate) fn transfer_id(&self) -> String {
        format!("0190a000-0000-7000-8000-0001{:08}", self.transfer)
    }

    fn transfer(&self) -> Answer {
        Answer::json(&self.described())
    }

    fn described(&self) -> Value {
        let files: Vec<_> =
            self.files.iter().map(|(id, bytes)| json!({"id": id, "size": bytes.len()})).collect();
        let uploads: Vec<_> = self
            .uploads
            .iter()
            .map(|(id, upload)| json!({"id": id, "size": upload.length, "received": upload.bytes.len()}))
            .collect();
        let mut described = json!({
            "id": self.transfer_id(), "state": self.state, "expires_at": "2027-01-01T00:00:00Z",
            "protection": self.protection, "password_protected": false, "file_count": files.len(),
            "byte_count": 0, "files": files, "uploads": uploads, "recipients": [],
        });
        let sealed = self.created.last().is_some_and(|created| created["mode"] == "zero_knowledge");
        if self.state == "draft" && sealed {
            described["sealing"] = json!({"tenant": TENANT, "server_half": Self::half()});
        }
        described
    }
}

/// What a service answers to a range, or to none.
pub(crate) fn ranged(request: &Request, content: &[u8]) -> Answer {
    let Some(range) = request.header("range").strip_prefix("bytes=") else {
        return Answer::new("200 OK", &[("etag", "\"e\"")], content);
    };
    let (from, to) = range.split_once('-').unwrap();
    let from: usize = from.parse().unwrap();
    let to = to.parse().unwrap_or(content.len() - 1);
    let said = format!("bytes {from}-{to}/{}", content.len());
    Answer::new("206 Partial Content", &[("content-range", &said), ("etag", "\"e\"")], &content[from..=to])
}

fn no_content() -> Answer {
    without_length(Answer::new("204 No Content", &[], b""))
}

fn offset(status: &str, stored: usize) -> Answer {
    without_length(Answer::new(status, &[("upload-offset", &stored.to_string())], b""))
}

/// Neither HEAD nor 204 has a length.
fn without_length(mut answer: Answer) -> Answer {
    answer.0 = String::from_utf8(answer.0).unwrap().replace("content-length: 0\r\n", "").into_bytes();
    answer
}

/// A keeper that is asked over the network.
pub(crate) struct Kept {
    pub(crate) keeper: Arc<Mutex<Keeper>>,
    pub(crate) base: String,
    pub(crate) asked: Arc<Mutex<Vec<Request>>>,
}

impl Kept {
    /// `fault` sees each request and how many of its kind (method and last word but ids) came before; `alter` what it is answered.
    pub(crate) async fn new(
        fault: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
        alter: impl Fn(&Request, Answer) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let keeper = Arc::new(Mutex::new(Keeper { protection: "none", ..Keeper::default() }));
        let (inner, counts) = (Arc::clone(&keeper), Mutex::new(BTreeMap::<String, usize>::new()));
        let (base, asked) = serve(move |request| {
            let kind = format!("{} {}", request.method, request.path.split('/').nth(3).unwrap_or_default());
            let seen = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(kind).or_default();
                *count += 1;
                *count - 1
            };
            let mut keeper = inner.lock().unwrap();
            match fault(request, seen) {
                None => {
                    let answer = keeper.answer(request);
                    alter(request, answer)
                }
                Some(Fault::Refuse(answer)) => answer,
                Some(Fault::Lose) => Answer(Vec::new()),
                Some(Fault::LoseAnswer) => {
                    keeper.answer(request);
                    Answer(Vec::new())
                }
                Some(Fault::Break(bytes)) => {
                    let mut request = request.clone();
                    request.body.truncate(bytes);
                    keeper.answer(&request);
                    Answer(Vec::new())
                }
                Some(Fault::Late(bytes)) => {
                    let id = request.path.rsplit('/').next().unwrap().to_owned();
                    keeper.late = Some((id, request.body[..bytes.min(request.body.len())].to_vec()));
                    Answer(Vec::new())
                }
            }
        })
        .await;
        keeper.lock().unwrap().base.clone_from(&base);
        Self { keeper, base, asked }
    }

    /// Waits until whoever was connected is gone: nothing that a dropped call had on its way arrives any more.
    pub(crate) async fn is_left(&self) {
        // Every connection has the log of what was asked, as have the listener and this.
        while Arc::strong_count(&self.asked) > 2 {
            sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) fn count(&self, method: &str, part: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|request| request.method == method && request.path.contains(part)).count()
    }
}
