//! `POST /api/v1/addin/events/{addin_id}/transfers/{transfer_id}/send`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::{AuthError, LimitKey};
use sealpost_domain::{AddinId, EmailAddress, TransferId, TransferState};
use sealpost_transfer::SentWithMail;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Code, Problem},
    json::{Body, MAX_LONG_BYTES},
    path::Id,
};

/// A mail that is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendWithMail {
    /// The ticket of the mail's window.
    #[schema(example = "mt_x1J9…")]
    ticket: String,
    /// Whom the mail goes to. Nobody changes if it is empty.
    #[schema(value_type = Vec<String>)]
    recipients: Vec<EmailAddress>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailSent {
    state: SentState,
    /// Who can fetch it that could not before.
    added: Vec<String>,
    /// Who could, and can no longer.
    removed: Vec<String>,
}

/// Where a transfer stands that was sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SentState {
    /// Recipients can fetch it.
    Available,
    /// It is looked into first.
    Sealed,
}

/// Makes what goes with a mail available
///
/// To those whom the mail goes to, in the name of its sender, who is left out unless the mail is for him alone: who is not among the
/// recipients is added, as the rules let; who of them is not in the mail is taken out, or blocked if it was sent already. It may be
/// repeated until an hour after it was sent: Outlook may stop a mail after us. A ticket that is wrong or over, another tenant's
/// add-in, and whoever may not send now: 404. Files that are not all there: 409 `state_conflict`.
#[utoipa::path(
    tag = "addin",
    operation_id = "send_with_mail",
    params(
        ("addin_id" = String, Path, description = "The id of the tenant's add-in, from its manifest."),
        ("transfer_id" = String, Path, description = "The transfer's id."),
    ),
    request_body = SendWithMail,
    responses(
        (status = 200, body = MailSent),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/addin/events/{addin_id}/transfers/{transfer_id}/send")]
pub(crate) async fn send(
    app: App,
    request: HttpRequest,
    addin: Id<AddinId>,
    id: Id<TransferId>,
    body: Body<SendWithMail, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let grant = match app.auth().mail_grant(addin.0, id.0, &input.ticket).await {
        // There is nothing to guess in a ticket; who tries all the same costs us little.
        Err(AuthError::NotFound) => {
            app.count_network(&request, |network| LimitKey::network("addin.ticket", network)).await?;
            return Err(ApiError::new(Code::NotFound));
        }
        grant => grant?,
    };
    let sent = app.service().send_with_mail(&grant, &input.recipients).await?;
    Ok(HttpResponse::Ok().json(MailSent::from(sent)))
}

impl From<SentWithMail> for MailSent {
    fn from(sent: SentWithMail) -> Self {
        let texts = |all: Vec<EmailAddress>| all.into_iter().map(String::from).collect();
        Self {
            state: match sent.state {
                TransferState::Sealed => SentState::Sealed,
                _ => SentState::Available,
            },
            added: texts(sent.added),
            removed: texts(sent.removed),
        }
    }
}
