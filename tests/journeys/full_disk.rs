//! A full disk: uploads are told so, stay where they are, and go on when there is room again.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use reqwest::{Method, StatusCode};
use sealpost_test_support::tools::root;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::support::{Api, Content, Service, body, files_below, run, run_ok};

const MIB: u64 = 1 << 20;
/// Less than a part of a big file, more than the database's files grow to here.
const FILE_LIMIT: u64 = 6 * MIB;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_finds_the_disk_full_gets_507_and_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::mount("data/blobs", 64).await else { return };
    let service = &disk.service;
    let api = service.api();
    disk.fill_but(20 * MIB);

    let transfer = api.draft(&["anna@example.org"]).await;
    let content = Content::new(70, 40 * MIB);
    let upload = api.begin(&transfer, "big.bin", content.length).await;
    let refused = api.patch(&upload, 0, body(content, 0..content.length)).await.unwrap();
    assert_problem(refused, 507, "storage_full").await;
    let offset = api.offset(&upload).await;
    assert!((8 * MIB..20 * MIB).contains(&offset), "what had room counts: {offset}");
    let refused = api.patch(&upload, offset, body(content, offset..content.length)).await.unwrap();
    assert_problem(refused, 507, "storage_full").await;
    assert!(api.offset(&upload).await >= offset);
    disk.assert_alive().await;

    disk.make_room();
    api.finish(&upload, content).await;
    let delivery = api.open(&api.send(&transfer).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, content.sha256());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_whose_database_has_no_room_says_so_and_recovers() {
    let Some(disk) = SmallDisk::mount("data", 48).await else { return };
    let api = disk.service.api();
    let purged = sent(&api).await;
    let transfer = api.draft(&["anna@example.org"]).await;
    let content = Content::new(71, 3 * MIB);
    let upload = api.begin(&transfer, "a.bin", content.length).await;
    disk.fill_but(0);

    // SQLite may have pages left for the first requests.
    let mut answers = Vec::new();
    for _ in 0..200 {
        let answer = api
            .request(Method::POST, "/api/v1/transfers")
            .json(&json!({"recipients": [{"email": "anna@example.org"}], "message": "m".repeat(4_000)}))
            .send()
            .await
            .unwrap();
        answers.push(answer.status());
        if answer.status() != StatusCode::CREATED {
            assert_problem(answer, 507, "storage_full").await;
            break;
        }
    }
    assert_eq!(answers.last(), Some(&StatusCode::INSUFFICIENT_STORAGE));
    let refused = api.patch(&upload, 0, body(content, 0..content.length)).await.unwrap();
    assert_problem(refused, 507, "storage_full").await;
    assert_eq!(api.offset(&upload).await, 0);
    disk.assert_alive().await;
    disk.service.cannot_purge_but_says_so(&purged).await;

    disk.make_room();
    assert_eq!(api.purge(&purged).await.unwrap(), StatusCode::NO_CONTENT);
    assert_eq!(files_below(&disk.inside.join("blobs")).len(), 0, "nothing of it is left");
    api.finish(&upload, content).await;
    let delivery = api.open(&api.send(&transfer).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, content.sha256());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_on_file_sizes_is_a_full_disk_too() {
    // The signal that comes with the limit would end the process before it sees the error.
    let limited = format!("trap '' XFSZ; exec prlimit --fsize={FILE_LIMIT}: \"$@\"");
    let wrapper = ["sh", "-c", &limited].map(str::to_owned).to_vec();
    let service = Service::start_with(0, None, wrapper).await;
    let api = service.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    let content = Content::new(72, 10 * MIB);
    let upload = api.begin(&transfer, "big.bin", content.length).await;
    let refused = api.patch(&upload, 0, body(content, 0..content.length)).await.unwrap();
    assert_problem(refused, 507, "storage_full").await;
    assert_eq!(api.offset(&upload).await, 0);

    let pid = service.pid().as_raw_nonzero().to_string();
    run_ok(Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited:"])).await;
    api.finish(&upload, content).await;
    let delivery = api.open(&api.send(&transfer).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, content.sha256());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_without_room_says_so_and_all_goes_on_when_there_is_some() {
    let Some(postgres) = SmallPostgres::start(64).await else { return };
    let database = postgres.database("small_main", "TABLESPACE small").await;
    let keyring = postgres.database("small_keyring", "").await;
    let service =
        Service::start_at(vec![("SEALPOST_DATABASE_URL", database), ("SEALPOST_KEYRING_URL", keyring)]).await;
    let api = service.api();
    let purged = sent(&api).await;
    let transfer = api.draft(&["anna@example.org"]).await;
    let content = Content::new(74, 12 * MIB);
    let upload = api.begin(&transfer, "a.bin", content.length).await;
    let half = api.patch(&upload, 0, body(content, 0..9 * MIB)).await.unwrap();
    assert_eq!(half.status(), StatusCode::NO_CONTENT);
    postgres.fill();

    // Pages that have room left take some rows first.
    let mut last = StatusCode::CREATED;
    for _ in 0..2_000 {
        let answer = api
            .request(Method::POST, "/api/v1/transfers")
            .json(&json!({"recipients": [{"email": "anna@example.org"}], "message": "m".repeat(6_000)}))
            .send()
            .await
            .unwrap();
        last = answer.status();
        if last != StatusCode::CREATED {
            assert_problem(answer, 507, "storage_full").await;
            break;
        }
    }
    assert_eq!(last, StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(api.offset(&upload).await, 9 * MIB, "what was acknowledged is there");
    let ready = api.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK, "what needs no room goes on");
    let now = api.purge(&purged).await.unwrap();
    let fine = [StatusCode::NO_CONTENT, StatusCode::INSUFFICIENT_STORAGE];
    assert!(fine.contains(&now), "it is purged, or says why not: {now}");

    postgres.make_room();
    let then = api.purge(&purged).await.unwrap();
    assert!([StatusCode::NO_CONTENT, StatusCode::NOT_FOUND, StatusCode::GONE].contains(&then), "{then}");
    run_ok(&mut service.command(["purge", "verify", &purged, "--dev", "dev"])).await;
    api.finish(&upload, content).await;
    let delivery = api.open(&api.send(&transfer).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, content.sha256());
    run_ok(&mut service.command(["audit", "verify", "--live", "--tenant", "demo", "--dev", "dev"])).await;
}

/// A PostgreSQL of its own with a tablespace on a file system of its own, which nobody else sees.
struct SmallPostgres {
    url: String,
    /// The tablespace's file system, as seen from here.
    inside: PathBuf,
    _script: Child,
}

impl SmallPostgres {
    /// `None` where nobody may mount, as with [`SmallDisk`].
    async fn start(mebibytes: u64) -> Option<Self> {
        // A user of his own namespace alone would not do: PostgreSQL's owner is another.
        let mounted = ["--mount", "sh", "-c", "mount -t tmpfs none /mnt"];
        if run(Command::new("unshare").args(mounted)).await.code != Some(0) {
            let may = std::env::var_os("SEALPOST_TESTS_MAY_SKIP").is_some();
            assert!(may, "no file system can be mounted here; SEALPOST_TESTS_MAY_SKIP=1 lets it pass");
            return None;
        }
        let script = format!(
            "mount -t tmpfs -o size={mebibytes}m,mode=777 none /mnt && mkdir -m 700 /mnt/space && \
             {{ chown postgres:postgres /mnt/space || true; }} && exec \"$0\" run"
        );
        let mut child = Command::new("unshare")
            .args(["--mount", "sh", "-c", &script])
            .arg(root().join("scripts/postgres.sh"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).await.unwrap();
        let url = url.trim().to_owned();
        let pid = child.id().unwrap();
        let postgres = Self { url, inside: format!("/proc/{pid}/root/mnt").into(), _script: child };
        postgres.psql("CREATE TABLESPACE small LOCATION '/mnt/space'").await;
        Some(postgres)
    }

    async fn psql(&self, statement: &str) {
        run_ok(Command::new("psql").args(["--no-psqlrc", "--quiet", &self.url, "--command", statement]))
            .await;
    }

    async fn database(&self, name: &str, place: &str) -> String {
        self.psql(&format!("CREATE DATABASE {name} {place}")).await;
        self.url.replacen("/postgres?", &format!("/{name}?"), 1)
    }

    fn fill(&self) {
        fill(&self.inside.join("ballast"));
    }

    fn make_room(&self) {
        fs::remove_file(self.inside.join("ballast")).unwrap();
    }
}

/// Writes until nothing more fits; gives how many bytes did.
fn fill(path: &Path) -> u64 {
    let mut ballast = fs::File::create(path).unwrap();
    let (mut taken, block) = (0, vec![0; 64 * 1024]);
    while ballast.write_all(&block).is_ok() {
        taken += block.len() as u64;
    }
    taken
}

/// A service with one of its directories on a file system of its own, which nobody else sees.
struct SmallDisk {
    service: Service,
    /// The directory, as seen from here.
    inside: PathBuf,
}

impl SmallDisk {
    /// `None` where nobody may mount, if whoever runs the tests has said that this may be: then the limit on file sizes
    /// has to do.
    async fn mount(directory: &str, mebibytes: u64) -> Option<Self> {
        let namespaces: [&[&str]; 2] =
            [&["unshare", "--mount"], &["unshare", "--user", "--map-root-user", "--mount"]];
        for namespace in namespaces {
            let mount = ["sh", "-c", "mount -t tmpfs none /mnt"];
            if run(Command::new(namespace[0]).args(&namespace[1..]).args(mount)).await.code == Some(0) {
                let script = format!(
                    "umask 077; mkdir -p \"$0/{directory}\" && \
                     mount -t tmpfs -o size={mebibytes}m,mode=700 none \"$0/{directory}\" && exec \"$@\""
                );
                let wrapper = namespace.iter().copied().chain(["sh", "-c", &script]).map(str::to_owned);
                let service = Service::start_with(0, None, wrapper.collect()).await;
                let pid = service.pid().as_raw_nonzero();
                let place = service.dev_dir().join(directory);
                let inside = format!("/proc/{pid}/root{}", place.to_str().unwrap()).into();
                return Some(Self { service, inside });
            }
        }
        let may = std::env::var_os("SEALPOST_TESTS_MAY_SKIP").is_some();
        assert!(
            may,
            "no file system can be mounted here, not even in a namespace of one's own; SEALPOST_TESTS_MAY_SKIP=1 lets it pass"
        );
        None
    }

    /// Takes all room but `left` bytes.
    fn fill_but(&self, left: u64) {
        let taken = fill(&self.inside.join("ballast"));
        if left > 0 {
            let ballast = fs::File::options().write(true).open(self.inside.join("ballast")).unwrap();
            ballast.set_len(taken.checked_sub(left).expect("room for the ballast")).unwrap();
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.inside.join("ballast")).unwrap();
    }

    async fn assert_alive(&self) {
        let answer = self.service.api().request(Method::GET, "/healthz").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

/// A transfer that is there to be purged.
async fn sent(api: &Api) -> String {
    let transfer = api.draft(&["anna@example.org"]).await;
    api.file(&transfer, "old.bin", Content::new(73, 100_000)).await;
    api.send(&transfer).await;
    transfer
}

impl Service {
    /// Without room there is nothing to write a purge down in. It is told, and not half done: the next one does it all.
    async fn cannot_purge_but_says_so(&self, transfer: &str) {
        let path = format!("/api/v1/transfers/{transfer}");
        let refused = self.api().request(Method::DELETE, &path).send().await.unwrap();
        assert_problem(refused, 507, "storage_full").await;
    }
}

async fn assert_problem(answer: reqwest::Response, status: u16, code: &str) {
    let when = answer.headers().contains_key("retry-after");
    let (got, text) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(got, status, "{text}");
    assert!(when, "it says when to come back: {text}");
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["code"], code, "{text}");
}
