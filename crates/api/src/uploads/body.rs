//! The body of an upload: passed on as it comes, and not waited for without end.

use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::{dev::Payload, error::PayloadError};
use bytes::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep};

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
}

/// The body of an upload, piece by piece, no piece copied.
pub(super) struct Body {
    payload: Payload,
    patience: Duration,
    timer: Pin<Box<Sleep>>,
    since_timer: usize,
    stalled: Rc<Cell<bool>>,
}

impl Body {
    pub(super) fn new(payload: Payload, patience: Duration) -> Self {
        let timer = Box::pin(sleep(patience));
        Self { payload, patience, timer, since_timer: 0, stalled: Rc::default() }
    }

    /// Becomes true if the body stood still for too long.
    pub(super) fn stalled(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.stalled)
    }

    /// Looks at the timer once in `patience`, not with every piece: setting it costs more than passing a piece on.
    fn poll_timer(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(context));
            if self.since_timer < LEAST_BYTES {
                return Poll::Ready(());
            }
            self.since_timer = 0;
            self.timer.as_mut().reset(Instant::now() + self.patience);
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.payload).poll_next(context) {
            Poll::Ready(Some(Ok(piece))) => {
                self.since_timer = self.since_timer.saturating_add(piece.len());
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                ready!(self.poll_timer(context));
                self.stalled.set(true);
                Poll::Ready(Some(Err(BodyError::Stalled)))
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
        Body::new(Payload::Stream { payload: Box::pin(pieces) }, PATIENCE)
    }

    fn every(pause: Duration, bytes: usize, pieces: usize) -> Body {
        body(Box::pin(stream::iter(0..pieces).then(move |_| async move {
            sleep(pause).await;
            Ok(Bytes::from(vec![7; bytes]))
        })))
    }

    async fn run(mut body: Body) -> Result<usize, bool> {
        let stalled = body.stalled();
        let mut length = 0;
        while let Some(piece) = body.next().await {
            length += piece.map_err(|_| stalled.get())?.len();
        }
        Ok(length)
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_waited_for() {
        assert_eq!(run(every(Duration::from_secs(50), 2048, 20)).await, Ok(2048 * 20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_body_is_not() {
        assert_eq!(run(body(stream::pending())).await, Err(true));
    }

    #[tokio::test(start_paused = true)]
    async fn nor_one_that_drips() {
        assert_eq!(run(every(Duration::from_secs(10), 1, 1_000)).await, Err(true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_broken_connection_is_no_stall() {
        assert_eq!(run(body(stream::iter([Err(PayloadError::Incomplete(None))]))).await, Err(false));
    }
}
