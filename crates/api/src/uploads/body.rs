//! The body of an upload: passed on as it comes, and not waited for without end.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::{dev::Payload, error::PayloadError};
use bytes::Bytes;
use futures_util::Stream;
use sealpost_metrics::{Metrics, Moving};
use tokio::time::{Instant, Sleep, sleep};

use crate::Drain;

/// Fewer bytes than this in the time that is waited for any count as none: a client that drips holds a connection
/// and the upload's lease as well as one that is silent.
const LEAST_BYTES: usize = 1024;

/// Why a body did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    /// The connection broke, or what came was no HTTP.
    #[error(transparent)]
    Broken(#[from] PayloadError),
    /// Nothing, or next to nothing, came for too long.
    #[error("the body stood still")]
    Stalled,
    /// The node comes to its end.
    #[error("the node is being stopped")]
    Stopping,
}

/// Why a body was broken off on this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// Nothing, or next to nothing, came for too long.
    Stalled,
    /// The node comes to its end.
    Stopping,
}

/// Says whether and why a body was broken off on this side.
pub(super) type Ending = Rc<Cell<Option<Broken>>>;

/// The body of an upload, piece by piece, no piece copied.
pub(super) struct Body {
    payload: Payload,
    patience: Duration,
    timer: Pin<Box<Sleep>>,
    /// Bytes since the timer was set.
    bytes: usize,
    /// When the body last had no more to give; `None` while it has.
    quiet_since: Option<Instant>,
    ending: Ending,
    drain: Drain,
    /// Set up when the body first has to be waited for.
    closing: Option<Pin<Box<dyn Future<Output = ()>>>>,
    metrics: Metrics,
    _moving: Moving,
}

impl Body {
    pub(super) fn new(payload: Payload, patience: Duration, drain: &Drain, metrics: &Metrics) -> Self {
        let timer = Box::pin(sleep(patience));
        let (metrics, moving) = (metrics.clone(), metrics.uploading());
        Self {
            payload,
            patience,
            timer,
            bytes: 0,
            quiet_since: None,
            ending: Rc::default(),
            drain: drain.clone(),
            closing: None,
            metrics,
            _moving: moving,
        }
    }

    /// Tells whether and why the body was broken off on this side.
    pub(super) fn ending(&self) -> Ending {
        Rc::clone(&self.ending)
    }

    fn poll_closing(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let drain = &self.drain;
        self.closing.get_or_insert_with(|| Box::pin(drain.closing())).as_mut().poll(context)
    }

    fn break_off(&self, why: Broken) -> Poll<Option<Result<Bytes, BodyError>>> {
        self.ending.set(Some(why));
        Poll::Ready(Some(Err(match why {
            Broken::Stalled => BodyError::Stalled,
            Broken::Stopping => BodyError::Stopping,
        })))
    }

    /// Ready when too little has come for too long.
    ///
    /// The timer is not set anew with every piece, which would cost more than passing the piece on: when it goes off
    /// and enough has come since, it is set to where it should have stood.
    fn poll_stalled(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let quiet_since = *self.quiet_since.get_or_insert_with(Instant::now);
        loop {
            ready!(self.timer.as_mut().poll(context));
            if self.bytes < LEAST_BYTES {
                return Poll::Ready(());
            }
            self.bytes = 0;
            self.timer.as_mut().reset(quiet_since + self.patience);
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.payload).poll_next(context) {
            // A body that never lets itself be waited for is ended, too; what it brings now is sent again.
            Poll::Ready(Some(Ok(_))) if self.drain.is_closing() => self.break_off(Broken::Stopping),
            Poll::Ready(Some(Ok(piece))) => {
                self.bytes = self.bytes.saturating_add(piece.len());
                self.quiet_since = None;
                self.metrics.received(piece.len());
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                if self.poll_closing(context).is_ready() {
                    return self.break_off(Broken::Stopping);
                }
                ready!(self.poll_stalled(context));
                self.break_off(Broken::Stalled)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn body(pieces: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Body {
        let payload: Payload = Payload::Stream { payload: Box::pin(pieces) };
        Body::new(payload, PATIENCE, &Drain::default(), &Metrics::default())
    }

    fn every(pause: Duration, bytes: usize, pieces: usize) -> Body {
        body(Box::pin(stream::iter(0..pieces).then(move |_| async move {
            sleep(pause).await;
            Ok(Bytes::from(vec![7; bytes]))
        })))
    }

    async fn run(mut body: Body) -> Result<usize, Option<Broken>> {
        let ending = body.ending();
        let mut length = 0;
        while let Some(piece) = body.next().await {
            length += piece.map_err(|_| ending.get())?.len();
        }
        Ok(length)
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_waited_for() {
        assert_eq!(run(every(Duration::from_secs(50), 2048, 20)).await, Ok(2048 * 20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_body_is_not() {
        assert_eq!(run(body(stream::pending())).await, Err(Some(Broken::Stalled)));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_counts_from_the_last_piece() {
        let first = stream::once(async {
            sleep(PATIENCE / 2).await;
            Ok(Bytes::from(vec![7; 100_000]))
        });
        let begun = Instant::now();
        assert_eq!(run(body(Box::pin(first.chain(stream::pending())))).await, Err(Some(Broken::Stalled)));
        let waited = begun.elapsed();
        assert!((PATIENCE * 3 / 2..PATIENCE * 8 / 5).contains(&waited), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn nor_one_that_drips() {
        assert_eq!(run(every(Duration::from_secs(10), 1, 1_000)).await, Err(Some(Broken::Stalled)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_broken_connection_is_no_stall() {
        assert_eq!(run(body(stream::iter([Err(PayloadError::Incomplete(None))]))).await, Err(None));
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_that_closes_ends_bodies_that_come_and_bodies_that_are_waited_for() {
        let drain = Drain::default();
        let endless = stream::iter(std::iter::repeat_with(|| Ok(Bytes::from_static(b"more"))));
        let silent = stream::pending();
        let bodies: [Payload; 2] =
            [Payload::Stream { payload: Box::pin(endless) }, Payload::Stream { payload: Box::pin(silent) }];
        for payload in bodies {
            let body = Body::new(payload, PATIENCE, &drain, &Metrics::default());
            let closing = async {
                sleep(Duration::from_millis(1)).await;
                drain.close();
            };
            let slowly = async {
                let mut body = body;
                let ended = body.ending();
                while body.next().await.is_some_and(|piece| piece.is_ok()) {
                    sleep(Duration::from_micros(100)).await;
                }
                ended.get()
            };
            assert_eq!(futures_util::join!(slowly, closing).0, Some(Broken::Stopping));
        }
    }
}
