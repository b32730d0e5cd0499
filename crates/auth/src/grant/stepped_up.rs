//! The right to dangerous acts.

use std::ops::Deref;

/// A grant whose bearer has shown a credential a moment ago: what dangerous acts take, so that a session which was left
/// open, or stolen, is not enough for them.
#[derive(Debug, Clone)]
pub struct SteppedUp<G>(G);

impl<G> SteppedUp<G> {
    pub(crate) const fn new(grant: G) -> Self {
        Self(grant)
    }
}

impl<G> Deref for SteppedUp<G> {
    type Target = G;

    fn deref(&self) -> &G {
        &self.0
    }
}
