//! The command line: what operators set up, what senders and recipients do with it, on both databases.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use rustix::process::{Pid, Signal, kill_process};
use sealpost_test_support::engines::{self, Engine, Place};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::support::{
    Content, Service, eventually, files_below, hostile_listing, own_port, run, run_ok, sealpost, sha256,
};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_on_sqlite_is_set_up_used_and_purged() {
    set_up_use_and_purge(&Installation::new(Engine::Sqlite).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_on_postgresql_is_set_up_used_and_purged() {
    set_up_use_and_purge(&Installation::new(Engine::Postgres).await).await;
}

async fn set_up_use_and_purge(here: &Installation) {
    here.ok(&["config", "check"]).await;
    let early = run(&mut here.command(&["doctor"])).await;
    assert_eq!(early.code, Some(1), "nothing is there yet: {early:?}");
    assert!(early.stdout.contains("FAULT"), "{early:?}");
    here.ok(&["migrate"]).await;
    here.ok(&["migrate"]).await;
    here.ok(&["tenant", "create", "acme", "--name", "Acme Ltd"]).await;
    here.ok(&["user", "create", "eve@acme.example", "--tenant", "acme", "--name", "Eve", "--role", "sender"])
        .await;
    let token =
        here.ok(&["token", "create", "eve@acme.example", "--tenant", "acme", "--expires-in", "1d"]).await;
    fs::write(here.path("token"), token).unwrap();
    assert!(here.ok(&["tenant", "list"]).await.contains("acme"));
    let report = here.ok(&["doctor"]).await;
    assert!(!report.contains("FAULT"), "{report}");

    let _serving = here.serve().await;
    let content = Content::new(90, 9 * MIB);
    content.write_to(&here.path("in/deep/größe.bin"));
    fs::write(here.path("in/empty"), "").unwrap();
    let words = [
        "send",
        "in",
        "--to",
        "anna@example.org",
        "--to",
        "bob@example.org",
        "--json",
        "--server",
        &here.url,
        "--token-file",
        "token",
    ];
    let untrusted = run(&mut here.plain(&words)).await;
    assert_eq!(untrusted.code, Some(4), "a certificate that nobody vouches for: {untrusted:?}");
    let trusted = [&words[..], &["--ca-file", "data/tls.crt"]].concat();
    let sent: Value = serde_json::from_str(&run_ok(&mut here.plain(&trusted)).await).unwrap();
    assert_eq!((sent["file_count"].as_u64(), sent["byte_count"].as_u64()), (Some(2), Some(content.length)));
    assert_eq!(sent["links"].as_array().unwrap().len(), 2);
    for (number, link) in sent["links"].as_array().unwrap().iter().enumerate() {
        let (out, link) = (format!("out{number}"), link["url"].as_str().unwrap());
        run_ok(&mut here.plain(&["get", link, "-o", &out, "--ca-file", "data/tls.crt"])).await;
        assert_eq!(sha256(&here.path(&out).join("in/deep/größe.bin")), content.sha256());
        assert_eq!(fs::metadata(here.path(&out).join("in/empty")).unwrap().len(), 0);
    }

    for copy in ["west", "safe"] {
        eventually("the copies", async || (here.parts(copy).len() == 2).then_some(())).await;
    }
    fs::remove_file(&here.parts("blobs")[0]).unwrap();
    let healed = here.ok(&["store", "verify", "--tenant", "acme"]).await;
    assert!(healed.contains("1 transfers, 2 parts; 1 healed, 0 put back into copies, 0 lost"), "{healed}");
    assert_eq!(here.parts("blobs").len(), 2);
    let unknown = run(&mut here.command(&["store", "verify", "--tenant", "nobody"])).await;
    assert_eq!(unknown.code, Some(1), "{unknown:?}");

    let id = sent["transfer_id"].as_str().unwrap();
    let early = run(&mut here.command(&["purge", "verify", id])).await;
    assert_eq!(early.code, Some(1), "{early:?}");
    here.curl(&["--request", "DELETE"], &format!("/api/v1/transfers/{id}")).await;
    here.ok(&["purge", "run"]).await;
    // A record that was being copied goes a moment later.
    let proof = eventually("nothing is left", async || {
        let proof = run(&mut here.command(&["purge", "verify", id])).await;
        (proof.code == Some(0)).then_some(proof.stdout)
    });
    let proof = proof.await;
    for said in ["nothing is left of transfer", "replica       0 left", "off-site copy 0 left"] {
        assert!(proof.contains(said), "{proof}");
    }
    assert_eq!(files_below(&here.path("blobs")), Vec::<PathBuf>::new());
    for copy in ["west", "safe"] {
        assert_eq!(here.parts(copy), Vec::<PathBuf>::new());
    }
    let link = sent["links"][0]["url"].as_str().unwrap();
    let gone = run(&mut here.plain(&["get", link, "-o", "late", "--ca-file", "data/tls.crt"])).await;
    assert_eq!(gone.code, Some(3), "{gone:?}");
    assert!(gone.stderr.contains("link_unavailable"), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_served_is_what_is_described() {
    let service = Service::start().await;
    let printed = run_ok(&mut service.command(["openapi"])).await;
    let answer = service.api().request(reqwest::Method::GET, "/api/v1/openapi.json").send().await.unwrap();
    let served: Value = answer.json().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), served);
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_pipe_there_is_the_result_and_nothing_else() {
    let service = Service::start().await;
    Content::new(91, 3 * MIB).write_to(&service.home().join("a.bin"));
    let words = ["send", "a.bin", "--dev", "dev", "--to", "anna@example.org", "--to", "bob@example.org"];
    let sent = run(&mut service.command(words)).await;
    assert_eq!((sent.code, sent.stderr.as_str()), (Some(0), ""));
    let lines: Vec<_> = sent.stdout.lines().map(|line| line.split_once('\t').unwrap()).collect();
    let addresses: Vec<_> = lines.iter().map(|(address, _)| *address).collect();
    assert_eq!(addresses, ["anna@example.org", "bob@example.org"]);
    let got = run(&mut service.command(["get", lines[0].1, "-o", "out"])).await;
    assert_eq!((got.code, got.stdout.as_str(), got.stderr.as_str()), (Some(0), "out/a.bin\n", ""));
    let again = run_ok(&mut service.command(["get", lines[0].1, "-o", "out", "--json"])).await;
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["files"][0]["path"], "out/a.bin");
    assert_eq!(
        (again["files"][0]["size"].as_u64(), &again["files"][0]["was_there"]),
        (Some(3 * MIB), &true.into())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sending_that_was_killed_goes_on_with_what_it_remembers() {
    let service = Service::start().await;
    let content = Content::new(92, 150 * MIB);
    content.write_to(&service.home().join("big.bin"));
    let send = || service.command(["send", "big.bin", "--dev", "dev", "--to", "anna@example.org"]);
    let mut first = send().stdout(Stdio::null()).spawn().unwrap();
    eventually("the first stored parts", async || (service.objects().len() > 1).then_some(())).await;
    first.kill().await.unwrap();
    let link = run_ok(&mut send()).await.trim_end().split('\t').nth(1).unwrap().to_owned();
    run_ok(&mut service.command(["get", &link, "-o", "out"])).await;
    assert_eq!(sha256(&service.home().join("out/big.bin")), content.sha256());
    let log = service.log();
    let drafts = log.matches("route=\"/api/v1/transfers\" status=201").count();
    assert_eq!(drafts, 1, "the second call has made no draft of its own:\n{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fetching_survives_that_the_service_is_killed() {
    let mut service = Service::start_on_own_port().await;
    let content = Content::new(93, 120 * MIB);
    content.write_to(&service.home().join("big.bin"));
    let words = ["send", "big.bin", "--dev", "dev", "--to", "anna@example.org"];
    let link = run_ok(&mut service.command(words)).await.trim_end().split('\t').nth(1).unwrap().to_owned();
    let fetching = service.command(["get", &link, "-o", "out"]).stdout(Stdio::null()).spawn().unwrap();
    let pid = Pid::from_raw(i32::try_from(fetching.id().unwrap()).unwrap()).unwrap();
    let out = service.home().join("out");
    eventually("the first bytes", async || {
        let files = files_below(&out);
        files.iter().any(|file| fs::metadata(file).is_ok_and(|file| file.len() >= MIB)).then_some(())
    })
    .await;
    // Stopped, it cannot be done before the service is dead.
    let _ = kill_process(pid, Signal::STOP);
    service.kill().await;
    service.restart().await;
    let _ = kill_process(pid, Signal::CONT);
    let ended = fetching.wait_with_output().await.unwrap();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert_eq!(sha256(&out.join("big.bin")), content.sha256());
    assert_eq!(files_below(&out).len(), 1, "nothing but the file is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_for_is_listed_mailed_and_closed() {
    let service = Service::start().await;
    let create = ["request", "create", "Plans for the new wing", "--dev", "dev"];
    let all = [
        "--message",
        "All of them.",
        "--from",
        "ute@builder.example",
        "--notify",
        "--code",
        "--max-uses",
        "3",
        "--max-files",
        "5",
        "--max-bytes",
        "1000",
        "--kinds",
        "pdf,image",
        "--expires-in",
        "3d",
    ];
    let made = run(&mut service.command([&create[..], &all].concat())).await;
    assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""), "{made:?}");
    let link = made.stdout.trim_end();
    assert!(link.starts_with("http://") && link.contains("/r/") && !link.contains('\n'), "{link}");
    let list = async |words: &[&str]| {
        run_ok(&mut service.command([&["request", "list", "--dev", "dev"], words].concat())).await
    };
    let listed: Value = serde_json::from_str(&list(&["--json"]).await).unwrap();
    let [request] = listed.as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!((&request["url"], &request["email"]), (&link.into(), &"ute@builder.example".into()));
    assert_eq!((&request["max_uses"], &request["max_files"]), (&3.into(), &5.into()));
    assert_eq!((&request["max_bytes"], &request["asks_code"]), (&1000.into(), &true.into()));
    assert_eq!(request["kinds"], serde_json::json!(["image", "pdf"]));
    eventually("the mail with the link", async || {
        let mails = files_below(&service.home().join("dev/mail"));
        let to_ute = |mail: &PathBuf| fs::read_to_string(mail).unwrap().contains("To: ute@builder.example");
        mails.iter().any(to_ute).then_some(())
    })
    .await;
    let id = request["id"].as_str().unwrap();
    let line = list(&[]).await;
    assert!(line.starts_with(&format!("{id}\topen\t0/3\t")), "{line}");
    assert!(line.ends_with("\tPlans for the new wing\n"), "{line}");
    let close = ["request", "close", id, "--dev", "dev"];
    assert_eq!(run_ok(&mut service.command(close)).await, "");
    assert!(list(&[]).await.contains("\tclosed\t0/3\t"));

    let nobody = run(&mut service.command([&create[..], &["--notify"]].concat())).await;
    assert_eq!(nobody.code, Some(2), "{nobody:?}");
    let too_long = run(&mut service.command([&create[..], &["--expires-in", "4000d"]].concat())).await;
    assert_eq!(too_long.code, Some(3), "{too_long:?}");
    assert!(too_long.stderr.contains("invalid_request"), "{too_long:?}");
    let no_kind = run(&mut service.command([&create[..], &["--kinds", "pdf,films"]].concat())).await;
    assert_eq!(no_kind.code, Some(2), "{no_kind:?}");
    assert!(no_kind.stderr.contains("films") && no_kind.stderr.contains("image"), "{no_kind:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_is_made_listed_changed_switched_and_removed() {
    portal_from_made_to_removed(&Service::start_on(Engine::Sqlite).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_is_made_listed_changed_switched_and_removed_on_postgresql() {
    portal_from_made_to_removed(&Service::start_on(Engine::Postgres).await).await;
}

async fn portal_from_made_to_removed(service: &Service) {
    const OWNER: &str = "admin@demo.example";
    let call = async |words: &[&str]| {
        run(&mut service.command([&["portal"], words, &["--dev", "dev"]].concat())).await
    };
    let ok = async |words: &[&str]| {
        let done = call(words).await;
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{words:?}: {done:?}");
        done.stdout
    };
    let json = async |words: &[&str]| -> Value { serde_json::from_str(&ok(words).await).unwrap() };
    assert_eq!(ok(&["list"]).await, "");
    let create = ["create", "radiology", "--title", "Pictures for radiology", "--owner", OWNER];
    let all = [
        "--text",
        "Knees, too.",
        "--to",
        "Dr Otto <b> <sender@demo.example>",
        "--domain",
        "demo.example",
        "--several",
        "--kinds",
        "image,pdf",
        "--max-files",
        "3",
        "--max-bytes",
        "1000",
        "--code",
    ];
    let address = ok(&[&create[..], &all].concat()).await;
    assert!(address.trim_end().ends_with("/u/demo/radiology"), "{address}");
    let shown = json(&["show", "radiology", "--json"]).await;
    assert_eq!((&shown["text"], &shown["several"]), (&"Knees, too.".into(), &true.into()));
    assert_eq!(shown["recipients"][0]["label"], "Dr Otto <b>");
    assert_eq!((&shown["max_files"], &shown["max_bytes"]), (&3.into(), &1000.into()));
    assert_eq!((&shown["kinds"], &shown["asks_code"]), (&serde_json::json!(["image", "pdf"]), &true.into()));
    let line = ok(&["list"]).await;
    let said = format!("radiology\ton\t0\t{OWNER}\t{}\tPictures for radiology\n", address.trim_end());
    assert_eq!(line, said);
    let lines = ok(&["show", "radiology"]).await;
    for line in ["state\ton", "to\tDr Otto <b> <sender@demo.example>", "kinds\timage,pdf", "max-files\t3"] {
        assert!(lines.lines().any(|one| one == line), "{line}: {lines}");
    }

    assert_eq!(ok(&["off", "radiology"]).await, "");
    assert!(ok(&["list"]).await.contains("\toff\t"));
    assert_eq!(json(&["on", "radiology", "--json"]).await["enabled"], true);
    let changes = ["--title", "Scans", "--text", "", "--no-recipients", "--any-kinds", "--max-bytes", "none"];
    let more = ["--owner", "sender@demo.example", "--several", "false", "--code", "false", "--json"];
    let changed = json(&[&["change", "radiology"], &changes[..], &more].concat()).await;
    assert_eq!((&changed["title"], &changed["recipients"]), (&"Scans".into(), &serde_json::json!([])));
    assert_eq!(changed["owner"]["email"], "sender@demo.example");
    for gone in ["text", "kinds", "max_bytes"] {
        assert_eq!(changed.get(gone), None, "{gone}: {changed}");
    }
    assert_eq!(
        (&changed["max_files"], &changed["domains"]),
        (&3.into(), &shown["domains"]),
        "the rest stays"
    );
    assert_eq!((&changed["several"], &changed["asks_code"]), (&false.into(), &false.into()));
    assert_eq!(changed["url"], shown["url"]);

    // What cannot be meant is said before the service is asked, what it refuses in its own words.
    for wrong in [
        &["change", "radiology"][..],
        &["change", "radiology", "--max-files", "0"],
        &["change", "radiology", "--to", "sender@demo.example"],
        &["create", "Radiology", "--title", "x", "--owner", OWNER],
    ] {
        let refused = call(wrong).await;
        assert_eq!(refused.code, Some(2), "{wrong:?}: {refused:?}");
    }
    let twice = call(&create).await;
    assert_eq!(twice.code, Some(3), "{twice:?}");
    assert!(twice.stderr.contains("already_exists"), "{twice:?}");
    let unknown = call(&["show", "surgery"]).await;
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    assert!(unknown.stderr.contains("sealpost portal list"), "{unknown:?}");
    let base = service.base_url().to_owned();
    let mut by_sender = service.command(["portal", "list", "--server", &base]);
    let refused = run(by_sender.env("SEALPOST_TOKEN", service.token())).await;
    assert_eq!(refused.code, Some(3), "a sender runs no portals: {refused:?}");

    assert_eq!(ok(&["remove", "radiology"]).await, "");
    assert_eq!(ok(&["list"]).await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_a_hostile_server_never_leave_the_output_directory() {
    let names = [
        "../escaped.txt",
        "../../../../../../../../tmp/sealpost-escaped.txt",
        "/tmp/sealpost-escaped.txt",
        "a/../../escaped.txt",
        "..",
        ".",
        "",
        "..\\escaped.txt",
        "C:\\escaped.txt",
        "link/escaped.txt",
        "nul\u{0}.txt",
        "bell\u{7}\u{1b}[2J.txt",
        "\u{202e}txt.exe",
        "plain.txt",
    ];
    let base = hostile_listing(&names).await;
    let home = TempDir::new().unwrap();
    fs::create_dir_all(home.path().join("out")).unwrap();
    fs::create_dir_all(home.path().join("elsewhere")).unwrap();
    let link = format!("{base}/t/{}", "x".repeat(43));
    let get = || {
        let mut command = sealpost();
        command.args(["get", &link, "-o", "out"]).current_dir(home.path());
        command
    };
    run_ok(&mut get()).await;
    let outside = |home: &Path| {
        let files = files_below(home);
        files.into_iter().filter(|file| !file.starts_with(home.join("out"))).collect::<Vec<_>>()
    };
    assert_eq!(outside(home.path()), Vec::<PathBuf>::new());
    assert!(!Path::new("/tmp/sealpost-escaped.txt").exists());
    let got = files_below(&home.path().join("out"));
    assert_eq!(got.len(), names.len(), "every file has arrived under a harmless name: {got:?}");
    assert!(
        got.iter().all(|path| !path.to_str().unwrap().contains(|c: char| c.is_control() || c == '\u{202e}'))
    );

    // A folder that leads out, left there by somebody, is not followed.
    fs::remove_dir_all(home.path().join("out")).unwrap();
    fs::create_dir_all(home.path().join("out")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", home.path().join("out/link")).unwrap();
    let refused = run(&mut get()).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert_eq!(outside(home.path()), Vec::<PathBuf>::new());
}

/// An installation by configuration file: its own databases, TLS with a certificate of its own making.
struct Installation {
    home: TempDir,
    url: String,
    /// They are dropped with it.
    _databases: Vec<Place>,
}

impl Installation {
    async fn new(engine: Engine) -> Self {
        let home = TempDir::with_prefix("sealpost-journey").unwrap();
        let at = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
        let databases = match engine {
            Engine::Sqlite => Vec::new(),
            Engine::Postgres => vec![engines::empty(engine).await, engines::empty(engine).await],
        };
        let [database, keyring] = match databases.as_slice() {
            [database, keyring] => [database.url().to_owned(), keyring.url().to_owned()],
            _ => {
                [format!("sqlite:{}", at("data/sealpost.db")), format!("sqlite:{}", at("keyring/keyring.db"))]
            }
        };
        // The keyring's address as a file, as a secret would be given.
        fs::write(at("keyring-url"), keyring + "\n").unwrap();
        let port = own_port();
        let url = format!("https://localhost:{port}");
        let config = format!(
            "listen = \"127.0.0.1:{port}\"\nbase_url = \"{url}\"\ndata_dir = {data:?}\n\
             [database]\nurl = {database:?}\n[keyring]\nurl_file = {keyring:?}\n[vault]\ndir = {vault:?}\n\
             [blob]\ndir = {blobs:?}\nreplica = \"west\"\noffsite = \"safe\"\n\
             [stores.west]\ndir = {west:?}\n[stores.safe]\ndir = {safe:?}\n[mail]\nfrom = \"sealpost@acme.example\"\ndirectory = {mail:?}\n\
             [tls]\nself_signed = true\n[log]\nformat = \"json\"\n",
            data = at("data"),
            keyring = at("keyring-url"),
            vault = at("vault"),
            blobs = at("blobs"),
            west = at("west"),
            safe = at("safe"),
            mail = at("mail"),
        );
        fs::write(at("sealpost.toml"), config).unwrap();
        Self { home, url, _databases: databases }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The parts in one of its stores; without records.
    fn parts(&self, store: &str) -> Vec<PathBuf> {
        let mut files = files_below(&self.path(store));
        files.retain(|file| !file.to_string_lossy().contains("-ffffffffffffffff-"));
        files
    }

    /// A command that needs no configuration.
    fn plain(&self, words: &[&str]) -> Command {
        let mut command = sealpost();
        command.args(words).current_dir(self.home.path()).env("SEALPOST_STATE_DIR", self.path("state"));
        command
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.plain(words);
        command.args(["--config", "sealpost.toml"]);
        command
    }

    async fn ok(&self, words: &[&str]) -> String {
        run_ok(&mut self.command(words)).await
    }

    /// The service, once it says over HTTPS that it is ready.
    async fn serve(&self) -> Child {
        let log = fs::File::create(self.path("service.log")).unwrap();
        let mut child = self.command(&["serve"]).stderr(log).stdin(Stdio::null()).spawn().unwrap();
        eventually("the service is ready", async || {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", fs::read_to_string(self.path("service.log")).unwrap());
            let ready = format!("{}/readyz", self.url);
            let mut curl = Command::new("curl");
            curl.args(["--silent", "--fail", "--noproxy", "*", "--cacert"])
                .arg(self.path("data/tls.crt"))
                .arg(ready);
            (run(&mut curl).await.code == Some(0)).then_some(())
        })
        .await;
        child
    }

    async fn curl(&self, words: &[&str], path: &str) {
        let token = fs::read_to_string(self.path("token")).unwrap();
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--noproxy", "*", "--cacert"])
            .arg(self.path("data/tls.crt"));
        curl.args(["--header", &format!("Authorization: Bearer {}", token.trim_end())]);
        run_ok(curl.args(words).arg(format!("{}{path}", self.url))).await;
    }
}
