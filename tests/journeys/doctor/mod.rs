//! `sealpost doctor`: what it says of each fault that can be made, and what to do.

mod stores;

use std::{fs, path::Path};

use sealpost_test_support::engines::Engine;
use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};
use tokio::process::Command;

use crate::support::{Installed, Wanted, run};

/// What the doctor says, by what it looks at; several lines of one thing together.
struct Said(Vec<(String, String, String)>, Option<i32>);

impl Said {
    async fn by(mut command: Command) -> Self {
        let ended = run(command.arg("--json")).await;
        let lines: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let lines = lines.as_array().unwrap().iter();
        Self(
            lines.map(|it| (text(&it["check"]), text(&it["state"]), text(&it["found"]))).collect(),
            ended.code,
        )
    }

    async fn of(installed: &Installed) -> Self {
        Self::by(installed.command("doctor")).await
    }

    /// States and texts of all lines of this thing.
    fn of_check<'a>(&'a self, check: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let lines = self.0.iter().filter(move |line| line.0 == check);
        lines.map(|line| (line.1.as_str(), line.2.as_str()))
    }

    /// One line is of this thing, in this state, and has all of these words in it.
    #[track_caller]
    fn says(&self, check: &str, state: &str, words: &[&str]) -> &Self {
        let fits = |line: &&(String, String, String)| {
            line.0 == check && line.1 == state && words.iter().all(|word| line.2.contains(word))
        };
        assert!(self.0.iter().any(|line| fits(&line)), "{check} {state} {words:?}: {:#?}", self.0);
        let is_fault = self.0.iter().any(|line| line.1 == "fault");
        assert_eq!(self.1, Some(i32::from(is_fault)), "warnings are no failure: {:#?}", self.0);
        self
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_in_good_health_has_no_fault_on_either_engine() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let installed = Installed::start(Wanted::on(engine)).await;
        let said = Said::of(&installed).await;
        assert!(!said.0.iter().any(|line| line.1 == "fault"), "{:#?}", said.0);
        said.says("database", "ok", &["version", "statements fit"])
            .says("vault", "ok", &["wraps and unwraps"])
            .says("blob store", "ok", &["answers"])
            .says("clock", "ok", &["the database's"])
            .says("purges", "ok", &["none is overdue"])
            .says("epoch keys", "ok", &["none is overdue"])
            .says("base_url", "ok", &["can be reached"])
            .says("mail domain", "ok", &["not asked", "example.org"]);
        match engine {
            Engine::Sqlite => said.says("keyring apart", "ok", &[]),
            Engine::Postgres => said.says("keyring apart", "warn", &["server of its own"]),
        };
        let text = installed.command_ok("doctor").await;
        assert!(text.lines().all(|line| line.starts_with("ok    ") || line.starts_with("warn  ")), "{text}");
    }
}

/// Runs SQL on the database, past the service.
async fn past_the_service(installed: &Installed, sql: &'static str) {
    let path = installed.home().join("data/sealpost.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_service_has_not_done_is_a_fault() {
    let mut installed = Installed::start(Wanted::on(Engine::Sqlite)).await;
    installed.api().draft(&["anna@recipients.example"]).await;
    assert_eq!(installed.stop().await.code(), Some(0));
    past_the_service(
        &installed,
        "UPDATE transfers SET expires_at = 1; UPDATE jobs SET failed_at = 1, last_error = 'x', dedupe_key = NULL;",
    )
    .await;
    Said::of(&installed)
        .await
        .says("purges", "fault", &["1 transfers", "sealpost purge run"])
        .says("jobs", "fault", &["were given up", "sealpost jobs retry"])
        .says("base_url", "warn", &["localhost", "fine if the service does not run now"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_named() {
    let installed = Installed::prepare(Wanted {
        sections:
            "[sms]\nurl = \"http://127.0.0.1:9/a-secret-path\"\n[traces]\notlp = \"http://127.0.0.1:9\"\n\
                   [scan]\nclamd = \"tcp://127.0.0.1:9\"\n"
                .to_owned(),
        ..Wanted::on(Engine::Sqlite)
    })
    .await;
    fs::remove_dir_all(installed.home().join("mails")).unwrap();
    let said = Said::of(&installed).await;
    said.says("SMS", "fault", &["127.0.0.1:9"])
        .says("traces", "warn", &["127.0.0.1:9", "nothing else is"])
        .says("malware scanner", "fault", &["127.0.0.1:9"])
        .says("mail", "fault", &["mails"]);
    assert!(!said.0.iter().any(|line| line.2.contains("a-secret-path")), "{:#?}", said.0);
    let vault = installed.home().join("vault");
    fs::rename(&vault, installed.home().join("elsewhere")).unwrap();
    Said::of(&installed).await.says("stores", "fault", &["vault"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_open_files_and_a_proxy_that_is_everybody_are_told() {
    let wanted =
        Wanted { keys: "trusted_proxies = [\"0.0.0.0/0\"]".to_owned(), ..Wanted::on(Engine::Sqlite) };
    let installed = Installed::prepare(wanted).await;
    let doctor = installed.command("doctor");
    let mut limited = Command::new("sh");
    // As `command` does: what is meant for tests is no configuration.
    limited.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    limited.args(["-c", "ulimit -n 1000; exec \"$0\" \"$@\""]);
    limited.arg(doctor.as_std().get_program()).args(doctor.as_std().get_args());
    Said::by(limited).await.says("trusted_proxies", "fault", &["everybody could say who he is"]).says(
        "open files",
        "warn",
        &["at most 1000", "LimitNOFILE"],
    );
    let wanted = Wanted { scheme: "https", ..Wanted::on(Engine::Sqlite) };
    let behind = Installed::prepare(wanted).await;
    Said::of(&behind).await.says("trusted_proxies", "warn", &["all callers look like that proxy"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_not_the_databases_is_a_fault() {
    let installed = Installed::prepare(Wanted::on(Engine::Postgres)).await;
    let doctor = installed.command("doctor");
    Said::by(at_another_time(doctor, "+30s")).await.says("clock", "fault", &["beside the database's", "NTP"]);
}

/// The command, which takes it for another time (Debian's libfaketime).
fn at_another_time(mut command: Command, offset: &str) -> Command {
    let library = format!("/usr/lib/{}-linux-gnu/faketime/libfaketimeMT.so.1", std::env::consts::ARCH);
    assert!(Path::new(&library).exists(), "the package libfaketime: scripts/install.sh test");
    command.env("LD_PRELOAD", library).env("FAKETIME", offset).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    command
}

/// Makes a certificate with OpenSSL, as it was made so many days ago.
async fn certificate(home: &Path, name: &str, ago: u32, days: u32) {
    let subject = format!("subjectAltName=DNS:{name}");
    let output = at_another_time(Command::new("openssl"), &format!("-{ago}d"))
        .args(["req", "-x509", "-newkey", "ec", "-nodes"])
        .args(["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=x", "-addext", &subject])
        .args(["-days", &days.to_string(), "-keyout", "tls.key", "-out", "tls.crt"])
        .current_dir(home)
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_looked_at_from_all_sides() {
    let files = tempfile::tempdir().unwrap();
    let at = |name: &str| files.path().join(name).display().to_string();
    let wanted = Wanted {
        sections: format!("[tls]\ncertificate = \"{}\"\nkey = \"{}\"\n", at("tls.crt"), at("tls.key")),
        scheme: "https",
        ..Wanted::on(Engine::Sqlite)
    };
    let installed = Installed::prepare(wanted).await;
    Said::of(&installed).await.says("TLS", "fault", &["tls.crt"]);
    for (name, ago, days, state, words) in [
        ("localhost", 0, 60, "ok", "more days"),
        ("localhost", 0, 10, "warn", "days: renew it"),
        ("localhost", 60, 30, "fault", "has ended"),
        ("other.example", 0, 60, "fault", "is not for localhost"),
    ] {
        certificate(files.path(), name, ago, days).await;
        Said::of(&installed).await.says("TLS", state, &[words]);
    }
    fs::copy(files.path().join("tls.key"), files.path().join("of-another.key")).unwrap();
    certificate(files.path(), "localhost", 0, 60).await;
    fs::copy(files.path().join("of-another.key"), files.path().join("tls.key")).unwrap();
    Said::of(&installed).await.says("TLS", "fault", &["do not fit together"]);
}
