//! Other people's programs: tus clients that upload, downloaders that resume, archivers that test the ZIP.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{Content, Delivery, Service, eventually, node, python, run, run_ok, sha256};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tus_js_client_pauses_and_resumes() {
    let upload = TusUpload::new(20 * MIB, 60).await;
    let done = upload.with_js(&json!({"chunk": 3 * MIB, "pauses": 3})).await;
    assert_eq!(done["pauses"], 0, "it has paused as often as told");
    upload.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tus_js_client_resumes_in_a_new_process() {
    let upload = TusUpload::new(20 * MIB, 61).await;
    for die_at in [5 * MIB, 13 * MIB] {
        upload.killed_js(&json!({"chunk": 2 * MIB, "die_at": die_at})).await;
    }
    let done = upload.with_js(&json!({"chunk": 2 * MIB})).await;
    assert!(done["began"].as_u64().unwrap() >= 8 * MIB, "it has gone on: {done}");
    upload.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tus_js_client_uploads_four_parts_at_once_and_resumes_them() {
    let upload = TusUpload::new(33 * MIB + 7, 62).await;
    let parallel = |die_at: u64| json!({"parallel": 4, "chunk": 2 * MIB, "die_at": die_at});
    upload.killed_js(&parallel(12 * MIB)).await;
    upload.with_js(&parallel(0)).await;
    let log = upload.service.log();
    let created = log.matches("{transfer_id}/files\" status=201").count();
    assert_eq!(created, 4 + 1, "four parts, and the file that they became:\n{log}");
    upload.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tus_js_client_pauses_and_resumes_four_parts_at_once() {
    let upload = TusUpload::new(32 * MIB + 5, 67).await;
    let done = upload.with_js(&json!({"parallel": 4, "chunk": MIB, "pauses": 2})).await;
    assert_eq!(done["pauses"], 0, "it has paused as often as told");
    upload.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tus_js_client_sends_without_bounds_in_one_request() {
    let upload = TusUpload::new(9 * MIB, 63).await;
    upload.with_js(&json!({"parallel": 4})).await;
    upload.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tuspy_uploads_with_checksums_and_resumes() {
    let upload = TusUpload::new(10 * MIB + 1, 64).await;
    let stopped = upload.with_py(&json!({"chunk": MIB, "stop_at": 4 * MIB})).await;
    assert_eq!((stopped["began"].as_u64(), stopped["ended"].as_u64()), (Some(0), Some(4 * MIB)));
    let done = upload.with_py(&json!({"chunk": MIB})).await;
    assert_eq!(done["began"], 4 * MIB);
    upload.assert_equal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn curl_wget_and_aria2_resume_after_being_killed() {
    let content = Content::new(65, 48 * MIB);
    let sent = Sent::new(&[("größe & more.bin", content)]).await;
    let (url, bearer) = (sent.url(&sent.delivery.file(0)), sent.bearer());
    let programs: [(&str, &[&str], &[&str]); 3] = [
        (
            "curl",
            &["--silent", "--show-error", "--fail", "--continue-at", "-", "--output"],
            &["--limit-rate", "12M"],
        ),
        ("wget", &["--quiet", "--continue", "--output-document"], &["--limit-rate=12m"]),
        (
            "aria2c",
            &[
                "--quiet",
                "--continue",
                "--max-connection-per-server=16",
                "--split=16",
                "--min-split-size=1M",
                "--file-allocation=none",
                "--auto-save-interval=1",
                "--dir=/",
                "--out",
            ],
            &["--max-overall-download-limit=12M"],
        ),
    ];
    for (program, words, slowly) in programs {
        let path = sent.service.home().join(program);
        let command = |more: &[&str]| {
            let mut command = Command::new(program);
            let path = path.to_str().unwrap();
            command.args(words).arg(if program == "aria2c" { &path[1..] } else { path });
            command.args(more).args(["--header", &bearer, &url]);
            command
        };
        // What aria2 has is told by a file beside it, which it writes every second.
        let sign = if program == "aria2c" { path.with_extension("aria2") } else { path.clone() };
        killed_once_there(&mut command(slowly), &path, &sign, content.length).await;
        run_ok(&mut command(&[])).await;
        assert_eq!(sha256(&path), content.sha256(), "{program}");
    }
    let log = sent.service.log();
    assert!(log.matches("status=206").count() >= 3, "they asked for what they lacked:\n{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn archivers_find_the_zip_in_order() {
    let mut files = vec![
        ("empty.txt".to_owned(), Content::new(0, 0)),
        ("größe/日本語/ünï.bin".to_owned(), Content::new(1, 3 * MIB)),
        ("big.bin".to_owned(), Content::new(2, 17 * MIB + 3)),
    ];
    files.extend((0..120).map(|number| (format!("many/{number}.bin"), Content::new(number, number * 7))));
    let named: Vec<_> = files.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    let sent = Sent::new(&named).await;
    let whole = sent.download_archive("whole.zip", &[]).await;
    assert_eq!(fs::metadata(&whole).unwrap().len(), sent.delivery.value["archive_size"].as_u64().unwrap());

    let tested = run_ok(Command::new("unzip").arg("-t").arg(&whole)).await;
    assert!(tested.contains("No errors"), "{tested}");
    let tested = run_ok(Command::new("7z").arg("t").arg(&whole)).await;
    assert!(tested.contains("Everything is Ok"), "{tested}");

    let out = sent.service.home().join("unzipped");
    let script = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    run_ok(Command::new("python3").args(["-c", script]).args([&whole, &out])).await;
    for (name, content) in &files {
        assert_eq!(sha256(&out.join(name)), content.sha256(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resumed_zip_is_the_same_zip() {
    let files: Vec<_> =
        (0..5).map(|number| (format!("{number}.bin"), Content::new(number, 7 * MIB + number))).collect();
    let named: Vec<_> = files.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    let sent = Sent::new(&named).await;
    let whole = sent.download_archive("whole.zip", &[]).await;
    let broken = sent.service.home().join("broken.zip");
    let mut slowly = sent.curl(&broken);
    let length = fs::metadata(&whole).unwrap().len();
    killed_once_there(slowly.args(["--limit-rate", "12M"]), &broken, &broken, length).await;
    sent.download_archive("broken.zip", &[]).await;
    assert_eq!(sha256(&broken), sha256(&whole));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a minute or two, and 9 GiB of disk; make test-long runs it"]
async fn a_zip_over_four_gibibytes_is_in_order() {
    let service = Service::start().await;
    let (long, short) = (service.home().join("long.bin"), service.home().join("short.bin"));
    fs::File::create(&long).unwrap().set_len((4 << 30) + 5).unwrap();
    // Comes after 4 GiB, so that its offset needs ZIP64 too.
    Content::new(66, MIB).write_to(&short);
    let words = ["send", "--dev", "dev", "--json", "--to", "anna@example.org", "long.bin", "short.bin"];
    let sent: Value = serde_json::from_str(&run_ok(&mut service.command(words)).await).unwrap();
    let delivery = service.api().open(sent["links"][0]["url"].as_str().unwrap()).await;
    let sent = Sent { service, delivery };
    let whole = sent.download_archive("whole.zip", &[]).await;
    run_ok(Command::new("unzip").arg("-tq").arg(&whole)).await;
    run_ok(Command::new("7z").arg("t").arg(&whole)).await;
}

/// A draft, a file on the disk that is to go there, and how clients are told so.
struct TusUpload {
    service: Service,
    transfer: String,
    content: Content,
}

impl TusUpload {
    const NAME: &str = "größe.bin";

    async fn new(length: u64, seed: u64) -> Self {
        let service = Service::start().await;
        let transfer = service.api().draft(&["anna@example.org"]).await;
        let content = Content::new(seed, length);
        content.write_to(&service.home().join("source.bin"));
        Self { service, transfer, content }
    }

    fn order(&self, more: &Value) -> String {
        let mut order = json!({
            "file": self.service.home().join("source.bin"),
            "name": Self::NAME,
            "endpoint": format!("{}/api/v1/transfers/{}/files", self.service.base_url(), self.transfer),
            "token": self.service.token(),
            "store": self.service.home().join("unfinished.json"),
        });
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        order.to_string()
    }

    async fn with_js(&self, more: &Value) -> Value {
        let said = run_ok(node("tus-upload.cjs").arg(self.order(more))).await;
        serde_json::from_str(&said).unwrap()
    }

    async fn killed_js(&self, more: &Value) {
        let ended = run(node("tus-upload.cjs").arg(self.order(more))).await;
        assert_eq!(ended.code, None, "killed by a signal: {ended:?}");
    }

    async fn with_py(&self, more: &Value) -> Value {
        let said = run_ok(python("tus_upload.py").arg(self.order(more))).await;
        serde_json::from_str(&said).unwrap()
    }

    async fn assert_equal(&self) {
        let api = self.service.api();
        let delivery = api.open(&api.send(&self.transfer).await).await;
        let files = delivery.value["files"].as_array().unwrap();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(files[0]["name"], Self::NAME);
        assert_eq!(api.sha256(&delivery, 0).await, self.content.sha256());
    }
}

/// Files that were sent, and a link that was opened.
struct Sent {
    service: Service,
    delivery: Delivery,
}

impl Sent {
    async fn new(files: &[(&str, Content)]) -> Self {
        let service = Service::start().await;
        let api = service.api();
        let transfer = api.draft(&["anna@example.org"]).await;
        for (name, content) in files {
            api.file(&transfer, name, *content).await;
        }
        let delivery = api.open(&api.send(&transfer).await).await;
        Self { service, delivery }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.service.base_url())
    }

    fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.delivery.grant)
    }

    /// curl, going on with what is at `path`.
    fn curl(&self, path: &Path) -> Command {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--continue-at", "-", "--header", &self.bearer()]);
        curl.arg(self.url(&self.delivery.archive())).arg("--output").arg(path);
        curl
    }

    async fn download_archive(&self, name: &str, more: &[&str]) -> PathBuf {
        let path = self.service.home().join(name);
        run_ok(self.curl(&path).args(more)).await;
        path
    }
}

/// Kills a download as soon as there is something at `path` and there is `sign`, and long before all is there.
async fn killed_once_there(command: &mut Command, path: &Path, sign: &Path, length: u64) {
    let mut child = command.stdin(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    eventually("a beginning of the download", async || {
        let there = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        (there(path) >= MIB && there(sign) > 0).then_some(())
    })
    .await;
    child.kill().await.unwrap();
    let have = fs::metadata(path).unwrap().len();
    // aria2 writes from sixteen places at once, so its file may have its length early.
    assert!(have < length || sign != path, "killed too late: {have} of {length}");
}
