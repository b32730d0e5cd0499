use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::Stdio,
};

use sealpost_test_support::tools::root;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::{eventually, run_ok};

/// A reverse proxy that is configured by the sample in `deploy/proxy`, with addresses and certificate of the test.
pub(crate) struct Proxy {
    home: TempDir,
    _child: Child,
}

impl Proxy {
    pub(crate) async fn nginx(listen: u16, service: u16) -> Self {
        let home = Self::home().await;
        let at = home.path().display().to_string();
        let site = sample(
            "nginx.conf",
            &[
                ("server 127.0.0.1:8443;", &format!("server 127.0.0.1:{service};")),
                ("listen 443 ssl http2;", &format!("listen 127.0.0.1:{listen} ssl http2;")),
                ("listen 80;", &format!("listen unix:{at}/plain.sock;")),
                ("/etc/ssl/sealpost/fullchain.pem", &format!("{at}/tls.crt")),
                ("/etc/ssl/sealpost/privkey.pem", &format!("{at}/tls.key")),
            ],
        );
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {at}/temporary/{kind};\n"))
            .collect();
        fs::write(
            home.path().join("nginx.conf"),
            format!(
                "daemon off;\nmaster_process off;\npid {at}/nginx.pid;\nerror_log stderr warn;\nevents {{}}\n\
                 http {{\naccess_log off;\n{temporary}{site}}}\n"
            ),
        )
        .unwrap();
        let mut command = Command::new("/usr/sbin/nginx");
        command.arg("-p").arg(home.path()).arg("-c").arg(home.path().join("nginx.conf"));
        command.args(["-e", "stderr"]);
        Self::run(home, command, listen).await
    }

    pub(crate) async fn caddy(listen: u16, service: u16) -> Self {
        let home = Self::home().await;
        let at = home.path().display().to_string();
        let site = sample(
            "Caddyfile",
            &[
                (
                    "{\n\tservers {",
                    "{\n\tadmin off\n\tdefault_bind 127.0.0.1\n\tauto_https disable_redirects\n\tservers {",
                ),
                (
                    "files.example.org {",
                    &format!("https://127.0.0.1:{listen} {{\n\ttls {at}/tls.crt {at}/tls.key"),
                ),
                ("reverse_proxy 127.0.0.1:8443 {", &format!("reverse_proxy 127.0.0.1:{service} {{")),
            ],
        );
        fs::write(home.path().join("Caddyfile"), site).unwrap();
        let mut command = Command::new("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(home.path().join("Caddyfile"));
        Self::run(home, command, listen).await
    }

    /// What the proxy has written to disk of what went through it.
    pub(crate) fn written(&self) -> Vec<PathBuf> {
        super::files_below(&self.home.path().join("temporary"))
    }

    async fn home() -> TempDir {
        let home = TempDir::with_prefix("sealpost-proxy").unwrap();
        for directory in ["temporary", "temporary/other"] {
            fs::create_dir(home.path().join(directory)).unwrap();
        }
        let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 \
                     -addext subjectAltName=IP:127.0.0.1 -keyout tls.key -out tls.crt";
        run_ok(Command::new("openssl").args(words.split_whitespace()).current_dir(home.path())).await;
        home
    }

    async fn run(home: TempDir, mut command: Command, listen: u16) -> Self {
        let log = fs::File::create(home.path().join("log")).unwrap();
        command
            .env("HOME", home.path())
            .env("TMPDIR", home.path().join("temporary/other"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        eventually("the proxy listens", async || {
            let log = fs::read_to_string(home.path().join("log")).unwrap_or_default();
            assert!(child.try_wait().unwrap().is_none(), "the proxy ended:\n{log}");
            TcpStream::connect(("127.0.0.1", listen)).is_ok().then_some(())
        })
        .await;
        Self { home, _child: child }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
            println!("the proxy's log:\n{log}");
        }
    }
}

/// The sample, with each text that must be in it once replaced.
fn sample(name: &str, changes: &[(&str, &str)]) -> String {
    let path: &Path = &root().join("deploy/proxy").join(name);
    let mut text = fs::read_to_string(path).unwrap();
    for (old, new) in changes {
        assert_eq!(text.matches(old).count(), 1, "{}: {old}", path.display());
        text = text.replace(old, new);
    }
    text
}
