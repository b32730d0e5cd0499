//! Which rules a transfer of the log has met.

use std::collections::{BTreeMap, btree_map::Entry};

use sealpost_auth::AuditorSession;
use sealpost_domain::{
    Timestamp, TransferId,
    rules::{RuleEffect, RuleKind},
};
use sealpost_policy::RuleNames;

use crate::{Service, TransferError};

/// A rule that a transfer has met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRule {
    /// What it is about.
    pub kind: RuleKind,
    /// What it is called; `None` if the version of the policy in which it stood is forgotten.
    pub name: Option<String>,
    /// What came of it.
    pub effect: RuleEffect,
    /// The policy's version in which it stood when it was met first.
    pub policy_version: u64,
    /// Its number there, from 1; rules about files have none.
    pub number: Option<u64>,
    /// When it was met first.
    pub at: Timestamp,
}

impl Service {
    /// The rules that a transfer has met, in the order in which it did; none once it is purged.
    ///
    /// # Errors
    /// Those of the database; [`TransferError::Damaged`] if a version of the policy is.
    pub async fn rules_of_logged(
        &self,
        session: &AuditorSession,
        id: TransferId,
    ) -> Result<Vec<LoggedRule>, TransferError> {
        let place = (session.tenant(), session.tenant_key());
        let mut conn = self.db().read().await?;
        let hits = conn.rule_hits_of_transfer(session.tenant(), id).await?;
        let mut names: BTreeMap<u64, RuleNames> = BTreeMap::new();
        let mut rules = Vec::with_capacity(hits.len());
        for hit in hits {
            let version = hit.policy_version;
            let names = match names.entry(version) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(RuleNames::of_version(&mut conn, place, version).await?),
            };
            let name = names.name(place.1, hit.kind, hit.number, &hit.rule_hmac);
            rules.push(LoggedRule {
                kind: hit.kind,
                name: name.map(str::to_owned),
                effect: hit.effect,
                policy_version: version,
                number: (hit.number > 0).then_some(hit.number),
                at: hit.at,
            });
        }
        Ok(rules)
    }
}
