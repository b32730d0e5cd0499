//! Seats: who of a tenant may send. The licence says how many, and the order of assignment says who.

use sealpost_auth::{ManageGrant, Seat};
use sealpost_db::{SeatPlace, Tx};
use sealpost_domain::{TenantId, Timestamp, UserId};
use serde_json::json;

use crate::{Tenancy, TenancyError};

/// A user's seat as those see it who run the tenant.
#[derive(Debug, Clone, Copy)]
pub struct SeatView {
    /// Since when a seat is his.
    pub assigned_at: Option<Timestamp>,
    /// Whether it is one of the licence's: the licence may have fewer than were assigned.
    pub held: bool,
}

impl Tenancy {
    /// Gives a user a seat, the last in the order. One that he has already keeps its place.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] without such a user.
    pub async fn assign_seat(&self, grant: &ManageGrant, user: UserId) -> Result<SeatView, TenancyError> {
        let now = self.clock.now();
        self.change_seat(grant, user, "user.seat_assigned", async |tx, tenant| {
            Ok(tx.assign_seat(tenant, user, now).await?)
        })
        .await
    }

    /// Takes a user's seat: who was behind him moves up.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] without such a user.
    pub async fn withdraw_seat(&self, grant: &ManageGrant, user: UserId) -> Result<SeatView, TenancyError> {
        self.change_seat(grant, user, "user.seat_withdrawn", async |tx, tenant| {
            Ok(tx.withdraw_seat(tenant, user).await?)
        })
        .await
    }

    async fn change_seat(
        &self,
        grant: &ManageGrant,
        user: UserId,
        kind: &str,
        change: impl AsyncFnOnce(&mut Tx, TenantId) -> Result<bool, TenancyError>,
    ) -> Result<SeatView, TenancyError> {
        let tenant = grant.tenant();
        let mut tx = self.db.write().await?;
        tx.user(tenant, user).await?.ok_or(TenancyError::NotFound)?;
        if change(&mut tx, tenant).await? {
            grant.record(&mut tx, self.clock.now(), kind, json!({ "user": user })).await?;
        }
        let place = tx.seat_place(tenant, user).await?.ok_or(TenancyError::NotFound)?;
        tx.commit().await?;
        let seat = self.seat_of(tenant, &place);
        Ok(SeatView { assigned_at: place.seat_at, held: seat.held })
    }

    pub(crate) fn seat_of(&self, tenant: TenantId, place: &SeatPlace) -> Seat {
        let licence =
            self.licences.standing((tenant, &place.slug), place.licence.as_deref(), self.clock.now());
        let held = licence.holds(place.seat_at, place.ahead);
        Seat { licence, held }
    }
}
