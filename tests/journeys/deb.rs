//! The Debian package: what is in it, and that what it installs runs as its own user.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use sealpost_test_support::tools::root;
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{Api, Configured, Content, binary, own_port, run, run_ok, sealpost};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_package_is_the_same_each_time_and_lintian_has_nothing_to_say() {
    let (first, second) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let package = made(first.path()).await;
    let again = made(second.path()).await;
    let sums = run_ok(Command::new("sha256sum").arg(&package).arg(&again)).await;
    let sums: Vec<_> = sums.lines().map(|line| line.split(' ').next()).collect();
    assert_eq!(sums[0], sums[1], "the same input gives the same bytes");

    let contents = run_ok(Command::new("dpkg-deb").arg("--contents").arg(&package)).await;
    assert!(contents.lines().all(|line| line.contains(" root/root ")), "{contents}");
    for wanted in [
        "-rw-r----- ./etc/sealpost/sealpost.toml",
        "-rwxr-xr-x ./usr/bin/sealpost",
        "-rw-r--r-- ./usr/lib/systemd/system/sealpost.service",
        "-rw-r--r-- ./usr/share/doc/sealpost/examples/nginx.conf",
    ] {
        let (mode, path) = wanted.split_once(' ').unwrap();
        let found = contents.lines().find(|line| line.ends_with(&format!(" {path}")));
        assert!(found.is_some_and(|line| line.starts_with(mode)), "{wanted}:\n{contents}");
    }
    let depends = run_ok(Command::new("dpkg-deb").arg("--field").arg(&package).arg("Depends")).await;
    assert!(depends.contains("libc6 (>= "), "the C library in a version: {depends}");

    let mut lintian = Command::new("lintian");
    lintian.args(["--allow-root", "--fail-on", "error,warning"]).arg(&package);
    let looked = run(&mut lintian).await;
    assert_eq!((looked.code, looked.stdout.as_str()), (Some(0), ""), "{looked:#?}");
}

#[tokio::test]
async fn shellcheck_has_nothing_to_say_of_the_scripts() {
    let scripts = ["scripts/package-deb.sh", "deploy/deb/postinst", "deploy/deb/prerm", "deploy/deb/postrm"];
    run_ok(Command::new("shellcheck").args(scripts).current_dir(root())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_manual_page_names_every_command() {
    let page = fs::read_to_string(root().join("deploy/deb/sealpost.1")).unwrap().replace("\\-", "-");
    let help = run_ok(sealpost().arg("--help")).await;
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<_> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 15, "{help}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        let named = page.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == command);
        assert!(named, "{command} is not in deploy/deb/sealpost.1");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_installed_runs_as_its_own_user_and_outlives_the_package() {
    let Some(home) = as_root() else { return };
    let package = made(home.path()).await;
    let root = home.path().join("root");
    for directory in ["etc", "var/lib/dpkg/updates", "var/lib/dpkg/info"] {
        fs::create_dir_all(root.join(directory)).unwrap();
    }
    for file in ["status", "available"] {
        fs::write(root.join("var/lib/dpkg").join(file), "").unwrap();
    }
    let told = run_ok(dpkg(&root).arg("--install").arg(&package)).await;
    assert!(told.contains("sealpost config check"), "what to do next is said: {told}");

    let users = fs::read_to_string(root.join("etc/passwd")).unwrap();
    let user = users.lines().find_map(|line| line.strip_prefix("sealpost:x:")).expect("the user is made");
    let mut ids = user.split(':').map(|id| id.parse::<u32>().unwrap_or_default());
    let (uid, gid) = (ids.next().unwrap(), ids.next().unwrap());
    assert!(user.ends_with(":/usr/sbin/nologin") && uid != 0, "{user}");
    for (path, mode, owner) in [
        ("etc/sealpost", 0o750, (0, gid)),
        ("etc/sealpost/sealpost.toml", 0o640, (0, gid)),
        ("var/lib/sealpost", 0o700, (uid, gid)),
        ("var/lib/sealpost-keyring", 0o700, (uid, gid)),
        ("var/lib/sealpost-vault", 0o700, (uid, gid)),
    ] {
        let is = fs::metadata(root.join(path)).unwrap();
        assert_eq!((is.permissions().mode() & 0o777, (is.uid(), is.gid())), (mode, owner), "{path}");
    }

    // Its own file, but for where things are: the root is not the machine's.
    let (port, at) = (own_port(), root.display());
    let user =
        ["--reuid", &uid.to_string(), "--regid", &gid.to_string(), "--clear-groups"].map(str::to_owned);
    let program = ["setpriv".to_owned()].into_iter().chain(user).chain([format!("{at}/usr/bin/sealpost")]);
    let config = root.join("etc/sealpost/sealpost.toml");
    let mut service = Configured::new(home, program.collect(), config)
        .with("SEALPOST_LISTEN", format!("127.0.0.1:{port}"))
        .with("SEALPOST_BASE_URL", format!("http://127.0.0.1:{port}"))
        .with("SEALPOST_DATA_DIR", format!("{at}/var/lib/sealpost"))
        .with("SEALPOST_DATABASE_URL", format!("sqlite:{at}/var/lib/sealpost/sealpost.db"))
        .with("SEALPOST_KEYRING_URL", format!("sqlite:{at}/var/lib/sealpost-keyring/keyring.db"))
        .with("SEALPOST_VAULT_DIR", format!("{at}/var/lib/sealpost-vault"))
        .with("SEALPOST_BLOB_DIR", format!("{at}/var/lib/sealpost/blobs"));
    let checked = run_ok(&mut service.command(["config", "check"])).await;
    assert!(checked.contains("in order"), "{checked}");
    run_ok(&mut service.command(["migrate"])).await;
    service.serve().await;
    let api = Api::new(&format!("http://127.0.0.1:{port}"), &service.sender().await);
    let content = Content::new(310, 3 << 20);
    let transfer = api.draft(&["anna@example.org"]).await;
    api.file(&transfer, "a.bin", content).await;
    let delivery = api.open(&api.send(&transfer).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, content.sha256());
    assert!(service.stop().await.success());
    let asked = run(&mut service.command(["health"])).await;
    assert_eq!(asked.code, Some(4), "nothing answers any more: {asked:?}");

    let said = run_ok(dpkg(&root).args(["--purge", "sealpost"])).await;
    for kept in ["sealpost", "sealpost-keyring", "sealpost-vault"] {
        assert!(said.contains(&format!("/var/lib/{kept} is kept")), "{said}");
        assert!(root.join("var/lib").join(kept).exists(), "{kept}");
    }
    assert!(!root.join("usr/bin/sealpost").exists() && !root.join("etc/sealpost").exists());
}

/// The package of the binary under test, in `out`.
async fn made(out: &Path) -> PathBuf {
    let mut script = Command::new(root().join("scripts/package-deb.sh"));
    let path = run_ok(script.env("BIN", binary()).env("OUT", out).env("QUICK", "1")).await;
    path.trim().into()
}

fn dpkg(root: &Path) -> Command {
    let mut command = Command::new("dpkg");
    command.arg("--root").arg(root).args(["--force-script-chrootless", "--force-depends"]);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// A directory that other users can look into, where files can be given to them.
fn as_root() -> Option<TempDir> {
    if !rustix::process::geteuid().is_root() {
        let may = std::env::var_os("SEALPOST_TESTS_MAY_SKIP").is_some();
        assert!(may, "only root can install a package; SEALPOST_TESTS_MAY_SKIP=1 lets it pass");
        return None;
    }
    let home = TempDir::with_prefix("sealpost-deb").unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    Some(home)
}
