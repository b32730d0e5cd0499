//! Bodies of downloads: of a known length, in pieces that fit the socket.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use futures_util::Stream;
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

impl<S> Download<S> {
    pub(super) fn new(stream: S, length: u64) -> Self {
        Self {
            stream: Box::pin(stream),
            rest: Bytes::new(),
            length,
            span: Span::current(),
        }
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
        let mut body = Box::pin(Download::new(stream::iter(pieces.map(Ok)), 200_000));
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
        let mut body = Box::pin(Download::new(stream::iter(pieces), 8));
        assert!(
            std::future::poll_fn(|context| body.as_mut().poll_next(context))
                .await
                .unwrap()
                .is_ok()
        );
        assert!(
            std::future::poll_fn(|context| body.as_mut().poll_next(context))
                .await
                .unwrap()
                .is_err()
        );
    }

    #[actix_web::test]
    async fn a_description_announces_the_length_and_brings_nothing() {
        assert_eq!(Described(7).size(), BodySize::Sized(7));
        assert!(to_bytes(Described(7)).await.unwrap().is_empty());
    }
}
