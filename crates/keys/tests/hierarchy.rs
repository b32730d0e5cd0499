//! Root, tenant and epoch keys with a real vault and keyrings on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use sealpost_db::Keyring;
use sealpost_domain::{Epoch, ManualClock, TenantId, Timestamp};
use sealpost_keys::{KEPT_FOR, Keys, KeysError, tie};
use sealpost_sealed::{Random, RootContext, SystemRandom, Zeroizing};
use sealpost_test_support::{
    engines::{ENGINES, Engine, TestKeyring, database, empty, keyring},
    pluggable_vault::PluggableVault,
};
use sealpost_vault::{KeyId, KeyVersion, LocalVault, Vault, VaultError};
use tempfile::TempDir;
use tokio::sync::{Mutex, Notify};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Holds up every unwrapping for as long as somebody wants it to.
#[derive(Debug)]
struct SlowVault {
    vault: Arc<dyn Vault>,
    hold: Mutex<()>,
    asked: Notify,
}

#[async_trait]
impl Vault for SlowVault {
    async fn wrap(&self, context: &RootContext, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.vault.wrap(context, secret).await
    }

    async fn unwrap(&self, context: &RootContext, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.asked.notify_one();
        drop(self.hold.lock().await);
        self.vault.unwrap(context, wrapped).await
    }

    async fn health(&self) -> Result<(), VaultError> {
        self.vault.health().await
    }

    fn key_id(&self) -> KeyId {
        self.vault.key_id()
    }

    async fn versions(&self) -> Result<Vec<KeyVersion>, VaultError> {
        self.vault.versions().await
    }

    async fn rotate(&self) -> Result<KeyId, VaultError> {
        self.vault.rotate().await
    }

    async fn retire(&self, version: &KeyId) -> Result<(), VaultError> {
        self.vault.retire(version).await
    }

    fn wrapped_under(&self, wrapped: &[u8]) -> Option<KeyId> {
        self.vault.wrapped_under(wrapped)
    }

    fn current_prefix(&self) -> Vec<u8> {
        self.vault.current_prefix()
    }

    fn kind(&self) -> &'static str {
        self.vault.kind()
    }
}

struct Installation {
    vault: Arc<PluggableVault>,
    keyring: TestKeyring,
    clock: ManualClock,
    tenant: TenantId,
    _dir: TempDir,
}

impl Installation {
    async fn on(engine: Engine) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let vault = LocalVault::create(&dir.path().join("vault"), &[], random).unwrap();
        let clock = ManualClock::new(Timestamp::from_unix_millis(1_800_000_000_000));
        Self {
            vault: Arc::new(PluggableVault::new(vault)),
            keyring: keyring(engine).await,
            tenant: TenantId::new(Timestamp::from_unix_millis(1), [7; 10]),
            clock,
            _dir: dir,
        }
    }

    /// A node: what it remembers is its own.
    fn node(&self) -> Keys {
        self.node_with(self.vault.clone())
    }

    fn node_with(&self, vault: Arc<dyn Vault>) -> Keys {
        Keys::new(vault, (*self.keyring).clone(), Arc::new(self.clock.clone()), Arc::new(SystemRandom))
    }

    fn today(&self) -> Epoch {
        use sealpost_domain::Clock as _;
        self.clock.now().epoch()
    }
}

#[tokio::test]
async fn a_day_has_one_key_on_all_nodes() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        let (a, b) = (here.node(), here.node());
        let (first, second) =
            tokio::join!(a.epoch_key(here.tenant, here.today()), b.epoch_key(here.tenant, here.today()));
        assert_eq!(first.unwrap(), second.unwrap());
    }
}

#[tokio::test]
async fn reading_makes_no_key() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        assert!(here.node().existing_epoch_key(here.tenant, here.today()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_destroyed_day_has_no_key_any_more_and_others_keep_theirs() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        let keys = here.node();
        let (today, tomorrow) = (here.today(), Epoch::from_days(here.today().days() + 1));
        keys.epoch_key(here.tenant, today).await.unwrap();
        let kept = keys.epoch_key(here.tenant, tomorrow).await.unwrap();
        let destroyed = keys.destroy_epochs_before(tomorrow, 10).await.unwrap();
        assert_eq!(destroyed.len(), 1);
        assert!(keys.existing_epoch_key(here.tenant, today).await.unwrap().is_none());
        assert_eq!(keys.existing_epoch_key(here.tenant, tomorrow).await.unwrap(), Some(kept));
    }
}

#[tokio::test]
async fn a_vault_that_is_slow_brings_no_destroyed_key_back() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        let (today, tomorrow) = (here.today(), Epoch::from_days(here.today().days() + 1));
        here.node().epoch_key(here.tenant, today).await.unwrap();
        let (vault, hold, asked) = (here.vault.clone(), Mutex::default(), Notify::new());
        let slow = Arc::new(SlowVault { vault, hold, asked });
        let held = slow.hold.lock().await;
        let keys = Arc::new(here.node_with(slow.clone()));
        let (reader, tenant) = (Arc::clone(&keys), here.tenant);
        let reading = tokio::spawn(async move { reader.existing_epoch_key(tenant, today).await });
        slow.asked.notified().await;
        assert_eq!(keys.destroy_epochs_before(tomorrow, 10).await.unwrap().len(), 1);
        drop(held);
        reading.await.unwrap().unwrap();
        assert!(keys.existing_epoch_key(here.tenant, today).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn while_the_vault_is_away_known_keys_work_until_they_are_forgotten() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        let keys = here.node();
        let key = keys.epoch_key(here.tenant, here.today()).await.unwrap();
        here.vault.pull();
        assert_eq!(keys.epoch_key(here.tenant, here.today()).await.unwrap(), key);
        here.clock.advance(KEPT_FOR);
        assert!(matches!(keys.epoch_key(here.tenant, here.today()).await, Err(KeysError::Vault(_))));
        assert!(keys.health().await.is_err());
        here.vault.plug();
        assert_eq!(keys.epoch_key(here.tenant, here.today()).await.unwrap(), key);
    }
}

#[tokio::test]
async fn a_node_without_its_keyring_is_not_well() {
    let here = Installation::on(Engine::Postgres).await;
    let keys = here.node();
    keys.health().await.unwrap();
    here.keyring.close().await.unwrap();
    assert!(matches!(keys.health().await, Err(KeysError::Keyring(_))));
}

#[tokio::test]
async fn a_key_whose_time_is_over_leaves_memory_though_nobody_asks_for_it() {
    let here = Installation::on(Engine::Sqlite).await;
    let keys = here.node();
    let key = keys.epoch_key(here.tenant, here.today()).await.unwrap();
    keys.health().await.unwrap();
    assert_eq!(Arc::strong_count(&key), 2);
    here.clock.advance(KEPT_FOR);
    keys.health().await.unwrap();
    assert_eq!(Arc::strong_count(&key), 1);
}

#[tokio::test]
async fn a_tenant_key_opens_for_its_tenant_only() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        let (key, wrapped) = here.node().new_tenant_key(here.tenant).await.unwrap();
        assert_eq!(here.node().tenant_key(here.tenant, &wrapped).await.unwrap(), key);
        let other = TenantId::new(Timestamp::from_unix_millis(2), [8; 10]);
        assert!(here.node().tenant_key(other, &wrapped).await.is_err());
    }
}

#[tokio::test]
async fn all_nodes_seal_grants_with_one_key_that_outlives_them() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        let (a, b) = (here.node(), here.node());
        let (first, second) = tokio::join!(a.grant_key(), b.grant_key());
        assert_eq!(first.unwrap(), second.unwrap());
        here.clock.advance(10 * DAY);
        assert_eq!(here.node().grant_key().await.unwrap(), a.grant_key().await.unwrap());
    }
}

#[tokio::test]
async fn a_database_goes_with_its_own_keyring_only() {
    for engine in ENGINES {
        let (db, own, new) = (database(engine).await, keyring(engine).await, keyring(engine).await);
        sealpost_keys::check_tie(&db, &own).await.unwrap();
        let nodes = tokio::join!(tie(&db, &own, &SystemRandom), tie(&db, &own, &SystemRandom));
        assert!(nodes.0.is_ok() && nodes.1.is_ok(), "{nodes:?}");
        tie(&db, &own, &SystemRandom).await.unwrap();
        let wanted = own.id().await.unwrap().unwrap();

        for refused in [tie(&db, &new, &SystemRandom).await, sealpost_keys::check_tie(&db, &new).await] {
            assert!(
                matches!(refused, Err(KeysError::EmptyKeyring { wanted: id }) if id == wanted),
                "{refused:?}"
            );
        }
        assert_eq!(new.id().await.unwrap(), None, "it stays free for its own database");
        let place = empty(engine).await;
        let bare = Keyring::open(&place.options()).await.unwrap();
        let refused = sealpost_keys::check_tie(&db, &bare).await;
        assert!(matches!(refused, Err(KeysError::EmptyKeyring { .. })), "{refused:?}");
        let other = database(engine).await;
        tie(&other, &new, &SystemRandom).await.unwrap();
        let refused = tie(&db, &new, &SystemRandom).await;
        assert!(matches!(refused, Err(KeysError::ForeignKeyring { .. })), "{refused:?}");
        sealpost_keys::check_tie(&db, &own).await.unwrap();
    }
}

#[tokio::test]
async fn a_first_run_that_broke_off_between_keyring_and_database_is_taken_up_again() {
    let (db, keyring) = (database(Engine::Sqlite).await, keyring(Engine::Sqlite).await);
    let id = keyring.put_id_if_absent("0190a0b1-c2d3-7e4f-8a9b-0c1d2e3f4a5b".parse().unwrap()).await.unwrap();
    tie(&db, &keyring, &SystemRandom).await.unwrap();
    assert_eq!(db.read().await.unwrap().own_keyring().await.unwrap(), Some(id));
}
