//! Where a tenant stands with his licence, and a user with his seat.

use sealpost_domain::{Licence, LicenceState, TenantId, TenantSlug, Timestamp, UserId};

use super::{LicenceKeys, LicenceRefused};
use crate::{Auth, AuthError};

/// Where a tenant stands with his licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceStanding {
    /// Whether it counts.
    pub state: LicenceState,
    /// What it says, if there is one and it is genuine.
    pub licence: Option<Licence>,
    /// Why the one that is stored does not count: its key was taken out of the configuration, say.
    pub refused: Option<LicenceRefused>,
}

/// Where a user stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// His tenant's licence.
    pub licence: LicenceStanding,
    /// Whether one of its seats is his.
    pub held: bool,
}

impl LicenceKeys {
    /// Where a tenant stands with what is stored as his licence. It is checked anew each time: who can write to the
    /// database cannot issue licences.
    pub fn standing(
        &self,
        (tenant, slug): (TenantId, &TenantSlug),
        stored: Option<&str>,
        now: Timestamp,
    ) -> LicenceStanding {
        let none = |state, refused| LicenceStanding { state, licence: None, refused };
        if !self.ask() {
            return none(LicenceState::NotRequired, None);
        }
        let Some(text) = stored else {
            return none(LicenceState::Missing, None);
        };
        match self.verify(text) {
            Ok(licence) if licence.is_for(tenant, slug) => {
                LicenceStanding { state: licence.state(now), licence: Some(licence), refused: None }
            }
            Ok(_) => none(LicenceState::Missing, Some(LicenceRefused::OtherTenant)),
            Err(refused) => none(LicenceState::Missing, Some(refused)),
        }
    }
}

impl LicenceStanding {
    /// How many users may send, if there is a bound.
    pub fn seats(&self) -> Option<u64> {
        match self.state {
            LicenceState::NotRequired => None,
            _ => Some(self.licence.as_ref().map_or(0, |licence| u64::from(licence.seats))),
        }
    }

    /// Whether one of its seats is a user's who has had one since then, and behind so many others. Where no licence is
    /// asked for, everybody has one.
    pub fn holds(&self, seat_at: Option<Timestamp>, ahead: u64) -> bool {
        self.seats().is_none_or(|seats| seat_at.is_some() && ahead < seats)
    }
}

impl Auth {
    /// Where a user stands: one indexed query, and none if this installation asks for no licences.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn seat(&self, tenant: TenantId, user: UserId) -> Result<Seat, AuthError> {
        if !self.licences.ask() {
            let licence = LicenceStanding { state: LicenceState::NotRequired, licence: None, refused: None };
            return Ok(Seat { licence, held: true });
        }
        let place = self.db.read().await?.seat_place(tenant, user).await?;
        // Whoever is no user of the tenant has no seat there.
        let place = place.ok_or(AuthError::NoSeat)?;
        let licence = self.licences.standing((tenant, &place.slug), place.licence.as_deref(), self.now());
        let held = licence.holds(place.seat_at, place.ahead);
        Ok(Seat { licence, held })
    }

    /// The keys that licences are checked with.
    pub const fn licences(&self) -> &LicenceKeys {
        &self.licences
    }
}
