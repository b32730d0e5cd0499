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
    failures: VecDeque<Failure>,
    is_away: bool,
}

#[derive(Debug)]
enum Failure {
    AnswerLost,
    Refused(MailError),
}

impl MemoryTransport {
    /// Everything sent so far, oldest first; what was sent twice is in it twice.
    pub fn letters(&self) -> Vec<Letter> {
        self.lock().letters.clone()
    }

    /// Makes the next sending that is not yet spoken for fail.
    pub fn fail_next(&self, error: MailError) {
        self.lock().failures.push_back(Failure::Refused(error));
    }

    /// Takes the next message that is not yet spoken for, but lets its sender believe that it failed: as a crash
    /// does, or a connection that breaks before the server's last answer.
    pub fn lose_next_answer(&self) {
        self.lock().failures.push_back(Failure::AnswerLost);
    }

    /// Makes every sending fail from now on, or none any more.
    pub fn set_away(&self, is_away: bool) {
        self.lock().is_away = is_away;
    }

    pub(crate) fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let mut inner = self.lock();
        if inner.is_away {
            return Err(MailError::Unavailable("the server is away".to_owned()));
        }
        match inner.failures.pop_front() {
            Some(Failure::Refused(error)) => return Err(error),
            Some(Failure::AnswerLost) => {
                inner.letters.push(letter.clone());
                return Err(MailError::Unavailable("the answer was lost".to_owned()));
            }
            None => inner.letters.push(letter.clone()),
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
