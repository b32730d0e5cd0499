//! The rules that count now.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sealpost_db::Conn;
use sealpost_domain::{PolicyDocument, TenantId};
use sealpost_sealed::TenantKey;

use crate::{PolicyStoreError, Rules, open_document};

/// Most bytes of sealed documents whose rules are kept ready. Ready rules take some times as much.
const MAX_BYTES: usize = 32 << 20;

/// Keeps rules ready. Cheap to clone; clones share what they keep.
#[derive(Debug, Clone, Default)]
pub struct Policies(Arc<Mutex<Kept>>);

/// Rules that are ready.
#[derive(Debug, Default)]
struct Kept {
    of_tenant: HashMap<TenantId, Ready>,
    bytes: usize,
    /// Grows with every use.
    uses: u64,
}

#[derive(Debug)]
struct Ready {
    rules: Arc<Rules>,
    bytes: usize,
    used: u64,
}

impl Policies {
    /// The rules of the tenant's policy that counts in what `conn` sees: one indexed query, and two if they have changed
    /// since they were asked for here, by whichever node.
    ///
    /// # Errors
    /// [`PolicyStoreError::NotFound`] for no tenant, [`PolicyStoreError::Damaged`], those of the database.
    pub async fn current(
        &self,
        conn: &mut Conn,
        tenant: TenantId,
        key: &TenantKey,
    ) -> Result<Arc<Rules>, PolicyStoreError> {
        let version = conn.policy_number(tenant).await?.ok_or(PolicyStoreError::NotFound)?;
        if let Some(rules) = self.kept(tenant, version) {
            return Ok(rules);
        }
        let stored = conn.policy_version(tenant, version).await?;
        let (document, bytes) = match stored {
            Some(stored) => (open_document(key, (tenant, version), &stored.document)?, stored.document.len()),
            // Nothing but settings was ever decided.
            None if version == 0 => (PolicyDocument::default(), 0),
            None => return Err(PolicyStoreError::Damaged),
        };
        let rules = Arc::new(Rules::new(version, document));
        self.keep(tenant, &rules, bytes);
        Ok(rules)
    }

    fn kept(&self, tenant: TenantId, version: u64) -> Option<Arc<Rules>> {
        let mut kept = self.lock();
        kept.uses += 1;
        let now = kept.uses;
        let ready = kept.of_tenant.get_mut(&tenant).filter(|ready| ready.rules.version() == version)?;
        ready.used = now;
        Some(Arc::clone(&ready.rules))
    }

    fn keep(&self, tenant: TenantId, rules: &Arc<Rules>, bytes: usize) {
        let mut kept = self.lock();
        kept.uses += 1;
        let ready = Ready { rules: Arc::clone(rules), bytes, used: kept.uses };
        kept.bytes += bytes;
        if let Some(before) = kept.of_tenant.insert(tenant, ready) {
            kept.bytes -= before.bytes;
        }
        while kept.bytes > MAX_BYTES {
            let with_bytes = kept.of_tenant.iter().filter(|(_, ready)| ready.bytes > 0);
            let Some(oldest) = with_bytes.min_by_key(|(_, ready)| ready.used).map(|(tenant, _)| *tenant)
            else {
                break;
            };
            kept.bytes -= kept.of_tenant.remove(&oldest).map_or(0, |ready| ready.bytes);
        }
    }

    /// What is kept can be made again, so that a thread which has panicked has spoilt nothing.
    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use sealpost_domain::Timestamp;

    use super::*;

    fn tenant(n: u8) -> TenantId {
        TenantId::new(Timestamp::from_unix_millis(0), [n; 10])
    }

    fn keep(policies: &Policies, n: u8, version: u64, bytes: usize) {
        let rules = Arc::new(Rules::new(version, PolicyDocument::default()));
        policies.keep(tenant(n), &rules, bytes);
    }

    #[test]
    fn another_version_takes_the_place_of_the_one_before() {
        let policies = Policies::default();
        keep(&policies, 1, 1, 10);
        keep(&policies, 1, 2, 20);
        assert!(policies.kept(tenant(1), 1).is_none());
        assert_eq!(policies.kept(tenant(1), 2).unwrap().version(), 2);
        assert_eq!(policies.lock().bytes, 20);
    }

    #[test]
    fn what_was_not_used_for_longest_goes_when_there_is_no_room() {
        let policies = Policies::default();
        keep(&policies, 0, 0, 0);
        for n in 1..=4 {
            keep(&policies, n, 1, MAX_BYTES / 4);
        }
        assert!(policies.kept(tenant(1), 1).is_some());
        keep(&policies, 5, 1, MAX_BYTES / 4);
        let there = |n: u8| policies.kept(tenant(n), u64::from(n > 0)).is_some();
        assert_eq!([0, 1, 2, 3, 4, 5].map(there), [true, true, false, true, true, true]);
        assert_eq!(policies.lock().bytes, MAX_BYTES);
    }
}
