//! Work that a client who goes away does not stop.

use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::FutureExt as _;
use sealpost_transfer::TransferError;
use tracing::Instrument as _;

use crate::error::ApiError;

/// Runs `work`, whatever becomes of the request.
///
/// If the client goes away, the request's future is dropped where it stands; the work is not, but goes on in a task of
/// its own. It sees the body break off, closes the part and stores it, so that what had come in is there when the client
/// comes back. A task from the beginning would cost a wake-up and a change of tasks for every piece of the body.
pub(super) async fn to_its_end<T: 'static>(
    work: impl Future<Output = Result<T, TransferError>> + 'static,
) -> Result<T, ApiError> {
    let work = AssertUnwindSafe(work.in_current_span()).catch_unwind();
    match ToItsEnd(Some(Box::pin(work))).await {
        Ok(outcome) => outcome.map_err(ApiError::from),
        Err(_) => Err(ApiError::internal("the upload panicked")),
    }
}

struct ToItsEnd<F>(Option<Pin<Box<F>>>)
where
    F: Future<Output: 'static> + 'static;

impl<F> Future for ToItsEnd<F>
where
    F: Future<Output: 'static> + 'static,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let work = self.0.as_mut().expect("it is not polled after its end");
        let outcome = ready!(work.as_mut().poll(context));
        self.0 = None;
        Poll::Ready(outcome)
    }
}

impl<F> Drop for ToItsEnd<F>
where
    F: Future<Output: 'static> + 'static,
{
    fn drop(&mut self) {
        if let Some(work) = self.0.take() {
            actix_web::rt::spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, rc::Rc};

    use tokio::{
        sync::oneshot,
        task::{LocalSet, yield_now},
    };

    use super::*;

    #[actix_web::test]
    async fn work_whose_request_is_dropped_goes_on() {
        let (go, wait) = oneshot::channel::<()>();
        let done = Rc::new(Cell::new(false));
        let work = {
            let done = Rc::clone(&done);
            async move {
                drop(wait.await);
                done.set(true);
                Ok(())
            }
        };
        let mut request = Box::pin(to_its_end(work));
        assert!(futures_util::poll!(&mut request).is_pending());
        drop(request);
        go.send(()).unwrap();
        while !done.get() {
            yield_now().await;
        }
    }

    #[actix_web::test]
    async fn a_panic_is_an_answer() {
        let work = async {
            yield_now().await;
            panic!("as expected")
        };
        assert!(to_its_end::<()>(work).await.is_err());
    }

    #[test]
    fn a_worker_that_ends_meanwhile_does_not_panic() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let tasks = LocalSet::new();
        let stays = Rc::new(());
        let work = {
            let stays = Rc::clone(&stays);
            async move {
                std::future::pending::<()>().await;
                drop(stays);
                Ok(())
            }
        };
        tasks.spawn_local(to_its_end(work));
        runtime.block_on(tasks.run_until(yield_now()));
        drop(tasks);
        assert_eq!(Rc::strong_count(&stays), 1);
    }
}
