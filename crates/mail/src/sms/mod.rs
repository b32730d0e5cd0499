//! Text messages: worded here, handed over by a gateway.

mod directory;
mod http;
mod memory;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use sealpost_domain::{JobId, PhoneNumber};

use crate::{Language, LinkCode, MailError, templates::Templates};

pub use directory::DirectoryGateway;
pub use http::{HttpGateway, HttpGatewayOptions};
pub use memory::MemoryGateway;

/// One text message.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    /// The job that sends it: the same for every attempt, so that a gateway can leave out what it has sent already.
    pub id: JobId,
    /// To whom.
    pub to: PhoneNumber,
    /// What it says.
    pub text: String,
}

/// It holds somebody's number and code; logs get neither.
impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Takes text messages over.
#[async_trait]
pub trait SmsGateway: fmt::Debug + Send + Sync {
    /// Hands a message over. Once this returns `Ok`, the gateway has it.
    ///
    /// # Errors
    /// See [`MailError::is_permanent`] for whether another attempt makes sense.
    async fn send(&self, sms: &Sms) -> Result<(), MailError>;
}

/// Words text messages and hands them over. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SmsSender {
    gateway: Arc<dyn SmsGateway>,
    templates: Arc<Templates>,
}

impl SmsSender {
    /// Sends through this gateway.
    pub fn new(gateway: Arc<dyn SmsGateway>) -> Self {
        Self { gateway, templates: Arc::new(Templates::new()) }
    }

    /// Sends a code.
    ///
    /// # Errors
    /// See [`MailError::is_permanent`].
    pub async fn send_code(
        &self,
        id: JobId,
        to: PhoneNumber,
        language: Language,
        code: &LinkCode,
    ) -> Result<(), MailError> {
        let text = self.templates.sms(language, code)?;
        self.gateway.send(&Sms { id, to, text }).await?;
        tracing::info!(sms = %id, "SMS handed over");
        Ok(())
    }
}
