//! The local vault does what every vault does, and takes no key that does not lie safely.
#![expect(clippy::unwrap_used, reason = "a failed call is a failed test")]

use std::{
    env, fs,
    os::unix::{
        fs::{PermissionsExt as _, chown, symlink},
        process::ExitStatusExt as _,
    },
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use data_encoding::HEXLOWER;
use sealpost_sealed::{Random, RootContext, SystemRandom};
use sealpost_vault::{LocalVault, Vault as _, VaultError};
use tempfile::TempDir;

/// Where a child process finds the house in which it shall make a key.
const CHILD: &str = "SEALPOST_TEST_CHILD_DIR";
const PLACE: RootContext = RootContext::TenantKey { tenant: [1; 16] };

sealpost_vault::vault_conformance!({
    let house = House::new();
    (house.create().unwrap(), house)
});

/// A directory with a place for keys and one for data.
struct House(TempDir);

impl House {
    fn new() -> Self {
        let house = Self(tempfile::tempdir().unwrap());
        fs::create_dir(house.data()).unwrap();
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn keys(&self) -> PathBuf {
        self.path("keys")
    }

    fn key_file(&self, version: u32) -> PathBuf {
        self.keys().join(format!("root-key.v{version}"))
    }

    fn data(&self) -> PathBuf {
        self.path("data")
    }

    fn create(&self) -> Result<LocalVault, VaultError> {
        LocalVault::create(&self.keys(), &[&self.data()], Arc::new(SystemRandom))
    }

    fn open(&self) -> Result<LocalVault, VaultError> {
        LocalVault::open(&self.keys(), &[&self.data()], Arc::new(SystemRandom))
    }

    /// Another root key as the given version, as a later rotation would make it.
    fn add_version(&self, version: u32) {
        let other = Self::new();
        other.create().unwrap();
        let text = fs::read_to_string(other.key_file(1))
            .unwrap()
            .replace("root key v1\n", &format!("root key v{version}\n"));
        write(&self.key_file(version), &text);
    }
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    set_mode(path, 0o600);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[tokio::test]
async fn the_created_key_is_found_again() {
    let house = House::new();
    let created = house.create().unwrap();
    assert_eq!((mode(&house.keys()), mode(&house.key_file(1))), (0o700, 0o600));
    let wrapped = created.wrap(&PLACE, b"secret").await.unwrap();
    let opened = house.open().unwrap();
    assert_eq!(**opened.unwrap(&PLACE, &wrapped).await.unwrap(), *b"secret");
    assert_eq!(opened.key_id(), created.key_id());
    assert!(created.key_id().as_str().starts_with("local:v1:"), "{}", created.key_id());
}

#[tokio::test]
async fn two_vaults_have_two_keys() {
    let (one, two) = (House::new(), House::new());
    let (one, two) = (one.create().unwrap(), two.create().unwrap());
    assert_ne!(one.key_id(), two.key_id());
    let wrapped = one.wrap(&PLACE, b"secret").await.unwrap();
    assert!(matches!(two.unwrap(&PLACE, &wrapped).await, Err(VaultError::Refused(_))));
}

#[test]
fn a_key_is_made_only_when_asked_for_and_only_once() {
    let house = House::new();
    assert!(matches!(house.open(), Err(VaultError::NoKey { .. })));
    assert!(!house.keys().exists(), "opening made something");
    house.create().unwrap();
    let before = fs::read(house.key_file(1)).unwrap();
    assert!(matches!(house.create(), Err(VaultError::AlreadyExists { path }) if path == house.key_file(1)));
    assert_eq!(fs::read(house.key_file(1)).unwrap(), before);

    // Also when only a later version is left.
    fs::rename(house.key_file(1), house.key_file(7)).unwrap();
    assert!(matches!(house.create(), Err(VaultError::AlreadyExists { path }) if path == house.key_file(7)));
}

#[test]
fn a_first_run_that_is_killed_while_it_writes_the_key_stands_in_nobodys_way() {
    if let Some(house) = env::var_os(CHILD) {
        let keys = Path::new(&house).join("keys");
        drop(LocalVault::create(&keys, &[], Arc::new(SystemRandom)));
        unreachable!("the first byte that is written to any file kills this process");
    }
    let house = House::new();
    let test = "a_first_run_that_is_killed_while_it_writes_the_key_stands_in_nobodys_way";
    let killed = Command::new("sh")
        .args(["-c", r#"ulimit -c 0; ulimit -f 0; exec "$0" "$@""#])
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--test-threads=1", "--nocapture"])
        .env(CHILD, house.0.path())
        .output()
        .unwrap();
    assert!(killed.status.signal().is_some(), "{killed:?}");
    assert_eq!(fs::read_dir(house.keys()).unwrap().count(), 1, "it had begun to write");
    assert!(matches!(house.open(), Err(VaultError::NoKey { .. })));
    house.create().unwrap();
    house.open().unwrap();
}

#[test]
fn an_empty_directory_has_no_key() {
    let house = House::new();
    fs::create_dir(house.keys()).unwrap();
    set_mode(&house.keys(), 0o700);
    assert!(matches!(house.open(), Err(VaultError::NoKey { .. })));
    house.create().unwrap();
    house.open().unwrap();
}

#[test]
fn other_modes_are_refused_with_the_command_that_helps() {
    let house = House::new();
    house.create().unwrap();
    for wrong in [0o400, 0o604, 0o640, 0o660, 0o644, 0o777, 0o4600, 0o700] {
        set_mode(&house.key_file(1), wrong);
        let error = house.open().unwrap_err();
        assert!(matches!(error, VaultError::Mode { found, wanted: 0o600, .. } if found == wrong), "{error}");
        assert!(
            error.to_string().contains(&format!("`chmod 600 {}`", house.key_file(1).display())),
            "{error}"
        );
    }
    set_mode(&house.key_file(1), 0o600);
    for wrong in [0o500, 0o701, 0o710, 0o750, 0o755, 0o777, 0o1700, 0o2700] {
        set_mode(&house.keys(), wrong);
        let error = house.open().unwrap_err();
        assert!(matches!(error, VaultError::Mode { found, wanted: 0o700, .. } if found == wrong), "{error}");
        assert!(error.to_string().contains(&format!("`chmod 700 {}`", house.keys().display())), "{error}");
        assert!(house.create().is_err());
    }
    set_mode(&house.keys(), 0o700);
    house.open().unwrap();
}

#[test]
fn every_version_is_checked_not_only_the_current_one() {
    let house = House::new();
    house.create().unwrap();
    house.add_version(2);
    set_mode(&house.key_file(1), 0o644);
    assert!(matches!(house.open(), Err(VaultError::Mode { .. })));
}

#[test]
fn a_key_of_another_user_is_refused() {
    let house = House::new();
    house.create().unwrap();
    if let Err(error) = chown(house.key_file(1), Some(4711), None) {
        assert_ne!(rustix::process::geteuid().as_raw(), 0, "root cannot give files away: {error}");
        // Only root can, and only root could be deceived so.
        return;
    }
    let error = house.open().unwrap_err();
    assert!(matches!(error, VaultError::Owner { found: 4711, .. }), "{error}");
    chown(house.key_file(1), Some(0), None).unwrap();
    chown(house.keys(), Some(4711), None).unwrap();
    let error = house.open().unwrap_err();
    assert!(matches!(error, VaultError::Owner { found: 4711, .. }), "{error}");
}

#[test]
fn links_are_refused() {
    let house = House::new();
    house.create().unwrap();
    let elsewhere = house.path("elsewhere");
    fs::rename(house.key_file(1), &elsewhere).unwrap();
    symlink(&elsewhere, house.key_file(1)).unwrap();
    let error = house.open().unwrap_err();
    assert!(matches!(error, VaultError::NotPlain { wanted: "file", .. }), "{error}");
    assert!(house.create().is_err(), "a new key was made beside the link");

    fs::remove_file(house.key_file(1)).unwrap();
    fs::rename(&elsewhere, house.key_file(1)).unwrap();
    fs::rename(house.keys(), house.path("real")).unwrap();
    symlink(house.path("real"), house.keys()).unwrap();
    let error = house.open().unwrap_err();
    assert!(matches!(error, VaultError::NotPlain { wanted: "directory", .. }), "{error}");
    assert!(matches!(house.create(), Err(VaultError::NotPlain { .. })));
}

#[test]
fn what_is_no_file_is_refused_without_waiting() {
    let house = House::new();
    house.create().unwrap();
    fs::create_dir(house.key_file(2)).unwrap();
    assert!(matches!(house.open(), Err(VaultError::NotPlain { wanted: "file", .. })));
    fs::remove_dir(house.key_file(2)).unwrap();
    let made = Command::new("mkfifo").args(["-m", "600"]).arg(house.key_file(2)).status().unwrap();
    assert!(made.success());
    assert!(matches!(house.open(), Err(VaultError::NotPlain { wanted: "file", .. })));
}

#[test]
fn a_key_within_the_data_is_refused_whatever_leads_there() {
    let house = House::new();
    let random = || Arc::new(SystemRandom);
    let data = house.data();
    symlink(&data, house.path("link")).unwrap();
    fs::create_dir(data.join("sub")).unwrap();
    for dir in [
        data.clone(),
        data.join("keys"),
        data.join("sub/keys"),
        data.join("sub/../keys"),
        house.path("link/keys"),
        house.path("link/sub/keys"),
        house.path("data/../link/keys"),
    ] {
        for apart in [&data, &house.path("link"), &house.path("link/../data")] {
            let created = LocalVault::create(&dir, &[apart], random());
            assert!(matches!(created, Err(VaultError::InsideData { .. })), "{}: {created:?}", dir.display());
            let opened = LocalVault::open(&dir, &[&house.path("other"), apart], random());
            assert!(matches!(opened, Err(VaultError::InsideData { .. })), "{}: {opened:?}", dir.display());
        }
    }
    assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "something was made inside");
    // A name that only begins alike is another directory; data that do not exist yet are in nobody's way.
    LocalVault::create(&house.path("data-keys"), &[&data, &house.path("no/data/yet")], random()).unwrap();
}

#[test]
fn data_that_come_to_lie_around_the_key_are_noticed() {
    let house = House::new();
    house.create().unwrap();
    let opened = LocalVault::open(&house.keys(), &[house.0.path()], Arc::new(SystemRandom));
    assert!(matches!(opened, Err(VaultError::InsideData { .. })), "{opened:?}");
}

#[test]
fn a_damaged_key_is_told_from_a_wrong_one() {
    let house = House::new();
    house.create().unwrap();
    let text = fs::read_to_string(house.key_file(1)).unwrap();
    let key = text.find("key ").unwrap() + 15;
    let other_digit = if &text[key..=key] == "0" { "1" } else { "0" };
    let mut mistyped = text.clone();
    mistyped.replace_range(key..=key, other_digit);
    for damaged in [
        String::new(),
        mistyped,
        text[..text.len() / 2].to_owned(),
        text.replace("v1", "v2"),
        text.replace("check ", "check: "),
        text.to_uppercase(),
        format!("{text}{text}"),
        format!("{text}\0"),
        "x".repeat(100_000),
    ] {
        write(&house.key_file(1), &damaged);
        assert!(matches!(house.open(), Err(VaultError::Damaged { .. })), "{damaged:?}");
    }
    // An editor's line ends are no damage.
    for harmless in [text.trim_end().to_owned(), text.replace('\n', "\r\n"), text] {
        write(&house.key_file(1), &harmless);
        house.open().unwrap();
    }
}

#[tokio::test]
async fn the_highest_version_wraps_and_every_version_unwraps() {
    let house = House::new();
    let before = house.create().unwrap();
    let old = before.wrap(&PLACE, b"old").await.unwrap();
    for version in [2, 10] {
        house.add_version(version);
    }
    let after = house.open().unwrap();
    assert!(after.key_id().as_str().starts_with("local:v10:"), "{}", after.key_id());
    let new = after.wrap(&PLACE, b"new").await.unwrap();
    assert_eq!((&old[..5], &new[..5]), (&[1, 0, 0, 0, 1][..], &[1, 0, 0, 0, 10][..]));
    assert_eq!(**after.unwrap(&PLACE, &old).await.unwrap(), *b"old");
    assert_eq!(**after.unwrap(&PLACE, &new).await.unwrap(), *b"new");

    // Whoever was there before finds it, too, when he needs it, and when he wraps; unless the file is gone.
    let older = House::new();
    let older = older.create().unwrap();
    let missing = older.unwrap(&PLACE, &new).await.unwrap_err();
    assert!(matches!(&missing, VaultError::UnknownKey { key } if key.as_str() == "local:v10"), "{missing}");
    assert_eq!(**before.unwrap(&PLACE, &new).await.unwrap(), *b"new");
    assert_eq!(before.key_id(), after.key_id());
    // Wrapped bytes that claim another version do not open with its key.
    let relabelled = [&new[..4], &[1], &new[5..]].concat();
    assert!(matches!(after.unwrap(&PLACE, &relabelled).await, Err(VaultError::Refused(_))));
}

#[tokio::test]
async fn a_rotation_makes_a_private_file_and_other_processes_wrap_under_it_at_once() {
    let house = House::new();
    let (here, elsewhere) = (house.create().unwrap(), house.open().unwrap());
    let old = elsewhere.wrap(&PLACE, b"secret").await.unwrap();
    let id = here.rotate().await.unwrap();
    assert_eq!(mode(&house.key_file(2)), 0o600);
    assert!(id.as_str().starts_with("local:v2:"), "{id}");
    let new = elsewhere.wrap(&PLACE, b"secret").await.unwrap();
    assert_eq!(elsewhere.wrapped_under(&new), Some(id));

    let first = here.wrapped_under(&old).unwrap();
    here.retire(&first).await.unwrap();
    assert!(!house.key_file(1).exists() && house.keys().join("root-key.v1.retired").exists());
    elsewhere.health().await.unwrap();
    let refused = elsewhere.unwrap(&PLACE, &old).await.unwrap_err();
    assert!(matches!(refused, VaultError::UnknownKey { .. }), "{refused}");
    // Who restores a backup from before the rotation gives the file its name back.
    fs::rename(house.keys().join("root-key.v1.retired"), house.key_file(1)).unwrap();
    assert_eq!(**elsewhere.unwrap(&PLACE, &old).await.unwrap(), *b"secret");
}

#[test]
fn files_that_are_no_keys_are_left_alone() {
    let house = House::new();
    house.create().unwrap();
    for name in [
        "README",
        "root-key.v",
        "root-key.v0",
        "root-key.v01",
        "root-key.v+2",
        "root-key.v1~",
        "root-key.v99999999999",
    ] {
        fs::write(house.keys().join(name), "x").unwrap();
    }
    assert!(house.open().unwrap().key_id().as_str().starts_with("local:v1:"));
}

#[tokio::test]
async fn a_key_file_that_is_lost_or_changed_while_running_is_noticed() {
    let house = House::new();
    let vault = house.create().unwrap();
    let text = fs::read_to_string(house.key_file(1)).unwrap();
    fs::remove_file(house.key_file(1)).unwrap();
    assert!(matches!(vault.health().await, Err(VaultError::Io { .. })));
    house.add_version(1);
    assert!(matches!(vault.health().await, Err(VaultError::Damaged { .. })));
    write(&house.key_file(1), &text);
    set_mode(&house.key_file(1), 0o644);
    assert!(matches!(vault.health().await, Err(VaultError::Mode { .. })));
    set_mode(&house.key_file(1), 0o600);
    vault.health().await.unwrap();
}

#[test]
fn nothing_prints_the_key() {
    let house = House::new();
    let vault = house.create().unwrap();
    let text = fs::read_to_string(house.key_file(1)).unwrap();
    let key = text.lines().nth(1).unwrap().strip_prefix("key ").unwrap();
    let printed = format!("{vault:?} {}", vault.key_id());
    assert!(printed.contains("local:v1:"), "{printed}");
    assert!(!(0..56).any(|at| printed.contains(&key[at..at + 8])), "{printed}");
}

/// Fills everything with one byte.
#[derive(Debug)]
struct Same(u8);

impl Random for Same {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// The bytes were made by another program (Python's `cryptography`) from the description: key and salts 0x5a.
#[tokio::test]
async fn the_form_of_key_file_and_wrapped_bytes_is_as_described() {
    let house = House::new();
    let vault = LocalVault::create(&house.keys(), &[], Arc::new(Same(0x5a))).unwrap();
    let (key, salt) = ("5a".repeat(32), "5a".repeat(24));
    let text = format!(
        "sealpost root key v1\nkey {key}\ncheck {salt}\
         9f91145af6318171fcc9e9a3ebea944d6a7f8312f967d08a0c923f3a9121e992\
         61fd605bf01dec5f45dab153c07ae107\n"
    );
    assert_eq!(fs::read_to_string(house.key_file(1)).unwrap(), text);

    let wrapped = format!(
        "0100000001{salt}\
         bc16d34e62b2a6d53636b77eb886e91aa8d09be06d56857b4ddf40d690e58769\
         ce2e43df7b8cbdc21f79e71b904aa493eb39c454a484"
    );
    assert_eq!(HEXLOWER.encode(&vault.wrap(&PLACE, b"secret").await.unwrap()), wrapped);
}
