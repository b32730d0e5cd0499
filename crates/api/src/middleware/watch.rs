//! Follows a request from its head to the last byte of its answer: on its connection, for [`crate::connections`] to see
//! where nothing moves, and for log, metrics and traces.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    Error,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::ConnectionType,
    middleware::Next,
};
use bytes::Bytes;
use tracing::Instrument as _;

use super::{
    named::named,
    trace::{Asked, Given},
};
use crate::{
    App,
    connections::{Busy, Connection},
};

/// Notes begin and end of the request, and each time that the client takes some of the answer. At a node that comes to its
/// end, the answer is the last one on its connection: the next request goes to another.
pub(crate) async fn watch<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Watched>, Error> {
    let busy = request.conn_data::<Arc<Connection>>().map(Busy::new);
    let drain = App::of(request.request()).drain().clone();
    let asked = Asked::new(&request);
    let mut response = next.call(request).instrument(asked.span()).await?;
    if drain.has_begun() {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    let given = asked.answered(&mut response);
    Ok(response.map_body(|head, body| Watched { body: named(head, body.boxed(), given.id()), busy, given }))
}

/// The body of an answer. The server asks for the next piece of it when the client has taken the last.
pub(crate) struct Watched {
    body: BoxBody,
    busy: Option<Busy>,
    given: Given,
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
        if let Poll::Ready(Some(Ok(bytes))) = &piece {
            self.given.sent(bytes.len());
        }
        if let Some(busy) = &self.busy {
            match &piece {
                Poll::Pending => busy.works(),
                Poll::Ready(_) => busy.gives(),
            }
        }
        piece
    }
}
