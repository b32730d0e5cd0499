//! What rules are called, where nobody's name may stand.

use std::collections::HashMap;

use sealpost_db::Conn;
use sealpost_domain::{
    PolicyDocument, TenantId,
    rules::{RuleKind, TypeRule},
};
use sealpost_sealed::TenantKey;

use crate::{PolicyStoreError, open_document};

/// By what a rule is found that transfers have met: its name, whatever it is about. Rules about files are called by the word
/// of where they stand in the policy: `kinds`.
pub fn rule_hmac(key: &TenantKey, name: &str) -> [u8; 32] {
    key.lookup_hmac("rule_hits.rule", name.as_bytes())
}

/// The rules of one version of a policy, to look up what they are called.
#[derive(Debug)]
pub struct RuleNames(Option<PolicyDocument>);

impl RuleNames {
    /// Those of a version; of one that is forgotten nobody knows any name.
    ///
    /// # Errors
    /// [`PolicyStoreError::Damaged`], those of the database.
    pub async fn of_version(
        conn: &mut Conn,
        (tenant, key): (TenantId, &TenantKey),
        version: u64,
    ) -> Result<Self, PolicyStoreError> {
        let stored = conn.policy_version(tenant, version).await?;
        let document = stored.map(|stored| open_document(key, (tenant, version), &stored.document));
        Ok(Self(document.transpose()?))
    }

    /// The name of the rule with this number, from 1, and this HMAC of its name.
    pub fn name(&self, key: &TenantKey, kind: RuleKind, number: u64, hmac: &[u8; 32]) -> Option<&str> {
        let index = usize::try_from(number).ok()?.checked_sub(1);
        let document = self.0.as_ref();
        let name = match kind {
            RuleKind::Address => document?.addresses.0.get(index?)?.name.as_str(),
            RuleKind::Content => document?.content.0.get(index?)?.name.as_str(),
            RuleKind::Type => {
                let word = |rule: &&TypeRule| rule_hmac(key, rule.as_str()) == *hmac;
                TypeRule::ALL.iter().find(word)?.as_str()
            }
        };
        (rule_hmac(key, name) == *hmac).then_some(name)
    }
}

/// What the rules of a policy are called, by what they are about and the HMAC of their names. Computes an HMAC for each rule:
/// for looking up many at once.
pub fn names_by_hmac<'a>(
    document: &'a PolicyDocument,
    key: &TenantKey,
) -> HashMap<(RuleKind, [u8; 32]), &'a str> {
    let addresses = document.addresses.0.iter().map(|rule| (RuleKind::Address, rule.name.as_str()));
    let content = document.content.0.iter().map(|rule| (RuleKind::Content, rule.name.as_str()));
    let types = TypeRule::ALL.iter().map(|rule| (RuleKind::Type, rule.as_str()));
    let named = addresses.chain(content).chain(types);
    named.map(|(kind, name)| ((kind, rule_hmac(key, name)), name)).collect()
}
