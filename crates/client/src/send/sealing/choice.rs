//! Who seals what is sent: what the sender wants, and what his tenant says of it.

use reqwest::Method;
use sealpost_domain::{EmailAddress, ZeroKnowledge};
use sealpost_sealed::PublicKey;

use crate::{
    Error, Events, Secret, SendOrder, Server,
    wire::{Bootstrap, RecoveryKeyTold, SendingPolicy},
};

/// Who is to seal what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhoSeals {
    /// As the tenant says: the sender's program if that is preferred or required, else the service.
    #[default]
    AsTenantSays,
    /// The sender's program, before anything goes to the service: it can read nothing (`zero_knowledge`).
    Sender,
    /// The service, as the files come in.
    Service,
}

impl WhoSeals {
    /// As somebody says who may say either, or nothing.
    pub const fn said(by_sender: bool, by_service: bool) -> Self {
        match (by_sender, by_service) {
            (true, _) => Self::Sender,
            (_, true) => Self::Service,
            _ => Self::AsTenantSays,
        }
    }

    /// Whether this program seals.
    ///
    /// # Errors
    /// [`Error::SealingForbidden`] and [`Error::SealingRequired`], if the tenant has it otherwise.
    fn here(self, said: Option<ZeroKnowledge>) -> Result<bool, Error> {
        match (self, said) {
            (Self::Sender, Some(ZeroKnowledge::Forbid)) => Err(Error::SealingForbidden),
            (Self::Service, Some(ZeroKnowledge::Require)) => Err(Error::SealingRequired),
            (Self::Sender, _)
            | (Self::AsTenantSays, Some(ZeroKnowledge::Prefer | ZeroKnowledge::Require)) => Ok(true),
            (Self::AsTenantSays | Self::Service, _) => Ok(false),
        }
    }
}

/// By what this program seals.
pub(crate) struct Choice {
    pub(crate) policy: SendingPolicy,
    /// The tenant's recovery key, to which it is sealed besides.
    pub(crate) recovery: Option<PublicKey>,
}

/// By what this program seals what is ordered; `None` if the service does.
///
/// # Errors
/// Those of the tenant's policy, before anything was made: see [`WhoSeals::here`]; [`Error::PasswordUnfit`] for a password that
/// the service would refuse, if it saw it; [`Error::PasswordUnused`]; [`Error::RecoveryKeyUnfit`].
pub(crate) async fn seals_here(
    server: &Server,
    order: &SendOrder,
    events: &dyn Events,
) -> Result<Option<Choice>, Error> {
    let policy = policy(server, events).await?;
    let said = policy.as_ref().and_then(|policy| policy.zero_knowledge.as_deref()?.parse().ok());
    if !order.seals.here(said)? {
        return Ok(None);
    }
    let policy = policy.unwrap_or_default();
    if let Some(password) = &order.password {
        if order.protection.is_some_and(|protection| !protection.needs_password()) {
            return Err(Error::PasswordUnused);
        }
        check(password, &policy, order)?;
    }
    let recovery = policy.recovery.as_ref().map(RecoveryKeyTold::key).transpose()?;
    Ok(Some(Choice { policy, recovery }))
}

/// The policy as it is now.
pub(crate) async fn policy_now(server: &Server, events: &dyn Events) -> Result<SendingPolicy, Error> {
    Ok(policy(server, events).await?.unwrap_or_default())
}

/// Whether an uploader's program seals what somebody asks for.
///
/// # Errors
/// Those of [`WhoSeals::here`].
pub(crate) async fn seals_what_comes_in(
    server: &Server,
    wanted: WhoSeals,
    events: &dyn Events,
) -> Result<bool, Error> {
    let policy = policy(server, events).await?;
    wanted.here(policy.and_then(|policy| policy.zero_knowledge?.parse().ok()))
}

/// What the tenant says; `None` if the service does not tell us: it judges for itself what it is sent.
async fn policy(server: &Server, events: &dyn Events) -> Result<Option<SendingPolicy>, Error> {
    let told: Result<Bootstrap, _> =
        server.call(Method::GET, "api/v1/addin/bootstrap", None::<&()>, events).await;
    match told {
        Ok(told) => Ok(told.policy),
        Err(Error::Refused(problem)) if matches!(problem.status, 403 | 404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Fails unless the password is as long and as hard to guess as the tenant asks. The service looks at passwords that it is
/// shown; this one it is not.
fn check(password: &Secret, policy: &SendingPolicy, order: &SendOrder) -> Result<(), Error> {
    let password = password.expose();
    let chars = password.chars().count() as u64;
    if chars < policy.password_min_chars {
        return Err(Error::PasswordUnfit {
            why: format!("it has fewer than {} characters", policy.password_min_chars),
        });
    }
    if policy.password_min_score == 0 {
        return Ok(());
    }
    let words = order.recipients.iter().map(EmailAddress::as_str);
    let words: Vec<_> = words.chain(order.subject.as_deref()).chain(["sealpost"]).collect();
    let score = u64::from(u8::from(zxcvbn::zxcvbn(password, &words).score()));
    if score < policy.password_min_score {
        return Err(Error::PasswordUnfit { why: "it is too easy to guess: take more words".to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_wins_over_the_sender_and_says_so() {
        use WhoSeals::{AsTenantSays, Sender, Service};
        use ZeroKnowledge::{Allow, Forbid, Prefer, Require};
        for (wanted, said, here) in [
            (AsTenantSays, None, Some(false)),
            (AsTenantSays, Some(Forbid), Some(false)),
            (AsTenantSays, Some(Allow), Some(false)),
            (AsTenantSays, Some(Prefer), Some(true)),
            (AsTenantSays, Some(Require), Some(true)),
            (Sender, None, Some(true)),
            (Sender, Some(Forbid), None),
            (Sender, Some(Allow), Some(true)),
            (Service, Some(Prefer), Some(false)),
            (Service, Some(Require), None),
        ] {
            assert_eq!(wanted.here(said).ok(), here, "{wanted:?} {said:?}");
        }
        assert!(matches!(Sender.here(Some(Forbid)), Err(Error::SealingForbidden)));
        assert!(matches!(Service.here(Some(Require)), Err(Error::SealingRequired)));
    }

    #[test]
    fn a_password_that_the_service_would_refuse_is_refused_here() {
        let policy =
            SendingPolicy { password_min_chars: 8, password_min_score: 3, ..SendingPolicy::default() };
        let order =
            SendOrder { recipients: vec!["gundula@example.org".parse().unwrap()], ..SendOrder::default() };
        for (password, fits) in [
            ("short", false),
            ("password1", false),
            ("gundula@example.org", false),
            ("Größe 7 Meter im Quadrat", true),
        ] {
            assert_eq!(check(&password.into(), &policy, &order).is_ok(), fits, "{password}");
        }
    }
}
