//! `sealpost send --zero-knowledge` and `sealpost get` of what it has sent, on both databases: the service is told nothing that
//! opens it, and whatever breaks off goes on.

use std::{fs, path::PathBuf, process::Stdio};

use rustix::process::{Pid, Signal, kill_process};
use sealpost_test_support::{
    engines::Engine,
    peers::proxy::{Fault, Proxy, Strikes},
};
use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::support::{Content, Ended, Service, eventually, files_below, run, run_ok, sha256};

const MIB: u64 = 1 << 20;
const PASSWORD: &str = "Größe 7 Meter im Quadrat";
const SEND: [&str; 6] = ["send", "--dev", "dev", "--to", "anna@example.org", "--zero-knowledge"];

on_both! {
    what_is_sealed_here_is_fetched_whole_and_read_by_nobody_else
    a_password_opens_it_and_wrong_ones_are_counted
    a_sealing_that_was_killed_goes_on_with_the_same_links
    a_file_that_changed_after_a_kill_is_refused
    an_opening_that_was_killed_goes_on_in_the_middle_of_a_file
    what_is_sealed_here_is_looked_into_first_and_stated
}

/// The link that is printed, with its second part.
fn link(stdout: &str) -> String {
    stdout.trim_end().split('\t').nth(1).unwrap_or_else(|| panic!("no link: {stdout}")).to_owned()
}

/// Fetches by a link that no other process of the machine sees.
async fn get(service: &Service, link: &str, more: &[&str]) -> Ended {
    let words = [&["get", "-", "-o", "out"], more].concat();
    let mut command = service.command(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut getting = command.spawn().unwrap();
    getting.stdin.take().unwrap().write_all(link.as_bytes()).await.unwrap();
    let output = getting.wait_with_output().await.unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn out(service: &Service, name: &str) -> PathBuf {
    service.home().join("out").join(name)
}

async fn what_is_sealed_here_is_fetched_whole_and_read_by_nobody_else(engine: Engine) {
    let service = Service::start_on(engine).await;
    let big = Content::new(110, 80 * MIB + 3);
    big.write_to(&service.home().join("in/deep/canary-größe.bin"));
    fs::write(service.home().join("in/empty"), "").unwrap();
    fs::write(service.home().join("in/note.txt"), "canary-content ".repeat(40)).unwrap();
    let words = ["in", "--subject", "canary-subject", "--message", "canary-message", "--json"];
    let sent = run(&mut service.command([&SEND[..], &words].concat())).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stderr.contains("second part"), "{sent:?}");
    let told: Value = serde_json::from_str(&sent.stdout).unwrap();
    assert_eq!(told["mode"], "zero_knowledge");
    let link = told["links"][0]["url"].as_str().unwrap().to_owned();
    let (plain, secret) = link.split_once('#').expect("a second part");
    assert_eq!(secret.len(), 43);
    assert_eq!(files_below(&service.home().join("state")), Vec::<PathBuf>::new(), "nothing is remembered");

    let got = get(&service, &link, &["--json"]).await;
    assert_eq!((got.code, got.stderr.as_str()), (Some(0), ""), "{got:?}");
    let got: Value = serde_json::from_str(&got.stdout).unwrap();
    assert_eq!((&got["subject"], &got["message"]), (&"canary-subject".into(), &"canary-message".into()));
    assert_eq!(sha256(&out(&service, "in/deep/canary-größe.bin")), big.sha256());
    assert_eq!(fs::read_to_string(out(&service, "in/note.txt")).unwrap(), "canary-content ".repeat(40));
    assert_eq!(fs::metadata(out(&service, "in/empty")).unwrap().len(), 0);
    assert_eq!(files_below(&service.home().join("out")).len(), 3, "nothing but the files is left");

    let without = get(&service, plain, &[]).await;
    assert_eq!(without.code, Some(2), "{without:?}");
    assert!(without.stderr.contains("second part"), "{without:?}");
    // Neither logs nor mails nor whatever the service keeps has any of it.
    eventually("the mail", async || {
        service.mails().iter().any(|mail| mail.contains("anna@example.org")).then_some(())
    })
    .await;
    let mails = service.mails().concat();
    assert!(mails.contains(plain.rsplit('/').next().unwrap()), "the first part is mailed");
    for canary in ["canary-", "größe", secret] {
        assert!(!service.log().contains(canary), "{canary} is in the log");
        assert!(!mails.contains(canary), "{canary} is in a mail");
        for path in files_below(&service.dev_dir()) {
            let bytes = fs::read(&path).unwrap_or_default();
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} is in {}", path.display());
        }
    }
}

async fn a_password_opens_it_and_wrong_ones_are_counted(engine: Engine) {
    let service = Service::start_on(engine).await;
    let content = Content::new(111, 3 * MIB);
    content.write_to(&service.home().join("a.bin"));
    for (name, password) in [("right", PASSWORD), ("wrong", "Größe 7 Fuß im Quadrat"), ("short", "1234")] {
        fs::write(service.home().join(name), password).unwrap();
    }
    let weak = run(&mut service.command([&SEND[..], &["a.bin", "--password-file", "short"]].concat())).await;
    assert_eq!(weak.code, Some(2), "{weak:?}");
    let words = [&SEND[..], &["a.bin", "--password-file", "right"]].concat();
    let link = link(&run_ok(&mut service.command(words)).await);
    let unasked = get(&service, &link, &[]).await;
    assert_eq!(unasked.code, Some(3), "{unasked:?}");
    assert!(unasked.stderr.contains("asks for a password"), "{unasked:?}");
    let wrong = get(&service, &link, &["--password-file", "wrong"]).await;
    assert_eq!(wrong.code, Some(3), "{wrong:?}");
    assert!(wrong.stderr.contains("wrong_proof"), "{wrong:?}");
    assert!(!out(&service, "a.bin").exists());
    let got = get(&service, &link, &["--password-file", "right"]).await;
    assert_eq!(got.code, Some(0), "{got:?}");
    assert_eq!(sha256(&out(&service, "a.bin")), content.sha256());
    // Counted as any password's: after enough of them nobody opens it, whatever he knows.
    fs::remove_dir_all(service.home().join("out")).unwrap();
    let locked = eventually("it is locked", async || {
        get(&service, &link, &["--password-file", "wrong"]).await;
        let locked = service.mails().iter().any(|mail| mail.contains("locked"));
        locked.then_some(())
    });
    locked.await;
    let right = get(&service, &link, &["--password-file", "right"]).await;
    assert_eq!(right.code, Some(3), "{right:?}");
    assert!(!service.log().contains("Größe"));
}

/// Begins to send, and is killed when so many parts are stored.
async fn killed_while_sending(service: &Service, words: &[&str], objects: usize) {
    let mut sending = service.command(words.iter().copied()).stdout(Stdio::null()).spawn().unwrap();
    eventually("the first stored parts", async || (service.objects().len() >= objects).then_some(())).await;
    sending.kill().await.unwrap();
}

async fn a_sealing_that_was_killed_goes_on_with_the_same_links(engine: Engine) {
    let service = Service::start_on(engine).await;
    let content = Content::new(112, 200 * MIB + 11);
    content.write_to(&service.home().join("big.bin"));
    fs::write(service.home().join("right"), PASSWORD).unwrap();
    let words = [&SEND[..], &["big.bin", "--password-file", "right"]].concat();
    // Twice, at places that are another each time.
    for objects in [2, 9] {
        killed_while_sending(&service, &words, objects).await;
    }
    for path in files_below(&service.home().join("state")) {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
        assert!(!fs::read_to_string(&path).unwrap().contains("Meter"), "{}", path.display());
    }
    let link = link(&run_ok(&mut service.command(words.iter().copied())).await);
    let got = get(&service, &link, &["--password-file", "right"]).await;
    assert_eq!(got.code, Some(0), "{got:?}");
    assert_eq!(sha256(&out(&service, "big.bin")), content.sha256());
    assert_eq!(files_below(&service.home().join("state")), Vec::<PathBuf>::new());
    let drafts = service.log().matches("route=\"/api/v1/transfers\" status=201").count();
    assert_eq!(drafts, 1, "later calls have made no draft of their own");
}

async fn a_file_that_changed_after_a_kill_is_refused(engine: Engine) {
    let service = Service::start_on(engine).await;
    let path = service.home().join("big.bin");
    Content::new(113, 100 * MIB).write_to(&path);
    let words = [&SEND[..], &["big.bin"]].concat();
    killed_while_sending(&service, &words, 3).await;
    Content::new(114, 100 * MIB).write_to(&path);
    let refused = run(&mut service.command(words.iter().copied())).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
    assert!(refused.stderr.contains("is not what it was"), "{refused:?}");
    let anew = [&words[..], &["--restart"]].concat();
    let link = link(&run_ok(&mut service.command(anew)).await);
    assert_eq!(get(&service, &link, &[]).await.code, Some(0));
    assert_eq!(sha256(&out(&service, "big.bin")), Content::new(114, 100 * MIB).sha256());
}

async fn an_opening_that_was_killed_goes_on_in_the_middle_of_a_file(engine: Engine) {
    let service = Service::start_on(engine).await;
    let content = Content::new(115, 120 * MIB + 1);
    content.write_to(&service.home().join("big.bin"));
    let link = link(&run_ok(&mut service.command([&SEND[..], &["big.bin"]].concat())).await);
    // A line that breaks in the middle of parts, and is slow enough to be killed on.
    let network = Proxy::http(
        service.base_url().trim_start_matches("http://").replace("localhost", "127.0.0.1").parse().unwrap(),
    );
    let link = link.replace(service.base_url(), &network.url());
    network.throttle(40 * MIB);
    let mut getting: Command = service.command(["get", &link, "-o", "out"]);
    let mut getting = getting.stdout(Stdio::null()).spawn().unwrap();
    eventually("the first bytes", async || {
        let files = files_below(&service.home().join("out"));
        files.iter().any(|file| fs::metadata(file).is_ok_and(|file| file.len() >= 5 * MIB)).then_some(())
    })
    .await;
    kill_process(Pid::from_raw(i32::try_from(getting.id().unwrap()).unwrap()).unwrap(), Signal::KILL)
        .unwrap();
    getting.wait().await.unwrap();
    assert!(!out(&service, "big.bin").exists(), "it has no name before it is whole");
    let part = files_below(&service.home().join("out"));
    let have: u64 = part.iter().map(|file| fs::metadata(file).unwrap().len()).max().unwrap();
    network.pass();
    let cut = Fault::CutAnswer { after: 11 * MIB as usize + 5 };
    network.inject(Some("GET"), Strikes::Every(3), cut);
    let got = get(&service, &link, &[]).await;
    assert_eq!(got.code, Some(0), "{got:?}");
    assert_eq!(sha256(&out(&service, "big.bin")), content.sha256());
    assert!(have >= 5 * MIB);
    assert_eq!(files_below(&service.home().join("out")).len(), 1, "nothing but the file is left");
}

async fn what_is_sealed_here_is_looked_into_first_and_stated(engine: Engine) {
    let service = Service::start_on(engine).await;
    fs::write(service.home().join("plan.pdf"), b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n").unwrap();
    let link = link(&run_ok(&mut service.command([&SEND[..], &["plan.pdf"]].concat())).await);
    let told = get(&service, &link, &["--json"]).await;
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(told["files"][0]["stated_kinds"], serde_json::json!(["pdf"]));
    let shown = get(&service, &link, &[]).await;
    assert!(shown.stderr.contains("plan.pdf: pdf (stated by the sender, not checked)"), "{shown:?}");
    // By its name a picture; the rules do not let programs be sent.
    fs::copy("/bin/true", service.home().join("holiday.jpg")).unwrap();
    let (drafts, stored) = ("route=\"/api/v1/transfers\" status=201", service.objects());
    let before = service.log().matches(drafts).count();
    let refused = run(&mut service.command([&SEND[..], &["plan.pdf", "holiday.jpg"]].concat())).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""), "{refused:?}");
    for said in ["holiday.jpg may not be sent", "executable", "Nothing was sealed or sent"] {
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    assert_eq!((service.log().matches(drafts).count(), service.objects()), (before, stored));
}
