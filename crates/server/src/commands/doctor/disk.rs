//! Room on disks: bytes, and places for files.

use std::{
    collections::BTreeSet,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use rustix::fs::statvfs;

use super::report::Report;
use crate::config::{BlobConfig, Config};

const MIB: u64 = 1 << 20;
/// Too little even to purge.
const LEAST: u64 = 256 * MIB;
/// In percent.
const SCARCE: u64 = 10;

pub(super) fn look(report: &mut Report, config: &Config) {
    let blobs = std::iter::once(&config.blob).chain(config.stores.values()).map(|store| match store {
        BlobConfig::Local { dir } => Some(dir.as_path()),
        BlobConfig::Azure(_) | BlobConfig::S3(_) => None,
    });
    let databases =
        [&config.database, &config.keyring].map(|options| options.sqlite_path().and_then(Path::parent));
    let directories =
        std::iter::once(Some(config.data_dir.as_path())).chain(blobs).chain(databases).flatten();
    let mut devices = BTreeSet::new();
    for directory in directories.map(Path::to_owned).collect::<BTreeSet<PathBuf>>() {
        // Several on one file system are told once; what is not there yet is said elsewhere.
        if let Ok(meta) = std::fs::metadata(&directory)
            && devices.insert(meta.dev())
        {
            room(report, &directory);
        }
    }
}

fn room(report: &mut Report, directory: &Path) {
    const CHECK: &str = "disk";
    let at = directory.display();
    let stands = match statvfs(directory) {
        Ok(stands) => stands,
        Err(error) => return report.fault(CHECK, format!("{at}: {error}")),
    };
    let (free, whole) = (stands.f_bavail * stands.f_frsize, stands.f_blocks * stands.f_frsize);
    let percent = |free: u64, whole: u64| free.saturating_mul(100).checked_div(whole).unwrap_or(100);
    let files = percent(stands.f_favail, stands.f_files);
    let found = format!(
        "{at}: {} MiB free ({} %), {files} % of the places for files",
        free / MIB,
        percent(free, whole)
    );
    if free < LEAST || files == 0 {
        report.fault(
            CHECK,
            format!("{found}: make room, or nothing is stored, and what is over cannot be purged"),
        );
    } else if percent(free, whole) < SCARCE || files < SCARCE {
        report.warn(CHECK, format!("{found}: make room soon"));
    } else {
        report.ok(CHECK, found);
    }
}
