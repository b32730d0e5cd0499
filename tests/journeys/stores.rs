//! A tenant whose files are in a cloud: from the first to the last command, with cut connections and `kill -9` between.

use std::{
    fs,
    path::PathBuf,
    process::{ExitStatus, Stdio},
};

use futures_util::TryStreamExt as _;
use sealpost_blob::{BlobError, BlobStore as _, Container, Layout, ObjectInfo, RemoteStore};
use sealpost_test_support::peers::proxy::{Answer, Fault, Proxy, Strikes};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::support::{Cloud, Content, eventually, own_port, run, run_ok, sealpost, sha256};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_lives_in_azure() {
    lives(&Installation::new(Cloud::Azure, "per_tenant")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_lives_in_one_container_of_azure_with_others() {
    lives(&Installation::new(Cloud::Azure, "shared")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_lives_in_s3() {
    lives(&Installation::new(Cloud::S3, "per_tenant")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_lives_in_one_bucket_of_s3_with_others() {
    lives(&Installation::new(Cloud::S3, "shared")).await;
}

async fn lives(here: &Installation) {
    here.make_shared_by_hand().await;
    here.ok(&["config", "check"]).await;
    here.ok(&["migrate"]).await;
    let elsewhere = run(&mut here.command(&["tenant", "create", "acme", "--store", "east"])).await;
    assert_eq!(elsewhere.code, Some(2), "{elsewhere:?}");
    assert!(elsewhere.stderr.contains("no store east, only default, west"), "{elsewhere:?}");
    here.ok(&["tenant", "create", "acme", "--store", "west"]).await;
    here.ok(&["tenant", "create", "other"]).await;
    let shown = here.ok(&["tenant", "show", "acme"]).await;
    assert!(shown.contains("store: west\n"), "{shown}");
    assert!(here.ok(&["tenant", "show", "other"]).await.contains("store: default\n"));
    let name = shown.lines().find_map(|line| line.strip_prefix("container: ")).unwrap();
    let container: Container = name.parse().unwrap();
    let report = here.ok(&["doctor"]).await;
    assert!(report.contains("ok    store: west: answers"), "{report}");
    here.ok(&["user", "create", "eve@acme.example", "--tenant", "acme", "--role", "sender"]).await;
    let token = here.ok(&["token", "create", "eve@acme.example", "--tenant", "acme"]).await;
    fs::write(here.path("token"), &token).unwrap();

    let content = Content::new(93, 40 * MIB);
    content.write_to(&here.path("big.bin"));
    let mut serving = here.serve().await;
    let send = || {
        let words = [
            "send",
            "big.bin",
            "--to",
            "anna@example.org",
            "--json",
            "--token-file",
            "token",
            "--server",
            &here.url,
        ];
        here.plain(&words)
    };
    // First the sender dies in the middle of it, then the service.
    for victim in ["sender", "service"] {
        let before = here.objects(&container).await.len();
        here.network.throttle(8 << 20);
        let mut sending = send().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let more = async || (here.objects(&container).await.len() > before + 1).then_some(());
        eventually("more stored parts", more).await;
        if victim == "service" {
            serving.kill().await.unwrap();
        }
        sending.kill().await.unwrap();
        here.network.pass();
    }
    serving = here.serve().await;
    // The store is busy, connections break, and an answer is lost: the sender need not know.
    here.network.inject(None, Strikes::Every(7), Fault::Answer(Answer::new(503)));
    here.network.inject(Some("PUT"), Strikes::Every(5), Fault::LoseAnswer);
    here.network.inject(Some("PUT"), Strikes::Every(4), Fault::CutRequest { after: 100_000 });
    let sent: Value = serde_json::from_str(&run_ok(&mut send()).await).unwrap();
    assert_eq!(sent["byte_count"].as_u64(), Some(content.length));
    here.network.pass();
    here.network.inject(Some("GET"), Strikes::Every(3), Fault::CutAnswer { after: 50_000 });
    let link = sent["links"][0]["url"].as_str().unwrap();
    run_ok(&mut here.plain(&["get", link, "-o", "out"])).await;
    assert_eq!(sha256(&here.path("out/big.bin")), content.sha256());
    here.network.pass();

    let id = sent["transfer_id"].as_str().unwrap();
    let delete = reqwest::Client::builder().no_proxy().build().unwrap();
    let delete = delete.delete(format!("{}/api/v1/transfers/{id}", here.url)).bearer_auth(token.trim());
    assert!(delete.send().await.unwrap().status().is_success());
    here.ok(&["purge", "run"]).await;
    let proof = here.ok(&["purge", "verify", id]).await;
    assert!(proof.contains("nothing is left of transfer"), "{proof}");
    assert_eq!(here.objects(&container).await, []);

    here.ok(&["tenant", "terminate", "acme"]).await;
    here.ok(&["tenant", "remove", "acme", "--really", "acme"]).await;
    let gone = here.store.list(&container, None).try_collect::<Vec<_>>().await;
    assert!(matches!(gone, Err(BlobError::NotFound)), "{gone:?}");
    let certificate = here.ok(&["tenant", "certificate", "acme"]).await;
    assert!(certificate.contains(&format!("west:{container}")), "{certificate}");
    serving.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_lacks_the_store_of_a_tenant_is_not_started_with() {
    let here = Installation::new(Cloud::S3, "per_tenant");
    here.ok(&["migrate"]).await;
    here.ok(&["tenant", "create", "acme", "--store", "west"]).await;
    let config = fs::read_to_string(here.path("sealpost.toml")).unwrap();
    let (without, _) = config.split_once("[stores.west]").unwrap();
    fs::write(here.path("sealpost.toml"), without).unwrap();
    for words in [&["serve"][..], &["tenant", "list"]] {
        let refused = run(&mut here.command(words)).await;
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(
            refused.stderr.contains("tenant acme") && refused.stderr.contains("[stores.west]"),
            "{refused:?}"
        );
    }
}

/// A service with a local store for most and one in a cloud, behind a network of its own.
struct Installation {
    home: TempDir,
    url: String,
    network: Proxy,
    /// What the cloud has, seen past the network.
    store: RemoteStore,
    by_hand: Option<RemoteStore>,
}

impl Installation {
    fn new(cloud: Cloud, containers: &str) -> Self {
        let home = TempDir::with_prefix("sealpost-journey").unwrap();
        let at = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
        let network = Proxy::http(cloud.address());
        let layout = match containers {
            "shared" => "containers = \"shared\"\ncontainer = \"journeys\"",
            _ => "containers = \"per_tenant\"\nname_prefix = \"journey-\"",
        };
        let store = cloud.settings(&network.url(), &home.path().join("key"));
        let url = format!("http://localhost:{}", own_port());
        let config = format!(
            "listen = \"{listen}\"\nbase_url = \"{url}\"\ndata_dir = {data:?}\n[database]\nurl = \"sqlite:{database}\"\n\
             [keyring]\nurl = \"sqlite:{keyring}\"\n[vault]\ndir = {vault:?}\n[blob]\ndir = {blobs:?}\n[mail]\n\
             from = \"sealpost@acme.example\"\ndirectory = {mail:?}\n[stores.west]\n{store}{layout}\n",
            listen = url.replace("http://localhost", "127.0.0.1"),
            data = at("data"),
            database = at("data/sealpost.db"),
            keyring = at("keyring/keyring.db"),
            vault = at("vault"),
            blobs = at("blobs"),
            mail = at("mail"),
        );
        fs::write(at("sealpost.toml"), config).unwrap();
        let (store, by_hand) = match containers {
            "shared" => {
                let layout = Layout::Shared { name: "journeys".to_owned() };
                (cloud.seen(layout), Some(cloud.seen(Layout::PerTenant { name_prefix: String::new() })))
            }
            _ => (cloud.seen(Layout::PerTenant { name_prefix: "journey-".to_owned() }), None),
        };
        Self { home, url, network, store, by_hand }
    }

    /// The container that tenants share, as an operator makes it.
    async fn make_shared_by_hand(&self) {
        if let Some(store) = &self.by_hand {
            store.create_container(&"journeys".parse().unwrap()).await.unwrap();
        }
    }

    async fn objects(&self, container: &Container) -> Vec<ObjectInfo> {
        self.store.list(container, None).try_collect().await.unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

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

    /// The service, once it says that it is ready.
    async fn serve(&self) -> Child {
        let log = fs::File::create(self.path("service.log")).unwrap();
        let mut child = self.command(&["serve"]).stderr(log).stdin(Stdio::null()).spawn().unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        eventually("the service is ready", async || {
            let ended: Option<ExitStatus> = child.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", fs::read_to_string(self.path("service.log")).unwrap());
            let answer = http.get(format!("{}/readyz", self.url)).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        child
    }
}
