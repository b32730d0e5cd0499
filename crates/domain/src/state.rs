//! The states of a transfer and the only ways between them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Timestamp, words::UnknownWord};

/// Where a transfer stands.
///
/// ```text
/// draft ──seal──▶ sealed ──release──▶ available ◀──unblock── blocked ◀──refuse── sealed
///   │               │                   │   └─────block──────▶ │
///   └───────────────┴──────expire───────┴──────────────────────┘──▶ expired ──purge──▶ purged
/// ```
/// `purge` is possible from everywhere (deletion before expiry), and nothing leads out of `purged`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// Files and recipients can still be added; nobody but the sender sees it.
    Draft,
    /// Sent by the sender, not yet released to its recipients.
    Sealed,
    /// Recipients can fetch it.
    Available,
    /// Taken back; reversible until it is purged.
    Blocked,
    /// Its time is over; unreadable from this moment, removed soon after.
    Expired,
    /// Keys, blobs and rows are gone.
    Purged,
}

/// What can happen to a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferEvent {
    /// An admin or the sender takes it back.
    Block,
    /// The clock has reached its end.
    Expire,
    /// Keys, blobs and rows are removed.
    Purge,
    /// What was found in it keeps it from being released.
    Refuse,
    /// Recipients get their links.
    Release,
    /// The sender sends it: files and recipients are fixed.
    Seal,
    /// What was taken back is given again.
    Unblock,
}

/// The event does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a transfer that is {state} cannot {event:?}")]
pub struct StateError {
    /// Where the transfer stood.
    pub state: TransferState,
    /// What was asked of it.
    pub event: TransferEvent,
}

impl TransferState {
    /// All states, in the order of a transfer's life.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Sealed, Self::Available, Self::Blocked, Self::Expired, Self::Purged];

    /// The state after `event`, or an error that changes nothing.
    pub const fn after(self, event: TransferEvent) -> Result<Self, StateError> {
        use TransferEvent as E;
        Ok(match (self, event) {
            (Self::Draft, E::Seal) => Self::Sealed,
            (Self::Sealed, E::Release) | (Self::Blocked, E::Unblock) => Self::Available,
            (Self::Available, E::Block) | (Self::Sealed, E::Refuse) => Self::Blocked,
            (Self::Draft | Self::Sealed | Self::Available | Self::Blocked, E::Expire) => Self::Expired,
            (Self::Draft | Self::Sealed | Self::Available | Self::Blocked | Self::Expired, E::Purge) => {
                Self::Purged
            }
            _ => return Err(StateError { state: self, event }),
        })
    }

    /// The state as it counts at `now`: whatever the row says, what has reached its end is expired.
    ///
    /// Every read goes through here, so that a late scheduler never makes a transfer live longer.
    #[must_use]
    pub fn at(self, now: Timestamp, expires_at: Timestamp) -> Self {
        if now < expires_at { self } else { self.after(TransferEvent::Expire).unwrap_or(self) }
    }

    /// Whether recipients can fetch it.
    pub const fn is_readable(self) -> bool {
        matches!(self, Self::Available)
    }

    /// The word in URLs, JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sealed => "sealed",
            Self::Available => "available",
            Self::Blocked => "blocked",
            Self::Expired => "expired",
            Self::Purged => "purged",
        }
    }
}

impl fmt::Display for TransferState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TransferState {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(UnknownWord)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn events() -> impl Strategy<Value = Vec<TransferEvent>> {
        use TransferEvent::*;
        prop::collection::vec(
            prop::sample::select(vec![Block, Expire, Purge, Refuse, Release, Seal, Unblock]),
            0..32,
        )
    }

    fn run(events: &[TransferEvent]) -> Vec<TransferState> {
        let mut states = vec![TransferState::Draft];
        for event in events {
            let last = *states.last().expect("starts with one");
            states.push(last.after(*event).unwrap_or(last));
        }
        states
    }

    proptest! {
        #[test]
        fn no_path_leads_out_of_purged(events in events()) {
            let states = run(&events);
            if let Some(first) = states.iter().position(|s| *s == TransferState::Purged) {
                prop_assert!(states[first..].iter().all(|s| *s == TransferState::Purged));
            }
        }

        #[test]
        fn nothing_is_readable_again_after_it_expired(events in events()) {
            let states = run(&events);
            if let Some(first) = states.iter().position(|s| *s == TransferState::Expired) {
                prop_assert!(states[first..].iter().all(|s| !s.is_readable()));
            }
        }

        #[test]
        fn nothing_is_readable_before_it_was_sealed_and_released(events in events()) {
            let states = run(&events);
            let readable = states.iter().position(|s| s.is_readable());
            let sealed = states.iter().position(|s| *s == TransferState::Sealed);
            prop_assert!(readable.is_none() || sealed.is_some_and(|s| s < readable.unwrap()));
        }

        #[test]
        fn expiry_counts_whatever_the_row_says(now in any::<i64>(), end in any::<i64>(), i in 0..6_usize) {
            let state = TransferState::ALL[i].at(Timestamp::from_unix_millis(now), Timestamp::from_unix_millis(end));
            prop_assert!(now < end || !state.is_readable());
        }
    }

    #[test]
    fn blocking_is_reversible_until_purge() {
        let blocked = TransferState::Available.after(TransferEvent::Block).unwrap();
        assert_eq!(blocked.after(TransferEvent::Unblock), Ok(TransferState::Available));
        let purged = blocked.after(TransferEvent::Purge).unwrap();
        assert!(purged.after(TransferEvent::Unblock).is_err());
    }

    #[test]
    fn every_state_but_purged_can_be_purged() {
        for state in TransferState::ALL {
            assert_eq!(state.after(TransferEvent::Purge).is_ok(), state != TransferState::Purged);
        }
    }

    #[test]
    fn words_round_trip() {
        for state in TransferState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert_eq!("gone".parse::<TransferState>(), Err(UnknownWord));
    }
}
