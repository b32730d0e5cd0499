//! What people see and type on a terminal, which `script` provides.

use std::{path::PathBuf, process::Stdio};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
};

use crate::support::{Content, Service, eventually, run_ok, sealpost, sha256};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_typed_twice_to_send_and_until_it_is_right_to_fetch() {
    let here = Terminal::new().await;
    let differing = here
        .types(
            "send --dev dev --password-prompt --to anna@example.org a.bin",
            &["one of them", "another one"],
        )
        .await;
    assert!(!differing.succeeded, "{differing:?}");
    assert!(differing.seen.contains("Again: "), "{differing:?}");

    let sent = here
        .types(
            "send --dev dev --password-prompt --to anna@example.org a.bin",
            &["Größe 7 Meter", "Größe 7 Meter"],
        )
        .await;
    assert!(sent.succeeded, "{sent:?}");
    assert!(!sent.seen.contains("Größe"), "what is typed is not shown: {sent:?}");
    let link =
        sent.seen.split_whitespace().find(|word| word.contains("/t/")).expect("a link is shown").to_owned();

    let fetched = here.types(&format!("get {link} -o out"), &["Grosse 7 Meter", "Größe 7 Meter"]).await;
    assert!(fetched.succeeded, "{fetched:?}");
    assert!(fetched.seen.contains("Wrong. Password: "), "{fetched:?}");
    assert_eq!(sha256(&here.path("out/a.bin")), here.content.sha256());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_shows_how_far_it_is_how_fast_and_how_long_it_takes() {
    let here = Terminal::new().await;
    let sent = here.types("send --dev dev --to anna@example.org a.bin", &[]).await;
    assert!(sent.succeeded, "{sent:?}");
    for part in ["MiB of 24.00 MiB", "MiB/s", "left"] {
        assert!(sent.seen.contains(part), "{part}: {sent:?}");
    }
    let piped =
        run_ok(&mut here.service.command(["send", "--dev", "dev", "--to", "bob@example.org", "a.bin"])).await;
    assert!(!piped.contains("MiB/s"), "a pipe gets the result alone: {piped}");
}

struct Terminal {
    service: Service,
    content: Content,
}

#[derive(Debug)]
struct Session {
    succeeded: bool,
    seen: String,
}

impl Terminal {
    /// A service, and a file to send.
    async fn new() -> Self {
        let service = Service::start().await;
        let content = Content::new(80, 24 * MIB);
        content.write_to(&service.home().join("a.bin"));
        Self { service, content }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.service.home().join(name)
    }

    /// Runs `sealpost WORDS` on a terminal and types the lines.
    async fn types(&self, words: &str, lines: &[&str]) -> Session {
        let binary = sealpost().as_std().get_program().to_str().unwrap().to_owned();
        let mut script = Command::new("script")
            .args([
                "--quiet",
                "--return",
                "--command",
                &format!("tty; stty cols 200; exec {binary} {words}"),
                "/dev/null",
            ])
            .env("SEALPOST_STATE_DIR", self.path("state"))
            .env("TERM", "xterm")
            .current_dir(self.service.home())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        // Held to the end: whoever closes a terminal's input ends what runs on it.
        let mut keyboard = script.stdin.take().unwrap();
        let mut screen = script.stdout.take().unwrap();
        let (mut seen, mut lines) = (Vec::new(), lines.iter());
        while screen.read_buf(&mut seen).await.unwrap() > 0 {
            if [&b"Password: "[..], b"Again: "].iter().any(|question| seen.ends_with(question)) {
                let line = lines.next().expect("it asks no more often");
                // A person is not faster than the program, which hides what is typed once it has asked.
                let tty = String::from_utf8_lossy(&seen).lines().next().expect("its first line").to_owned();
                eventually("what is typed is hidden", async || {
                    run_ok(Command::new("stty").args(["-F", &tty, "-a"]))
                        .await
                        .contains(" -echo ")
                        .then_some(())
                })
                .await;
                keyboard.write_all(format!("{line}\n").as_bytes()).await.unwrap();
            }
        }
        let succeeded = script.wait().await.unwrap().success();
        Session { succeeded, seen: String::from_utf8_lossy(&seen).into_owned() }
    }
}
