//! What stands before the nodes.

use std::{fmt::Write as _, fs, path::Path, process::Stdio, time::Duration};

use tokio::process::{Child, Command};

use crate::support::eventually;

/// An nginx with a configuration of its own. It ends with this value.
pub(crate) struct Nginx {
    child: Child,
}

impl Nginx {
    /// Listens on `port` and asks the nodes in turns. What it says goes to `directory`.
    pub(crate) async fn start(directory: &Path, port: u16, nodes: &[u16]) -> Self {
        fs::create_dir_all(directory).unwrap();
        let file = directory.join("nginx.conf");
        fs::write(&file, configuration(directory, port, nodes)).unwrap();
        let program = std::env::var("SEALPOST_TEST_NGINX").unwrap_or_else(|_| program().to_owned());
        let child = Command::new(program)
            .arg("-p")
            .arg(directory)
            .arg("-c")
            .arg(&file)
            .arg("-e")
            .arg(directory.join("error.log"))
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("nginx is installed (scripts/install.sh test)");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        eventually("nginx answers", async || {
            let asked = client.get(format!("http://127.0.0.1:{port}/healthz"));
            asked.timeout(Duration::from_secs(10)).send().await.ok()
        })
        .await;
        Self { child }
    }

    pub(crate) fn is_there(&self) -> bool {
        self.child.id().is_some()
    }
}

/// Debian keeps it out of the PATH of people.
fn program() -> &'static str {
    if Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" }
}

/// One process, so that it ends when it is killed. A node that refuses connections, or is silent, is left out for five
/// seconds; what may have changed something is asked once (`proxy_next_upstream` without `non_idempotent`), and bodies
/// are passed on as they come, so that uploads are where they seem to be.
fn configuration(directory: &Path, port: u16, nodes: &[u16]) -> String {
    let mut servers = String::new();
    for node in nodes {
        writeln!(servers, "        server 127.0.0.1:{node} max_fails=1 fail_timeout=5s;").unwrap();
    }
    let directory = directory.display();
    format!(
        "daemon off;
master_process off;
pid {directory}/nginx.pid;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    log_format brief '$time_iso8601 $request_method $uri $status $upstream_addr $upstream_status $request_time';
    access_log {directory}/access.log brief;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    upstream sealpost {{
{servers}    }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 0;
        location / {{
            proxy_pass http://sealpost;
            proxy_http_version 1.1;
            proxy_set_header Connection '';
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_request_buffering off;
            proxy_buffering off;
            proxy_connect_timeout 2s;
            proxy_send_timeout 10s;
            proxy_read_timeout 10s;
            proxy_next_upstream error timeout;
            proxy_next_upstream_tries 3;
        }}
    }}
}}
"
    )
}
