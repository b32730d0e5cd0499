//! Where somebody sends in, whatever leads there.

use std::sync::Arc;

use sealpost_db::ActingUser;
use sealpost_domain::{
    EmailAddress, Policy, Scope, Scopes, SubmissionSource, TenantId, Timestamp, rules::FileKinds,
};
use sealpost_sealed::{Error, TenantKey};

use crate::{Auth, AuthError, SenderSession, UserColumns};

/// What a request or a portal says of each submission.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bounds {
    /// Most files, if it says so.
    pub(super) max_files: Option<u64>,
    /// Most bytes, if it says so.
    pub(super) max_bytes: Option<u64>,
    /// Kinds of files, if it says so.
    pub(super) kinds: Option<FileKinds>,
}

/// Proof that something can be sent in here now.
#[derive(Debug, Clone)]
pub struct Entrance {
    pub(super) source: SubmissionSource,
    pub(super) session: SenderSession,
    pub(super) owner: EmailAddress,
    pub(super) owner_name: String,
    pub(super) asks_code: bool,
    /// Whether whoever was given it had shown before that the address is his.
    pub(super) proved: bool,
    /// Who alone may use it: the HMAC of his address.
    pub(super) bound: Option<[u8; 32]>,
    /// When it ends; `None` if it stands.
    pub(super) ends: Option<Timestamp>,
}

impl Entrance {
    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.session.tenant()
    }

    /// The tenant's rules, with the bounds of the request or portal where they are narrower.
    pub fn policy(&self) -> &Policy {
        self.session.policy()
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        self.session.tenant_key()
    }

    /// Which it is.
    pub const fn source(&self) -> SubmissionSource {
        self.source
    }

    /// Whose it is: who asks, or the portal's owner. His address.
    pub const fn owner(&self) -> &EmailAddress {
        &self.owner
    }

    /// His name; may be empty.
    pub fn owner_name(&self) -> &str {
        &self.owner_name
    }

    /// His session, without a scope: by itself it is good for nothing.
    pub const fn session(&self) -> &SenderSession {
        &self.session
    }

    /// Whether an uploader must show by a code that his address is his.
    pub const fn asks_code(&self) -> bool {
        self.asks_code
    }
}

/// Why somebody could not send himself, so that nothing is sent in to him.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// He is disabled.
    Disabled,
    /// His role does not send.
    Role,
    /// His right to send was taken.
    SendingSuspended,
    /// There is no licence, or it has ended.
    Licence,
    /// None of its seats is his.
    Seat,
    /// His tenant is suspended.
    Tenant,
}

impl Auth {
    /// The session of whoever gets what is sent in, without a scope, and with these bounds; or why he could not send
    /// himself now.
    pub(crate) async fn session_of_owner(
        &self,
        mut user: ActingUser,
        bounds: Bounds,
    ) -> Result<Result<SenderSession, Hindrance>, AuthError> {
        if user.disabled_at.is_some() {
            return Ok(Err(Hindrance::Disabled));
        }
        narrow(&mut user.policy, &bounds);
        let suspended = user.suspended_at.is_some();
        let mut caller = self.acting(user, Scopes::new([Scope::Send])).await?;
        match self.require_sending(&caller).await {
            Err(AuthError::Forbidden) => return Ok(Err(Hindrance::Role)),
            Err(AuthError::SendingSuspended) => return Ok(Err(Hindrance::SendingSuspended)),
            Err(AuthError::LicenceMissing | AuthError::LicenceExpired) => return Ok(Err(Hindrance::Licence)),
            Err(AuthError::NoSeat) => return Ok(Err(Hindrance::Seat)),
            allowed => allowed?,
        }
        if suspended {
            return Ok(Err(Hindrance::Tenant));
        }
        caller.scopes = Scopes::new([]);
        caller.kinds = bounds.kinds;
        Ok(Ok(SenderSession { caller: Arc::new(caller), passwords: self.passwords.clone() }))
    }
}

/// The session, for an outsider: he hears of nothing but a tenant that is suspended.
///
/// # Errors
/// [`AuthError::Suspended`], or what is said in all other cases.
pub(super) fn or_unavailable(
    session: Result<SenderSession, Hindrance>,
    otherwise: AuthError,
) -> Result<SenderSession, AuthError> {
    session.map_err(|why| match why {
        Hindrance::Tenant => AuthError::Suspended,
        _ => otherwise,
    })
}

/// Address and name of a user, from his sealed columns.
pub(super) fn opened_user(
    session: &SenderSession,
    (address, name): (&[u8], &[u8]),
) -> Result<(EmailAddress, String), AuthError> {
    let columns = UserColumns::of(session.tenant(), session.user());
    let (address, name) = columns.open(session.tenant_key(), address, name).map_err(damaged)?;
    Ok((parse(&address)?, name))
}

/// The bounds that are narrower: those of the tenant, or these.
fn narrow(policy: &mut Policy, bounds: &Bounds) {
    if let Some(most) = bounds.max_files {
        policy.max_files = policy.max_files.min(most);
    }
    if let Some(most) = bounds.max_bytes {
        policy.max_transfer_bytes = policy.max_transfer_bytes.min(most);
    }
    policy.max_file_bytes = policy.max_file_bytes.min(policy.max_transfer_bytes);
}

pub(super) fn parse(address: &str) -> Result<EmailAddress, AuthError> {
    address.parse().map_err(|error: sealpost_domain::AddressError| AuthError::Internal(error.into()))
}

pub(super) fn damaged(error: Error) -> AuthError {
    AuthError::Internal(error.into())
}
