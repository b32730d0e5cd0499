//! Mails kept in memory, for tests.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{Letter, MailError};

/// Keeps what it is given; clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryTransport(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    letters: Vec<Letter>,
    failures: VecDeque<MailError>,
}

impl MemoryTransport {
    /// Everything sent so far, oldest first; what was sent twice is in it twice.
    pub fn letters(&self) -> Vec<Letter> {
        self.lock().letters.clone()
    }

    /// Makes the next sending that is not yet spoken for fail.
    pub fn fail_next(&self, error: MailError) {
        self.lock().failures.push_back(error);
    }

    pub(crate) fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let mut inner = self.lock();
        if let Some(error) = inner.failures.pop_front() {
            return Err(error);
        }
        inner.letters.push(letter.clone());
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
