//! `GET /api/v1/deliveries/{delivery_id}/archive.zip`

use std::collections::BTreeMap;

use sealpost_test_support::{app::App, claims};
use serde_json::json;

use crate::support::{MIB, pattern};

claims![
    an_archive_holds_every_file_under_its_own_name,
    an_archive_is_never_compressed_and_never_changes,
    an_archive_with_a_password_opens_for_who_has_it,
];

/// The files of a ZIP, read by its central directory (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
pub(crate) fn unzip(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let u16_at = |at: usize| usize::from(u16::from_le_bytes(zip[at..at + 2].try_into().unwrap()));
    let u32_at = |at: usize| u32::from_le_bytes(zip[at..at + 4].try_into().unwrap());
    let end = zip.len() - 22;
    assert_eq!(u32_at(end), 0x0605_4b50, "it ends with the end");
    let (count, mut at) = (u16_at(end + 10), u32_at(end + 16) as usize);
    let mut files = BTreeMap::new();
    for _ in 0..count {
        assert_eq!(u32_at(at), 0x0201_4b50);
        let (size, name_length, extra) = (u32_at(at + 24) as usize, u16_at(at + 28), u16_at(at + 30));
        let name = String::from_utf8(zip[at + 46..at + 46 + name_length].to_vec()).unwrap();
        let local = u32_at(at + 42) as usize;
        assert_eq!(u32_at(local), 0x0403_4b50);
        assert_eq!((u16_at(at + 10), u16_at(local + 8)), (0, 0), "stored, not compressed");
        let start = local + 30 + u16_at(local + 26) + u16_at(local + 28);
        let bytes = zip[start..start + size].to_vec();
        assert_eq!(u32_at(at + 16), crc32fast::hash(&bytes), "{name}");
        assert_eq!(zip[local + 30..local + 30 + u16_at(local + 26)], *name.as_bytes());
        assert!(files.insert(name, bytes).is_none(), "no name twice");
        at += 46 + name_length + extra + u16_at(at + 32);
    }
    assert_eq!(at, end);
    files
}

async fn an_archive_holds_every_file_under_its_own_name(app: &App) {
    let big = pattern(8 * MIB + 77);
    let files: [(&str, &[u8]); 7] = [
        ("a.txt", b"one"),
        ("A.TXT", b"two"),
        ("folder/a.txt", b"three"),
        ("日本語 🙈.txt", b"four"),
        ("empty", b""),
        ("big.bin", &big),
        (".env", b"five"),
    ];
    let visit = app.anna.sent(&files).await.link().enter().await;
    let archive = visit.archive().await.expect(200);
    assert_eq!(archive.header("content-type"), Some("application/zip"));
    assert!(archive.header("content-disposition").unwrap().starts_with("attachment; filename=\"sealpost-"));
    let unpacked = unzip(&archive.body);
    assert_eq!(unpacked.len(), files.len());
    // Two names that Windows takes for one: the later gets a number. Which is later is not ours to say.
    let mut cased: Vec<_> = unpacked.keys().filter(|name| name.to_lowercase().starts_with('a')).collect();
    cased.sort();
    assert!(cased == ["A (2).TXT", "a.txt"] || cased == ["A.TXT", "a (2).txt"], "{cased:?}");
    for (name, bytes) in &files[2..] {
        assert!(unpacked[*name] == *bytes, "{name}");
    }
}

async fn an_archive_is_never_compressed_and_never_changes(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", &[0; 10_000]), ("b", b"b")]).await;
    let (bert, carl) = (sent.links[0].enter().await, sent.links[1].enter().await);
    let first = bert.archive().await.expect(200);
    assert!(first.body.len() > 10_000);
    app.clock.advance(std::time::Duration::from_secs(3_600));
    for visit in [&bert, &carl, &sent.links[0].enter().await] {
        let again = visit.archive().await.expect(200);
        assert!(again.body == first.body);
        assert_eq!(again.header("etag"), first.header("etag"));
    }
}

async fn an_archive_with_a_password_opens_for_who_has_it(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let visit = app.anna.sent_as(&new, &[("a", b"aaa"), ("b", b"bbb")]).await;
    let visit = visit.link().enter_with("correct horse").await;
    let unpacked = unzip(&visit.archive().await.expect(200).body);
    assert_eq!((unpacked["a"].as_slice(), unpacked["b"].as_slice()), (b"aaa".as_slice(), b"bbb".as_slice()));
}
