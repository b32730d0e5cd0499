//! A user is warned: told in words what not to do again.

use std::time::Duration;

use sealpost_auth::{ManageGrant, UserColumns};
use sealpost_db::Warning;
use sealpost_domain::{EmailAddress, Job, TenantId, Timestamp, UserId, WarningId};
use sealpost_sealed::random_bytes;
use serde_json::json;

use crate::{Tenancy, TenancyError};

/// Longest text in characters.
const MAX_CHARS: usize = 2_000;
/// Most warnings that a user is given within [`DAY`]: whoever has an admin's session shall not flood anybody with mail.
const MOST_A_DAY: u64 = 10;
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// Most warnings that are listed.
const LISTED: u32 = 100;

/// What a user was warned of.
#[derive(Debug, Clone)]
pub struct WarningView {
    /// Which.
    pub id: WarningId,
    /// By whom; `None`: the operator.
    pub given_by: Option<UserId>,
    /// What he was told.
    pub text: String,
    /// When.
    pub created_at: Timestamp,
}

/// A warning that waits to be mailed.
#[derive(Debug, Clone)]
pub struct WarningNotice {
    /// Who is warned.
    pub to: EmailAddress,
    /// What he is told.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

impl Tenancy {
    /// Warns a user: he is mailed the text, and it is kept with him.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], [`TenancyError::Forbidden`] for owners and admins whom an admin would warn,
    /// [`TenancyError::Invalid`] for a text that is empty or too long, or for the eleventh warning of a day.
    pub async fn warn_user(
        &self,
        grant: &ManageGrant,
        user: UserId,
        text: &str,
    ) -> Result<WarningView, TenancyError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MAX_CHARS {
            return Err(TenancyError::Invalid("a warning has 1 to 2000 characters"));
        }
        let (tenant, now) = (grant.tenant(), self.clock.now());
        let mut tx = self.db.write().await?;
        let row = tx.user(tenant, user).await?.ok_or(TenancyError::NotFound)?;
        grant.require_over(row.role)?;
        if tx.warnings_since(user, now - DAY).await? >= MOST_A_DAY {
            return Err(TenancyError::Invalid("a user is given at most 10 warnings a day"));
        }
        let id = WarningId::new(now, random_bytes(&*self.random));
        let given_by = grant.actor().user();
        let sealed = grant.tenant_key().seal_column(
            UserColumns::of(tenant, user).warning(id),
            text.as_bytes(),
            &*self.random,
        );
        let warning =
            Warning { id, tenant_id: tenant, user_id: user, given_by, text: sealed, created_at: now };
        tx.insert_warning(&warning).await?;
        self.enqueue(&mut tx, &Job::NotifyWarning { tenant, warning: id }, now).await?;
        grant.record(&mut tx, now, "user.warned", json!({ "user": user, "warning": id })).await?;
        tx.commit().await?;
        Ok(WarningView { id, given_by, text: text.to_owned(), created_at: now })
    }

    /// What a user was warned of, newest first.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn warnings(
        &self,
        grant: &ManageGrant,
        user: UserId,
    ) -> Result<Vec<WarningView>, TenancyError> {
        let tenant = grant.tenant();
        let mut conn = self.db.read().await?;
        conn.user(tenant, user).await?.ok_or(TenancyError::NotFound)?;
        let rows = conn.warnings_of_user(user, LISTED).await?;
        let view = |row: Warning| {
            let text =
                grant.tenant_key().open_text(UserColumns::of(tenant, user).warning(row.id), &row.text)?;
            Ok(WarningView { id: row.id, given_by: row.given_by, text, created_at: row.created_at })
        };
        rows.into_iter().map(view).collect()
    }

    /// What to tell a user who is warned; `None` if he is gone, or may do nothing any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn warning_notice(
        &self,
        tenant: TenantId,
        id: WarningId,
    ) -> Result<Option<WarningNotice>, TenancyError> {
        let mut conn = self.db.read().await?;
        let Some((row, tenant_row)) = conn.warning(tenant, id).await?.zip(conn.tenant(tenant).await?) else {
            return Ok(None);
        };
        let user = conn.user(tenant, row.user_id).await?.filter(|user| user.disabled_at.is_none());
        drop(conn);
        let Some(user) = user else { return Ok(None) };
        let key = self.keys.tenant_key(tenant, &tenant_row.tenant_key).await?;
        let columns = UserColumns::of(tenant, user.id);
        let (address, _) = columns.open(&key, &user.address, &user.name)?;
        let text = key.open_text(columns.warning(id), &row.text)?;
        let Ok(to) = address.parse() else { return Ok(None) };
        Ok(Some(WarningNotice { to, text, at: row.created_at }))
    }
}
