//! A worded message as it goes over the wire (RFC 5322, MIME).

use std::{fmt, time::Duration};

use lettre::{
    Address,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use sealpost_domain::{EmailAddress, JobId};

use crate::{
    Mail, MailError,
    mailer::Sender,
    templates::{Wording, logo_id},
};

/// A message's identity: `job@domain`. The same for every attempt of a job.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// The id of what `job` sends from an address in `domain`.
    pub fn new(job: JobId, domain: &str) -> Self {
        Self(format!("{job}@{domain}"))
    }

    /// The id without angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A message that is ready to be handed over.
#[derive(Clone)]
pub struct Letter {
    /// Its identity.
    pub id: MessageId,
    /// Envelope sender.
    pub from: EmailAddress,
    /// The one envelope recipient.
    pub to: EmailAddress,
    /// The subject in plain text, one line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// All of it as a MIME message: 7-bit ASCII with CRLF, headers included.
    pub bytes: Vec<u8>,
}

/// The content names people and holds their links; logs get neither.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("id", &self.id)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl Letter {
    /// The same mail and wording always make the same bytes.
    pub(crate) fn new(sender: &Sender, mail: &Mail, wording: Wording) -> Result<Self, MailError> {
        let id = MessageId::new(mail.id, sender.address.domain());
        let from = Mailbox::new(Some(sender.name.clone()), address(&sender.address)?);
        let to = Mailbox::new(None, address(&mail.to)?);
        let since_1970 = Duration::from_millis(u64::try_from(mail.date.unix_millis()).unwrap_or(0));
        let mut message = lettre::Message::builder()
            .message_id(Some(format!("<{id}>")))
            .date(std::time::UNIX_EPOCH + since_1970)
            .from(from)
            .to(to)
            .subject(wording.subject.clone());
        if let Some(reply_to) = &wording.reply_to {
            message = message.reply_to(Mailbox::new(None, address(reply_to)?));
        }
        for (name, value) in [
            // RFC 3834 and Exchange: no out-of-office replies to a machine.
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("Content-Language", mail.language.as_str()),
        ] {
            message =
                message.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()));
        }
        // "=_" never occurs in quoted-printable or base64 text (RFC 2045, 6.7).
        let parts = MultiPart::alternative()
            .boundary(format!("=_{}", mail.id))
            .singlepart(SinglePart::plain(wording.text.clone()));
        let html = SinglePart::html(wording.html.clone());
        let parts = match &mail.branding.logo {
            Some(logo) => parts.multipart(with_logo(mail, html, logo)),
            None => parts.singlepart(html),
        };
        let message = message.multipart(parts).map_err(|error| MailError::Compose(error.to_string()))?;
        Ok(Self {
            id,
            from: sender.address.clone(),
            to: mail.to.clone(),
            subject: wording.subject,
            text: wording.text,
            html: wording.html,
            bytes: message.formatted(),
        })
    }
}

/// The HTML part and the picture that it shows (RFC 2387).
fn with_logo(mail: &Mail, html: SinglePart, logo: &[u8]) -> MultiPart {
    let png = ContentType::parse("image/png").expect("that is a media type");
    MultiPart::related()
        .boundary(format!("=_r{}", mail.id))
        .singlepart(html)
        .singlepart(Attachment::new_inline(logo_id(mail)).body(logo.to_vec(), png))
}

pub(crate) fn address(address: &EmailAddress) -> Result<Address, MailError> {
    address.as_str().parse().map_err(|_| MailError::Compose("an address that SMTP cannot carry".to_owned()))
}
