//! `POST /api/v1/requests`

use actix_web::{HttpResponse, http::header, post};
use sealpost_domain::{EmailAddress, rules::FileKind};
use sealpost_transfer::NewUploadRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use super::UploadRequest;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    json::{Body, MAX_LONG_BYTES},
    wire::{Time, TransferMode, asked_kinds},
};

/// What is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateRequest {
    /// One line of at most 200 characters. It becomes the subject of what comes in.
    title: String,
    /// What the uploader reads; at most 16,384 bytes.
    message: Option<String>,
    /// Who alone may use it; whoever has the link if absent.
    #[schema(value_type = Option<String>, format = Email)]
    email: Option<EmailAddress>,
    /// Whether an uploader must show by a code that his address is his.
    #[serde(default)]
    asks_code: bool,
    /// How often it may be used.
    #[serde(default = "once")]
    #[schema(default = 1, minimum = 1, maximum = 1_000)]
    max_uses: u64,
    /// Most files of each use, within the tenant's bounds.
    #[schema(minimum = 1)]
    max_files: Option<u64>,
    /// Most bytes of each use, within the tenant's bounds.
    #[schema(minimum = 1)]
    max_bytes: Option<u64>,
    /// Kinds of files that it takes, in the words of the policy's `types.kinds`, and never more than the policy lets pass;
    /// whatever it lets pass if absent.
    #[schema(value_type = Option<Vec<String>>, example = json!(["image", "pdf"]), min_items = 1)]
    kinds: Option<Vec<FileKind>>,
    /// The tenant's default for transfers (14 days) if absent, and within its bounds for them.
    expires_at: Option<Time>,
    /// Whether `email`, which is needed then, is sent the link, in the language of the tenant's mails.
    #[serde(default)]
    notify: bool,
    /// Who seals what comes in. With `zero_knowledge` it is sealed to the key pair that counts of the caller (409 if there is
    /// none), and `kinds` cannot be asked for.
    #[serde(default)]
    mode: TransferMode,
}

const fn once() -> u64 {
    1
}

/// Asks for files
///
/// The answer has the link, to be handed to whoever shall send them in; with `notify` it is mailed to `email`, as the tenant's
/// rules about addresses allow.
#[utoipa::path(
    tag = "requests",
    operation_id = "create_request",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    request_body = CreateRequest,
    responses(
        (status = 201, body = UploadRequest, headers(("Location" = String, description = "The request."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/requests")]
pub(crate) async fn create(
    app: App,
    sender: Sending,
    body: Body<CreateRequest, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let new = NewUploadRequest {
        title: input.title,
        message: input.message,
        address: input.email,
        asks_code: input.asks_code,
        max_uses: input.max_uses,
        max_files: input.max_files,
        max_bytes: input.max_bytes,
        kinds: asked_kinds(input.kinds)?,
        expires_at: input.expires_at.map(|time| time.0),
        notify: input.notify,
        mode: input.mode.into(),
    };
    let made = app.service().create_request(app.auth().limits(), &sender.0, new).await?;
    let location = app.base_url().join(format_args!("/api/v1/requests/{}", made.id));
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(UploadRequest::from(made)))
}
