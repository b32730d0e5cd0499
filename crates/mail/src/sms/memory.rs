//! Text messages kept in memory, for tests.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{Sms, SmsGateway};
use crate::MailError;

/// Keeps what it is given; clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryGateway(Arc<Mutex<Vec<Sms>>>);

impl MemoryGateway {
    /// Everything sent so far, oldest first.
    pub fn messages(&self) -> Vec<Sms> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl SmsGateway for MemoryGateway {
    async fn send(&self, sms: &Sms) -> Result<(), MailError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(sms.clone());
        Ok(())
    }
}
