//! The local store does what every store does, and keeps its promises about the disk.
#![expect(clippy::unwrap_used, reason = "a failed call is a failed test")]

use std::{
    env, fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use sealpost_blob::{BlobError, BlobStore as _, Container, LocalStore, ObjectInfo, ObjectKey};
use sealpost_domain::UploadId;
use tempfile::TempDir;
use uuid::Uuid;

const UPLOAD: &str = "0190a0b1c2d37e4f8a9b0c1d2e3f4a5b";
/// Where a child process finds the store that it shall fill.
const CHILD: &str = "SEALPOST_TEST_CHILD_DIR";

sealpost_blob::store_conformance!(temporary());

fn temporary() -> (LocalStore, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (LocalStore::open(dir.path().join("blobs")).unwrap(), dir)
}

async fn with_container() -> (LocalStore, Container, TempDir) {
    let (store, dir) = temporary();
    let container: Container = "t-1".parse().unwrap();
    store.create_container(&container).await.unwrap();
    (store, container, dir)
}

fn key(sequence: u64) -> ObjectKey {
    ObjectKey::new(UPLOAD.parse::<Uuid>().unwrap().into(), sequence, [0xab; 8])
}

fn path(store: &LocalStore, sequence: u64) -> PathBuf {
    store.root().join(format!("t-1/0190a0b1/{UPLOAD}-{sequence:08x}-abababababababab"))
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

async fn listed(store: &LocalStore, container: &Container, upload: Option<UploadId>) -> Vec<ObjectInfo> {
    let mut infos: Vec<_> = store.list(container, upload).try_collect().await.unwrap();
    infos.sort_by(|one, other| one.raw.cmp(&other.raw));
    infos
}

#[tokio::test]
async fn files_and_directories_are_for_the_owner_alone() {
    let (store, container, _dir) = with_container().await;
    store.put(&container, &key(0), vec![Bytes::from_static(b"x")]).await.unwrap();
    let file = path(&store, 0);
    assert_eq!(mode(&file), 0o600);
    for dir in file.ancestors().skip(1).take(3) {
        assert_eq!(mode(dir), 0o700, "{}", dir.display());
    }
    assert_eq!(file.ancestors().nth(3).unwrap(), store.root());
}

#[tokio::test]
async fn an_object_is_one_file_and_nothing_else_is_left() {
    let (store, container, _dir) = with_container().await;
    for sequence in 0..3 {
        store.put(&container, &key(sequence), vec![Bytes::from_static(b"sealed")]).await.unwrap();
    }
    let names =
        |dir: &Path| fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    assert_eq!(fs::read(path(&store, 2)).unwrap(), b"sealed");
    assert_eq!(names(path(&store, 0).parent().unwrap()).len(), 3);
    for sequence in 0..2 {
        store.delete(&container, &key(sequence)).await.unwrap();
    }
    assert_eq!(names(path(&store, 0).parent().unwrap()), [path(&store, 2)]);
    store.delete_prefix(&container, key(2).upload).await.unwrap();
    assert!(names(&store.root().join("t-1")).is_empty(), "an empty directory was left");
}

#[tokio::test]
async fn what_get_returns_can_be_decrypted_in_place() {
    let (store, container, _dir) = with_container().await;
    store.put(&container, &key(0), vec![Bytes::from(vec![7; 300_000])]).await.unwrap();
    for range in [0..300_000, 56..16_456, 299_999..300_000] {
        let bytes = store.get(&container, &key(0), range.clone()).await.unwrap();
        let address = bytes.as_ptr();
        let own = bytes.try_into_mut().expect("nobody else holds the memory");
        assert_eq!(own.as_ptr(), address, "{range:?} was copied");
        assert_eq!(own.len() as u64, range.end - range.start);
        assert!(own.iter().all(|&byte| byte == 7));
    }
}

#[tokio::test]
async fn an_object_survives_reopening_the_store() {
    let (store, container, _dir) = with_container().await;
    store.put(&container, &key(0), vec![Bytes::from_static(b"sealed")]).await.unwrap();
    let again = LocalStore::open(store.root()).unwrap();
    assert_eq!(again.get(&container, &key(0), 0..6).await.unwrap(), "sealed");
    again.put(&container, &key(1), vec![Bytes::from_static(b"more")]).await.unwrap();
    assert_eq!(listed(&store, &container, None).await.len(), 2);
}

#[tokio::test]
async fn links_that_somebody_planted_lead_nowhere() {
    let (store, container, dir) = with_container().await;
    let outside = dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    store.put(&container, &key(0), vec![Bytes::from_static(b"x")]).await.unwrap();
    symlink(outside.join("secret"), path(&store, 1)).unwrap();
    symlink(outside.join("new"), path(&store, 2)).unwrap();
    symlink(&outside, path(&store, 3)).unwrap();
    symlink(&outside, store.root().join("t-1/linked")).unwrap();

    let read = store.get(&container, &key(1), 0..6).await;
    assert!(matches!(read, Err(BlobError::Other(_))), "{read:?}");
    let written = store.put(&container, &key(2), vec![Bytes::from_static(b"x")]).await;
    assert!(matches!(written, Err(BlobError::AlreadyExists)), "{written:?}");
    assert_eq!(listed(&store, &container, None).await.len(), 5, "a listing looked behind a link");
    assert_eq!(store.delete_prefix(&container, key(0).upload).await.unwrap(), 4);
    store.delete_container(&container).await.unwrap();
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1, "something was written or deleted outside");
    assert_eq!(fs::read(outside.join("secret")).unwrap(), b"secret");
}

#[tokio::test]
async fn a_container_that_is_a_link_is_unlinked_not_emptied() {
    let (store, dir) = temporary();
    let outside = dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("file"), "").unwrap();
    symlink(&outside, store.root().join("t-1")).unwrap();
    store.delete_container(&"t-1".parse().unwrap()).await.unwrap();
    assert!(outside.join("file").exists());
    assert!(fs::symlink_metadata(store.root().join("t-1")).is_err());
}

#[tokio::test]
async fn strangers_are_listed_without_a_key_and_deleted_with_their_container() {
    let (store, container, _dir) = with_container().await;
    store.put(&container, &key(0), vec![Bytes::from_static(b"x")]).await.unwrap();
    let shard = path(&store, 0).parent().unwrap().to_owned();
    fs::write(store.root().join("t-1/lost+found"), "12").unwrap();
    fs::write(shard.join("note.txt"), "123").unwrap();
    fs::create_dir_all(shard.join("deep/er")).unwrap();
    fs::write(shard.join("deep/er/file"), "1234").unwrap();
    fs::write(shard.join(format!("{UPLOAD}-torn")), "12345").unwrap();

    let infos = listed(&store, &container, None).await;
    let found: Vec<_> = infos.iter().map(|info| (info.raw.as_str(), info.size, info.key)).collect();
    let object = format!("0190a0b1/{UPLOAD}-00000000-abababababababab");
    let torn = format!("0190a0b1/{UPLOAD}-torn");
    let expected = [
        (object.as_str(), 1, Some(key(0))),
        (torn.as_str(), 5, None),
        ("0190a0b1/deep/er/file", 4, None),
        ("0190a0b1/note.txt", 3, None),
        ("lost+found", 2, None),
    ];
    assert_eq!(found, expected);
    assert_eq!(listed(&store, &container, Some(key(0).upload)).await.len(), 2);
    assert_eq!(store.delete_prefix(&container, key(0).upload).await.unwrap(), 2);
    assert!(shard.join("note.txt").exists());
    store.delete_container(&container).await.unwrap();
    assert!(!store.root().join("t-1").exists());
}

#[tokio::test]
async fn a_long_listing_comes_in_pieces_and_is_complete() {
    let (store, container, _dir) = with_container().await;
    // Written without the store, which would sync each of them.
    for shard in 0..3 {
        fs::create_dir(store.root().join(format!("t-1/{shard:08x}"))).unwrap();
        for number in 0..700 {
            let name = format!("{shard:08x}00007000800000000000{number:04x}-00000000-abababababababab");
            fs::write(store.root().join(format!("t-1/{shard:08x}/{name}")), "").unwrap();
        }
    }
    let infos = listed(&store, &container, None).await;
    assert_eq!(infos.len(), 2100);
    assert!(infos.iter().all(|info| info.key.is_some()));
    let some: Vec<_> = store.list(&container, None).take(5).collect().await;
    assert_eq!(some.len(), 5);
}

#[tokio::test]
async fn a_volume_that_is_gone_is_no_empty_store() {
    let (store, container, _dir) = with_container().await;
    fs::remove_dir_all(store.root()).unwrap();
    let health = store.health().await;
    assert!(matches!(health, Err(BlobError::Unavailable(_))), "{health:?}");
    let listing: Result<Vec<_>, _> = store.list(&container, None).try_collect().await;
    assert!(matches!(listing, Err(BlobError::NotFound)), "{listing:?}");
    let deleted = store.delete_prefix(&container, key(0).upload).await;
    assert!(matches!(deleted, Err(BlobError::NotFound)), "{deleted:?}");
}

#[test]
fn a_root_that_cannot_be_made_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(LocalStore::open(dir.path().join("no/parent")), Err(BlobError::NotFound)));
    fs::write(dir.path().join("file"), "").unwrap();
    assert!(LocalStore::open(dir.path().join("file")).is_err());
}

#[test]
fn a_file_size_limit_is_reported_as_full_and_leaves_no_torn_object() {
    if let Some(dir) = env::var_os(CHILD) {
        return put_until_full(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    // A signal that is ignored stays so in the program that follows: the write fails instead of killing it.
    let script = r#"trap "" XFSZ; ulimit -f 1024; exec "$0" "$@""#;
    this_test_within(&["sh", "-c", script], dir.path());
}

#[test]
fn a_full_disk_is_reported_as_full_and_leaves_no_torn_object() {
    if let Some(dir) = env::var_os(CHILD) {
        return put_until_full(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    let script = format!(r#"mount -t tmpfs -o size=2m tmpfs "${CHILD}" || exit 77; exec "$0" "$@""#);
    let unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", &script];
    this_test_within(&unshare, dir.path());
}

#[tokio::test]
async fn a_writer_that_is_given_up_leaves_no_file() {
    let (store, container, _dir) = with_container().await;
    let mut writer = store.writer(&container, &key(0));
    for _ in 0..2 {
        writer.write(Bytes::from(vec![7; 100_000])).await.unwrap();
    }
    assert_eq!(fs::metadata(path(&store, 0)).unwrap().len(), 200_000, "pieces go to the disk as they come");
    drop(writer);
    // It is removed by another thread.
    while path(&store, 0).exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(store.writer(&container, &key(1)));
    assert_eq!(listed(&store, &container, None).await, []);
    store.put(&container, &key(0), vec![Bytes::from_static(b"x")]).await.unwrap();
}

#[test]
fn a_disk_that_fills_up_under_a_writer_keeps_no_torn_object() {
    if let Some(dir) = env::var_os(CHILD) {
        return write_until_full(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    let script = r#"trap "" XFSZ; ulimit -f 1024; exec "$0" "$@""#;
    this_test_within(&["sh", "-c", script], dir.path()).expect("every Unix has a shell");
}

/// The calls of [`put_while_an_fsync_fails`], by the number of fsyncs that each makes.
const FSYNCS: [(&str, u32); 4] = [("open", 1), ("create_container", 1), ("first put", 3), ("second put", 2)];

#[test]
fn what_was_not_synced_is_not_acknowledged() {
    if let Some(dir) = env::var_os(CHILD) {
        return put_while_an_fsync_fails(Path::new(&dir));
    }
    let calls = FSYNCS.iter().flat_map(|&(call, fsyncs)| vec![call; fsyncs as usize]);
    for (number, call) in calls.chain(["none"]).enumerate() {
        let dir = tempfile::tempdir().unwrap();
        let fault = format!("inject=fsync:error=EIO:when={}", number + 1);
        let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", &fault];
        let Some(stdout) = this_test_within(&strace, dir.path()) else { return };
        assert!(stdout.contains(&format!("failed: {call}\n")), "fsync {number} should fail {call}: {stdout}");
    }
}

/// All on one thread, since strace counts for each thread.
fn put_while_an_fsync_fails(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let root = dir.join("blobs");
        let Ok(store) = tokio::task::spawn_blocking(|| LocalStore::open(root)).await.unwrap() else {
            return println!("failed: open");
        };
        let container = "t-1".parse().unwrap();
        if let Err(error) = store.create_container(&container).await {
            assert!(error.is_transient(), "{error:?}");
            return println!("failed: create_container");
        }
        let mut failed = "none";
        let mut stored = Vec::new();
        for (sequence, call) in ["first put", "second put"].into_iter().enumerate() {
            let key = key(sequence as u64);
            match store.put(&container, &key, vec![Bytes::from_static(b"sealed")]).await {
                Ok(()) => stored.push(Some(key)),
                Err(error) => {
                    assert!(error.is_transient(), "{error:?}");
                    failed = call;
                }
            }
        }
        let listed: Vec<_> = listed(&store, &container, None).await.iter().map(|info| info.key).collect();
        assert_eq!(listed, stored);
        println!("failed: {failed}");
    });
}

/// Runs the test that calls this in a process that `wrapper` starts, and returns what it printed; `None` if this
/// machine does not let the wrapper work and whoever runs the tests has said that this may be.
fn this_test_within(wrapper: &[&str], dir: &Path) -> Option<String> {
    let name = std::thread::current().name().expect("tests run in threads of their name").to_owned();
    let output = Command::new(wrapper[0])
        .args(&wrapper[1..])
        .arg(env::current_exe().unwrap())
        .args(["--exact", &name, "--test-threads=1", "--nocapture"])
        .env(CHILD, dir)
        .output();
    let output = match output {
        Ok(output) if output.stdout.is_empty() => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        Ok(output) => Ok(output),
        Err(error) => Err(error.to_string()),
    };
    match output {
        Ok(output) => {
            let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
            Some(stdout)
        }
        Err(reason) => {
            let may = env::var_os("SEALPOST_TESTS_MAY_SKIP").is_some();
            assert!(
                may,
                "{} does not work here ({reason}); SEALPOST_TESTS_MAY_SKIP=1 lets it pass",
                wrapper[0]
            );
            None
        }
    }
}

fn write_until_full(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = LocalStore::open(dir.join("blobs")).unwrap();
        let container = "t-1".parse().unwrap();
        store.create_container(&container).await.unwrap();
        let mut writer = store.writer(&container, &key(0));
        let mut written = 0;
        let full = loop {
            match writer.write(Bytes::from(vec![2; 300_000])).await {
                Ok(()) => written += 300_000,
                Err(error) => break error,
            }
        };
        assert!(matches!(full, BlobError::Full(_)), "{full:?}");
        assert!(written > 0, "it was full from the beginning");
        // The room is free again before anybody hears of it.
        assert_eq!(listed(&store, &container, None).await, []);
        // It lacks a piece now: whatever fits would be stored without that.
        assert!(writer.write(Bytes::from_static(b"small")).await.is_err());
        assert!(writer.finish(Bytes::new()).await.is_err());
        store.put(&container, &key(0), vec![Bytes::from(vec![3; 100_000])]).await.unwrap();
        let mut last = store.writer(&container, &key(1));
        last.write(Bytes::from(vec![2; 500_000])).await.unwrap();
        let full = last.finish(Bytes::from(vec![2; 1 << 20])).await;
        assert!(matches!(full, Err(BlobError::Full(_))), "{full:?}");
        assert_eq!(listed(&store, &container, None).await.len(), 1);
    });
}

fn put_until_full(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = LocalStore::open(dir.join("blobs")).unwrap();
        let container = "t-1".parse().unwrap();
        store.create_container(&container).await.unwrap();
        store.put(&container, &key(0), vec![Bytes::from(vec![1; 100_000])]).await.unwrap();
        let too_much = vec![Bytes::from(vec![2; 1 << 20]); 4];
        let result = store.put(&container, &key(1), too_much).await;
        assert!(matches!(result, Err(BlobError::Full(_))), "{result:?}");
        assert_eq!(listed(&store, &container, None).await.len(), 1, "a torn object was left");
        // What was stored before is whole, and there is room again.
        assert_eq!(store.get(&container, &key(0), 0..100_000).await.unwrap(), vec![1; 100_000]);
        store.put(&container, &key(2), vec![Bytes::from(vec![3; 100_000])]).await.unwrap();
    });
}
