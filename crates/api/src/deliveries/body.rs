//! Bodies of downloads: of a known length, in pieces that fit the socket.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sealpost_transfer::TransferError;
use tracing::Span;

use crate::{error::ApiError, server::WRITE_BUFFER};

/// What the server is told when a download cannot go on: it closes the connection short of the announced length, so
/// that no client takes what it has for the whole. The reason stands in the log already.
#[derive(Debug, thiserror::Error)]
#[error("the download broke off")]
pub(super) struct BrokenOff;

/// The bytes of a download.
///
/// The server copies every piece into its write buffer. Cut to the buffer's size, that copy stays in the processor's
/// cache and the buffer keeps its memory; uncut, both are fresh memory for every piece.
pub(super) struct Download<S> {
    stream: Pin<Box<S>>,
    rest: Bytes,
    length: u64,
    span: Span,
}

impl<S: Stream<Item = Result<Bytes, TransferError>>> Download<S> {
    /// Waits for the first bytes, so that what fails before them is answered as a problem and not as a broken
    /// connection; and if there are none, lets the download count as done: the server asks an empty body for nothing.
    pub(super) async fn begin(stream: S, length: u64) -> Result<Self, TransferError> {
        let mut stream = Box::pin(stream);
        let mut rest = Bytes::new();
        while rest.is_empty() {
            match stream.next().await {
                Some(piece) => rest = piece?,
                None => break,
            }
        }
        Ok(Self { stream, rest, length, span: Span::current() })
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
        while this.rest.is_empty() {
            match std::task::ready!(this.stream.as_mut().poll_next(context)) {
                Some(Ok(piece)) => this.rest = piece,
                Some(Err(error)) => {
                    let error = ApiError::from(error);
                    let cause = error.cause().unwrap_or_else(|| error.to_string());
                    tracing::error!(parent: &this.span, cause, "the download broke off");
                    return Poll::Ready(Some(Err(BrokenOff)));
                }
                None => return Poll::Ready(None),
            }
        }
        let most = this.rest.len().min(WRITE_BUFFER);
        Poll::Ready(Some(Ok(this.rest.split_to(most))))
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
    async fn pieces_are_cut_and_nothing_is_lost() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let pieces = [
            Bytes::copy_from_slice(&bytes[..150_000]),
            Bytes::new(),
            Bytes::copy_from_slice(&bytes[150_000..]),
        ];
        let mut body = Box::pin(Download::begin(stream::iter(pieces.map(Ok)), 200_000).await.unwrap());
        let mut all = Vec::new();
        while let Some(piece) = std::future::poll_fn(|context| body.as_mut().poll_next(context)).await {
            let piece = piece.unwrap();
            assert!((1..=WRITE_BUFFER).contains(&piece.len()));
            all.extend_from_slice(&piece);
        }
        assert_eq!(all, bytes);
    }

    #[actix_web::test]
    async fn what_is_damaged_is_an_error_and_no_end() {
        let pieces = [Ok(Bytes::from_static(b"good")), Err(TransferError::Damaged)];
        let mut body = Box::pin(Download::begin(stream::iter(pieces), 8).await.unwrap());
        assert!(std::future::poll_fn(|context| body.as_mut().poll_next(context)).await.unwrap().is_ok());
        assert!(std::future::poll_fn(|context| body.as_mut().poll_next(context)).await.unwrap().is_err());
    }

    #[actix_web::test]
    async fn what_fails_at_once_can_still_be_answered() {
        let begun = Download::begin(stream::iter([Err(TransferError::Damaged)]), 8).await;
        assert!(matches!(begun, Err(TransferError::Damaged)));
    }

    #[actix_web::test]
    async fn a_description_announces_the_length_and_brings_nothing() {
        assert_eq!(Described(7).size(), BodySize::Sized(7));
        assert!(to_bytes(Described(7)).await.unwrap().is_empty());
    }
}
