//! What no log line, no trace and no metric may hold, at any level: looked for after journeys in which all of it went
//! through the service, and in which what it needs refused it or was away. The list is in docs/operations.md.

mod database;
pub(crate) mod forms;
mod people;
mod stores;
mod vaults;

use std::fs;

use sealpost_test_support::engines::Engine;

use crate::support::{Collector, Installed, Wanted, eventually, files_below, run};
use forms::Canary;
use people::{MAIL_PASSWORD, MailServer, SMS_PATH, SMS_SECRET, TRACES_SECRET};
use stores::Clouds;

/// Ours at the finest level, and those of others as fine as the documents allow.
const FILTER: &str = "debug,sealpost=trace";

/// The sections of a service that tells all it may.
fn log_and_traces(format: &str, collector: &Collector) -> String {
    format!(
        "[log]\nformat = \"{format}\"\nfilter = \"{FILTER}\"\n\
         [traces]\notlp = \"http://127.0.0.1:{}\"\nratio = 1.0\nsecret = \"{TRACES_SECRET}\"\n",
        collector.port
    )
}

/// All that a service and its commands have told, by where it is read.
struct Heard([(&'static str, String); 4]);

impl Heard {
    async fn of(log: String, collector: &Collector, metrics: String, said: String) -> Self {
        assert!(log.contains("DEBUG") && log.contains("answered"), "the journey was logged");
        eventually("traces", async || (collector.spans().len() > 20).then_some(())).await;
        let traces = String::from_utf8_lossy(&collector.bodies()).into_owned();
        Self([("the log", log), ("traces", traces), ("metrics", metrics), ("what commands say", said)])
    }

    fn lacks(&self, canaries: &[Canary]) {
        for canary in canaries {
            for (place, text) in &self.0 {
                canary.must_not_be_in(place, text);
            }
        }
    }
}

/// The section of the mail server, and the others of a service that sends codes.
fn wanted(
    engine: Engine,
    format: &str,
    collector: &Collector,
    mails: &MailServer,
    gateway: &Collector,
) -> Wanted {
    Wanted {
        mail: Some(format!(
            "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nusername = \"sealpost\"\npassword = \"{MAIL_PASSWORD}\"\n",
            mails.port
        )),
        keys: "trusted_proxies = [\"127.0.0.1\"]".to_owned(),
        sections: format!(
            "{}[sms]\nurl = \"http://127.0.0.1:{}/{SMS_PATH}\"\nsecret = \"{SMS_SECRET}\"\n",
            log_and_traces(format, collector),
            gateway.port
        ),
        ..Wanted::on(engine)
    }
}

/// People come and go; gives what was found out, and what the doctor says of what failed.
async fn people_come(installed: &Installed, mails: &MailServer, gateway: Collector) -> (Vec<Canary>, String) {
    let mut canaries = people::journey(installed, mails, gateway).await;
    canaries.extend(people::canaries());
    eventually("a mail is handed over, one refused, one delayed", async || {
        let log = installed.log();
        let all =
            log.contains("mail handed over") && log.contains("job given up") && log.contains("job failed");
        all.then_some(())
    })
    .await;
    let keys = files_below(&installed.home().join("vault"));
    assert!(!keys.is_empty());
    canaries.extend(keys.iter().map(|key| Canary::new(key.display().to_string(), fs::read(key).unwrap())));
    let doctor = run(&mut installed.command("doctor")).await;
    let doctor = doctor.stdout + &doctor.stderr;
    assert!(doctor.contains("FAULT"), "a job was given up: {doctor}");
    (canaries, doctor)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_secret_or_personal_is_in_a_log_of_text_a_trace_or_a_metric() {
    let (collector, gateway) = (Collector::start().await, Collector::start().await);
    let (mails, clouds) = (MailServer::start().await, Clouds::start());
    let mut wanted = wanted(Engine::Sqlite, "text", &collector, &mails, &gateway);
    wanted.sections += &clouds.sections();
    let mut installed = Installed::start(wanted).await;
    let (mut canaries, mut said) = people_come(&installed, &mails, gateway).await;
    said += &clouds.journey(&installed).await;
    said += &database::cannot_be_read(&installed).await;
    canaries.extend(Clouds::canaries());
    canaries.extend(database::canaries());
    let metrics = installed.metrics().await;
    assert_eq!(installed.stop().await.code(), Some(0), "{}", installed.log());
    Heard::of(installed.log(), &collector, metrics, said).await.lacks(&canaries);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_secret_or_personal_is_in_a_log_of_json_a_trace_or_a_metric() {
    let (collector, gateway) = (Collector::start().await, Collector::start().await);
    let mails = MailServer::start().await;
    let mut wanted = wanted(Engine::Postgres, "json", &collector, &mails, &gateway);
    wanted.database_password = Some(database::PASSWORD);
    let mut installed = Installed::start(wanted).await;
    let (mut canaries, mut said) = people_come(&installed, &mails, gateway).await;
    said += &database::goes_away_and_comes_back(&installed).await;
    canaries.extend(database::canaries());
    let metrics = installed.metrics().await;
    assert_eq!(installed.stop().await.code(), Some(0), "{}", installed.log());
    Heard::of(installed.log(), &collector, metrics, said).await.lacks(&canaries);
}
