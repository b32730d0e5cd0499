//! Sending to a server that loses answers, takes only part of what it is given, and forgets.

use std::{
    collections::BTreeMap,
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use crate::support::{Answer, Request, quick, serve};
use data_encoding::BASE64;
use sealpost_client::{Connection, Error, Event, Events, SendOptions, SendOrder, Sent, Server, send};
use sealpost_domain::SystemClock;
use serde_json::json;

const MIB: usize = 1 << 20;

/// A tus server in memory, with as much of the API as sending needs.
#[derive(Default)]
struct Service {
    made: u32,
    transfer: u32,
    state: &'static str,
    uploads: BTreeMap<String, Upload>,
    files: BTreeMap<String, (String, Vec<u8>)>,
    created: Vec<String>,
}

#[derive(Default)]
struct Upload {
    length: usize,
    partial: bool,
    name: String,
    bytes: Vec<u8>,
}

/// What goes wrong with a request.
enum Fault {
    /// It is carried out, and the answer is lost.
    LoseAnswer,
    /// It is answered with this and not carried out.
    Refuse(Answer),
    /// This many bytes of its body are stored, then the connection breaks.
    Break(usize),
}

impl Service {
    fn id(&mut self, kind: u32) -> String {
        self.made += 1;
        format!("0190a000-0000-7000-8000-{kind:04}{:08}", self.made)
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let path: Vec<_> = request.path.trim_start_matches("/api/v1/").split('/').collect();
        match (request.method.as_str(), path.as_slice()) {
            ("POST", ["transfers"]) => {
                self.transfer += 1;
                self.state = "draft";
                self.uploads.clear();
                self.files.clear();
                self.created.push(String::from_utf8(request.body.clone()).unwrap());
                self.transfer()
            }
            ("GET", ["transfers", id]) if *id == self.transfer_id() => self.transfer(),
            ("DELETE", ["transfers", id]) if *id == self.transfer_id() => {
                self.state = "purged";
                Answer::new("204 No Content", &[], b"")
            }
            ("POST", ["transfers", id, "files"]) if *id == self.transfer_id() => self.create(request),
            ("POST", ["transfers", id, "send"]) if *id == self.transfer_id() => {
                assert!(self.uploads.is_empty(), "sent with unfinished uploads");
                self.state = "available";
                let link =
                    json!({"recipient_id": self.transfer_id(), "email": "a@example.org", "url": "https://l"});
                Answer::json(&json!({"transfer": self.described(), "links": [link]}))
            }
            ("HEAD", ["uploads", id]) => match (self.uploads.get(*id), self.files.get(*id)) {
                (Some(upload), _) => offset("200 OK", upload.bytes.len()),
                (_, Some((_, bytes))) => offset("200 OK", bytes.len()),
                _ => Answer::problem("404 Not Found", "not_found"),
            },
            ("PATCH", ["uploads", id]) => self.append(id, request),
            ("DELETE", ["uploads", id]) => {
                assert_eq!(request.header("tus-resumable"), "1.0.0");
                let found = self.uploads.remove(*id).is_some() | self.files.remove(*id).is_some();
                assert!(found, "something else was removed: {id}");
                Answer::new("204 No Content", &[], b"")
            }
            _ => Answer::problem("404 Not Found", "not_found"),
        }
    }

    fn create(&mut self, request: &Request) -> Answer {
        let id = self.id(2);
        let location = format!("https://elsewhere.example/api/v1/uploads/{id}");
        if let Some(pieces) = request.header("upload-concat").strip_prefix("final;") {
            let pieces: Vec<_> =
                pieces.split(' ').map(|url| url.rsplit('/').next().unwrap().to_owned()).collect();
            if pieces.iter().any(|id| !self.uploads.contains_key(id)) {
                return Answer::problem("409 Conflict", "state_conflict");
            }
            let bytes = pieces.iter().flat_map(|id| self.uploads.remove(id).unwrap().bytes).collect();
            self.files.insert(id, (name(request), bytes));
            return Answer::new("201 Created", &[("location", &location)], b"");
        }
        let length: usize = request.header("upload-length").parse().unwrap();
        let partial = request.header("upload-concat") == "partial";
        let upload = Upload { length, partial, name: name(request), bytes: request.body.clone() };
        let stored = upload.bytes.len().to_string();
        self.uploads.insert(id.clone(), upload);
        self.complete(&id);
        Answer::new("201 Created", &[("location", &location), ("upload-offset", &stored)], b"")
    }

    fn append(&mut self, id: &str, request: &Request) -> Answer {
        let Some(upload) = self.uploads.get_mut(id) else {
            return Answer::problem("404 Not Found", "not_found");
        };
        if request.header("upload-offset") != upload.bytes.len().to_string() {
            return Answer::problem("409 Conflict", "offset_mismatch");
        }
        upload.bytes.extend_from_slice(&request.body);
        let stored = upload.bytes.len();
        assert!(stored <= upload.length);
        self.complete(id);
        offset("204 No Content", stored)
    }

    fn complete(&mut self, id: &str) {
        let upload = &self.uploads[id];
        if upload.bytes.len() == upload.length && !upload.partial {
            let upload = self.uploads.remove(id).unwrap();
            self.files.insert(id.to_owned(), (upload.name, upload.bytes));
        }
    }

    fn transfer_id(&self) -> String {
        format!("0190a000-0000-7000-8000-0001{:08}", self.transfer)
    }

    fn transfer(&self) -> Answer {
        Answer::json(&self.described())
    }

    fn described(&self) -> serde_json::Value {
        let files: Vec<_> = self
            .files
            .iter()
            .map(|(id, (name, bytes))| json!({"id": id, "name": name, "size": bytes.len()}))
            .collect();
        let uploads: Vec<_> = self
            .uploads
            .iter()
            .map(|(id, upload)| json!({"id": id, "size": upload.length, "received": upload.bytes.len()}))
            .collect();
        json!({
            "id": self.transfer_id(), "state": self.state, "expires_at": "2027-01-01T00:00:00Z",
            "password_protected": false, "file_count": files.len(), "byte_count": 0,
            "files": files, "uploads": uploads, "recipients": [],
        })
    }

    /// The files by name.
    fn received(&self) -> BTreeMap<&str, &[u8]> {
        self.files.values().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
    }
}

fn offset(status: &str, stored: usize) -> Answer {
    let headers = [("upload-offset", stored.to_string())];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut answer = Answer::new(status, &headers, b"");
    // Neither HEAD nor 204 has a length.
    let text = String::from_utf8(answer.0).unwrap().replace("content-length: 0\r\n", "");
    answer.0 = text.into_bytes();
    answer
}

fn name(request: &Request) -> String {
    let value = |key: &str| {
        let pairs = request.header("upload-metadata").split(',');
        pairs.filter_map(|pair| pair.split_once(' ')).find(|(k, _)| *k == key).map(|(_, v)| v.to_owned())
    };
    let encoded = value("relativePath").or_else(|| value("filename")).unwrap_or_default();
    String::from_utf8(BASE64.decode(encoded.as_bytes()).unwrap()).unwrap()
}

/// A service and files to send to it.
struct Scene {
    service: Arc<Mutex<Service>>,
    base: String,
    asked: Arc<Mutex<Vec<Request>>>,
    dir: tempfile::TempDir,
}

impl Scene {
    /// `fault` sees each request and how many of its kind (method and last word but ids) came before.
    async fn new(fault: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static) -> Self {
        let service = Arc::new(Mutex::new(Service::default()));
        let (inner, counts) = (Arc::clone(&service), Mutex::new(BTreeMap::<String, usize>::new()));
        let (base, asked) = serve(move |request| {
            let kind = format!("{} {}", request.method, request.path.split('/').nth(3).unwrap_or_default());
            let seen = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(kind).or_default();
                *count += 1;
                *count - 1
            };
            let mut service = inner.lock().unwrap();
            match fault(request, seen) {
                None => service.answer(request),
                Some(Fault::Refuse(answer)) => answer,
                Some(Fault::LoseAnswer) => {
                    service.answer(request);
                    Answer(Vec::new())
                }
                Some(Fault::Break(bytes)) => {
                    let mut request = request.clone();
                    request.body.truncate(bytes);
                    service.answer(&request);
                    Answer(Vec::new())
                }
            }
        })
        .await;
        Self { service, base, asked, dir: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, bytes: usize) -> Vec<u8> {
        let content: Vec<u8> = (0..bytes).map(|n| (n * 31 % 251) as u8).collect();
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &content).unwrap();
        content
    }

    fn order(&self, names: &[&str]) -> SendOrder {
        SendOrder {
            paths: names.iter().map(|name| self.dir.path().join(name)).collect(),
            recipients: vec!["a@example.org".parse().unwrap()],
            ..SendOrder::default()
        }
    }

    fn options(&self) -> SendOptions {
        SendOptions {
            state_directory: Some(self.dir.path().join("state")),
            connections: NonZeroUsize::new(3).unwrap(),
            ..SendOptions::default()
        }
    }

    async fn send_with(&self, names: &[&str], events: &dyn Events) -> Result<Sent, Error> {
        let connection = Connection { token: Some("sp_x".into()), ..quick() };
        let server = Server::new(&self.base.parse().unwrap(), connection).unwrap();
        let mut sent = send(&server, &self.order(names), &self.options(), &SystemClock, events).await?;
        sent.forget()?;
        Ok(sent)
    }

    async fn send(&self, names: &[&str]) -> Result<Sent, Error> {
        self.send_with(names, &()).await
    }

    fn states(&self) -> Vec<PathBuf> {
        fs::read_dir(self.dir.path().join("state")).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn patches(&self) -> usize {
        self.asked.lock().unwrap().iter().filter(|request| request.method == "PATCH").count()
    }

    #[track_caller]
    fn assert_received(&self, files: &[(&str, &[u8])]) {
        let service = self.service.lock().unwrap();
        let received = service.received();
        assert_eq!(
            received.keys().copied().collect::<Vec<_>>(),
            files.iter().map(|(n, _)| *n).collect::<Vec<_>>()
        );
        assert!(files.iter().all(|(name, bytes)| received[name] == *bytes), "other bytes arrived");
        assert_eq!(service.files.len(), files.len(), "a file arrived twice");
    }
}

fn is(request: &Request, method: &str) -> bool {
    request.method == method
}

#[tokio::test]
async fn files_of_every_size_arrive_under_their_names() {
    let scene = Scene::new(|_, _| None).await;
    let empty = scene.file("folder/empty", 0);
    let small = scene.file("folder/sub/small", 70_000);
    let middle = scene.file("middle", 5 * MIB);
    let big = scene.file("z-big", 100 * MIB + 17);
    let sent = scene.send(&["folder", "middle", "z-big"]).await.unwrap();
    assert_eq!(sent.links[0].url, "https://l");
    scene.assert_received(&[
        ("folder/empty", &empty),
        ("folder/sub/small", &small),
        ("middle", &middle),
        ("z-big", &big),
    ]);
    assert_eq!(scene.states(), [] as [PathBuf; 0]);
    // 1 of the file of 5 MiB, 3 pieces of the big one; the small ones need none.
    assert_eq!(scene.patches(), 4);
    let asked = scene.asked.lock().unwrap();
    assert!(asked.iter().all(|request| request.header("authorization") == "Bearer sp_x"));
}

#[tokio::test]
async fn connections_that_break_lose_nothing_and_double_nothing() {
    let scene = Scene::new(|request, seen| match (request.method.as_str(), seen % 3) {
        ("PATCH", 0) if request.body.len() > MIB => Some(Fault::Break(MIB + seen)),
        ("PATCH" | "POST", 1) => Some(Fault::LoseAnswer),
        ("HEAD", 1) | ("GET", 1) => Some(Fault::LoseAnswer),
        _ => None,
    })
    .await;
    let small = scene.file("a-small", 70_000);
    let other = scene.file("b-small", 70_000);
    let middle = scene.file("c-middle", 9 * MIB);
    let big = scene.file("d-big", 70 * MIB);
    scene.send(&["a-small", "b-small", "c-middle", "d-big"]).await.unwrap();
    scene.assert_received(&[
        ("a-small", &small),
        ("b-small", &other),
        ("c-middle", &middle),
        ("d-big", &big),
    ]);
    assert!(scene.patches() > 3, "nothing broke");
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_a_full_one_is_not() {
    let scene = Scene::new(|request, seen| match (request.method.as_str(), seen) {
        ("PATCH", 0) => Some(Fault::Refuse(Answer::problem("423 Locked", "upload_locked"))),
        ("PATCH", 1) => Some(Fault::Refuse(Answer::problem("409 Conflict", "offset_mismatch"))),
        ("PATCH", 2) => Some(Fault::Refuse(Answer::problem("503 Service Unavailable", "unavailable"))),
        ("PATCH", 3) => Some(Fault::Refuse(Answer::problem("507 Insufficient Storage", "storage_full"))),
        _ => None,
    })
    .await;
    let content = scene.file("a", 5 * MIB);
    let error = scene.send(&["a"]).await.unwrap_err();
    assert_eq!(error.problem().unwrap().code, "storage_full");
    assert_eq!(scene.patches(), 4);
    scene.send(&["a"]).await.unwrap();
    scene.assert_received(&[("a", &content)]);
    assert_eq!(
        scene.service.lock().unwrap().created.len(),
        1,
        "the second call went on with the first's transfer"
    );
}

/// Resumed bytes of a call.
#[derive(Default)]
struct Resumed(Mutex<u64>);

impl Events for Resumed {
    fn on(&self, event: Event<'_>) {
        if let Event::Resumed { bytes } = event {
            *self.0.lock().unwrap() += bytes;
        }
    }
}

#[tokio::test]
async fn a_later_call_goes_on_where_a_dropped_one_was() {
    // After three appends nothing more gets through, until the second call.
    let open = Arc::new(Mutex::new(false));
    let gate = Arc::clone(&open);
    let scene = Scene::new(move |request, seen| {
        let blocked = is(request, "PATCH") && seen >= 3 && !*gate.lock().unwrap();
        blocked.then(|| Fault::Refuse(Answer::problem("500 Internal Server Error", "internal")))
    })
    .await;
    let small = scene.file("a-small", 70_000);
    let big = scene.file("b-big", 100 * MIB);
    let middle = scene.file("c-middle", 6 * MIB);
    let names = ["a-small", "b-big", "c-middle"];
    scene.send(&names).await.unwrap_err();
    assert_eq!(scene.states().len(), 2, "state and lock");
    *open.lock().unwrap() = true;
    let resumed = Resumed::default();
    scene.send_with(&names, &resumed).await.unwrap();
    scene.assert_received(&[("a-small", &small), ("b-big", &big), ("c-middle", &middle)]);
    assert!(*resumed.0.lock().unwrap() >= 32 * MIB as u64);
    assert_eq!(scene.service.lock().unwrap().created.len(), 1);
    assert_eq!(scene.states(), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn a_file_that_changed_between_two_calls_is_sent_anew_and_its_old_bytes_are_removed() {
    let scene = Scene::new(|request, seen| {
        let first = is(request, "POST") && request.path.ends_with("/send") && seen < 8;
        first.then(|| Fault::Refuse(Answer::problem("403 Forbidden", "forbidden")))
    })
    .await;
    let kept = scene.file("a", 70_000);
    scene.file("b", 6 * MIB);
    scene.send(&["a", "b"]).await.unwrap_err();
    let changed = scene.file("b", 6 * MIB + 1);
    while scene.send(&["a", "b"]).await.is_err() {}
    scene.assert_received(&[("a", &kept), ("b", &changed)]);
    assert_eq!(scene.service.lock().unwrap().created.len(), 1);
}

#[tokio::test]
async fn an_upload_that_the_server_has_forgotten_is_made_again() {
    let scene = Scene::new(|request, seen| {
        (is(request, "PATCH") && seen == 0)
            .then(|| Fault::Refuse(Answer::problem("404 Not Found", "not_found")))
    })
    .await;
    let forgetful = Arc::clone(&scene.service);
    let content = scene.file("a", 5 * MIB);
    scene.send(&["a"]).await.unwrap_err();
    forgetful.lock().unwrap().uploads.clear();
    scene.send(&["a"]).await.unwrap();
    scene.assert_received(&[("a", &content)]);
}

#[tokio::test]
async fn a_transfer_that_is_gone_is_begun_anew() {
    let scene = Scene::new(|request, seen| {
        (is(request, "PATCH") && seen == 0)
            .then(|| Fault::Refuse(Answer::problem("403 Forbidden", "forbidden")))
    })
    .await;
    let content = scene.file("a", 5 * MIB);
    scene.send(&["a"]).await.unwrap_err();
    scene.service.lock().unwrap().transfer = 77;
    scene.send(&["a"]).await.unwrap();
    scene.assert_received(&[("a", &content)]);
    assert_eq!(scene.service.lock().unwrap().created.len(), 2);
}

#[tokio::test]
async fn beginning_anew_removes_a_draft_and_never_what_was_sent() {
    for sent in [false, true] {
        let scene = Scene::new(move |request, seen| match (request.path.ends_with("/send"), seen, sent) {
            (true, 0..8, true) => Some(Fault::LoseAnswer),
            (true, 0..8, false) => Some(Fault::Refuse(Answer::problem("403 Forbidden", "forbidden"))),
            _ => None,
        })
        .await;
        scene.file("a", 10);
        scene.send(&["a"]).await.unwrap_err();
        let connection = Connection { token: Some("sp_x".into()), ..quick() };
        let server = Server::new(&scene.base.parse().unwrap(), connection).unwrap();
        let options = SendOptions { restart: true, ..scene.options() };
        drop(send(&server, &scene.order(&["a"]), &options, &SystemClock, &()).await);
        let asked = scene.asked.lock().unwrap();
        assert_eq!(asked.iter().any(|request| is(request, "DELETE")), !sent);
        assert_eq!(scene.service.lock().unwrap().created.len(), 2);
    }
}

#[tokio::test]
async fn what_was_sent_already_is_not_sent_twice() {
    let scene = Scene::new(|request, seen| {
        (request.path.ends_with("/send") && seen < 9).then_some(Fault::LoseAnswer)
    })
    .await;
    scene.file("a", 10);
    while scene.send(&["a"]).await.is_err() {}
    assert_eq!(scene.service.lock().unwrap().created.len(), 1);
}

#[tokio::test]
async fn a_file_that_changes_while_it_goes_up_never_becomes_complete() {
    let path = Arc::new(Mutex::new(PathBuf::new()));
    let victim = Arc::clone(&path);
    let scene = Scene::new(move |request, _| {
        // While it is being created, somebody appends to it.
        if is(request, "POST") && request.path.ends_with("/files") {
            let path: &Path = &victim.lock().unwrap();
            let grown = fs::metadata(path).unwrap().len() + 1;
            fs::File::options().append(true).open(path).unwrap().set_len(grown).unwrap();
        }
        None
    })
    .await;
    scene.file("a", 5 * MIB);
    *path.lock().unwrap() = scene.dir.path().join("a");
    assert!(matches!(scene.send(&["a"]).await, Err(Error::Changed { .. })));
    assert!(scene.service.lock().unwrap().files.is_empty());
}

#[tokio::test]
async fn the_order_reaches_the_server_and_a_token_nowhere_else() {
    let scene = Scene::new(|_, _| None).await;
    scene.file("a", 5);
    let order = SendOrder {
        subject: Some("plans".into()),
        message: Some("hello".into()),
        expires_in: Some(std::time::Duration::from_secs(3_600)),
        password: Some("hunter2hunter2".into()),
        max_downloads: Some(3),
        ..scene.order(&["a"])
    };
    let connection = Connection { token: Some("sp_x".into()), ..quick() };
    let server = Server::new(&scene.base.parse().unwrap(), connection).unwrap();
    send(&server, &order, &SendOptions::default(), &SystemClock, &()).await.unwrap();
    let created: serde_json::Value = serde_json::from_str(&scene.service.lock().unwrap().created[0]).unwrap();
    assert_eq!(created["recipients"][0]["email"], "a@example.org");
    assert_eq!(created["subject"], "plans");
    assert_eq!(created["password"], "hunter2hunter2");
    assert_eq!(created["max_downloads"], 3);
    assert!(created["expires_at"].as_str().unwrap().ends_with('Z'));
}
