//! Which rules a transfer meets: kept with it, so that it can be asked which transfers a rule has touched.

use sealpost_db::{NewRuleHit, Tx};
use sealpost_domain::{
    TenantId, Timestamp, TransferId,
    rules::{RuleEffect, RuleKind},
};
use sealpost_policy::rule_hmac;
use sealpost_sealed::TenantKey;

use crate::TransferError;

/// A rule that is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) kind: RuleKind,
    /// What it is called.
    pub(crate) name: String,
    /// Its number in the policy, from 1; 0 for rules about files, which have none.
    pub(crate) number: usize,
    pub(crate) effect: RuleEffect,
}

/// Rules of one version of the policy that are met, each once for each effect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Hits {
    pub(crate) version: u64,
    hits: Vec<Hit>,
}

impl Hits {
    /// None yet.
    pub(crate) const fn of(version: u64) -> Self {
        Self { version, hits: Vec::new() }
    }

    /// Many recipients may meet one rule.
    pub(crate) fn add(&mut self, hit: Hit) {
        if !self.hits.contains(&hit) {
            self.hits.push(hit);
        }
    }

    /// The rules' numbers, in their order.
    pub(crate) fn numbers(&self) -> Vec<usize> {
        let mut numbers: Vec<_> = self.hits.iter().map(|hit| hit.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Those that require something, when what they require was not there.
    pub(crate) fn that_require_denied(&self) -> Self {
        let requiring = self.hits.iter().filter(|hit| hit.effect == RuleEffect::Required);
        let denied = requiring.map(|hit| Hit { effect: RuleEffect::Denied, ..hit.clone() });
        Self { version: self.version, hits: denied.collect() }
    }

    /// Keeps them with the transfer, whose row is locked.
    pub(crate) async fn keep(
        &self,
        tx: &mut Tx,
        (tenant, key): (TenantId, &TenantKey),
        transfer: TransferId,
        at: Timestamp,
    ) -> Result<(), TransferError> {
        if self.hits.is_empty() {
            return Ok(());
        }
        Ok(tx.insert_rule_hits((tenant, transfer), self.version, &self.rows(key), at).await?)
    }

    /// Keeps them with the transfer of which nothing comes now, if there is one and it is still there. Before the entry of the
    /// log: rows are locked before chains.
    pub(crate) async fn keep_attempt(
        &self,
        tx: &mut Tx,
        (tenant, key): (TenantId, &TenantKey),
        transfer: Option<TransferId>,
        at: Timestamp,
    ) -> Result<(), TransferError> {
        let Some(transfer) = transfer else {
            return Ok(());
        };
        match tx.transfer_for_update(tenant, transfer).await? {
            Some(_) => self.keep(tx, (tenant, key), transfer, at).await,
            None => Ok(()),
        }
    }

    /// Keeps that this entry of the log is about what they have refused.
    pub(crate) async fn keep_refusal(
        &self,
        tx: &mut Tx,
        (tenant, key): (TenantId, &TenantKey),
        seq: u64,
    ) -> Result<(), TransferError> {
        if self.hits.is_empty() {
            return Ok(());
        }
        Ok(tx.insert_rule_refusals(tenant, seq, &self.rows(key)).await?)
    }

    fn rows(&self, key: &TenantKey) -> Vec<NewRuleHit> {
        let row = |hit: &Hit| NewRuleHit {
            rule_hmac: rule_hmac(key, &hit.name),
            kind: hit.kind,
            effect: hit.effect,
            number: hit.number as u64,
        };
        self.hits.iter().map(row).collect()
    }
}
