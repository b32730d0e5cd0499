//! People who work while something happens to the nodes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::{task::JoinHandle, time::sleep};

use crate::support::{Api, Content, Dice};

/// Between two tries of a request, and how many there may be.
const PAUSE: Duration = Duration::from_millis(50);
const TRIES: u32 = 600;
/// Between two things that somebody sends.
const BETWEEN: Duration = Duration::from_millis(400);

/// Some who send small transfers, look at them and fetch them, and ask again where every client would that is worth the name.
pub(crate) struct People {
    counts: Arc<Counts>,
    working: Vec<JoinHandle<()>>,
}

/// What became of all that they asked for.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) asked: u64,
    /// Nobody was there, or whoever was there was ending.
    pub(crate) again: u64,
    /// Downloads that broke off.
    pub(crate) broken: u64,
    /// Transfers that were sent.
    pub(crate) sent: u64,
}

#[derive(Default)]
struct Counts {
    over: AtomicBool,
    rounds: AtomicU64,
    asked: AtomicU64,
    again: AtomicU64,
    broken: AtomicU64,
    sent: AtomicU64,
}

impl People {
    pub(crate) fn begin(api: &Api, dice: &mut Dice, number: usize) -> Self {
        let counts = Arc::new(Counts::default());
        let begin = |_| tokio::spawn(work(api.clone(), dice.next(), Arc::clone(&counts)));
        let working = (0..number).map(begin).collect();
        Self { counts, working }
    }

    /// How many transfers were sent and fetched so far.
    pub(crate) fn rounds(&self) -> u64 {
        self.counts.rounds.load(SeqCst)
    }

    /// Lets them end what they are at.
    pub(crate) async fn end(self) -> Told {
        self.counts.over.store(true, SeqCst);
        for worker in self.working {
            worker.await.unwrap();
        }
        Told {
            asked: self.counts.asked.load(SeqCst),
            again: self.counts.again.load(SeqCst),
            broken: self.counts.broken.load(SeqCst),
            sent: self.counts.sent.load(SeqCst),
        }
    }
}

async fn work(api: Api, seed: u64, counts: Arc<Counts>) {
    let mut dice = Dice::new("worker", seed);
    while !counts.over.load(SeqCst) {
        let content = Content::new(dice.next(), 300_000);
        let draft = json!({"recipients": [{"email": "bert@example.org"}]});
        let made =
            asked(&counts, || api.request(Method::POST, "/api/v1/transfers").json(&draft).send()).await;
        let made: Value = made.json().await.unwrap();
        let id = made["id"].as_str().unwrap();
        // A file that is there already has arrived, and its answer was lost.
        asked(&counts, || {
            let creation = api.creation(id, "a.bin", content.length);
            creation.header("Content-Type", "application/offset+octet-stream").body(content.all()).send()
        })
        .await;
        let path = format!("/api/v1/transfers/{id}");
        asked(&counts, || api.request(Method::GET, &path).send()).await;
        let send = format!("{path}/send");
        let sent = asked(&counts, || api.request(Method::POST, &send).json(&json!({})).send()).await;
        let sent: Value = sent.json().await.unwrap();
        counts.sent.fetch_add(1, SeqCst);
        let token = sent["links"][0]["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let verify = json!({"token": token});
        let opened =
            asked(&counts, || api.request(Method::POST, "/api/v1/links/verify").json(&verify).send()).await;
        let opened: Value = opened.json().await.unwrap();
        let (grant, delivery) = (opened["grant"].as_str().unwrap(), &opened["delivery"]);
        let path = format!(
            "/api/v1/deliveries/{}/files/{}/content",
            delivery["id"].as_str().unwrap(),
            delivery["files"][0]["id"].as_str().unwrap()
        );
        let got = loop {
            match asked(&counts, || api.fetch(grant, &path, 0)).await.bytes().await {
                Ok(got) => break got,
                Err(_) => counts.broken.fetch_add(1, SeqCst),
            };
        };
        assert!(got == content.all(), "the bytes are equal");
        counts.rounds.fetch_add(1, SeqCst);
        // People pause, too; without, a fast machine sends more mails than the test waits for.
        sleep(BETWEEN).await;
    }
}

/// Asks as every client does that is worth the name: again, if nobody was there or whoever was there was ending.
async fn asked<F>(counts: &Counts, ask: impl Fn() -> F) -> Response
where
    F: Future<Output = reqwest::Result<Response>>,
{
    counts.asked.fetch_add(1, SeqCst);
    for _ in 0..TRIES {
        match ask().await {
            Ok(answer) if answer.status().is_success() => return answer,
            Ok(answer) if [502, 503, 504].contains(&answer.status().as_u16()) => {}
            Ok(answer) => panic!("{}: {}", answer.status(), answer.text().await.unwrap()),
            Err(_) => {}
        }
        counts.again.fetch_add(1, SeqCst);
        sleep(PAUSE).await;
    }
    panic!("nobody answers");
}
