//! Tells users what happens to their accounts.

use sealpost_domain::{AccountChange, PasswordResetId, TenantId, UserId};
use sealpost_mail::{AccountChanged, AccountLocked, Message, PasswordReset};

use crate::{JobError, Running, Work};

/// What guards an account has changed.
pub(crate) async fn change(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    user: UserId,
    change: AccountChange,
) -> Result<(), JobError> {
    let Some(notice) = work.auth.account_notice(tenant, user, user).await? else {
        return Ok(());
    };
    let changed = AccountChanged { account: notice.account, change: words(change), at: running.created_at };
    work.send(running, notice.to, Message::AccountChanged(changed)).await
}

/// Too many wrong passwords or codes.
pub(crate) async fn lock(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    user: UserId,
    to: UserId,
) -> Result<(), JobError> {
    let Some(notice) = work.auth.account_notice(tenant, user, to).await? else {
        return Ok(());
    };
    let locked = AccountLocked { account: notice.account, locked_at: running.created_at };
    work.send(running, notice.to, Message::AccountLocked(locked)).await
}

/// A link for a new password.
pub(crate) async fn reset(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    reset: PasswordResetId,
) -> Result<(), JobError> {
    let Some(notice) = work.auth.reset_notice(tenant, reset).await? else {
        return Ok(());
    };
    let reset = PasswordReset { account: notice.to.clone(), link: notice.link, minutes: notice.minutes };
    work.send(running, notice.to, Message::PasswordReset(reset)).await
}

/// The mail's word for it.
const fn words(change: AccountChange) -> sealpost_mail::AccountChange {
    use sealpost_mail::AccountChange as Said;
    match change {
        AccountChange::KeyPair => Said::KeyPair,
        AccountChange::KeyPairOpening => Said::KeyPairOpening,
        AccountChange::PasskeyAdded => Said::PasskeyAdded,
        AccountChange::PasskeyRemoved => Said::PasskeyRemoved,
        AccountChange::Password => Said::Password,
        AccountChange::RecoveryCodes => Said::RecoveryCodes,
        AccountChange::SecondFactorAdded => Said::SecondFactorAdded,
        AccountChange::SecondFactorRemoved => Said::SecondFactorRemoved,
        AccountChange::TeamKeyPair => Said::TeamKeyPair,
    }
}
