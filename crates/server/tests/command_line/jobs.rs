//! What an operator sees of the queue, and of the way that mails take.

use std::{fs, net::TcpListener};

use sealpost_db::{Db, DbOptions, NewJob};
use sealpost_domain::{Job, JobId, RecipientId, TenantId, Timestamp};

use crate::service::{Service, failed};

const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

/// Puts jobs into the queue that were given up; there is nothing to do for them any more.
fn give_up(service: &Service, count: u8) -> Vec<JobId> {
    let path = service.path("dev/data/sealpost.db");
    let fill = async {
        let db = Db::open(&DbOptions::sqlite(path)).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let ids: Vec<_> = (0..count).map(|number| JobId::new(NOW, [number; 10])).collect();
        for (number, id) in (0..count).zip(&ids) {
            let (tenant, recipient) = (TenantId::new(NOW, [1; 10]), RecipientId::new(NOW, [number; 10]));
            let job = Job::NotifyRecipient { tenant, recipient };
            let new = NewJob {
                id: *id,
                kind: job.kind(),
                payload: &serde_json::to_string(&job).unwrap(),
                dedupe_key: Some(&job.dedupe_key()),
                run_at: NOW,
                created_at: NOW,
            };
            assert!(tx.enqueue(&new).await.unwrap());
            assert!(tx.fail_job(*id, 0, NOW, "SMTP 554 5.7.1").await.unwrap());
        }
        tx.commit().await.unwrap();
        ids
    };
    tokio::runtime::Runtime::new().unwrap().block_on(fill)
}

#[test]
fn what_was_given_up_is_shown_and_begun_anew() {
    let service = Service::start();
    let ids = give_up(&service, 3);
    let list = || service.out(&["jobs", "list", "--failed", "--dev", "dev"]);
    assert_eq!(list().lines().count(), 3);
    let first = format!("{}\tnotify_recipient\tgiven up\t2027-01-15T08:00:00Z\t0\tSMTP 554 5.7.1", ids[0]);
    assert!(list().lines().any(|line| line == first), "{}", list());
    let doctor = service.run(&["doctor", "--dev", "dev"]);
    let told = String::from_utf8(doctor.stdout).unwrap();
    assert!(told.contains("FAULT jobs: 3 were given up") && doctor.status.code() == Some(1), "{told}");
    let id = ids[0].to_string();
    service.out(&["jobs", "retry", &id, "--dev", "dev"]);
    failed(&service.run(&["jobs", "retry", &id, "--dev", "dev"]), 1, "no such job that was given up");
    assert!(service.out(&["jobs", "retry", "--all", "--dev", "dev"]).contains("2 jobs queued"));
    assert_eq!(list(), "");
    assert!(!service.out(&["doctor", "--dev", "dev"]).contains("FAULT"));
    failed(&service.run(&["jobs", "retry", "--dev", "dev"]), 2, "required");
}

#[test]
fn the_doctor_asks_the_mail_server_and_the_mail_directory() {
    let service = Service::start();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    drop(silent);
    let dev = |name: &str| service.path("dev").join(name).display().to_string();
    let config = |mail: &str| {
        let text = format!(
            "base_url = \"http://127.0.0.1\"\ndata_dir = \"{data}\"\n\
             [database]\nurl = \"sqlite:{data}/sealpost.db\"\n[keyring]\nurl = \"sqlite:{}\"\n\
             [vault]\ndir = \"{}\"\n[blob]\ndir = \"{data}/blobs\"\n\
             [mail]\nfrom = \"a@example.org\"\n{mail}\n",
            dev("keyring/keyring.db"),
            dev("vault"),
            data = dev("data"),
        );
        fs::write(service.path("sealpost.toml"), text).unwrap();
        let output = service.run(&["doctor", "--config", "sealpost.toml"]);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let smtp = format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"");
    let (code, told) = config(&smtp);
    assert!(told.contains("FAULT mail: through 127.0.0.1") && code == Some(1), "{told}");
    let (code, told) = config(&format!("directory = \"{}\"", dev("mail")));
    assert!(told.contains("ok    mail: from a@example.org into ") && code == Some(0), "{told}");
    let (code, told) = config(&format!("directory = \"{}\"", dev("nowhere")));
    assert!(told.contains("FAULT mail: cannot read") && code == Some(1), "{told}");
    assert!(!service.path("dev/nowhere").exists(), "the doctor makes nothing");
}
