//! A full disk: uploads are told so, stay where they are, and go on when there is room again.

use std::{fs, io::Write as _, path::PathBuf};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{Content, Service, body, run, run_ok};

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

    disk.make_room();
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
        let mut ballast = fs::File::create(self.inside.join("ballast")).unwrap();
        let mut taken = 0;
        let block = vec![0; 64 * 1024];
        while ballast.write_all(&block).is_ok() {
            taken += block.len() as u64;
        }
        if left > 0 {
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

async fn assert_problem(answer: reqwest::Response, status: u16, code: &str) {
    let (got, text) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(got, status, "{text}");
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["code"], code, "{text}");
}
