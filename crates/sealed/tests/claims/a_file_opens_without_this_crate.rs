//! `docs/read-sealed.py` opens what is stored with nothing but Python's `cryptography`.

use std::{fs, path::Path, process::Command};

use sealpost_sealed::{EpochKey, FileKey, TenantKey, TransferRecordContext};

use crate::{
    stored::{Stored, store},
    support::{Given, Seeded, plaintext},
};

const FILE_KEY: [u8; 32] = [0x42; 32];

/// Debian's Python, whose `cryptography` is the package python3-cryptography.
const PYTHON: &str = "/usr/bin/python3";

struct Run {
    ok: bool,
    errors: String,
    output: Option<Vec<u8>>,
}

/// Lays the file out on disk and lets the script read it.
fn read_with_python(stored: &Stored, directory: &Path) -> Run {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/read-sealed.py");
    let (manifest, objects, output) =
        (directory.join("manifest"), directory.join("objects"), directory.join("output"));
    fs::write(&manifest, &stored.manifest).unwrap();
    fs::create_dir(&objects).unwrap();
    for (key, object) in &stored.objects {
        let path = objects.join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, object).unwrap();
    }
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let run = Command::new(PYTHON)
        .arg(script)
        .args(["--file-key", &hex(&FILE_KEY), "--tenant", &hex(&stored.context.tenant)])
        .args(["--transfer", &hex(&stored.context.transfer), "--file", &hex(&stored.context.file)])
        .arg("--manifest")
        .arg(&manifest)
        .arg("--objects")
        .arg(&objects)
        .arg("--output")
        .arg(&output)
        .output()
        .expect("python3 and python3-cryptography are needed: `make test` installs them");
    Run {
        ok: run.status.success(),
        errors: String::from_utf8_lossy(&run.stderr).into_owned(),
        output: fs::read(output).ok(),
    }
}

/// A file under [`FILE_KEY`].
fn stored(plaintext: &[u8], uploads: usize, part_limit: u32) -> Stored {
    let mut stored = store(plaintext, uploads, part_limit, &Seeded::new(1));
    let manifest =
        sealpost_sealed::Manifest::open(&stored.file_key, stored.context, &stored.manifest).unwrap();
    stored.file_key = FileKey::generate(&Given::new(&FILE_KEY));
    stored.manifest = manifest.seal(&stored.file_key, stored.context, &Seeded::new(2));
    stored
}

#[test]
fn whole() {
    for (length, uploads, part_limit) in [(0, 1, 100), (5, 1, 100), (16_384, 1, 40_000), (230_000, 3, 50_000)]
    {
        let plaintext = plaintext(length);
        let directory = tempfile::tempdir().unwrap();
        let run = read_with_python(&stored(&plaintext, uploads, part_limit), directory.path());
        assert!(run.ok, "{length} bytes: {}", run.errors);
        assert!(run.output.unwrap() == plaintext, "{length} bytes read differently");
    }
}

#[test]
fn and_not_at_all_when_damaged() {
    let mut stored = stored(&plaintext(100_000), 1, 50_000);
    let object = stored.objects.values_mut().last().unwrap();
    let middle = object.len() / 2;
    object[middle] ^= 1;
    let directory = tempfile::tempdir().unwrap();
    let run = read_with_python(&stored, directory.path());
    assert!(!run.ok && run.errors.contains("damaged"), "{}", run.errors);
    assert_eq!(run.output, None);
}

/// Whether the script opens the record with this key, and to what.
fn record_with_python(record: &[u8], words: &[&str]) -> Run {
    let directory = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/read-sealed.py");
    let (object, output) = (directory.path().join("record"), directory.path().join("output"));
    fs::write(&object, record).unwrap();
    let run = Command::new(PYTHON)
        .arg(script)
        .args(words)
        .arg("--record")
        .arg(&object)
        .arg("--output")
        .arg(&output)
        .output()
        .expect("python3 and python3-cryptography are needed: `make test` installs them");
    Run {
        ok: run.status.success(),
        errors: String::from_utf8_lossy(&run.stderr).into_owned(),
        output: fs::read(output).ok(),
    }
}

#[test]
fn records_too() {
    const KEY: [u8; 32] = [0x24; 32];
    const TENANT: [u8; 16] = [1; 16];
    const TRANSFER: [u8; 16] = [2; 16];
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let content = plaintext(40_000);
    let place = TransferRecordContext { tenant: TENANT, transfer: TRANSFER, day: 20_000 };
    let of_transfer = EpochKey::from_secret(&KEY).unwrap().seal_record(place, &content, &Seeded::new(1));
    let (key, tenant, transfer) = (hex(&KEY), hex(&TENANT), hex(&TRANSFER));
    let words = ["--epoch-key", &key, "--tenant", &tenant, "--transfer", &transfer];
    let run = record_with_python(&of_transfer, &words);
    assert!(run.ok && run.output.as_deref() == Some(&content), "{}", run.errors);
    let elsewhere =
        record_with_python(&of_transfer, &["--epoch-key", &key, "--tenant", &tenant, "--transfer", &tenant]);
    assert!(!elsewhere.ok && elsewhere.output.is_none(), "{}", elsewhere.errors);

    let of_tenant = TenantKey::from_secret(&KEY).unwrap();
    let of_tenant = of_tenant.seal_record(TENANT, b"wrapped key", &content, &Seeded::new(1)).unwrap();
    let run = record_with_python(&of_tenant, &["--tenant-key", &key, "--tenant", &tenant]);
    assert!(run.ok && run.output.as_deref() == Some(&content), "{}", run.errors);
}
