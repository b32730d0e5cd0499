//! `docs/read-sealed.py` opens what is stored with nothing but Python's `cryptography`.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use sealpost_sealed::{
    Access, ContentKey, ContentKeyContext, EpochKey, FileKey, FileKeyContext, FragmentSecret, Manifest,
    ManifestContext, ManifestPart, PasswordKey, PasswordParameters, ServerHalf, TenantKey,
    TransferRecordContext,
};

use crate::{
    stored::{Stored, object_key, store},
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
    let manifest = Manifest::open(&stored.file_key, stored.context, &stored.manifest).unwrap();
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

/// What the service tells a recipient of a file that its sender has sealed, and the bytes he fetches.
struct SealedBySender {
    stored: Stored,
    fragment: FragmentSecret,
    half: ServerHalf,
    parameters: Option<PasswordParameters>,
    content_key: Vec<u8>,
    file_key: Vec<u8>,
    bytes: Vec<u8>,
}

fn sealed_by_sender(plaintext: &[u8], password: Option<&str>) -> SealedBySender {
    let random = Seeded::new(3);
    let stored = stored(plaintext, 2, 50_000);
    let ManifestContext { tenant, transfer, file } = stored.context;
    let (fragment, half) = (FragmentSecret::generate(&random), ServerHalf::generate(&random));
    let parameters = password.map(|_| PasswordParameters::new([9; 16], 0, 2, 1));
    let key = password
        .zip(parameters.as_ref())
        .map(|(password, parameters)| PasswordKey::derive(password, parameters).unwrap());
    let place = ContentKeyContext { tenant, transfer };
    let access = Access::derive(&fragment, &half, key.as_ref(), place);
    let content = ContentKey::generate(&random);
    let content_key = access.key.seal_content_key(&content, place, &random);
    let file_key =
        content.wrap_file_key(&stored.file_key, FileKeyContext { tenant, transfer, file }, &random);
    let manifest = Manifest::open(&stored.file_key, stored.context, &stored.manifest).unwrap();
    let object = |part: &ManifestPart| {
        let upload = &manifest.uploads()[usize::from(part.upload)];
        stored.objects[&object_key(&upload.id, part.sequence, &part.salt)].clone()
    };
    let bytes: Vec<u8> = manifest.parts().iter().flat_map(object).collect();
    assert_eq!(manifest.sealed_starts().last(), Some(bytes.len() as u64));
    SealedBySender { stored, fragment, half, parameters, content_key, file_key, bytes }
}

fn read_sealed_with_python(sealed: &SealedBySender, fragment: &str, password: &str) -> Run {
    let directory = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/read-sealed.py");
    let [manifest, bytes, output] = ["manifest", "bytes", "output"].map(|name| directory.path().join(name));
    fs::write(&manifest, &sealed.stored.manifest).unwrap();
    fs::write(&bytes, &sealed.bytes).unwrap();
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let mut command = Command::new(PYTHON);
    command
        .arg(script)
        .args(["--fragment", fragment, "--server-half", &hex(sealed.half.expose_secret())])
        .args(["--content-key", &hex(&sealed.content_key), "--wrapped-file-key", &hex(&sealed.file_key)])
        .args(["--tenant", &hex(&sealed.stored.context.tenant)])
        .args(["--transfer", &hex(&sealed.stored.context.transfer)])
        .args(["--file", &hex(&sealed.stored.context.file)])
        .arg("--manifest")
        .arg(&manifest)
        .arg("--bytes")
        .arg(&bytes)
        .arg("--output")
        .arg(&output);
    if let Some(parameters) = &sealed.parameters {
        command.args(["--password-parameters", &hex(&parameters.encode())]);
    }
    let mut running = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3, python3-cryptography and python3-argon2 are needed: `make test` installs them");
    running.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
    let run = running.wait_with_output().unwrap();
    Run {
        ok: run.status.success(),
        errors: String::from_utf8_lossy(&run.stderr).into_owned(),
        output: fs::read(output).ok(),
    }
}

#[test]
fn sealed_by_its_sender_too() {
    let plaintext = plaintext(120_000);
    // Composed in the one, and not in the other: the password's key is the same.
    for (sent, typed) in [(None, ""), (Some("Grüße, Käfer"), "Gru\u{308}ße, Ka\u{308}fer")] {
        let sealed = sealed_by_sender(&plaintext, sent);
        let run = read_sealed_with_python(&sealed, &sealed.fragment.to_fragment(), typed);
        assert!(run.ok, "{sent:?}: {}", run.errors);
        assert!(run.output.unwrap() == plaintext, "{sent:?} read differently");
    }
}

#[test]
fn and_not_with_another_link_or_password_or_bytes_that_lack() {
    let mut sealed = sealed_by_sender(&plaintext(120_000), Some("right"));
    let fragment = sealed.fragment.to_fragment();
    let other = FragmentSecret::generate(&Seeded::new(4)).to_fragment();
    for (fragment, password) in [(&other, "right"), (&fragment, "wrong"), (&fragment, "")] {
        let run = read_sealed_with_python(&sealed, fragment, password);
        assert!(!run.ok && run.errors.contains("link, server half and password"), "{}", run.errors);
        assert_eq!(run.output, None);
    }
    sealed.bytes.truncate(100_000);
    let run = read_sealed_with_python(&sealed, &fragment, "right");
    assert!(!run.ok && run.errors.contains("another length"), "{}", run.errors);
    assert_eq!(run.output, None);
}
