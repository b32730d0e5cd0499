//! `/api/v1/mailboxes`

pub(crate) mod key_pairs;
pub(crate) mod list;

use sealpost_tenancy::MailboxView;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Time;

/// An address that several users send for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Mailbox {
    id: Uuid,
    #[schema(format = Email)]
    email: String,
    /// What recipients see beside the address.
    name: String,
    created_at: Time,
}

/// Mailboxes, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailboxList {
    mailboxes: Vec<Mailbox>,
}

impl From<MailboxView> for Mailbox {
    fn from(mailbox: MailboxView) -> Self {
        Self {
            id: mailbox.id.as_uuid(),
            email: mailbox.email,
            name: mailbox.name,
            created_at: mailbox.created_at.into(),
        }
    }
}

impl From<Vec<MailboxView>> for MailboxList {
    fn from(mailboxes: Vec<MailboxView>) -> Self {
        Self { mailboxes: mailboxes.into_iter().map(Mailbox::from).collect() }
    }
}
