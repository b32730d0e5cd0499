//! What the add-in is told first: whether it can be used, by whom, and within which rules.

use sealpost_auth::{BootstrapGrant, UserColumns};
use sealpost_domain::{LicenceState, Role, Timestamp, UserId};

use crate::{LicenceStatus, Tenancy, TenancyError};

/// Whether the add-in can be used, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootstrapState {
    /// It can.
    Active,
    /// The licence has ended for good.
    Expired,
    /// It can; the licence has ended, and counts a little longer.
    Grace,
    /// The caller has no seat.
    NoSeat,
    /// The tenant has no licence that counts.
    NotActivated,
    /// The organisation has taken the caller's right to send.
    SendingSuspended,
    /// The tenant is suspended.
    Suspended,
}

/// What the add-in is told first.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// Whether it can be used.
    pub state: BootstrapState,
    /// Until when a licence counts that has ended.
    pub grace_ends_at: Option<Timestamp>,
    /// Whether the caller may send now.
    pub may_send: bool,
    /// Who is calling.
    pub user: UserId,
    /// His address.
    pub email: String,
    /// His name; may be empty.
    pub name: String,
    /// What he is.
    pub role: Role,
    /// The tenant's name.
    pub tenant_name: String,
    /// The tenant's licence and seats, for those who run it.
    pub status: Option<LicenceStatus>,
}

impl Tenancy {
    /// What the add-in is told first. It answers also where nothing else does: the tenant may have no licence, or be
    /// suspended, and the user no seat.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] if the user has gone meanwhile.
    pub async fn bootstrap(&self, grant: &BootstrapGrant) -> Result<Bootstrap, TenancyError> {
        let (tenant, user) = (grant.tenant(), grant.user());
        let mut conn = self.db.read().await?;
        let row = conn.user(tenant, user).await?.ok_or(TenancyError::NotFound)?;
        let tenant_row = conn.tenant(tenant).await?.ok_or(TenancyError::NotFound)?;
        let place = conn.seat_place(tenant, user).await?.ok_or(TenancyError::NotFound)?;
        drop(conn);
        let seat = self.seat_of(tenant, &place);
        let state = if grant.is_suspended() {
            BootstrapState::Suspended
        } else {
            match seat.licence.state {
                LicenceState::Missing => BootstrapState::NotActivated,
                LicenceState::Expired => BootstrapState::Expired,
                _ if grant.is_sending_suspended() => BootstrapState::SendingSuspended,
                _ if !seat.held => BootstrapState::NoSeat,
                LicenceState::Grace => BootstrapState::Grace,
                LicenceState::Active | LicenceState::NotRequired => BootstrapState::Active,
            }
        };
        let works = matches!(state, BootstrapState::Active | BootstrapState::Grace);
        let (email, name) =
            UserColumns::of(tenant, user).open(grant.tenant_key(), &row.address, &row.name)?;
        let status = if grant.runs_tenant() { Some(self.licence_status(tenant).await?) } else { None };
        let grace_ends_at =
            seat.licence.licence.filter(|_| state == BootstrapState::Grace).map(|one| one.grace_ends_at());
        Ok(Bootstrap {
            state,
            grace_ends_at,
            may_send: works && grant.sends(),
            user,
            email,
            name,
            role: row.role,
            tenant_name: tenant_row.name,
            status,
        })
    }
}
