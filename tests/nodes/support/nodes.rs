//! Nodes that share everything but themselves.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sealpost_blob::Container;
use sealpost_test_support::{
    engines::{self, Engine, Place},
    peers::proxy::Proxy,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::{
    process::Command,
    sync::{Semaphore, SemaphorePermit},
};

use super::{Node, Store, Vault, blobs::Blobs, cable::Cable, nginx::Nginx, vault::Root};
use crate::support::{Api, files_below, own_port, run_ok, sealpost};

/// As many requests come from one address as the machine can take.
pub(crate) const UNLIMITED: &str =
    "[limits]\nnetwork_per_minute = 1000000\ntenant_per_minute = 1000000\nlink_per_minute = 1000000\n";

/// How the nodes are to be.
pub(crate) struct Options {
    pub(crate) nodes: usize,
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    /// Further lines of every node's configuration, in sections of their own.
    pub(crate) settings: String,
    /// Where the mails of each node go, if not into the directory that all share.
    pub(crate) mail: Vec<Option<String>>,
}

impl Default for Options {
    fn default() -> Self {
        let settings = "[serve]\ndrain_seconds = 1\nstop_seconds = 5\n".to_owned();
        Self { nodes: 3, store: Store::Directory, vault: Vault::Directory, settings, mail: Vec::new() }
    }
}

/// Nodes on one PostgreSQL, one store and one vault, behind an nginx. All of it ends with this value.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Node>,
    /// The ways of the nodes to the databases.
    pub(crate) cables: Vec<Cable>,
    nginx: Nginx,
    base_url: String,
    first_port: u16,
    /// Of somebody who sends.
    pub(crate) token: String,
    container: Container,
    blobs: Blobs,
    root: Root,
    databases: [Place; 2],
    home: TempDir,
    _room: SemaphorePermit<'static>,
}

/// More clusters than these at once would keep each other waiting for longer than leases last.
static ROOM: Semaphore = Semaphore::const_new(2);

impl Cluster {
    pub(crate) async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    pub(crate) async fn start_with(options: Options) -> Self {
        let room = ROOM.acquire().await.unwrap();
        let home = TempDir::with_prefix("sealpost-nodes").unwrap();
        let databases = [engines::empty(Engine::Postgres).await, engines::empty(Engine::Postgres).await];
        let port = own_port();
        let base_url = format!("http://127.0.0.1:{port}");
        let blobs = Blobs::new(options.store, options.nodes, home.path());
        let root = Root::new(options.vault, options.nodes, home.path());
        let (mut nodes, mut cables) = (Vec::new(), Vec::new());
        for number in 0..options.nodes {
            let cable = Cable::to(databases[0].url()).await;
            let urls = databases.each_ref().map(|place| cable.url(place.url()));
            let own = own_port();
            let directory = home.path().join(format!("node-{number}"));
            fs::create_dir_all(&directory).unwrap();
            let config = directory.join("sealpost.toml");
            let mail = options.mail.get(number).cloned().flatten();
            let sections = [
                format!("[vault]\n{}[blob]\n{}", root.settings(number), blobs.settings(number)),
                options.settings.clone(),
                mail_section(home.path(), mail),
            ];
            fs::write(
                &config,
                configuration(home.path(), &directory, &base_url, own, &urls, &sections.concat()),
            )
            .unwrap();
            nodes.push(Node::new(own, config, directory.join("log")));
            cables.push(cable);
        }
        let first = &nodes[0];
        if root.wants_a_key() {
            run_ok(&mut first.command(&["keys", "create"])).await;
        }
        run_ok(&mut first.command(&["migrate"])).await;
        run_ok(&mut first.command(&["tenant", "create", "acme", "--name", "Acme Ltd"])).await;
        let shown = run_ok(&mut first.command(&["tenant", "show", "acme"])).await;
        let container = shown.lines().find_map(|line| line.strip_prefix("container: ")).unwrap();
        let container = container.parse().unwrap();
        let user =
            ["user", "create", "eve@acme.example", "--tenant", "acme", "--name", "Eve", "--role", "owner"];
        run_ok(&mut first.command(&user)).await;
        let token =
            ["token", "create", "eve@acme.example", "--tenant", "acme", "--scopes", "send read admin"];
        let token = run_ok(&mut first.command(&token)).await.trim().to_owned();
        fs::write(home.path().join("token"), &token).unwrap();
        for node in &mut nodes {
            node.know(&token);
            node.launch();
        }
        for node in &mut nodes {
            node.ready().await;
        }
        let ports: Vec<_> = nodes.iter().map(|node| node.port).collect();
        let first_port = own_port();
        let nginx = Nginx::start(&home.path().join("nginx"), port, first_port, &ports).await;
        Self {
            nodes,
            cables,
            nginx,
            base_url,
            first_port,
            token,
            container,
            blobs,
            root,
            databases,
            home,
            _room: room,
        }
    }

    /// By way of nginx.
    pub(crate) fn api(&self) -> Api {
        assert!(self.nginx.is_there());
        Api::new(&self.base_url, &self.token)
    }

    /// By way of nginx, and of the first node as long as that is there.
    pub(crate) fn api_of_first(&self) -> Api {
        Api::new(&format!("http://127.0.0.1:{}", self.first_port), &self.token)
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A command of the operator.
    pub(crate) fn operator(&self, words: &[&str]) -> Command {
        self.nodes[0].command(words)
    }

    /// A command of somebody who sends, by way of nginx.
    pub(crate) fn sender(&self, words: &[&str]) -> Command {
        let mut command = sealpost();
        command.args(words).args(["--server", &self.base_url, "--token-file", "token"]);
        command.current_dir(self.home()).env("SEALPOST_STATE_DIR", self.home().join("state"));
        command
    }

    /// A command of somebody who has a link.
    pub(crate) fn recipient(&self, words: &[&str]) -> Command {
        let mut command = sealpost();
        command.args(words).current_dir(self.home());
        command
    }

    /// The names of the stored objects.
    pub(crate) async fn objects(&self) -> Vec<String> {
        self.blobs.objects(&self.container).await
    }

    /// The way of a node to the store.
    pub(crate) fn way_to_store(&self, node: usize) -> &Proxy {
        self.blobs.way(node)
    }

    /// The ways of the nodes to the vault.
    pub(crate) fn ways_to_vault(&self) -> &[Proxy] {
        self.root.ways()
    }

    /// Runs statements in the main database, past the service.
    pub(crate) async fn sql(&self, statements: String) {
        let mut connection = PgConnection::connect(self.databases[0].url()).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await.unwrap();
    }

    /// The one text that a query of the main database gives, past the service.
    pub(crate) async fn text(&self, query: &str) -> String {
        let mut connection = PgConnection::connect(self.databases[0].url()).await.unwrap();
        sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(&mut connection).await.unwrap()
    }

    /// The mails that all nodes have sent.
    pub(crate) fn mails(&self) -> Vec<PathBuf> {
        let mails = files_below(&self.home().join("mail"));
        mails.into_iter().filter(|path| path.extension().is_some_and(|is| is == "eml")).collect()
    }
}

/// A test that fails shows what the nodes had to say.
impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let logs = self.nodes.iter().map(Node::log).chain([
            fs::read_to_string(self.home().join("nginx/error.log")).unwrap_or_default(),
            fs::read_to_string(self.home().join("nginx/access.log")).unwrap_or_default(),
        ]);
        for (number, log) in logs.enumerate() {
            let lines: Vec<_> = log.lines().filter(|line| !line.contains("\"DEBUG\"")).collect();
            println!("the end of log {number}:\n{}", lines[lines.len().saturating_sub(25)..].join("\n"));
        }
    }
}

fn mail_section(home: &Path, mail: Option<String>) -> String {
    let mail = mail.unwrap_or_else(|| format!("directory = \"{}/mail\"", home.display()));
    format!("[mail]\nfrom = \"sealpost@acme.example\"\n{mail}\n")
}

fn configuration(
    home: &Path,
    directory: &Path,
    base_url: &str,
    port: u16,
    [database, keyring]: &[String; 2],
    sections: &str,
) -> String {
    let (home, directory) = (home.display(), directory.display());
    format!(
        r#"listen = "127.0.0.1:{port}"
base_url = "{base_url}"
data_dir = "{directory}/data"
trusted_proxies = ["127.0.0.1"]
[database]
url = "{database}"
[keyring]
url = "{keyring}"
[audit]
checkpoints = "{home}/checkpoints"
[log]
format = "json"
filter = "info,actix_server=warn,tokio_cron_scheduler=warn,sealpost_jobs=debug"
{sections}
"#
    )
}
