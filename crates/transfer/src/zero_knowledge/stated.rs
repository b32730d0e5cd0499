//! What a sender's program states of a file that it has sealed. Nobody here can look: it is a statement and no inspection, and is
//! treated as that of a program that means well (`docs/adr/0032`).

use std::{collections::BTreeSet, sync::Arc};

use sealpost_auth::SenderSession;
use sealpost_db::{Conn, FileEntry};
use sealpost_domain::rules::{
    FileKind, ModeSaying, ModeSource, ModeWord, TypeDecision, TypeRefusal, TypeRule,
};
use sealpost_policy::Rules;

use crate::{FileRefusal, Service, TransferError, audit::By, place::Place};

/// What a sender's program states of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// What it is.
    pub kinds: BTreeSet<FileKind>,
    /// The version of the policy by whose rules the program has looked at its name and its content.
    pub policy_version: u64,
}

impl Stated {
    /// With what files of these kinds always are besides.
    pub(super) fn whole(&self) -> Self {
        let implied = self.kinds.iter().filter_map(|kind| kind.implies());
        Self { kinds: implied.chain(self.kinds.iter().copied()).collect(), ..*self }
    }

    /// As the row of the file has it: words with blanks between.
    pub(crate) fn words(&self) -> String {
        let words: Vec<_> = self.kinds.iter().map(|kind| kind.as_str()).collect();
        words.join(" ")
    }

    /// Of a row; `None` if nothing was stated. A word that is none any more is left out.
    pub(crate) fn of_row(words: Option<&str>, policy_version: Option<u64>) -> Option<Self> {
        let kinds = words?.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        Some(Self { kinds, policy_version: policy_version? })
    }
}

impl Service {
    /// Fails unless a statement is there if the rules ask for one, was made by the rules that count now, and states nothing that
    /// may not be sent. What rules refuse is in the log.
    ///
    /// # Errors
    /// [`TransferError::StatementMissing`], [`TransferError::StatementOutdated`], [`TransferError::TypeRefused`],
    /// [`TransferError::Invalid`] for a statement that says nothing.
    pub(super) async fn check_statement(
        &self,
        session: &SenderSession,
        place: Place,
        stated: Option<&Stated>,
    ) -> Result<(), TransferError> {
        if stated.is_some_and(|stated| stated.kinds.is_empty()) {
            return Err(TransferError::Invalid("kinds names at least one"));
        }
        let mut conn = self.db().read().await?;
        let rules = self.policies().current(&mut conn, session.tenant(), session.tenant_key()).await?;
        self.counts_now(&mut conn, session, &rules, stated).await?;
        drop(conn);
        let decision =
            stated.map_or(TypeDecision::Allow, |stated| rules.types().decide_stated(&stated.kinds));
        match decision.refusal() {
            None => Ok(()),
            Some(why) => Err(self.refuse_stated(session, place, &rules, why).await),
        }
    }

    /// The same of a file of a draft that is to be sent, and what its kinds say of its mode; what lists refuse fails.
    pub(crate) async fn check_stated_file(
        &self,
        conn: &mut Conn,
        session: &SenderSession,
        rules: &Arc<Rules>,
        (entry, came_in): (&FileEntry, bool),
    ) -> Result<Result<Vec<ModeSaying>, TypeRefusal>, TransferError> {
        let stated = Stated::of_row(entry.stated_kinds.as_deref(), entry.stated_policy);
        // Whoever sends something in was asked for nothing yet.
        if !came_in {
            self.counts_now(conn, session, rules, stated.as_ref()).await.map_err(|error| match error {
                TransferError::StatementMissing(_) => TransferError::StatementMissing(Some(entry.id)),
                TransferError::StatementOutdated(_) => TransferError::StatementOutdated(Some(entry.id)),
                other => other,
            })?;
        }
        let Some(stated) = stated else {
            return Ok(Ok(Vec::new()));
        };
        let types = rules.types();
        match types.decide_stated(&stated.kinds).refusal() {
            // What rules about addresses require may be against it: both are told then.
            Some(why) if why.rule != TypeRule::SealedForbidden => return Ok(Err(why)),
            _ => {}
        }
        let saying = |word, kind: Option<FileKind>| {
            kind.map(|kind| ModeSaying { word, source: ModeSource::Kind(kind) })
        };
        let kinds = &types.zero_knowledge;
        let sayings = [
            saying(ModeWord::Require, kinds.required(&stated.kinds)),
            saying(ModeWord::Forbid, kinds.forbidden(&stated.kinds)),
        ];
        Ok(Ok(sayings.into_iter().flatten().collect()))
    }

    /// Names are looked at by the sender's program alone: under other rules it has to look again.
    async fn counts_now(
        &self,
        conn: &mut Conn,
        session: &SenderSession,
        rules: &Rules,
        stated: Option<&Stated>,
    ) -> Result<(), TransferError> {
        if !rules.types().ask_for_statements() {
            return Ok(());
        }
        let Some(stated) = stated else {
            return Err(TransferError::StatementMissing(None));
        };
        let place = (session.tenant(), session.tenant_key());
        if rules.has_types_of(conn, place, stated.policy_version).await? {
            return Ok(());
        }
        Err(TransferError::StatementOutdated(None))
    }

    async fn refuse_stated(
        &self,
        session: &SenderSession,
        place: Place,
        rules: &Rules,
        why: TypeRefusal,
    ) -> TransferError {
        let refusal = FileRefusal { name: None, why };
        let by = (By::User(session.user()), rules.version());
        match self.note_file_refused(place, by, &refusal).await {
            Ok(()) => TransferError::TypeRefused(Box::new(refusal)),
            Err(error) => error,
        }
    }
}
