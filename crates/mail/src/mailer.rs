//! The way of a message: worded, encoded, handed over.

use sealpost_domain::EmailAddress;

use crate::{Letter, Mail, MailError, Transport, line::one_line, templates::Templates};

/// Longest display name in the `From` header, in characters.
const MAX_NAME_CHARS: usize = 80;

/// Who mails come from.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) address: EmailAddress,
    pub(crate) name: String,
}

/// Words mails and hands them over.
#[derive(Debug)]
pub struct Mailer {
    sender: Sender,
    templates: Templates,
    transport: Transport,
}

impl Mailer {
    /// A mailer whose mails come from `name <address>`. The address's domain is also that of the message ids.
    pub fn new(address: EmailAddress, name: &str, transport: Transport) -> Self {
        let sender = Sender { address, name: one_line(name, MAX_NAME_CHARS) };
        Self { sender, templates: Templates::new(), transport }
    }

    /// The mail as it would be sent.
    ///
    /// # Errors
    /// [`MailError::Compose`] if an address cannot be written into a header.
    pub fn compose(&self, mail: &Mail) -> Result<Letter, MailError> {
        let wording = self.templates.word(mail)?;
        Letter::new(&self.sender, mail, wording)
    }

    /// Sends a mail. Once this returns `Ok`, the next server (or the disk) has taken it over.
    ///
    /// Dropping the future does not undo a sending that has begun.
    ///
    /// # Errors
    /// See [`MailError::is_permanent`] for whether another attempt makes sense.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let letter = self.compose(mail)?;
        self.transport.send(&letter).await?;
        tracing::info!(message_id = %letter.id, "mail handed over");
        Ok(())
    }

    /// Where the mails go.
    pub const fn transport(&self) -> &Transport {
        &self.transport
    }
}
