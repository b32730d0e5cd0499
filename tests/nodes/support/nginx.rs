//! What stands before the nodes.

use std::{fmt::Write as _, fs, path::Path, process::Stdio, time::Duration};

use tokio::process::{Child, Command};

use crate::support::eventually;

/// An nginx with a configuration of its own. It ends with this value.
pub(crate) struct Nginx {
    child: Child,
}

impl Nginx {
    /// Listens on `port` and asks the nodes in turns, and on `first` and asks the others only while the first is away. What
    /// it says goes to `directory`.
    pub(crate) async fn start(directory: &Path, port: u16, first: u16, nodes: &[u16]) -> Self {
        fs::create_dir_all(directory).unwrap();
        let file = directory.join("nginx.conf");
        fs::write(&file, configuration(directory, port, first, nodes)).unwrap();
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
fn configuration(directory: &Path, port: u16, first: u16, nodes: &[u16]) -> String {
    let (mut servers, mut in_order) = (String::new(), String::new());
    for (number, node) in nodes.iter().enumerate() {
        let server = format!("        server 127.0.0.1:{node} max_fails=1 fail_timeout=5s");
        writeln!(servers, "{server};").unwrap();
        writeln!(in_order, "{server}{};", if number > 0 { " backup" } else { "" }).unwrap();
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
    upstream in_turns {{
{servers}    }}
    upstream in_order {{
{in_order}    }}
    map $server_port $nodes {{
        {first} in_order;
        default in_turns;
    }}
    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{first};
        client_max_body_size 0;
        location / {{
            proxy_pass http://$nodes;
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
