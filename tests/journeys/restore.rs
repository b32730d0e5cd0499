//! The drill: database and store are lost, keyring and vault are there, and everything comes back of a copy.

use std::{
    fs::{self, OpenOptions},
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use reqwest::{Method, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use sealpost_test_support::engines::{self, Engine, Place};
use serde_json::json;
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::support::{
    Api, Content, Delivery, eventually, files_below, link_token, own_port, run, run_ok, sealpost,
};

/// An installation with two tenants, whose store has a replica and an off-site copy.
struct Installation {
    home: TempDir,
    port: u16,
    engine: Engine,
    database: Option<Place>,
    keyring: Option<Place>,
}

impl Installation {
    async fn new(engine: Engine) -> Self {
        let home = TempDir::with_prefix("sealpost-restore").unwrap();
        let keyring = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(engines::empty(engine).await),
        };
        let mut installation = Self { home, port: own_port(), engine, database: None, keyring };
        installation.begin().await;
        installation
    }

    /// An empty database, and the configuration that names it.
    async fn begin(&mut self) {
        if self.engine == Engine::Postgres {
            self.database = Some(engines::empty(self.engine).await);
        }
        let dir = |name: &str| self.path(name).display().to_string();
        let url = |place: &Option<Place>, file: String| match place {
            Some(place) => place.url().to_owned(),
            None => format!("sqlite:{file}"),
        };
        let text = format!(
            "base_url = \"http://127.0.0.1:{port}\"\nlisten = \"127.0.0.1:{port}\"\ndata_dir = \"{data}\"\n\
             [database]\nurl = \"{database}\"\n[keyring]\nurl = \"{keyring}\"\n[vault]\ndir = \"{vault}\"\n\
             [blob]\ndir = \"{east}\"\nreplica = \"west\"\noffsite = \"safe\"\n\
             [stores.west]\ndir = \"{west}\"\n[stores.safe]\ndir = \"{safe}\"\n\
             [mail]\nfrom = \"sealpost@send.example.org\"\ndirectory = \"{mail}\"\n",
            port = self.port,
            data = dir("data"),
            database = url(&self.database, format!("{}/sealpost.db", dir("data"))),
            keyring = url(&self.keyring, format!("{}/keyring.db", dir("keyring"))),
            vault = dir("vault"),
            east = dir("east"),
            west = dir("west"),
            safe = dir("safe"),
            mail = dir("mail"),
        );
        fs::write(self.path("sealpost.toml"), text).unwrap();
        self.run(&["migrate"]).await;
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = sealpost();
        command.args(words).arg("--config").arg(self.path("sealpost.toml"));
        command
    }

    async fn run(&self, words: &[&str]) -> String {
        run_ok(&mut self.command(words)).await
    }

    /// A tenant with one user; gives what speaks for him.
    async fn tenant(&self, slug: &str) -> Api {
        let user = format!("anna@{slug}.example");
        self.run(&["tenant", "create", slug]).await;
        self.run(&["user", "create", &user, "--tenant", slug]).await;
        let token = self.run(&["token", "create", &user, "--tenant", slug]).await;
        Api::new(&format!("http://127.0.0.1:{}", self.port), token.trim())
    }

    /// `sealpost serve`, once it answers.
    async fn serve(&self, api: &Api) -> Child {
        let log = OpenOptions::new().create(true).append(true).open(self.path("service.log")).unwrap();
        let mut command = self.command(&["serve"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        eventually("the service answers", async || {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "{}", fs::read_to_string(self.path("service.log")).unwrap());
            let asked = api.request(Method::GET, "/readyz").send().await;
            asked.is_ok_and(|answer| answer.status().is_success()).then_some(())
        })
        .await;
        child
    }

    /// Waits until no copy is behind with anything: a tenant's record waits for a minute by itself, so that many changes make one.
    async fn copied(&self) {
        let deadline = Instant::now() + Duration::from_secs(300);
        loop {
            let told = run(&mut self.command(&["backup", "status"])).await;
            let current = told.stdout.lines().filter(|line| line.ends_with(": up to date")).count();
            if told.code == Some(0) && current == 2 {
                return;
            }
            assert!(Instant::now() < deadline, "the copies stay behind: {told:?}");
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// The objects of a store, and of which of them records are.
    fn objects(&self, store: &str) -> (Vec<PathBuf>, Vec<PathBuf>) {
        files_below(&self.path(store))
            .into_iter()
            .partition(|file| !file.to_string_lossy().contains("-ffffffffffffffff-"))
    }
}

async fn kill(mut child: Child) {
    let pid = Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    child.wait().await.unwrap();
}

/// Opens a link that a password protects.
async fn open_with(api: &Api, link: &str, password: &str) -> Delivery {
    let shown = json!({"token": link_token(link), "password": password});
    let verified = api.post("/api/v1/links/verify", &shown).await;
    Delivery { grant: verified["grant"].as_str().unwrap().to_owned(), value: verified["delivery"].clone() }
}

async fn refused(api: &Api, link: &str) -> StatusCode {
    let shown = json!({"token": link_token(link)});
    api.request(Method::POST, "/api/v1/links/verify").json(&shown).send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_lost_comes_back_of_a_copy_on_sqlite() {
    drill(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_lost_comes_back_of_a_copy_on_postgresql() {
    drill(Engine::Postgres).await;
}

async fn drill(engine: Engine) {
    let mut installation = Installation::new(engine).await;
    let (acme, globex) = (installation.tenant("acme").await, installation.tenant("globex").await);
    let service = installation.serve(&acme).await;

    let (big, small) = (Content::new(1, 20 << 20), Content::new(2, 5_000));
    let open = acme.draft(&["bert@example.org"]).await;
    acme.file(&open, "small.bin", small).await;
    let upload = acme.begin(&open, "big.bin", big.length).await;
    acme.finish(&upload, big).await;
    let open_link = acme.send(&open).await;

    let wish = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse battery"});
    let locked = acme.post("/api/v1/transfers", &wish).await["id"].as_str().unwrap().to_owned();
    acme.file(&locked, "locked.bin", small).await;
    let locked_link = acme.send(&locked).await;

    let mut others = Vec::new();
    for _ in 0..2 {
        let draft = acme.draft(&["bert@example.org"]).await;
        acme.file(&draft, "other.bin", small).await;
        let link = acme.send(&draft).await;
        others.push((draft, link));
    }
    let [(blocked, blocked_link), (deleted, deleted_link)] = &others[..] else { panic!("two") };
    let request = acme.post("/api/v1/requests", &json!({"title": "Plans, please"})).await;
    let request_link = request["url"].as_str().unwrap().to_owned();

    let foreign = globex.draft(&["carl@example.org"]).await;
    globex.file(&foreign, "foreign.bin", small).await;
    let foreign_link = globex.send(&foreign).await;

    installation.copied().await;
    // Blocked any earlier, none of its parts would be copied.
    acme.post(&format!("/api/v1/transfers/{blocked}/block"), &json!({})).await;
    assert_eq!(acme.purge(deleted).await.unwrap(), StatusCode::NO_CONTENT);
    installation.copied().await;
    let stored = installation.objects("east").0.len();
    for copy in ["west", "safe"] {
        let (parts, records) = installation.objects(copy);
        assert_eq!((parts.len(), records.len()), (stored, 2 + 4), "{copy}: {records:#?}");
    }

    // The disaster: no warning, and nothing left but copies, keyring and vault.
    kill(service).await;
    fs::remove_dir_all(installation.path("east")).unwrap();
    fs::remove_dir_all(installation.path("data")).unwrap();
    installation.begin().await;
    let told = installation.run(&["backup", "restore", "--from", "west"]).await;
    assert!(told.contains("2 tenants, 4 transfers restored"), "{told}");
    assert!(told.contains(&format!("{stored} parts, ")), "{told}");
    assert!(!told.contains("lack parts"), "{told}");
    let again = run(&mut installation.command(&["backup", "restore", "--from", "west"])).await;
    assert!(again.code == Some(1) && again.stderr.contains("the database has tenants"), "{again:?}");
    let nowhere = run(&mut installation.command(&["backup", "restore", "--from", "north", "--resume"])).await;
    assert_ne!(nowhere.code, Some(0), "{nowhere:?}");

    let service = installation.serve(&acme).await;
    let delivery = acme.open(&open_link).await;
    assert_eq!(acme.sha256(&delivery, 0).await, small.sha256());
    assert_eq!(acme.sha256(&delivery, 1).await, big.sha256());
    let delivery = open_with(&acme, &locked_link, "correct horse battery").await;
    assert_eq!(acme.sha256(&delivery, 0).await, small.sha256());
    let delivery = globex.open(&foreign_link).await;
    assert_eq!(globex.sha256(&delivery, 0).await, small.sha256());
    for link in [blocked_link, deleted_link] {
        assert_eq!(refused(&acme, link).await, StatusCode::NOT_FOUND);
    }
    assert_eq!(acme.transfer(blocked).await["state"], "blocked");
    let request = acme.post("/api/v1/requests/open", &json!({"token": link_token(&request_link)})).await;
    assert_eq!(request["title"], "Plans, please");

    // It is an installation as any other: what is sent is copied, and a purge empties every store.
    installation.copied().await;
    for (api, transfer) in [(&acme, &open), (&acme, &locked), (&acme, blocked), (&globex, &foreign)] {
        assert_eq!(api.purge(transfer).await.unwrap(), StatusCode::NO_CONTENT);
        let proof = run_ok(&mut installation.command(&["purge", "verify", transfer])).await;
        assert!(proof.contains("nothing is left"), "{proof}");
    }
    for (store, records) in [("east", 0), ("west", 2), ("safe", 2)] {
        let (parts, left) = installation.objects(store);
        assert_eq!((parts.len(), left.len()), (0, records), "{store}: {parts:#?}");
    }
    kill(service).await;
}
