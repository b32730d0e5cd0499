//! `POST /api/v1/portals/begin`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::{Beginning, NewSubmission};
use sealpost_domain::EmailAddress;
use sealpost_transfer::{PortalWish, TransferError};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Code, Problem},
    json::{Body, MAX_LONG_BYTES},
    requests::begin::BegunSubmission,
    submissions::key::begin_key,
};

/// Who sends in, and to whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginAtPortal {
    /// The tenant's short name.
    tenant: String,
    /// The portal's name.
    name: String,
    uploader: PortalUploader,
    /// Ids of choices, and addresses in the portal's domains: one, or at most 20 where several may be chosen. Empty where
    /// there is nothing to choose.
    #[serde(default)]
    recipients: Vec<String>,
    /// One line of at most 200 characters; the portal's title if absent. Where the uploader's program seals, neither this nor
    /// `message` is said here.
    subject: Option<String>,
    /// What recipients read; at most 16,384 bytes.
    message: Option<String>,
    /// The digits that were sent to the uploader, if the portal asks for a code.
    code: Option<String>,
    /// What came in the answer when the code was asked for.
    challenge: Option<String>,
}

/// Who sends in, by his own words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortalUploader {
    /// What he calls himself: one line of at most 100 characters.
    name: String,
    /// His address; mails and pages name it as the sender's.
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
}

/// Begins to send in at a portal
///
/// Files go to the submission as with upload requests. Of the addresses that are named, users of the organisation get it;
/// what reaches nobody goes to whoever runs the page, and the answer is the same: it says of nobody whether he is there. Who
/// repeats it with the same `Idempotency-Key` gets the same submission, with a grant that counts.
#[utoipa::path(
    tag = "portals",
    operation_id = "begin_at_portal",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "A UUID, or another word of at least 128 random bits, that was kept before it is asked. Shown again, with \
            the same body but for code and challenge, it gives what was begun with it, until that is handed over.",
    )),
    request_body = BeginAtPortal,
    responses(
        (status = 201, body = BegunSubmission),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/portals/begin")]
pub(crate) async fn begin(
    app: App,
    request: HttpRequest,
    body: Body<BeginAtPortal, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    app.count_verification(&request).await?;
    let input = body.read().await?;
    let uploader = (&input.uploader.name, input.uploader.email.as_str());
    let key = begin_key(&request, &(uploader, &input.recipients, &input.subject, &input.message))?;
    let new = NewSubmission {
        name: input.uploader.name,
        email: input.uploader.email,
        code: input.code,
        challenge: input.challenge,
        key,
    };
    let auth = app.auth();
    let beginning = auth.portal_begin_grant((&input.tenant, &input.name), &new).await?;
    let wish = PortalWish { recipients: input.recipients, subject: input.subject, message: input.message };
    let begun = match &beginning {
        Beginning::New(grant) => {
            app.service().begin_portal_submission(grant, &wish).await.map_err(without_addresses)?
        }
        Beginning::Again(_, begun) => *begun,
    };
    let sealed = auth.seal_submission(beginning.entrance(), begun.id, begun.expires_at).await?;
    Ok(HttpResponse::Created().json(BegunSubmission::new(begun.id, sealed)))
}

/// The uploader hears why, and not what addresses are behind the page.
fn without_addresses(error: TransferError) -> ApiError {
    match error {
        TransferError::Refused(refusals) => {
            let mut reasons: Vec<_> = refusals.into_iter().map(|refusal| refusal.reason).collect();
            reasons.dedup();
            ApiError::new(Code::RecipientRefused).detail(reasons.join(" "))
        }
        error => error.into(),
    }
}
