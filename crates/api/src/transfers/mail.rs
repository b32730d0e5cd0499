//! `POST /api/v1/transfers/{transfer_id}/mail`

use actix_web::{HttpResponse, post};
use sealpost_domain::TransferId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    path::Id,
};

/// How a transfer goes with a mail.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailLink {
    /// The link that the mail carries, for everybody whom it goes to. Of a transfer of the mode `zero_knowledge` the program that seals
    /// it puts `#` and the second part behind it: browsers carry that on to the page of each recipient, and tell it nobody.
    #[schema(format = "uri")]
    url: String,
    /// The right to make the transfer available when the mail is sent, and to bring its recipients in line with the mail's: for the
    /// window in which the mail is written, and nobody else. It counts until an hour after the transfer was sent.
    #[schema(example = "mt_x1J9…")]
    ticket: String,
}

/// Makes a transfer go with a mail
///
/// The sender writes the mail himself, and it carries one link for all. Nobody is mailed when the transfer is sent from now on.
/// Repeating it answers the same. For the sender alone: admins get none (403).
#[utoipa::path(
    tag = "transfers",
    operation_id = "mail_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = MailLink),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/mail")]
pub(crate) async fn mail(app: App, sender: Sending, id: Id<TransferId>) -> Result<HttpResponse, ApiError> {
    let link = app.service().mail_link(&sender.0, id.0).await?;
    Ok(HttpResponse::Ok().json(MailLink { url: link.url, ticket: link.ticket }))
}
