//! Who is calling, and with what. Not a right yet: grants are made of it.

use std::{sync::Arc, time::Duration};

use sealpost_db::ActingUser;
use sealpost_domain::{
    ApiClientId, ApiTokenId, Policy, Role, Scope, Scopes, SessionId, SessionKind, SessionStage, TenantId,
    Timestamp, UserId, rules::FileKinds,
};
use sealpost_sealed::TenantKey;

use crate::{
    AccountSession, AdminSession, AuditorSession, Auth, AuthError, DirectoryGrant, KeyReader, OwnerSession,
    PendingSession, SenderSession,
    in_time::CLOCKS_DIFFER,
    password_pool::PasswordPool,
    token::{AccessSecret, ApiSecret, SessionSecret, SupportSecret},
};

/// How exact it is known when a credential was used last: to write it down at every request would make every request wait
/// for the disk.
pub(crate) const SEEN_EVERY: Duration = Duration::from_secs(60);

/// How a credential came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// In `Authorization: Bearer`.
    Bearer,
    /// In a cookie: a browser sends it by itself, so the caller has to see to it that his own page asked for it.
    Cookie,
}

/// A user who has shown a token or session that counts. Made into the grant that a use case takes.
#[derive(Debug, Clone)]
pub struct KnownCaller {
    caller: Arc<Caller>,
    passwords: PasswordPool,
}

/// What grants of users are made of.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) role: Role,
    pub(crate) scopes: Scopes,
    pub(crate) policy: Policy,
    pub(crate) container: Box<str>,
    pub(crate) tenant_key: Arc<TenantKey>,
    /// `None` for programs.
    pub(crate) session: Option<SessionFacts>,
    /// The API client whose access token it is.
    pub(crate) client: Option<ApiClientId>,
    /// Whether the user's right to send was taken from him.
    pub(crate) sending_suspended: bool,
    /// Kinds of files that may be added, if they are fewer than the tenant's rules let pass.
    pub(crate) kinds: Option<FileKinds>,
    /// Whether the tenant is suspended: then he is nobody, but for being told so.
    pub(crate) suspended: bool,
    /// When the credential was checked.
    pub(crate) now: Timestamp,
}

/// What is known of the session that is calling.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionFacts {
    pub(crate) id: SessionId,
    pub(crate) kind: SessionKind,
    pub(crate) stage: SessionStage,
    pub(crate) proved_at: Timestamp,
}

impl Auth {
    /// Who is calling: one indexed query. The text says by its prefix what it is.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`], the same for what is malformed, unknown, expired or revoked, for users who were
    /// disabled, and for tenants that are suspended.
    pub async fn caller(&self, text: &str, carrier: Carrier) -> Result<KnownCaller, AuthError> {
        let caller = match self.user_who_calls(text, carrier).await? {
            Some(caller) => caller,
            None => match SupportSecret::parse(text) {
                Ok(secret) if carrier == Carrier::Bearer => self.caller_of_support(&secret).await?,
                _ => return Err(AuthError::Unauthorized),
            },
        };
        if caller.suspended {
            if let Some(client) = caller.client {
                self.note_refusal(caller.tenant, client, "ended").await?;
            }
            return Err(AuthError::Unauthorized);
        }
        Ok(KnownCaller { caller: Arc::new(caller), passwords: self.passwords.clone() })
    }

    /// The sender who shows this as bearer.
    ///
    /// # Errors
    /// As [`Self::caller`].
    pub async fn sender(&self, bearer: &str) -> Result<SenderSession, AuthError> {
        self.caller(bearer, Carrier::Bearer).await?.sender()
    }

    /// The user who shows this, whether his tenant is suspended or not; `None` if no user shows anything of this form.
    pub(crate) async fn user_who_calls(
        &self,
        text: &str,
        carrier: Carrier,
    ) -> Result<Option<Caller>, AuthError> {
        if let Ok(secret) = SessionSecret::parse(text) {
            return Ok(Some(self.caller_of_session(&secret, carrier).await?));
        }
        if carrier != Carrier::Bearer {
            return Ok(None);
        }
        if let Ok(secret) = ApiSecret::parse(text) {
            return Ok(Some(self.caller_of_token(&secret).await?));
        }
        match AccessSecret::parse(text) {
            Ok(secret) => Ok(Some(self.caller_of_access(&secret).await?)),
            Err(_) => Ok(None),
        }
    }

    async fn caller_of_token(&self, secret: &ApiSecret) -> Result<Caller, AuthError> {
        let found = self.db.read().await?.token_by_hash(secret.hash().as_bytes()).await?;
        let owner = found.ok_or(AuthError::Unauthorized)?;
        let ended = owner.expires_at <= self.now() || owner.revoked_at.is_some();
        if ended || owner.user.disabled_at.is_some() {
            return Err(AuthError::Unauthorized);
        }
        let now = self.now();
        if owner.used_at.is_none_or(|used| now.since(used) >= SEEN_EVERY) {
            self.note_used(owner.token_id, now).await;
        }
        self.acting(owner.user, owner.scopes).await
    }

    /// A database that cannot write now is no reason to turn a reader away: the list of tokens is less exact then.
    async fn note_used(&self, token: ApiTokenId, now: Timestamp) {
        let noted = async {
            let mut tx = self.db.write().await?;
            tx.set_token_used(token, now).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::debug!(error = &error as &dyn std::error::Error, "a token's use was not noted");
        }
    }

    /// A user who is calling, by a credential that counts.
    pub(crate) async fn acting(&self, user: ActingUser, scopes: Scopes) -> Result<Caller, AuthError> {
        Ok(Caller {
            tenant: user.tenant_id,
            user: user.user_id,
            role: user.role,
            scopes,
            tenant_key: self.keys.tenant_key(user.tenant_id, &user.tenant_key).await?,
            policy: user.policy,
            container: user.container.into(),
            session: None,
            client: None,
            sending_suspended: user.sending_suspended_at.is_some(),
            kinds: None,
            suspended: user.suspended_at.is_some(),
            now: self.now(),
        })
    }
}

impl KnownCaller {
    /// The right to send.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] while the sign-in is not complete.
    pub fn sender(&self) -> Result<SenderSession, AuthError> {
        self.caller.require_full()?;
        Ok(SenderSession { caller: Arc::clone(&self.caller), passwords: self.passwords.clone() })
    }

    /// The right to run the tenant.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] while the sign-in is not complete, [`AuthError::Forbidden`] for others than admins.
    pub fn admin(&self) -> Result<AdminSession, AuthError> {
        self.caller.require_full()?;
        if !self.caller.is_admin() {
            return Err(AuthError::Forbidden);
        }
        Ok(AdminSession { caller: Arc::clone(&self.caller) })
    }

    /// The right of an owner.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] while the sign-in is not complete, [`AuthError::Forbidden`] for others than owners.
    pub fn owner(&self) -> Result<OwnerSession, AuthError> {
        self.caller.require_full()?;
        self.caller.owner()
    }

    /// The right to read logs and reports.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] while the sign-in is not complete, [`AuthError::Forbidden`] for senders.
    pub fn auditor(&self) -> Result<AuditorSession, AuthError> {
        self.caller.require_full()?;
        let audits = self.caller.role != Role::Sender && self.caller.scopes.contains(Scope::Audit);
        if !audits && !self.caller.is_admin() {
            return Err(AuthError::Forbidden);
        }
        Ok(AuditorSession { caller: Arc::clone(&self.caller) })
    }

    /// The right of a directory.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] for all but API clients with the scope for it, that act as somebody who runs the tenant.
    pub fn directory(&self) -> Result<DirectoryGrant, AuthError> {
        let keeps = self.caller.role.is_admin() && self.caller.scopes.contains(Scope::Scim);
        let client = self.caller.client.filter(|_| keeps).ok_or(AuthError::Forbidden)?;
        Ok(DirectoryGrant { caller: Arc::clone(&self.caller), client })
    }

    /// The right to one's own account.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] while the sign-in is not complete, [`AuthError::Forbidden`] for API tokens.
    pub fn account(&self) -> Result<AccountSession, AuthError> {
        self.caller.require_full()?;
        let session = self.caller.session.ok_or(AuthError::Forbidden)?.id;
        Ok(AccountSession { caller: Arc::clone(&self.caller), session })
    }

    /// The right to see one's own key pairs: of whoever has signed in, and of his own API tokens that may read.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] while the sign-in is not complete, [`AuthError::Forbidden`] for other tokens, and for API
    /// clients: an admin has made these, whoever they act as.
    pub fn key_reader(&self) -> Result<KeyReader, AuthError> {
        self.caller.require_full()?;
        let own_token = self.caller.client.is_none() && self.caller.scopes.contains(Scope::Read);
        if self.caller.session.is_none() && !own_token {
            return Err(AuthError::Forbidden);
        }
        Ok(KeyReader { caller: Arc::clone(&self.caller) })
    }

    /// The right to go on with a sign-in, or to end it, whatever its stage.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] for API tokens.
    pub fn pending(&self) -> Result<PendingSession, AuthError> {
        let session = self.caller.session.ok_or(AuthError::Forbidden)?.id;
        Ok(PendingSession { caller: Arc::clone(&self.caller), session })
    }
}

impl Caller {
    /// What is known of the session; only grants that were made from one ask.
    pub(crate) const fn session_facts(&self) -> SessionFacts {
        self.session.expect("grants of accounts are made from sessions only")
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.role.is_admin() && self.scopes.contains(Scope::Admin)
    }

    pub(crate) fn owner(self: &Arc<Self>) -> Result<OwnerSession, AuthError> {
        if self.role != Role::Owner || !self.is_admin() {
            return Err(AuthError::Forbidden);
        }
        Ok(OwnerSession { caller: Arc::clone(self) })
    }

    pub(crate) fn sends(&self) -> bool {
        let role = matches!(self.role, Role::Owner | Role::Admin | Role::Sender);
        role && (self.scopes.contains(Scope::Send) || self.is_admin())
    }

    pub(crate) fn require_full(&self) -> Result<(), AuthError> {
        match self.session {
            Some(session) if session.stage != SessionStage::Full => Err(AuthError::Unauthorized),
            _ => Ok(()),
        }
    }

    /// API tokens never step up: nobody is there who could show anything.
    pub(crate) fn require_step_up(&self) -> Result<(), AuthError> {
        let lasts = Duration::from_secs(self.policy.step_up_seconds);
        // Nor is what a clock says that has been put back since: it would last until the clock is there again.
        let fresh = self.session.is_some_and(|session| {
            let proved = session.proved_at;
            proved <= self.now + CLOCKS_DIFFER && self.now < proved + lasts
        });
        if fresh { Ok(()) } else { Err(AuthError::StepUpNeeded) }
    }
}
