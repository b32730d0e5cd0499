//! TLS: which versions, and certificates that change while the service runs.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use rustix::process::Signal;
use sealpost_test_support::engines::Engine;
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::support::{Installed, Wanted, eventually};

/// Certificates and keys, made by OpenSSL.
struct Pair {
    certificate: PathBuf,
    key: PathBuf,
}

async fn make(directory: &Path, name: &str, days: u32) -> Pair {
    let pair = Pair {
        certificate: directory.join(format!("{name}.crt")),
        key: directory.join(format!("{name}.key")),
    };
    let output = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-subj", &format!("/CN={name}"), "-addext", "subjectAltName=DNS:localhost"])
        .args(["-days", &days.to_string()])
        .arg("-keyout")
        .arg(&pair.key)
        .arg("-out")
        .arg(&pair.certificate)
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    pair
}

/// Puts a pair where the service looks, each file by a rename, as careful programs do.
fn put(pair: &Pair, directory: &Path) {
    for (from, to) in [(&pair.key, "live.key"), (&pair.certificate, "live.crt")] {
        let beside = directory.join("new");
        fs::copy(from, &beside).unwrap();
        fs::rename(&beside, directory.join(to)).unwrap();
    }
}

/// What OpenSSL says of a handshake.
async fn handshake(port: u16, arguments: &[&str]) -> String {
    let mut child = Command::new("openssl")
        .args(["s_client", "-connect", &format!("127.0.0.1:{port}"), "-servername", "localhost"])
        .args(arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"Q\n").await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat()
}

async fn subject(port: u16) -> String {
    let said = handshake(port, &[]).await;
    let line = said.lines().find_map(|line| line.trim().strip_prefix("subject="));
    line.unwrap_or_else(|| panic!("{said}")).replace(' ', "")
}

async fn start(directory: &Path) -> Installed {
    let at = |name: &str| directory.join(name).display().to_string();
    let wanted = Wanted {
        sections: format!("[tls]\ncertificate = \"{}\"\nkey = \"{}\"\n", at("live.crt"), at("live.key")),
        scheme: "https",
        ..Wanted::on(Engine::Sqlite)
    };
    Installed::start(wanted).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_spoken_in_its_two_safe_versions_alone() {
    let directory = tempfile::tempdir().unwrap();
    put(&make(directory.path(), "one", 30).await, directory.path());
    let installed = start(directory.path()).await;
    for (version, is_spoken) in [("-tls1_3", true), ("-tls1_2", true), ("-tls1_1", false), ("-tls1", false)] {
        let said = handshake(installed.port, &[version, "-cipher", "DEFAULT@SECLEVEL=0"]).await;
        let cipher = said.lines().any(|line| line.contains("Cipher is") && !line.contains("(NONE)"));
        assert_eq!(cipher, is_spoken, "{version}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_certificate_is_taken_while_requests_go_on_and_a_broken_one_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let (one, two) = (make(directory.path(), "one", 30).await, make(directory.path(), "two", 90).await);
    let three = make(directory.path(), "three", 60).await;
    put(&one, directory.path());
    let installed = start(directory.path()).await;
    assert_eq!(subject(installed.port).await, "CN=one");
    let end = "sealpost_tls_certificate_not_after_timestamp_seconds";
    let first_end = installed.metric(end).await;

    // Somebody asks all the time, on new connections and without looking at the name in the certificate.
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let asking = tokio::spawn({
        let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
        let client = reqwest::Client::builder()
            .danger_accept_invalid_certs(true)
            .pool_max_idle_per_host(0)
            .no_proxy()
            .build()
            .unwrap();
        let url = format!("https://127.0.0.1:{}/healthz", installed.port);
        async move {
            while !stop.load(Ordering::Relaxed) {
                client.get(&url).send().await.unwrap().error_for_status().unwrap();
                answered.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    put(&two, directory.path());
    installed.signal(Signal::HUP);
    eventually("the second certificate", async || (subject(installed.port).await == "CN=two").then_some(()))
        .await;
    assert!(installed.metric(end).await > first_end);
    assert_eq!(installed.metric("sealpost_tls_reloads_total").await, 1.0);

    // A certificate that is not that key's.
    fs::copy(&one.certificate, directory.path().join("live.crt")).unwrap();
    installed.signal(Signal::HUP);
    eventually("it is told of", async || {
        installed.log().contains("the certificate of before is kept").then_some(())
    })
    .await;
    assert_eq!(subject(installed.port).await, "CN=two");
    assert!(installed.metric("sealpost_tls_reload_failures_total").await >= 1.0);

    // Nobody says anything: the files are looked at.
    put(&three, directory.path());
    eventually("the third certificate", async || (subject(installed.port).await == "CN=three").then_some(()))
        .await;
    stop.store(true, Ordering::Relaxed);
    asking.await.expect("every request is answered");
    assert!(answered.load(Ordering::Relaxed) > 10);
}
