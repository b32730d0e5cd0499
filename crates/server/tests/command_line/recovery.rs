//! `sealpost keys recovery new` and `show`, where there is neither a configuration nor a service.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Output, Stdio},
};

use crate::service::{failed, sealpost, succeeded};

const PASSPHRASE: &str = "a long passphrase of nobody's";

fn run(dir: &Path, words: &[&str]) -> Output {
    let mut command = sealpost();
    command.args(["keys", "recovery"]).args(words).current_dir(dir).stdin(Stdio::null()).output().unwrap()
}

fn line<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}: {text}")).trim()
}

#[test]
fn a_recovery_key_is_made_once_for_its_owner_alone_and_shown() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("passphrase"), format!("{PASSPHRASE}\n")).unwrap();
    let new = ["new", "--out", "tenant.key", "--passphrase-file", "passphrase"];
    let made = succeeded(&run(dir.path(), &new));
    let (private, public) = (dir.path().join("tenant.key"), dir.path().join("tenant.key.pub"));
    assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&private).unwrap();
    assert!(text.starts_with("sealpost recovery key 1\npublic ") && text.contains("\nlocked "), "{text}");
    assert!(!text.contains("private") && !text.contains(PASSPHRASE));
    for (path, kind) in [("tenant.key", "private, under a passphrase"), ("tenant.key.pub", "public")] {
        let shown = succeeded(&run(dir.path(), &["show", path]));
        assert_eq!(line(&shown, "kind"), kind);
        assert_eq!(line(&shown, "fingerprint"), line(&made, "fingerprint"));
        assert_eq!(line(&shown, "public key"), line(&made, "public key"));
    }
    // Neither file is ever replaced, whichever of them is there.
    failed(&run(dir.path(), &new), 1, "is not replaced");
    fs::remove_file(&private).unwrap();
    failed(&run(dir.path(), &new), 1, "is not replaced");
    assert!(!private.exists());
    fs::remove_file(&public).unwrap();
    assert_ne!(line(&succeeded(&run(dir.path(), &new)), "fingerprint"), line(&made, "fingerprint"));
}

#[test]
fn what_is_no_recovery_key_or_no_passphrase_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("short"), "elevenchars").unwrap();
    let new = ["new", "--out", "tenant.key", "--passphrase-file", "short"];
    failed(&run(dir.path(), &new), 2, "at least 12 characters");
    assert!(!dir.path().join("tenant.key").exists());
    fs::write(dir.path().join("passphrase"), PASSPHRASE).unwrap();
    fs::write(dir.path().join("other"), "another long passphrase").unwrap();
    succeeded(&run(dir.path(), &["new", "--out", "tenant.key", "--passphrase-file", "passphrase"]));
    fs::write(dir.path().join("material"), "{}\n").unwrap();
    let open = |key, passphrase| {
        run(dir.path(), &["open", "material", "--key", key, "--passphrase-file", passphrase])
    };
    failed(&open("tenant.key", "other"), 1, "the passphrase is wrong");
    failed(&open("tenant.key.pub", "passphrase"), 1, "the private one opens");
    failed(&open("tenant.key", "passphrase"), 1, "its first line");
    failed(&run(dir.path(), &["show", "material"]), 1, "no recovery key file");
    // A slip of whoever types it in from paper.
    let text = fs::read_to_string(dir.path().join("tenant.key.pub")).unwrap();
    fs::write(dir.path().join("typed"), text.replace("fingerprint ", "fingerprint 0")).unwrap();
    failed(&run(dir.path(), &["show", "typed"]), 1, "fingerprint");
}
