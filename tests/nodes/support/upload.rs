//! A tus client that goes on, and notes what it was promised.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use reqwest::{Body, Method, StatusCode};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

use crate::support::{Api, Content, number};

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(200);
/// Tries without an answer that helps, before the test fails: two minutes.
const TRIES: u32 = 600;

/// An upload that goes on by itself, in PATCHes of a bounded length, and no further than its gate.
pub(crate) struct Upload {
    pub(crate) content: Content,
    progress: Arc<Progress>,
    gate: watch::Sender<u64>,
    running: JoinHandle<()>,
}

struct Progress {
    sent: watch::Sender<u64>,
    acknowledged: AtomicU64,
    interruptions: AtomicU64,
}

impl Upload {
    /// Begins one in `transfer`, which stops when `gate` bytes were sent until the gate is opened.
    pub(crate) async fn begin(api: &Api, transfer: &str, content: Content, piece: u64, gate: u64) -> Self {
        let path = api.begin(transfer, &format!("{:x}.bin", content.seed), content.length).await;
        let progress = Arc::new(Progress {
            sent: watch::Sender::new(0),
            acknowledged: AtomicU64::new(0),
            interruptions: AtomicU64::new(0),
        });
        let gate = watch::Sender::new(gate);
        let work = run(api.clone(), path, content, piece, gate.subscribe(), Arc::clone(&progress));
        let running = tokio::spawn(work);
        Self { content, progress, gate, running }
    }

    /// Waits until it stands at its gate, in the middle of a PATCH.
    pub(crate) async fn is_at_its_gate(&self) {
        let gate = *self.gate.borrow();
        self.progress.sent.subscribe().wait_for(|sent| *sent >= gate).await.unwrap();
    }

    pub(crate) fn open(&self) {
        self.gate.send_replace(u64::MAX);
    }

    /// What was acknowledged so far.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.progress.acknowledged.load(SeqCst)
    }

    /// How often it had to begin a request anew, so far.
    pub(crate) fn interruptions(&self) -> u64 {
        self.progress.interruptions.load(SeqCst)
    }

    /// Waits for its last byte to be acknowledged.
    pub(crate) async fn done(&mut self) {
        (&mut self.running).await.unwrap();
        assert_eq!(self.acknowledged(), self.content.length);
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn run(
    api: Api,
    path: String,
    content: Content,
    piece: u64,
    gate: watch::Receiver<u64>,
    progress: Arc<Progress>,
) {
    let mut tries = 0;
    loop {
        assert!(tries < TRIES, "the upload does not go on");
        if let Some(offset) = offset(&api, &path).await {
            let acknowledged = progress.acknowledged.load(SeqCst);
            let sent = *progress.sent.borrow();
            assert!(
                (acknowledged..=sent.max(acknowledged)).contains(&offset),
                "{acknowledged} acknowledged, {sent} sent, {offset} there"
            );
            progress.acknowledged.store(offset, SeqCst);
            if offset == content.length {
                return;
            }
            let end = content.length.min(offset + piece);
            let body = body(content, offset, end, gate.clone(), Arc::clone(&progress));
            match api.patch(&path, offset, body).await {
                Ok(answer) if answer.status() == StatusCode::NO_CONTENT => {
                    progress.acknowledged.fetch_max(number(answer.headers(), "upload-offset"), SeqCst);
                    tries = 0;
                    continue;
                }
                // Another holds it still, or the one that was asked is ending, or nobody was there.
                Ok(answer) if is_passing(answer.status()) => {}
                Ok(answer) => panic!("{}: {}", answer.status(), answer.text().await.unwrap_or_default()),
                Err(_) => {}
            }
        }
        progress.interruptions.fetch_add(1, SeqCst);
        tries += 1;
        sleep(PAUSE).await;
    }
}

/// What every client of tus tries again after.
fn is_passing(status: StatusCode) -> bool {
    [400, 408, 409, 423, 429, 500, 502, 503, 504].contains(&status.as_u16())
}

async fn offset(api: &Api, path: &str) -> Option<u64> {
    let answer = api.request(Method::HEAD, path).timeout(Duration::from_secs(30)).send().await.ok()?;
    match answer.status() {
        StatusCode::OK => Some(number(answer.headers(), "upload-offset")),
        status if is_passing(status) => None,
        status => panic!("{status} for an upload that there is"),
    }
}

fn body(content: Content, from: u64, to: u64, gate: watch::Receiver<u64>, progress: Arc<Progress>) -> Body {
    let pieces = content.pieces(from..to).scan(from, |at, bytes| {
        *at += bytes.len() as u64;
        Some((*at, bytes))
    });
    let pieces = stream::iter(pieces).then(move |(end, bytes)| {
        let (mut gate, progress) = (gate.clone(), Arc::clone(&progress));
        async move {
            let begin = end - bytes.len() as u64;
            // The sender is gone when the test is over.
            let _ = gate.wait_for(|gate| *gate > begin).await;
            progress.sent.send_modify(|sent| *sent = end.max(*sent));
            Ok::<_, std::io::Error>(bytes)
        }
    });
    Body::wrap_stream(pieces)
}
