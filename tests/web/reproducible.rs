//! Whoever builds the same sources gets the same bytes: what `sealpost web hashes` prints can be compared with what somebody else has built.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use sealpost_test_support::tools::{root, tools, web};

use crate::passes;

/// Another place, whose name is of another length and says nothing.
const ELSEWHERE: &str = "another-place/of-somebody-else";

#[test]
fn pages_built_elsewhere_on_another_day_have_the_same_bytes() {
    let here = web().join("dist");
    let elsewhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join(ELSEWHERE);
    let _ = fs::remove_dir_all(&elsewhere);
    fs::create_dir_all(&elsewhere).unwrap();
    copy_sources(&elsewhere);
    let mut build = Command::new("sh");
    build.arg("-c").arg("umask 077 && exec sh scripts/web.sh").current_dir(&elsewhere);
    // In another time zone and language, with other folders of one's own.
    for (name, value) in [
        ("TZ", "Pacific/Chatham"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("SOURCE_DATE_EPOCH", "86400"),
        ("USER", "somebody"),
    ] {
        build.env(name, value);
    }
    build.env("HOME", &elsewhere).env("SEALPOST_TEST_TOOLS", tools());
    if let Some(faketime) = faketime() {
        build.env("LD_PRELOAD", faketime).env("FAKETIME", "@2031-02-28 23:59:30");
        build.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
    }
    passes(build);
    let (here, there) = (files(&here), files(&elsewhere.join("web/dist")));
    assert!(here.len() > 100, "{} files", here.len());
    let names = |of: &BTreeMap<PathBuf, Vec<u8>>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&here), names(&there));
    let differing: Vec<_> =
        here.iter().filter(|(name, bytes)| there[*name] != **bytes).map(|(name, _)| name).collect();
    assert_eq!(
        differing,
        [] as [&PathBuf; 0],
        "built elsewhere, these have other bytes (web/dist is what scripts/web.sh has built here, if nothing else has)"
    );
    fs::remove_dir_all(elsewhere.parent().unwrap()).unwrap();
}

/// The sources, written the other way round, as of today; and what `npm ci` has installed, whose copies share their bytes.
fn copy_sources(to: &Path) {
    for folder in ["web", "locales", "scripts"] {
        let mut sources: Vec<_> = files_below(&root().join(folder))
            .into_iter()
            .filter(|path| {
                !path
                    .components()
                    .any(|part| ["node_modules", "dist"].iter().any(|name| part.as_os_str() == *name))
            })
            .collect();
        sources.sort();
        for path in sources.iter().rev() {
            let copy = to.join(path.strip_prefix(root()).unwrap());
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(path, copy).unwrap();
        }
    }
    let (from, to) = (web().join("node_modules"), to.join("web/node_modules"));
    let copied =
        |how: &str| Command::new("cp").arg(how).args([&from, &to]).output().unwrap().status.success();
    if !copied("-al") {
        // On another file system.
        let _ = fs::remove_dir_all(&to);
        assert!(copied("-a"), "node_modules can be copied");
    }
    // These are written in place, and would be written here, too.
    for (name, content) in [(".built", None), (".build.log", None), (".installed", Some(()))] {
        let (path, kept) = (to.join(name), fs::read(from.join(name)));
        let _ = fs::remove_file(&path);
        if let (Some(()), Ok(kept)) = (content, kept) {
            fs::write(path, kept).unwrap();
        }
    }
}

/// Whether the library is there by which programs see another day (`scripts/install.sh test`).
fn faketime() -> Option<PathBuf> {
    let libraries = fs::read_dir("/usr/lib").ok()?.flatten();
    libraries.map(|arch| arch.path().join("faketime/libfaketimeMT.so.1")).find(|path| path.exists())
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let named = |path: PathBuf| (path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
    files_below(folder).into_iter().map(named).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        match path.symlink_metadata().unwrap() {
            kind if kind.is_dir() && path.ends_with("node_modules") => {}
            kind if kind.is_dir() => files.extend(files_below(&path)),
            kind if kind.is_file() => files.push(path),
            _ => {}
        }
    }
    files
}
