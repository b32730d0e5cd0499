//! What may be sent: refused by its name, while it comes in, when it is there, and when it is sent.

use sealpost_db::File;
use sealpost_test_support::{
    app::{Answer, App, metadata},
    claims,
    corpus::{self, Zip, ZipFile},
    faulty_store::{Effect, Operation, When},
};
use serde_json::{Value, json};

use crate::support::{MIB, pattern};

claims![
    a_name_that_may_not_be_sent_begins_no_upload,
    a_name_that_deceives_begins_no_upload,
    a_program_is_one_under_any_name,
    a_program_is_refused_when_its_first_bytes_are_in,
    a_program_in_bytes_one_by_one_is_refused,
    what_is_found_at_the_end_is_refused_at_the_end,
    a_program_is_refused_however_its_pieces_are_joined,
    what_is_inside_of_an_archive_is_refused,
    bombs_and_damaged_archives_are_refused,
    macros_and_passwords_are_refused_where_the_tenant_wants_it,
    rules_that_change_count_when_it_is_sent,
    what_was_sent_before_stays_sent,
    a_file_that_nobody_has_looked_into_is_looked_into_before_it_is_sent,
    what_files_are_is_shown,
    a_refusal_is_in_the_log_without_a_name,
    a_list_of_what_may_be_sent_lets_nothing_else_pass,
    an_upload_that_cannot_be_looked_into_now_is_not_lost,
];

/// The answer to a file that comes along whole.
async fn put(app: &App, transfer: &str, name: &str, bytes: &[u8]) -> Answer {
    let put = app.anna.begin_with(transfer, bytes).header("upload-length", bytes.len().to_string());
    put.header("upload-metadata", metadata(name)).await
}

/// Refused by this rule, for this; the draft holds nothing of it.
#[track_caller]
fn refused(answer: &Answer, rule: &str, what: &str) -> Value {
    answer.problem(403, "type_refused");
    let file = answer.json()["file"].clone();
    assert_eq!((&file["rule"], &file["what"]), (&json!(rule), &json!(what)), "{file}");
    file
}

async fn untouched(app: &App, transfer: &str) {
    let shown = app.anna.transfer(transfer).await;
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(0), &json!(0)));
    assert_eq!((&shown["files"], &shown["uploads"]), (&json!([]), &json!([])));
    assert!(app.objects().await.is_empty());
}

fn padded(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    let from = bytes.len();
    bytes.extend_from_slice(&pattern(length)[from..]);
    bytes
}

async fn a_name_that_may_not_be_sent_begins_no_upload(app: &App) {
    let id = app.anna.draft().await;
    for (name, kind) in [
        ("setup.exe", "executable"),
        ("SETUP.EXE. .", "executable"),
        ("macro.vbs", "script"),
        ("a/b/app.msi", "installer"),
        ("disk.iso", "disk_image"),
        ("click.lnk", "shortcut"),
    ] {
        let begun =
            app.anna.begin(&id).header("upload-length", "10").header("upload-metadata", metadata(name));
        let begun = begun.await;
        refused(&begun, "kinds", kind);
        let text = begun.problem(403, "type_refused");
        assert_eq!(text, format!("{name}: files of the kind {kind} are not accepted"));
        refused(&put(app, &id, name, b"text").await, "kinds", kind);
        let deferred = app.anna.begin(&id).header("upload-defer-length", "1");
        refused(&deferred.header("upload-metadata", metadata(name)).await, "kinds", kind);
    }
    untouched(app, &id).await;
}

async fn a_name_that_deceives_begins_no_upload(app: &App) {
    let id = app.anna.draft().await;
    for (name, trick) in [
        ("invoice.pdf.exe", "double_extension"),
        ("invoice.pdf          .exe", "hidden_extension"),
        ("con.txt", "device_name"),
        ("ab.txt:b", "stream_name"),
    ] {
        refused(&put(app, &id, name, b"x").await, "disguises", trick);
    }
    // Those that turn a name round are no names.
    put(app, &id, "gpj\u{202e}exe", b"x").await.problem(400, "invalid_request");
    untouched(app, &id).await;
}

async fn a_program_is_one_under_any_name(app: &App) {
    let id = app.anna.draft().await;
    for (name, bytes, kind) in [
        ("report.pdf", corpus::pe(), "executable"),
        ("report.pdf", padded(corpus::pe(), 300_000), "executable"),
        ("photo.jpg", corpus::elf(), "executable"),
        ("file", corpus::lnk(), "shortcut"),
        ("letter.doc", corpus::installer(), "installer"),
        ("scan.bin", corpus::iso(100_000), "disk_image"),
        ("scan.bin", corpus::dmg(100_000), "disk_image"),
        ("scan.bin", corpus::dmg(9 * MIB), "disk_image"),
        ("notes.txt", b"#!/bin/sh\nrm -r".to_vec(), "script"),
    ] {
        refused(&put(app, &id, name, &bytes).await, "kinds", kind);
        let upload = app.anna.upload(&id, name, bytes.len()).await;
        refused(&app.anna.patch(&upload, 0, bytes).await, "kinds", kind);
        app.anna.status(&upload).await.bare(404);
    }
    untouched(app, &id).await;
}

async fn a_program_is_refused_when_its_first_bytes_are_in(app: &App) {
    let id = app.anna.draft().await;
    // A terabyte is announced, and 64 KiB are sent.
    let upload = app.anna.upload(&id, "report.pdf", 1 << 39).await;
    refused(&app.anna.patch(&upload, 0, padded(corpus::pe(), 64 << 10)).await, "kinds", "executable");
    app.anna.status(&upload).await.bare(404);
    let begun = app.anna.begin_with(&id, &padded(corpus::pe(), 5_000)).header("upload-length", "100000000");
    refused(&begun.header("upload-metadata", metadata("a.pdf")).await, "kinds", "executable");
    untouched(app, &id).await;
}

async fn a_program_in_bytes_one_by_one_is_refused(app: &App) {
    let id = app.anna.draft().await;
    let bytes = corpus::lnk();
    let upload = app.anna.upload(&id, "a.pdf", bytes.len()).await;
    for (at, byte) in bytes[..bytes.len() - 1].iter().enumerate() {
        app.anna.patch(&upload, at, vec![*byte]).await.expect(204);
    }
    let last = app.anna.patch(&upload, bytes.len() - 1, vec![0]).await;
    refused(&last, "kinds", "shortcut");
    // In pieces of which none says anything by itself, it is refused when enough has come.
    let bytes = padded(corpus::pe(), 200_000);
    let upload = app.anna.upload(&id, "a.pdf", bytes.len()).await;
    for (at, piece) in [(0, 1_000), (1_000, 2_000), (3_000, 1_095)] {
        app.anna.patch(&upload, at, bytes[at..at + piece].to_vec()).await.expect(204);
    }
    refused(&app.anna.patch(&upload, 4_095, bytes[4_095..4_096].to_vec()).await, "kinds", "executable");
    untouched(app, &id).await;
}

async fn what_is_found_at_the_end_is_refused_at_the_end(app: &App) {
    let id = app.anna.draft().await;
    let big = ZipFile::stored("big.bin", pattern(9 * MIB));
    let bytes = Zip::of([big, ZipFile::stored("setup.exe", "x")]).build();
    let upload = app.anna.upload(&id, "a.zip", bytes.len()).await;
    let half = bytes.len() / 2;
    app.anna.patch(&upload, 0, bytes[..half].to_vec()).await.expect(204);
    let file = refused(&app.anna.patch(&upload, half, bytes[half..].to_vec()).await, "kinds", "executable");
    assert_eq!((&file["name"], &file["inside"]), (&json!("a.zip"), &json!("setup.exe")));
    app.anna.status(&upload).await.bare(404);
    // The length comes last.
    let upload = app.anna.deferred(&id, "a.zip").await;
    app.anna.patch(&upload, 0, bytes.clone()).await.expect(204);
    let end = app.anna.patch(&upload, bytes.len(), "").header("upload-length", bytes.len().to_string()).await;
    refused(&end, "kinds", "executable");
    untouched(app, &id).await;
}

async fn a_program_is_refused_however_its_pieces_are_joined(app: &App) {
    let id = app.anna.draft().await;
    let bytes = padded(corpus::pe(), 200_000);
    let piece = async |from: usize, to: usize| {
        let upload = app.anna.partial(&id, to - from).await;
        app.anna.patch(&upload, 0, bytes[from..to].to_vec()).await.expect(204);
        upload
    };
    // The piece with the first bytes comes last, and is cut where nothing shows.
    let (end, middle, head) = (piece(100_000, 200_000).await, piece(1, 100_000).await, piece(0, 1).await);
    let named = app.anna.join(&id, &[&head, &middle, &end]).header("upload-metadata", metadata("a.exe"));
    refused(&named.await, "kinds", "executable");
    let joined = app.anna.join(&id, &[&head, &middle, &end]).header("upload-metadata", metadata("a.pdf"));
    refused(&joined.await, "kinds", "executable");
    // Nothing can become of them any more.
    for upload in [&head, &middle, &end] {
        app.anna.status(upload).await.bare(404);
    }
    untouched(app, &id).await;
    // In another order it is none: then it is whatever it is.
    let (one, two) = (piece(0, 100).await, piece(100, 200_000).await);
    let joined = app.anna.join(&id, &[&two, &one]).header("upload-metadata", metadata("a.pdf"));
    joined.await.expect(201);
}

async fn what_is_inside_of_an_archive_is_refused(app: &App) {
    let id = app.anna.draft().await;
    let inner = Zip::of([ZipFile::packed("setup.exe", 10, 30)]).build();
    for (name, zip, rule, what) in [
        ("a.zip", Zip::of([ZipFile::packed("x/setup.exe", 10, 30)]), "kinds", "executable"),
        ("a.bin", Zip::of([ZipFile::packed("x/setup.exe", 10, 30)]), "kinds", "executable"),
        ("a.zip", Zip::of([ZipFile::packed("a.pdf.exe", 10, 30)]), "disguises", "double_extension"),
        ("a.zip", Zip::of([ZipFile::packed("../a.txt", 10, 30)]), "disguises", "path_traversal"),
        ("a.zip", Zip::of([ZipFile::packed("a\u{202e}txt.b", 10, 30)]), "disguises", "deceptive_characters"),
        ("a.zip", Zip::of([ZipFile::stored("inner.zip", inner)]), "kinds", "executable"),
        (
            "a.zip",
            Zip::of([ZipFile::stored("setup.exe", "x")]).behind(corpus::jpeg(), false),
            "kinds",
            "executable",
        ),
    ] {
        let file = refused(&put(app, &id, name, &zip.build()).await, rule, what);
        assert!(file["inside"].is_string(), "{file}");
    }
    refused(&put(app, &id, "setup.exe.gz", &corpus::gzip()).await, "kinds", "executable");
    untouched(app, &id).await;
    for (name, zip) in [
        ("a.zip", Zip::of([ZipFile::stored("a.txt", "x"), ZipFile::packed("b/c.pdf", 10, 30)])),
        (
            "a.docx",
            Zip::of([ZipFile::packed("[Content_Types].xml", 1, 2), ZipFile::packed("word/a.xml", 1, 2)]),
        ),
    ] {
        put(app, &id, name, &zip.build()).await.expect(201);
    }
}

async fn bombs_and_damaged_archives_are_refused(app: &App) {
    let id = app.anna.draft().await;
    let bomb = Zip::of((0..20).map(|n| ZipFile::packed(&format!("{n}.txt"), 1_000, 4_000_000_000))).build();
    refused(&put(app, &id, "a.zip", &bomb).await, "archives.max_ratio", "4000000");
    let shared = Zip::of((10..30).map(|n| match ZipFile::packed(&format!("{n}.txt"), 100, 100) {
        first if n == 10 => first,
        other => other.sharing(0),
    }));
    refused(&put(app, &id, "a.zip", &shared.build()).await, "archives", "files that share their bytes");
    let good = Zip::of([ZipFile::stored("a.txt", "x")]).build();
    for bytes in [&good[..good.len() - 1], &good[..40]] {
        refused(&put(app, &id, "a.zip", bytes).await, "archives", "its end is missing");
    }
    let many = Zip::of((0..10_001).map(|_| ZipFile::stored("a", ""))).build();
    refused(&put(app, &id, "a.zip", &many).await, "archives.max_entries", "10001");
    untouched(app, &id).await;
}

async fn macros_and_passwords_are_refused_where_the_tenant_wants_it(app: &App) {
    let id = app.anna.draft().await;
    let encrypted = Zip::of([ZipFile::packed("a.txt", 10, 30).encrypted()]).build();
    for (name, bytes) in
        [("a.docx", corpus::docx(true)), ("a.pdf", corpus::pdf(true)), ("a.zip", encrypted.clone())]
    {
        put(app, &id, name, &bytes).await.expect(201);
    }
    let rules = json!({
        "kinds": ["executable", "office_macros", "encrypted_document"],
        "archives": {"encrypted": "deny", "uninspectable": "deny"},
    });
    app.set_type_rules(rules).await;
    let id = app.anna.draft().await;
    refused(&put(app, &id, "a.docm", b"x").await, "kinds", "office_macros");
    refused(&put(app, &id, "a.docx", &corpus::docx(true)).await, "kinds", "office_macros");
    let older = corpus::compound(&["WordDocument", "Macros", "VBA"]);
    refused(&put(app, &id, "a.doc", &older).await, "kinds", "office_macros");
    refused(&put(app, &id, "a.pdf", &corpus::pdf(true)).await, "kinds", "encrypted_document");
    refused(&put(app, &id, "a.zip", &encrypted).await, "archives.encrypted", "a password is needed");
    refused(&put(app, &id, "a.rar", &corpus::rar(true)).await, "archives.encrypted", "a password is needed");
    refused(&put(app, &id, "a.7z", &corpus::seven_zip(false)).await, "archives.uninspectable", "an archive");
    put(app, &id, "a.docx", &corpus::docx(false)).await.expect(201);
    put(app, &id, "a.pdf", &corpus::pdf(false)).await.expect(201);
}

async fn rules_that_change_count_when_it_is_sent(app: &App) {
    let id = app.anna.draft().await;
    let zip = Zip::of([ZipFile::packed("x/song.mp3", 10, 30)]).build();
    app.anna.put(&id, "a.pdf", &corpus::pdf(false)).await;
    let file = app.anna.put(&id, "songs.zip", &zip).await;
    app.set_type_rules(json!({"extensions": ["mp3"]})).await;
    let answer = app.anna.act(&id, "send").await;
    let said = refused(&answer, "extensions", "mp3");
    assert_eq!((&said["name"], &said["inside"]), (&json!("songs.zip"), &json!("x/song.mp3")));
    assert_eq!(app.anna.transfer(&id).await["state"], "draft");
    // Without it, the rest goes.
    app.anna.terminate(&format!("/api/v1/uploads/{file}")).await.expect(204);
    app.anna.send(&id).await;
    // Wider rules count at once, too.
    let id = app.anna.draft().await;
    refused(&put(app, &id, "songs.zip", &zip).await, "extensions", "mp3");
    app.set_type_rules(json!({"kinds": []})).await;
    put(app, &id, "songs.zip", &zip).await.expect(201);
    put(app, &id, "setup.exe", &corpus::pe()).await.expect(201);
    app.anna.send(&id).await;
}

async fn what_was_sent_before_stays_sent(app: &App) {
    let sent = app.anna.sent(&[("a.pdf", &corpus::pdf(false))]).await;
    app.set_type_rules(json!({"kinds": ["pdf"]})).await;
    app.anna.send(&sent.id).await;
    assert_eq!(sent.link().enter().await.fetch(0).await, corpus::pdf(false));
}

async fn a_file_that_nobody_has_looked_into_is_looked_into_before_it_is_sent(app: &App) {
    let id = app.anna.draft().await;
    app.set_type_rules(json!({"kinds": [], "archives": {"look_inside": false}})).await;
    let file = app.anna.put(&id, "a.pdf", &corpus::pe()).await;
    app.set_type_rules(json!({})).await;
    // As by a version that knew nothing of findings.
    let mut tx = app.db.write().await.unwrap();
    let row = tx.file(id.parse().unwrap(), file.parse().unwrap()).await.unwrap().unwrap();
    assert!(tx.delete_file(row.transfer_id, row.id).await.unwrap());
    tx.insert_file(&File { kind: None, findings: None, ..row }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.anna.transfer(&id).await["files"][0]["kind"], Value::Null);
    refused(&app.anna.act(&id, "send").await, "kinds", "executable");
    assert_eq!(app.anna.transfer(&id).await["files"][0]["kind"], "executable");
    app.set_type_rules(json!({"kinds": []})).await;
    app.anna.send(&id).await;
}

async fn what_files_are_is_shown(app: &App) {
    let files: [(&str, &[u8]); 4] = [
        ("1.pdf", &corpus::pdf(false)),
        ("2.pdf", &corpus::jpeg()),
        ("3.zip", &Zip::of([ZipFile::packed("a", 1, 2).encrypted()]).build()),
        ("4", b""),
    ];
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let sent = app.anna.sent_as(&new, &files).await;
    let shown = app.anna.transfer(&sent.id).await;
    let files = shown["files"].as_array().unwrap();
    let mut kinds: Vec<_> = files.iter().map(|file| file["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    // Also when the names are nobody's business any more.
    assert_eq!(shown["files"][0]["name"], Value::Null);
    assert_eq!(kinds, ["encrypted_archive", "image", "pdf", "unknown"]);
}

async fn a_refusal_is_in_the_log_without_a_name(app: &App) {
    let id = app.anna.draft().await;
    refused(&put(app, &id, "secret plan.exe", b"x").await, "kinds", "executable");
    let zip = Zip::of([ZipFile::packed("setup.exe", 10, 30)]).build();
    refused(&put(app, &id, "secret plan.zip", &zip).await, "kinds", "executable");
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let noted: Vec<Value> = entries
        .iter()
        .filter(|entry| entry.kind == "file.refused")
        .map(|entry| serde_json::from_str(&entry.payload).unwrap())
        .collect();
    assert_eq!(noted.len(), 2);
    for (entry, inside) in noted.iter().zip([false, true]) {
        assert_eq!((&entry["rule"], &entry["inside"]), (&json!("kinds"), &json!(inside)));
        assert!(entry["by"].is_string() && entry["policy_version"].is_number());
        assert!(!entry.to_string().contains("plan"), "{entry}");
    }
}

async fn a_list_of_what_may_be_sent_lets_nothing_else_pass(app: &App) {
    app.set_type_rules(json!({"mode": "allow", "kinds": ["pdf"], "extensions": ["dcm"]})).await;
    let id = app.anna.draft().await;
    refused(&put(app, &id, "a.txt", b"x").await, "not_listed", ".txt");
    refused(&put(app, &id, "a.pdf", b"text").await, "not_listed", "text");
    refused(&put(app, &id, "a.dcm", &corpus::pe()).await, "not_listed", "executable");
    refused(&put(app, &id, "a.dcm", &padded(corpus::pe(), 10_000)).await, "not_listed", "executable");
    put(app, &id, "a.pdf", &corpus::pdf(false)).await.expect(201);
    put(app, &id, "scan", &corpus::pdf(false)).await.expect(201);
    put(app, &id, "a.dcm", &[&[0; 128][..], b"DICM\x02\0"].concat()).await.expect(201);
    app.anna.send(&id).await;
}

async fn an_upload_that_cannot_be_looked_into_now_is_not_lost(app: &App) {
    let id = app.anna.draft().await;
    let zip = Zip::of([ZipFile::stored("big.bin", pattern(9 * MIB))]).build();
    let upload = app.anna.upload(&id, "a.zip", zip.len()).await;
    app.anna.patch(&upload, 0, zip[..MIB].to_vec()).await.expect(204);
    app.blobs.inject(Operation::Get, When::Always, Effect::Fail);
    app.anna.patch(&upload, MIB, zip[MIB..].to_vec()).await.problem(503, "unavailable");
    app.blobs.clear();
    let stored = app.anna.offset(&upload).await;
    app.anna.patch(&upload, stored, zip[stored..].to_vec()).await.expect(204);
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == zip);
}
