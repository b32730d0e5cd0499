//! Bodies of downloads: of a known length.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sealpost_metrics::{Metrics, Moving};
use sealpost_transfer::TransferError;
use tracing::Span;

use crate::error::ApiError;

/// What the server is told when a download cannot go on: it closes the connection short of the announced length, so
/// that no client takes what it has for the whole. The reason stands in the log already.
#[derive(Debug, thiserror::Error)]
#[error("the download broke off")]
pub(super) struct BrokenOff;

/// The bytes of a download.
pub(super) struct Download<S> {
    stream: Pin<Box<S>>,
    first: Option<Bytes>,
    length: u64,
    span: Span,
    metrics: Metrics,
    _moving: Moving,
}

impl<S: Stream<Item = Result<Bytes, TransferError>>> Download<S> {
    /// Waits for the first bytes, so that what fails before them is answered as a problem and not as a broken
    /// connection; and if there are none, lets the download count as done: the server asks an empty body for nothing.
    pub(super) async fn begin(stream: S, length: u64, metrics: &Metrics) -> Result<Self, TransferError> {
        let mut stream = Box::pin(stream);
        let (metrics, moving) = (metrics.clone(), metrics.downloading());
        let first = stream.next().await.transpose().inspect_err(|_| metrics.download_failed())?;
        Ok(Self { stream, first, length, span: Span::current(), metrics, _moving: moving })
    }
}

impl<S: Stream<Item = Result<Bytes, TransferError>>> MessageBody for Download<S> {
    type Error = BrokenOff;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.length)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BrokenOff>>> {
        let this = &mut *self;
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        Poll::Ready(std::task::ready!(this.stream.as_mut().poll_next(context)).map(|piece| {
            piece.map_err(|error| {
                let error = ApiError::from(error);
                let cause = error.cause().unwrap_or_else(|| error.to_string());
                tracing::error!(parent: &this.span, cause, "the download broke off");
                this.metrics.download_failed();
                BrokenOff
            })
        }))
    }
}

/// No bytes, with the length of those that a GET would bring.
pub(super) struct Described(pub(super) u64);

impl MessageBody for Described {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0)
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use futures_util::stream;

    use super::*;

    #[actix_web::test]
    async fn nothing_is_lost_of_what_was_waited_for() {
        let pieces = ["one", "two", "three"].map(|piece| Ok(Bytes::from(piece)));
        let body = Download::begin(stream::iter(pieces), 11, &Metrics::default()).await.unwrap();
        assert_eq!(to_bytes(body).await.ok().unwrap(), "onetwothree");
    }

    #[actix_web::test]
    async fn what_is_damaged_is_an_error_and_no_end() {
        let pieces = [Ok(Bytes::from_static(b"good")), Err(TransferError::Damaged)];
        let mut body = Box::pin(Download::begin(stream::iter(pieces), 8, &Metrics::default()).await.unwrap());
        assert!(std::future::poll_fn(|context| body.as_mut().poll_next(context)).await.unwrap().is_ok());
        assert!(std::future::poll_fn(|context| body.as_mut().poll_next(context)).await.unwrap().is_err());
    }

    #[actix_web::test]
    async fn what_fails_at_once_can_still_be_answered() {
        let begun =
            Download::begin(stream::iter([Err(TransferError::Damaged)]), 8, &Metrics::default()).await;
        assert!(matches!(begun, Err(TransferError::Damaged)));
    }

    #[actix_web::test]
    async fn a_description_announces_the_length_and_brings_nothing() {
        assert_eq!(Described(7).size(), BodySize::Sized(7));
        assert!(to_bytes(Described(7)).await.unwrap().is_empty());
    }
}
