//! Who seals what is sent: what a tenant's settings and rules say of it, asked for its recipients and once more, with its files, when
//! it is sent.

use sealpost_auth::SenderSession;
use sealpost_db::Conn;
use sealpost_domain::{
    Policy, TenantId, TransferId, TransferMode, ZeroKnowledge,
    rules::{ModeDecision, ModeSaying, ModeSource, RuleEffect, RuleKind, TypeRule},
};
use sealpost_policy::Rules;
use sealpost_sealed::TenantKey;

use crate::{
    Service, TransferError,
    audit::By,
    hits::{Hit, Hits},
    refused_entry::{RefusedEntry, RefusedWhat},
};

/// Rules do not let something be sent in the mode that was chosen, or in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeRefusal {
    /// The mode that was chosen.
    pub mode: TransferMode,
    /// What says so; with what says the opposite, if anything does.
    pub sayings: Vec<ModeSaying>,
}

/// A refusal that nobody was told of yet.
pub(crate) struct ModeRefused {
    refusal: ModeRefusal,
    version: u64,
}

/// How much is known when the mode is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Somebody who is added: what rules say of him alone.
    Newcomer,
    /// All recipients, and no file yet.
    Recipients,
    /// All of it.
    All,
}

impl Service {
    /// What a tenant's settings say of transfers that their senders seal, as it counts now where no rule says anything. What is allowed
    /// gives way to rules that want to see what is sent; what is preferred or required was chosen in spite of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn zero_knowledge(
        &self,
        tenant: TenantId,
        key: &TenantKey,
        policy: &Policy,
    ) -> Result<ZeroKnowledge, TransferError> {
        if policy.zero_knowledge != ZeroKnowledge::Allow {
            return Ok(policy.zero_knowledge);
        }
        let rules = self.policies().current(&mut self.db().read().await?, tenant, key).await?;
        let seen = self.gives_way(&rules, Known::Recipients);
        Ok(if seen { ZeroKnowledge::Forbid } else { ZeroKnowledge::Allow })
    }

    /// Whether what the settings allow gives way to rules that want to see what is sent. Before files are known it does not where
    /// some kinds of files have to be sealed: it may turn out to be one of these.
    pub(crate) fn gives_way(&self, rules: &Rules, known: Known) -> bool {
        let may_be_required = known != Known::All && !rules.types().zero_knowledge.require.is_empty();
        want_to_see(rules, self.scanner().is_some()) && !may_be_required
    }

    /// Fails unless settings and rules let it be sent in this mode. What rules refuse is in the log.
    ///
    /// # Errors
    /// [`TransferError::ModeLocked`] where the settings alone say so, [`TransferError::ModeRefused`] for a rule.
    pub(crate) async fn check_mode(
        &self,
        session: &SenderSession,
        mode: TransferMode,
        (sayings, known): (&[ModeSaying], Known),
        transfer: Option<TransferId>,
    ) -> Result<(), TransferError> {
        let mut conn = self.db().read().await?;
        let judged = self.judge_mode(&mut conn, session, mode, (sayings, known)).await?;
        drop(conn);
        match judged {
            Ok(()) => Ok(()),
            Err(refused) => Err(self.refuse_mode(session, transfer, refused).await),
        }
    }

    /// The same in what `conn` sees, told to nobody yet.
    pub(crate) async fn judge_mode(
        &self,
        conn: &mut Conn,
        session: &SenderSession,
        mode: TransferMode,
        (sayings, known): (&[ModeSaying], Known),
    ) -> Result<Result<(), ModeRefused>, TransferError> {
        let rules = self.policies().current(conn, session.tenant(), session.tenant_key()).await?;
        let setting = match known {
            // The settings were asked when it was made, and are when it is sent.
            Known::Newcomer => ZeroKnowledge::Prefer,
            Known::Recipients | Known::All => session.policy().zero_knowledge,
        };
        let seen = self.gives_way(&rules, known);
        let decision = ModeDecision::of(setting, seen, sayings.iter().cloned());
        let sayings = decision.against(mode).to_vec();
        if sayings.is_empty() {
            return Ok(Ok(()));
        }
        Ok(Err(ModeRefused { refusal: ModeRefusal { mode, sayings }, version: rules.version() }))
    }

    /// What the sender is told. If a rule says so it is written into the log, in a transaction of its own: what was to be done is not.
    pub(crate) async fn refuse_mode(
        &self,
        session: &SenderSession,
        transfer: Option<TransferId>,
        ModeRefused { refusal, version }: ModeRefused,
    ) -> TransferError {
        if refusal.sayings.iter().all(|saying| saying.source == ModeSource::Setting) {
            return TransferError::ModeLocked;
        }
        let (of_addresses, hits) = refusal.hits(version);
        let kinds: Vec<_> = refusal.kinds().collect();
        let entry = RefusedEntry {
            by: By::User(session.user()),
            transfer,
            version,
            what: RefusedWhat::Mode { mode: refusal.mode, rules: &of_addresses.numbers(), kinds: &kinds },
        };
        let noted = async {
            let (place, now) = ((session.tenant(), session.tenant_key()), self.now());
            let mut tx = self.db().write().await?;
            hits.keep_attempt(&mut tx, place, transfer, now).await?;
            let seq = entry.record(&mut tx, session.tenant(), now).await?;
            of_addresses.keep_refusal(&mut tx, place, seq).await?;
            Ok(tx.commit().await?)
        };
        match noted.await {
            Ok(()) => TransferError::ModeRefused(Box::new(refusal)),
            Err(error) => error,
        }
    }
}

impl ModeRefusal {
    /// The rules about addresses that say so, and all rules.
    fn hits(&self, version: u64) -> (Hits, Hits) {
        let (mut of_addresses, mut all) = (Hits::of(version), Hits::of(version));
        let effect = RuleEffect::Denied;
        for saying in &self.sayings {
            match &saying.source {
                ModeSource::Address { number, name } => {
                    let hit = Hit { kind: RuleKind::Address, name: name.clone(), number: *number, effect };
                    of_addresses.add(hit.clone());
                    all.add(hit);
                }
                ModeSource::Kind(_) => {
                    let name = TypeRule::of_mode(saying.word).as_str().to_owned();
                    all.add(Hit { kind: RuleKind::Type, name, number: 0, effect });
                }
                ModeSource::Setting => {}
            }
        }
        (of_addresses, all)
    }

    fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.sayings.iter().filter_map(|saying| match saying.source {
            ModeSource::Kind(kind) => Some(kind.as_str()),
            _ => None,
        })
    }
}

/// Whether a tenant's rules want to see what is sent: files by the scanner, what they are, or what is written.
fn want_to_see(rules: &Rules, has_scanner: bool) -> bool {
    rules.scan().applies(has_scanner) || rules.types().want_to_see() || !rules.content().is_empty()
}
