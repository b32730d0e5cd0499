//! Notes on its connection how far a request is, for [`crate::connections`] to see where nothing moves.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    Error,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use bytes::Bytes;

use crate::connections::{Busy, Connection};

/// Notes begin and end of the request, and each time that the client takes some of the answer.
pub(crate) async fn watch<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Watched>, Error> {
    let busy = request.conn_data::<Arc<Connection>>().map(Busy::new);
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| Watched { body: body.boxed(), busy }))
}

/// The body of an answer. The server asks for the next piece of it when the client has taken the last.
pub(crate) struct Watched {
    body: BoxBody,
    busy: Option<Busy>,
}

impl MessageBody for Watched {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let piece = Pin::new(&mut self.body).poll_next(context);
        if let Some(busy) = &self.busy {
            match &piece {
                Poll::Pending => busy.works(),
                Poll::Ready(_) => busy.gives(),
            }
        }
        piece
    }
}
