//! `kill -9` at random moments: what was acknowledged is there, what was begun can be ended, nothing is done twice.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use reqwest::{Body, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use sealpost_test_support::engines::Engine;
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::support::{Api, Content, Dice, Service, body, eventually, number, run_ok};

const MIB: u64 = 1 << 20;

/// What a client has sent and what it was told, up to the moment at which the server died.
#[derive(Default)]
struct Said {
    sent: AtomicU64,
    acknowledged: AtomicU64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_survives_fifty_kills_and_its_file_is_equal() {
    const ROUNDS: usize = 50;
    let mut dice = Dice::new("fifty kills", 50);
    let content = Content::new(dice.next(), 200 * MIB);
    let mut service = Service::start().await;
    let transfer = service.api().draft(&["anna@example.org"]).await;
    let upload = service.api().begin(&transfer, "big.bin", content.length).await;
    let mut known = 0;
    for round in 0..ROUNDS {
        // On average a fiftieth of the file and less, so that every round finds it unfinished.
        let fatal = known + dice.below(7 * MIB);
        let lag = Duration::from_micros(dice.below(8_000));
        let piece = if dice.below(3) == 0 { content.length } else { 1 + (64 << 10 << dice.below(7)) };
        let said = Arc::new(Said::default());
        said.acknowledged.store(known, SeqCst);
        let sending =
            send_until_death(service.api(), &upload, content, piece, fatal, (service.pid(), lag), &said);
        timeout(Duration::from_secs(120), sending).await.expect("the kill ends it");
        service.kill().await;
        service.restart().await;

        let offset = service.api().offset(&upload).await;
        let (acknowledged, sent) = (said.acknowledged.load(SeqCst), said.sent.load(SeqCst));
        assert!(
            (acknowledged..=sent.max(acknowledged)).contains(&offset),
            "round {round}: {acknowledged} acknowledged, {sent} sent, {offset} there"
        );
        known = offset;
    }
    assert!(known > 0 && known < content.length, "{known}");
    service.api().finish(&upload, content).await;
    assert_sent_equal(&service, &transfer, &[content]).await;
    // Orphans of broken attempts wait for the reconciler; damage would have shown above.
    assert!(service.is_running());
}

/// Sends pieces of `piece` bytes; when byte `fatal` is on its way, the server is killed a little later.
async fn send_until_death(
    api: Api,
    upload: &str,
    content: Content,
    piece: u64,
    fatal: u64,
    (pid, lag): (Pid, Duration),
    said: &Arc<Said>,
) {
    loop {
        let offset = said.acknowledged.load(SeqCst);
        let end = content.length.min(offset + piece);
        let (counted, sent) = (Arc::clone(said), offset);
        let pieces = content.pieces(offset..end).scan(sent, |sent, bytes| {
            *sent += bytes.len() as u64;
            Some((*sent, bytes))
        });
        let pieces = stream::iter(pieces).then(move |(sent, bytes)| {
            let said = Arc::clone(&counted);
            async move {
                said.sent.fetch_max(sent, SeqCst);
                if sent >= fatal {
                    tokio::spawn(async move {
                        sleep(lag).await;
                        let _ = kill_process(pid, Signal::KILL);
                    });
                }
                Ok::<_, std::io::Error>(bytes)
            }
        });
        let answer = api.patch(upload, offset, Body::wrap_stream(pieces)).await;
        match answer {
            Ok(answer) => {
                assert_eq!(
                    answer.status(),
                    StatusCode::NO_CONTENT,
                    "{}",
                    answer.text().await.unwrap_or_default()
                );
                said.acknowledged.store(number(answer.headers(), "upload-offset"), SeqCst);
            }
            // It died.
            Err(_) => return,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_the_last_byte_leaves_a_file_or_an_upload_that_can_be_ended() {
    let mut dice = Dice::new("last byte", 51);
    let mut service = Service::start().await;
    let transfer = service.api().draft(&["anna@example.org"]).await;
    let mut contents = Vec::new();
    for round in 0..12 {
        let length = [1, 70_000, MIB, 8 * MIB, 8 * MIB + 1, 9 * MIB][dice.below(6) as usize];
        let content = Content::new(dice.next(), length);
        contents.push(content);
        let upload = service.api().begin(&transfer, &format!("{round}.bin"), length).await;
        let (api, address, pid) = (service.api(), upload.clone(), service.pid());
        let lag = Duration::from_micros(dice.below(30_000));
        let sending = async {
            let answer = api.patch(&address, 0, body(content, 0..length)).await;
            answer.is_ok_and(|answer| answer.status() == StatusCode::NO_CONTENT)
        };
        let killing = async {
            sleep(lag).await;
            let _ = kill_process(pid, Signal::KILL);
        };
        let (acknowledged, ()) = tokio::join!(sending, killing);
        service.kill().await;
        service.restart().await;
        let offset = service.api().offset(&upload).await;
        assert!(
            offset <= length && (!acknowledged || offset == length),
            "{offset} of {length}, {acknowledged}"
        );
        service.api().finish(&upload, content).await;
    }
    assert_sent_equal(&service, &transfer, &contents).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_while_sending_loses_no_mail_and_doubles_none() {
    killed_while_sending(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_while_sending_loses_no_mail_and_doubles_none_on_postgresql() {
    killed_while_sending(Engine::Postgres).await;
}

async fn killed_while_sending(engine: Engine) {
    let mut dice = Dice::new("send", 52);
    let mut service = Service::start_on(engine).await;
    let mut expected = Vec::new();
    for round in 0..12 {
        let people = ["anna", "bert", "carl"].map(|name| format!("{name}.{round}@example.org"));
        let people = people.each_ref().map(String::as_str);
        let transfer = service.api().draft(&people).await;
        let content = Content::new(dice.next(), 1_000);
        service.api().file(&transfer, "a.bin", content).await;
        let (api, pid, lag) = (service.api(), service.pid(), Duration::from_micros(dice.below(60_000)));
        let path = format!("/api/v1/transfers/{transfer}/send");
        let sending = api.request(reqwest::Method::POST, &path).json(&json!({})).send();
        let killing = async {
            sleep(lag).await;
            let _ = kill_process(pid, Signal::KILL);
        };
        // Whether the answer still came does not matter: the client asks again.
        let (_, ()) = tokio::join!(sending, killing);
        service.kill().await;
        service.restart().await;
        let links = service.api().send_to_all(&transfer).await;
        assert_eq!(links, service.api().send_to_all(&transfer).await);
        let delivery = service.api().open(&links[1].1).await;
        assert_eq!(service.api().sha256(&delivery, 0).await, content.sha256());
        expected.extend(links);
    }
    for (person, link) in &expected {
        let path = link.find("/t/").map(|at| &link[at..]).unwrap();
        let mails = eventually("a mail to everybody", async || {
            let to =
                |mail: &&String| mail.lines().any(|line| line.starts_with("To:") && line.contains(person));
            let mails: Vec<_> = service.mails().iter().filter(to).cloned().collect();
            (!mails.is_empty()).then_some(mails)
        })
        .await;
        assert_eq!(mails.len(), 1, "{person}");
        assert!(mails[0].contains(path), "{person}: {path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_that_dies_with_the_server_breaks_off_visibly_and_goes_on() {
    let mut dice = Dice::new("download", 53);
    let content = Content::new(dice.next(), 48 * MIB);
    let mut service = Service::start().await;
    let transfer = service.api().draft(&["anna@example.org"]).await;
    service.api().file(&transfer, "a.bin", content).await;
    let link = service.api().send(&transfer).await;
    let delivery = service.api().open(&link).await;
    let mut have: Vec<u8> = Vec::new();
    let mut etag = None;
    let mut deaths = 0;
    // What is on its way in sockets when the server dies arrives all the same, so some lives see the end of the file.
    while deaths < 6 && (have.len() as u64) < content.length {
        let fatal = dice.below(3 * MIB);
        let answer =
            service.api().fetch(&delivery.grant, &delivery.file(0), have.len() as u64).await.unwrap();
        let expected = if have.is_empty() { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT };
        assert_eq!(answer.status(), expected);
        let tag = answer.headers()["etag"].clone();
        assert_eq!(*etag.get_or_insert_with(|| tag.clone()), tag, "a restart does not change what a file is");
        let (pid, mut body, mut got) = (service.pid(), answer.bytes_stream(), 0);
        let broken = loop {
            match body.next().await {
                Some(Ok(bytes)) => {
                    got += bytes.len() as u64;
                    have.extend_from_slice(&bytes);
                    if got >= fatal {
                        let _ = kill_process(pid, Signal::KILL);
                    }
                }
                Some(Err(_)) => break true,
                None => break false,
            }
        };
        assert!(broken || have.len() as u64 == content.length, "a short body that ends as if it were whole");
        deaths += u64::from(broken);
        service.kill().await;
        service.restart().await;
    }
    if (have.len() as u64) < content.length {
        let rest = service.api().fetch(&delivery.grant, &delivery.file(0), have.len() as u64).await.unwrap();
        have.extend_from_slice(&rest.bytes().await.unwrap());
    }
    assert!(deaths > 0, "none died of it");
    assert!(have == content.all(), "the pieces make the file");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purge_that_was_killed_ends_clean() {
    let mut dice = Dice::new("purge", 54);
    let mut service = Service::start().await;
    for _ in 0..8 {
        let api = service.api();
        let transfer = api.draft(&["anna@example.org"]).await;
        for number in 0..6 {
            api.file(&transfer, &format!("{number}.bin"), Content::new(dice.next(), 300_000)).await;
        }
        let link = api.send(&transfer).await;
        let (pid, lag) = (service.pid(), Duration::from_micros(dice.below(30_000)));
        let killing = async {
            sleep(lag).await;
            let _ = kill_process(pid, Signal::KILL);
        };
        let (purged, ()) = tokio::join!(api.purge(&transfer), killing);
        service.kill().await;
        service.restart().await;
        // Gone already, or still whole, or begun: asking again ends it in each case.
        let again = service.api().purge(&transfer).await.unwrap();
        let fine = [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND, StatusCode::GONE];
        assert!(fine.contains(&again), "{purged:?}, then {again}");
        run_ok(&mut service.command(["purge", "run", "--dev", "dev"])).await;
        let proof = run_ok(&mut service.command(["purge", "verify", &transfer, "--dev", "dev"])).await;
        assert!(proof.contains("nothing is left"), "{proof}");
        let token = json!({"token": crate::support::link_token(&link)});
        let answer =
            service.api().request(reqwest::Method::POST, "/api/v1/links/open").json(&token).send().await;
        assert_eq!(answer.unwrap().status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(service.objects(), Vec::<std::path::PathBuf>::new());
}

/// Sends the transfer, and downloads what came up.
async fn assert_sent_equal(service: &Service, transfer: &str, contents: &[Content]) {
    let api = service.api();
    let link = api.send(transfer).await;
    let delivery = api.open(&link).await;
    assert_eq!(delivery.value["files"].as_array().unwrap().len(), contents.len());
    for (number, content) in contents.iter().enumerate() {
        assert_eq!(api.sha256(&delivery, number).await, content.sha256(), "file {number}");
    }
}
