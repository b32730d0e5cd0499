//! `POST /api/v1/requests/begin`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::{Beginning, NewSubmission, SealedSubmission};
use sealpost_domain::{EmailAddress, TransferId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
    submissions::key::begin_key,
    wire::Time,
};

/// Who sends in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginSubmission {
    /// The last part of the link's address.
    token: String,
    /// What he calls himself: one line of at most 100 characters.
    name: String,
    /// His address; mails and pages name it as the sender's.
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
    /// The digits that were sent there, if the request asks for a code.
    code: Option<String>,
    /// What came in the answer when the code was asked for.
    challenge: Option<String>,
}

/// The right to send in.
#[derive(Serialize, ToSchema)]
pub(crate) struct BegunSubmission {
    /// In the addresses of its files: `/api/v1/transfers/{submission_id}/files`.
    submission_id: Uuid,
    /// For `Authorization: Bearer`, for this submission alone.
    grant: String,
    /// When it ends.
    expires_at: Time,
}

impl BegunSubmission {
    pub(crate) fn new(id: TransferId, sealed: SealedSubmission) -> Self {
        Self { submission_id: id.as_uuid(), grant: sealed.grant, expires_at: sealed.expires_at.into() }
    }
}

/// Begins to send in
///
/// Takes one of the request's uses. It is given back if nothing comes for 24 hours. Who repeats it with the same
/// `Idempotency-Key` takes no other: he gets the same submission, with a grant that counts.
#[utoipa::path(
    tag = "requests",
    operation_id = "begin_submission",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "A UUID, or another word of at least 128 random bits, that was kept before it is asked. Shown again, with \
            the same body but for code and challenge, it gives what was begun with it, until that is handed over.",
    )),
    request_body = BeginSubmission,
    responses(
        (status = 201, body = BegunSubmission),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/requests/begin")]
pub(crate) async fn begin(
    app: App,
    request: HttpRequest,
    body: Body<BeginSubmission>,
) -> Result<HttpResponse, ApiError> {
    app.count_verification(&request).await?;
    let input = body.read().await?;
    let key = begin_key(&request, &(&input.name, input.email.as_str()))?;
    let new = NewSubmission {
        name: input.name,
        email: input.email,
        code: input.code,
        challenge: input.challenge,
        key,
    };
    let beginning = app.auth().begin_grant(&input.token, &new).await?;
    let begun = match &beginning {
        Beginning::New(grant) => app.service().begin_submission(grant).await?,
        Beginning::Again(_, begun) => *begun,
    };
    let sealed = app.auth().seal_submission(beginning.entrance(), begun.id, begun.expires_at).await?;
    Ok(HttpResponse::Created().json(BegunSubmission::new(begun.id, sealed)))
}
