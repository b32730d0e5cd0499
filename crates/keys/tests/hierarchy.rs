//! Root, tenant and epoch keys with a real vault and keyrings on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use sealpost_db::{Db, Keyring};
use sealpost_domain::{Epoch, ManualClock, TenantId, Timestamp};
use sealpost_keys::{KEPT_FOR, Keys, KeysError, Rewrapped, tie};
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

/// Counts what it is asked for.
#[derive(Debug)]
struct CountingVault {
    vault: Arc<dyn Vault>,
    unwrapped: AtomicU64,
}

#[async_trait]
impl Vault for CountingVault {
    async fn wrap(&self, context: &RootContext, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.vault.wrap(context, secret).await
    }

    async fn unwrap(&self, context: &RootContext, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.unwrapped.fetch_add(1, Ordering::SeqCst);
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

/// What is wrapped, by the versions' short words.
async fn standing(keys: &Keys, db: &Db) -> Vec<(String, u64)> {
    let wrapped = keys.wrapped_under(db).await.unwrap();
    let version = |id: &str| id.split(':').nth(1).unwrap().to_owned();
    wrapped.iter().map(|under| (version(&under.id), under.total())).collect()
}

#[tokio::test]
async fn after_a_rotation_all_keys_are_wrapped_anew_and_the_old_version_can_go() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        let (db, keys) = (database(engine).await, here.node());
        tie(&db, &here.keyring, &SystemRandom).await.unwrap();
        keys.tie_root_key().await.unwrap();
        let days: Vec<_> = (0..5).map(|day| Epoch::from_days(here.today().days() + day)).collect();
        for day in &days {
            keys.epoch_key(here.tenant, *day).await.unwrap();
        }
        keys.grant_key().await.unwrap();
        let audit = keys.audit_key().await.unwrap().verifying_key();
        assert_eq!(keys.rewrap(&db, 100).await.unwrap(), Rewrapped::default(), "nothing to do");
        assert_eq!(standing(&keys, &db).await, [("v1".to_owned(), 8)]);

        here.vault.rotate().await.unwrap();
        let refused = keys.retire(&db, "v1").await;
        assert!(matches!(refused, Err(KeysError::StillWrapped { number: 8, .. })), "{refused:?}");
        let first = keys.rewrap(&db, 3).await.unwrap();
        assert!(first.more && first.done == 3, "{first:?}");
        // Half of it is done, and everybody goes on, also whoever starts now.
        for day in &days {
            assert_eq!(
                here.node().existing_epoch_key(here.tenant, *day).await.unwrap(),
                keys.existing_epoch_key(here.tenant, *day).await.unwrap()
            );
        }
        let (one, two) = (here.node(), here.node());
        let (one, two) = tokio::join!(one.rewrap(&db, 100), two.rewrap(&db, 100));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((one.failed, two.failed, one.done + two.done), (0, 0, 5), "{one:?} {two:?}");
        assert_eq!(standing(&keys, &db).await, [("v2".to_owned(), 8)]);
        assert!(here.keyring.root_key().await.unwrap().unwrap().starts_with("local:v2:"));

        let current = keys.retire(&db, "v2").await;
        assert!(matches!(current, Err(KeysError::Vault(VaultError::Current { .. }))), "{current:?}");
        assert!(matches!(keys.retire(&db, "v7").await, Err(KeysError::NoVersion { .. })));
        assert_eq!(keys.retire(&db, "v1").await.unwrap().name, "v1");
        let node = here.node();
        assert!(node.check_root_key().await.unwrap());
        assert_eq!(node.audit_key().await.unwrap().verifying_key(), audit);
        for day in days {
            let before = keys.existing_epoch_key(here.tenant, day).await.unwrap();
            assert!(before.is_some());
            assert_eq!(node.existing_epoch_key(here.tenant, day).await.unwrap(), before);
        }
    }
}

#[tokio::test]
async fn a_key_that_is_destroyed_while_it_is_wrapped_anew_stays_destroyed() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        let (today, tomorrow) = (here.today(), Epoch::from_days(here.today().days() + 1));
        let db = database(engine).await;
        here.node().epoch_key(here.tenant, today).await.unwrap();
        here.vault.rotate().await.unwrap();
        let (vault, hold, asked) = (here.vault.clone(), Mutex::default(), Notify::new());
        let slow = Arc::new(SlowVault { vault, hold, asked });
        let held = slow.hold.lock().await;
        let (wrapping, for_run) = (Arc::new(here.node_with(slow.clone())), (*db).clone());
        let run = tokio::spawn(async move { wrapping.rewrap(&for_run, 100).await });
        slow.asked.notified().await;
        assert_eq!(here.node().destroy_epochs_before(tomorrow, 10).await.unwrap().len(), 1);
        drop(held);
        let run = run.await.unwrap().unwrap();
        assert_eq!((run.done, run.changed), (0, 1), "{run:?}");
        assert!(here.node().existing_epoch_key(here.tenant, today).await.unwrap().is_none());
        assert!(!here.node().has_epoch_key(here.tenant, today).await.unwrap());
    }
}

#[tokio::test]
async fn a_run_that_the_vault_breaks_off_is_taken_up_again() {
    for engine in ENGINES {
        let here = Installation::on(engine).await;
        let (db, keys) = (database(engine).await, here.node());
        let days: Vec<_> = (0..4).map(|day| Epoch::from_days(here.today().days() + day)).collect();
        for day in &days {
            keys.epoch_key(here.tenant, *day).await.unwrap();
        }
        here.vault.rotate().await.unwrap();
        assert_eq!(keys.rewrap(&db, 2).await.unwrap().done, 2);
        here.vault.pull();
        assert!(matches!(keys.rewrap(&db, 100).await, Err(KeysError::Vault(_))));
        here.vault.plug();
        assert_eq!(standing(&keys, &db).await, [("v1".to_owned(), 2), ("v2".to_owned(), 2)]);
        assert_eq!(keys.rewrap(&db, 100).await.unwrap().done, 2);
        for day in days {
            assert!(here.node().existing_epoch_key(here.tenant, day).await.unwrap().is_some());
        }
    }
}

#[tokio::test]
async fn another_root_key_is_refused_by_both_names() {
    for engine in ENGINES {
        let (here, other) = (Installation::on(engine).await, Installation::on(engine).await);
        let db = database(engine).await;
        tie(&db, &here.keyring, &SystemRandom).await.unwrap();
        let keys = here.node();
        assert!(!keys.check_root_key().await.unwrap(), "it belongs to none yet");
        let nodes = (here.node(), here.node());
        let tied = tokio::join!(nodes.0.tie_root_key(), nodes.1.tie_root_key());
        assert!(tied.0.is_ok() && tied.1.is_ok(), "{tied:?}");
        assert!(keys.check_root_key().await.unwrap());
        let stranger = here.node_with(other.vault.clone());
        for refused in [stranger.check_root_key().await.map(drop), stranger.tie_root_key().await] {
            let Err(KeysError::ForeignRootKey { configured, wanted, .. }) = refused else {
                unreachable!("{refused:?}");
            };
            assert_eq!(configured, other.vault.key_id().as_str());
            assert_eq!(wanted, here.vault.key_id().as_str());
        }
        // An outage is none.
        here.vault.pull();
        assert!(matches!(keys.check_root_key().await, Err(KeysError::Vault(_))));
    }
}

#[tokio::test]
async fn a_hundred_who_need_a_key_at_once_ask_the_vault_once() {
    let here = Installation::on(Engine::Sqlite).await;
    here.node().epoch_key(here.tenant, here.today()).await.unwrap();
    let counting = Arc::new(CountingVault { vault: here.vault.clone(), unwrapped: AtomicU64::new(0) });
    let keys = Arc::new(here.node_with(counting.clone()));
    let asking: Vec<_> = (0..100)
        .map(|_| {
            let (keys, tenant, today) = (Arc::clone(&keys), here.tenant, here.today());
            tokio::spawn(async move { keys.existing_epoch_key(tenant, today).await })
        })
        .collect();
    for asked in asking {
        assert!(asked.await.unwrap().unwrap().is_some());
    }
    assert_eq!(counting.unwrapped.load(Ordering::SeqCst), 1);
}
