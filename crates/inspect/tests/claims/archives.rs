//! Lists of contents, honest and others.

use sealpost_domain::rules::{TypeDecision, TypeRules};
use sealpost_test_support::corpus::{self, Zip, ZipFile};

use crate::{archive, kinds, look};

fn refusal(rules: &str, name: &str, bytes: Vec<u8>) -> String {
    let rules: TypeRules = serde_json_of(rules);
    match rules.decide(name, Some(&look(name, bytes))) {
        TypeDecision::Allow => "ok".to_owned(),
        TypeDecision::Refuse(refusal) => refusal.rule.to_string(),
    }
}

fn serde_json_of(rules: &str) -> TypeRules {
    serde_json::from_str(rules).unwrap()
}

fn plain() -> Vec<ZipFile> {
    vec![ZipFile::stored("a.txt", "hello"), ZipFile::packed("b/c.pdf", 100, 300), ZipFile::stored("b/", "")]
}

#[test]
fn a_list_of_contents_is_read_without_unpacking() {
    let found = archive("a.zip", Zip::of(plain()).build());
    assert_eq!(found.names, ["a.txt", "b/c.pdf"]);
    assert_eq!((found.entries, found.packed_bytes, found.unpacked_bytes, found.depth), (3, 105, 305, 1));
    assert_eq!((found.damaged, found.closed, found.encrypted, found.overlapping), (None, None, None, None));
}

#[test]
fn however_it_is_laid_out_the_list_is_the_same() {
    let names = archive("a.zip", Zip::of(plain()).build()).names;
    let big = ZipFile::stored("z.bin", vec![7; 300_000]);
    for (what, zip) in [
        ("a comment", Zip::of(plain()).comment("this is behind it")),
        ("the longest comment", Zip::of(plain()).comment(vec![b'x'; 65_535])),
        ("64 bits", Zip::of(plain()).wide()),
        ("64 bits and a comment", Zip::of(plain()).wide().comment("c")),
        ("something in front", Zip::of(plain()).behind(vec![1; 5_000], false)),
        ("something in front that counts", Zip::of(plain()).behind(vec![1; 5_000], true)),
        ("64 bits and something in front", Zip::of(plain()).behind(vec![1; 5_000], false).wide()),
    ] {
        let found = archive("a.zip", zip.build());
        assert_eq!((found.damaged, found.names), (None, names.clone()), "{what}");
    }
    let far = Zip::of(plain().into_iter().chain([big]));
    assert_eq!(archive("a.zip", far.build()).names.len(), 3);
}

#[test]
fn an_archive_behind_something_else_is_found_if_its_name_says_so_or_nothing_else_does() {
    let hidden = Zip::of([ZipFile::stored("setup.exe", "x")]);
    let behind_a_picture = hidden.clone().behind(corpus::jpeg(), false).build();
    assert_eq!(kinds(&look("a.zip", behind_a_picture.clone())), "archive+image");
    assert_eq!(refusal("{}", "a.zip", behind_a_picture.clone()), "kinds");
    // For whoever gets it as a picture it is one.
    assert_eq!(kinds(&look("a.jpg", behind_a_picture)), "image");
    let behind_nothing = hidden.clone().behind(vec![0; 100_000], false).build();
    assert_eq!(refusal("{}", "a.bin", behind_nothing), "kinds");
    // One that unpacks itself is a program.
    let program = hidden.behind(corpus::pe(), true).build();
    assert_eq!(kinds(&look("a.zip", program)), "archive+executable");
}

#[test]
fn what_runs_is_found_however_it_is_named_inside() {
    for name in
        ["setup.exe", "a/b/setup.EXE", "a\\setup.exe", "setup.exe.", "setup.exe ", "a.pdf.exe", "a.exe:b.txt"]
    {
        let zip = Zip::of([ZipFile::stored("a.txt", "x"), ZipFile::packed(name, 10, 20)]).build();
        assert_ne!(refusal("{}", "a.zip", zip), "ok", "{name}");
    }
    let other = Zip::of([ZipFile::packed("a.txt", 10, 20).also_named("setup.exe")]).build();
    assert_eq!(refusal("{}", "a.zip", other), "kinds");
    let older = Zip::of([ZipFile::stored("", "x").named(b"Gr\x81\xe1e.exe")]).build();
    assert_eq!(refusal("{}", "a.zip", older), "kinds");
    let turned = Zip::of([ZipFile::stored("a\u{202e}fdp.txt", "x")]).build();
    assert_eq!(refusal("{}", "a.zip", turned), "disguises");
    for name in ["../a.txt", "/etc/passwd", "C:\\a.txt", "a/../../b", "..\\..\\"] {
        let zip = Zip::of([ZipFile::stored(name, "")]).build();
        assert_eq!(refusal("{}", "a.zip", zip), "disguises", "{name}");
    }
    // Compressed by itself.
    assert_eq!(refusal("{}", "setup.exe.gz", corpus::gzip()), "kinds");
    assert_eq!(refusal("{}", "a.tar.gz", corpus::gzip()), "ok");
}

#[test]
fn bombs_are_refused_by_what_they_say() {
    let bomb = Zip::of((0..16).map(|n| ZipFile::packed(&format!("{n}.txt"), 1_000, 4_000_000_000)));
    assert_eq!(refusal("{}", "a.zip", bomb.build()), "archives.max_ratio");
    let wide = Zip::of([ZipFile::packed("a.txt", 1_000, 1 << 50)]).wide();
    assert_eq!(refusal("{}", "a.zip", wide.build()), "archives.max_unpacked_bytes");
    let endless =
        Zip::of([ZipFile::packed("a.txt", 1_000, u64::MAX), ZipFile::packed("b.txt", 1_000, u64::MAX)]);
    assert_eq!(refusal("{}", "a.zip", endless.wide().build()), "archives.max_unpacked_bytes");
    // All of its files are the same bytes.
    let shared = (0..50).map(|n| ZipFile::packed(&format!("{n}.txt"), 5_000, 5_000));
    let shared = Zip::of(shared.enumerate().map(|(at, file)| if at == 0 { file } else { file.sharing(0) }));
    assert_eq!(refusal("{}", "a.zip", shared.build()), "archives");
    let many = Zip::of((0..10_001).map(|_| ZipFile::stored("a.txt", "")));
    assert_eq!(refusal("{}", "a.zip", many.build()), "archives.max_entries");
    let fewer = Zip::of((0..10_000).map(|_| ZipFile::stored("a.txt", "")));
    assert_eq!(refusal("{}", "a.zip", fewer.build()), "ok");
}

#[test]
fn a_list_that_is_too_long_to_be_read_is_refused_by_any_rules() {
    let endless = Zip::of((0..100_001).map(|_| ZipFile::stored("a", ""))).wide().build();
    assert_eq!(refusal(r#"{"archives":{"max_entries":100000}}"#, "a.zip", endless), "archives.max_entries");
}

#[test]
fn what_programs_could_read_differently_is_damaged() {
    let zip = Zip::of(plain());
    let good = zip.build();
    let hidden = Zip::of([ZipFile::stored("setup.exe", "x")]).build();
    for (what, bytes) in [
        (
            "an end in the comment of another",
            zip.clone().comment(hidden[hidden.len() - 22..].to_vec()).build(),
        ),
        ("more files than it has", zip.clone().claiming(4).build()),
        ("fewer files than it has", zip.clone().claiming(2).build()),
        ("more than it has, in 64 bits", zip.clone().wide().claiming(1 << 40).build()),
        ("nothing but a beginning", good[..60].to_vec()),
        ("no list", good[good.len() - 22..].to_vec()),
        ("its last byte is missing", good[..good.len() - 1].to_vec()),
        ("something behind it", [good.clone(), vec![0]].concat()),
        ("a list of something else", {
            let mut bytes = good.clone();
            let at = bytes.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
            bytes[at + 46 + 5 + 2] = b'x';
            bytes
        }),
        ("a name that is too long", Zip::of([ZipFile::stored(&"x".repeat(5_000), "")]).build()),
        ("types without end", Zip::of((0..1_100).map(|n| ZipFile::stored(&format!("a.x{n}x"), ""))).build()),
    ] {
        assert!(archive("a.zip", bytes).damaged.is_some(), "{what}");
    }
    assert_eq!(archive("a.zip", good).damaged, None);
}

#[test]
fn numbers_behind_dots_are_one_type() {
    let scans = Zip::of(
        (0..5_000).map(|n| ZipFile::stored(&format!("1.2.840.113619.2.5.{}", 1_762_583_153 + n), "")),
    );
    let found = archive("scans.zip", scans.build());
    assert_eq!((found.damaged, found.names.len(), found.entries), (None, 1, 5_000));
}

#[test]
fn archives_in_archives_are_looked_into_if_they_are_stored() {
    let inner = Zip::of([ZipFile::packed("setup.exe", 100, 300)]).build();
    let nested = |file| Zip::of([ZipFile::stored("a.txt", "x"), file]).build();
    let stored = nested(ZipFile::stored("inner.zip", inner.clone()));
    let found = archive("a.zip", stored.clone());
    assert_eq!((found.depth, found.entries, found.closed.as_deref()), (2, 3, None));
    assert_eq!(refusal("{}", "a.zip", stored), "kinds");
    let packed = nested(ZipFile::packed("inner.zip", 100, 300));
    let found = archive("a.zip", packed.clone());
    assert_eq!((found.depth, found.closed.as_deref()), (2, Some("inner.zip")));
    assert_eq!(refusal("{}", "a.zip", packed.clone()), "ok");
    assert_eq!(
        refusal(r#"{"archives":{"uninspectable":"deny"}}"#, "a.zip", packed),
        "archives.uninspectable"
    );
    // Stored, and still none.
    let none = nested(ZipFile::stored("inner.zip", "this is no archive"));
    assert_eq!(refusal("{}", "a.zip", none), "archives");
    let mut deep = inner;
    for level in 2..=12 {
        deep = Zip::of([ZipFile::stored("inner.zip", deep)]).build();
        let (depth, ok) = (archive("a.zip", deep.clone()).depth, level <= 3);
        assert_eq!(depth, level.min(9));
        assert_eq!(refusal(r#"{"kinds":[]}"#, "a.zip", deep.clone()) == "ok", ok, "{level}");
    }
}

#[test]
fn very_many_archives_in_one_are_bounded() {
    let inner = Zip::of([ZipFile::stored("a.txt", "x")]).build();
    let many = Zip::of((0..500).map(|n| ZipFile::stored(&format!("{n}.zip"), inner.clone())));
    let found = archive("a.zip", many.build());
    assert!(found.damaged.is_none() && found.closed.is_some());
}

#[test]
fn what_needs_a_password_is_seen() {
    let zip = Zip::of([ZipFile::stored("a.txt", "x"), ZipFile::packed("b.txt", 9, 9).encrypted()]).build();
    let found = look("a.zip", zip.clone());
    assert_eq!(kinds(&found), "archive+encrypted_archive");
    assert_eq!(found.archive.unwrap().encrypted.as_deref(), Some("b.txt"));
    assert_eq!(refusal("{}", "a.zip", zip.clone()), "ok");
    assert_eq!(refusal(r#"{"archives":{"encrypted":"deny"}}"#, "a.zip", zip.clone()), "archives.encrypted");
    assert_eq!(refusal(r#"{"kinds":["encrypted_archive"]}"#, "a.zip", zip), "kinds");
    for (name, bytes, encrypted) in [
        ("a.rar", corpus::rar(true), true),
        ("a.rar", corpus::rar(false), false),
        ("a.7z", corpus::seven_zip(true), true),
        ("a.7z", corpus::seven_zip(false), false),
    ] {
        let found = archive(name, bytes);
        assert_eq!((found.encrypted.is_some(), found.closed.as_deref()), (encrypted, Some(name)));
    }
}

#[test]
fn what_cannot_be_looked_into_says_so() {
    for (name, bytes) in [
        ("a.tgz", corpus::gzip()),
        ("a.cab", b"MSCF\0\0\0\0\x22".to_vec()),
        ("a.xz", b"\xfd7zXZ\0\0".to_vec()),
        ("a.zst", b"\x28\xb5\x2f\xfd\x04".to_vec()),
    ] {
        assert_eq!(archive(name, bytes).closed.as_deref(), Some(name));
    }
}
