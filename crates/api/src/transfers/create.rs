//! `POST /api/v1/transfers`

use actix_web::{HttpResponse, http::header, post};
use sealpost_domain::{EmailAddress, PhoneNumber};
use sealpost_transfer::{NewRecipient as Recipient, NewTransfer};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    json::{Body, MAX_LONG_BYTES},
    wire::{NewPassword, Protection, Time, Transfer, TransferMode},
};

/// What a transfer begins with. Files and further recipients follow.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateTransfer {
    #[serde(default)]
    recipients: Vec<NewRecipient>,
    /// Shown in mails; the service can read it until the transfer ends.
    subject: Option<String>,
    /// Shown beside the files only. With a password nobody reads it without.
    message: Option<String>,
    /// The tenant's default (14 days) if absent.
    expires_at: Option<Time>,
    /// What recipients must show beside their link. If absent: the password if there is one, else what the tenant says.
    protection: Option<Protection>,
    /// The password of all recipients who need one and have none of their own.
    password: Option<NewPassword>,
    /// In how many visits each recipient may fetch; unlimited if absent. One visit may fetch everything, and again.
    #[schema(minimum = 1, maximum = 1_000_000)]
    max_downloads: Option<u64>,
    /// The address of a shared mailbox that the user may send for; mails and pages name it as the sender.
    #[schema(value_type = Option<String>, format = Email)]
    send_as: Option<EmailAddress>,
    /// Whether recipients may answer with files; as the tenant says (`replies`) if absent.
    allow_reply: Option<bool>,
    /// Who seals it. With `zero_knowledge` neither `subject` nor `message` nor a password is said: the sender's program seals
    /// them (`PUT …/sealing`).
    #[serde(default)]
    mode: TransferMode,
}

/// A person to send to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRecipient {
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
    /// In international form, such as `+4915123456789`; needed for codes by SMS.
    #[schema(value_type = Option<String>)]
    phone: Option<PhoneNumber>,
    /// If it is something else than the transfer says.
    protection: Option<Protection>,
    /// One of his own.
    password: Option<NewPassword>,
}

/// Begins a transfer
///
/// It is a draft until it is sent.
#[utoipa::path(
    tag = "transfers",
    operation_id = "create_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    request_body = CreateTransfer,
    responses(
        (status = 201, body = Transfer, headers(("Location" = String, description = "The transfer."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers")]
pub(crate) async fn create(
    app: App,
    sender: Sending,
    body: Body<CreateTransfer, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let transfer = app.service().create(&sender.0, input.into()).await?;
    let location = app.base_url().join(format_args!("/api/v1/transfers/{}", transfer.id));
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(Transfer::from(transfer)))
}

impl From<CreateTransfer> for NewTransfer {
    fn from(input: CreateTransfer) -> Self {
        Self {
            recipients: input.recipients.into_iter().map(Recipient::from).collect(),
            protection: input.protection.map(Into::into),
            subject: input.subject,
            message: input.message,
            expires_at: input.expires_at.map(|time| time.0),
            password: input.password.map(Into::into),
            max_downloads: input.max_downloads,
            send_as: input.send_as,
            allow_reply: input.allow_reply,
            mode: input.mode.into(),
        }
    }
}

impl From<NewRecipient> for Recipient {
    fn from(input: NewRecipient) -> Self {
        Self {
            address: input.email,
            phone: input.phone,
            protection: input.protection.map(Into::into),
            password: input.password.map(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<CreateTransfer, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn everything_can_be_left_out() {
        assert!(parse("{}").unwrap().recipients.is_empty());
    }

    #[test]
    fn what_is_not_meant_is_refused() {
        for json in [
            r#"{"state":"available"}"#,
            r#"{"recipients":[{"email":"anna@example.org","role":"owner"}]}"#,
            r#"{"recipients":[{"email":"anna"}]}"#,
            r#"{"recipients":["anna@example.org"]}"#,
            r#"{"recipients":[{"email":"anna@example.org","phone":"0151 2345"}]}"#,
            r#"{"protection":"code"}"#,
            r#"{"protection":["none"]}"#,
            r#"{"password":{"generate":false}}"#,
            r#"{"max_downloads":-1}"#,
            r#"{"mode":"zero-knowledge"}"#,
            r#"{"expires_at":"tomorrow"}"#,
            r#"{"subject":"a","subject":"b"}"#,
            "[]",
            "null",
        ] {
            assert!(parse(json).is_err(), "{json}");
        }
    }
}
