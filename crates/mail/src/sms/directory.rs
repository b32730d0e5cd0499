//! Text messages as files in a directory, for trying things out.

use async_trait::async_trait;
use serde_json::json;

use super::{Sms, SmsGateway};
use crate::{DirectoryTransport, MailError, SetupError};

/// Writes each message to `<id>.sms.json`, whole or not at all.
#[derive(Debug, Clone)]
pub struct DirectoryGateway(DirectoryTransport);

impl DirectoryGateway {
    /// Writes to `path`, which is made if need be (for the owner's eyes only: messages hold codes).
    ///
    /// # Errors
    /// [`SetupError::Directory`] if it cannot be made or is no directory.
    pub fn new(path: impl Into<std::path::PathBuf>) -> Result<Self, SetupError> {
        DirectoryTransport::new(path).map(Self)
    }
}

#[async_trait]
impl SmsGateway for DirectoryGateway {
    async fn send(&self, sms: &Sms) -> Result<(), MailError> {
        let message = json!({ "id": sms.id.to_string(), "to": sms.to.as_str(), "text": sms.text });
        self.0.put(format!("{}.sms.json", sms.id), format!("{message}\n").into_bytes()).await
    }
}
