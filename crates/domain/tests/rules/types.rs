//! One set of rules, many files: what may be sent.

use sealpost_domain::rules::{ArchiveFindings, Findings, NameTraits, TypeDecision, TypeRules};

/// What was found, from a few words: kinds joined by `+`, then behind `:` names of files inside or facts about the archive.
fn findings(text: &str) -> Findings {
    let (kinds, inside) = text.split_once(':').map_or((text, None), |(kinds, inside)| (kinds, Some(inside)));
    let kinds = kinds.split('+').map(|kind| kind.trim().parse().unwrap_or_else(|_| panic!("{text}")));
    let mut findings = Findings::plain(1, "x", kinds);
    findings.archive = inside.map(|inside| {
        let mut archive = ArchiveFindings { depth: 1, ..ArchiveFindings::default() };
        for word in inside.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{word}"));
            match word.split_once('=') {
                Some(("damaged", why)) => archive.damaged = Some(why.to_owned()),
                Some(("closed", name)) => archive.closed = Some(name.to_owned()),
                Some(("encrypted", name)) => archive.encrypted = Some(name.to_owned()),
                Some(("overlapping", name)) => archive.overlapping = Some(name.to_owned()),
                Some(("entries", count)) => archive.entries = number(count),
                Some(("packed", count)) => archive.packed_bytes = number(count),
                Some(("unpacked", count)) => archive.unpacked_bytes = number(count),
                Some(("depth", count)) => archive.depth = number(count),
                _ => archive.names.push(word.to_owned()),
            }
        }
        archive
    });
    findings
}

/// Rows of `name | content | verdict`; without content it is asked by the name alone. The verdict is `ok`, or the rule and
/// what it refuses.
fn check(rules: &str, table: &str) -> usize {
    let parsed: TypeRules = serde_json::from_str(rules).unwrap_or_else(|error| panic!("{rules}: {error}"));
    assert_eq!(parsed.validate(), Ok(()), "{rules}");
    let mut rows = 0;
    for row in table.lines().filter(|row| !row.trim().is_empty()) {
        let cells: Vec<&str> = row.split(" | ").map(str::trim).collect();
        let [name, content, verdict] = cells[..] else { panic!("{row}") };
        let name = name.replace('_', " ").replace("\\u202e", "\u{202e}");
        let found = (!content.is_empty()).then(|| findings(content));
        let said = match parsed.decide(&name, found.as_ref()) {
            TypeDecision::Allow => "ok".to_owned(),
            TypeDecision::Refuse(refusal) => match refusal.inside {
                Some(inside) => format!("{}: {} in {inside}", refusal.rule, refusal.what),
                None => format!("{}: {}", refusal.rule, refusal.what),
            },
        };
        assert_eq!(said, verdict, "{rules}\n{row}");
        rows += 1;
    }
    rows
}

#[test]
fn the_default_refuses_what_runs() {
    let rows = check(
        "{}",
        r"
        report.pdf           |                                  | ok
        report.pdf           | pdf                              | ok
        letter.docx          | office                           | ok
        sheet.xlsm           | office+office_macros             | ok
        photo.jpg            | image                            | ok
        data.bin             | unknown                          | ok
        readme               | text                             | ok
        notes.csv            | unknown                          | ok
        film.mkv             | video                            | ok
        mail.eml             | email                            | ok
        page.html            | web                              | ok
        backup.7z            | archive: closed=backup.7z        | ok
        setup.exe            |                                  | kinds: executable
        SETUP.EXE            |                                  | kinds: executable
        setup.exe.           |                                  | kinds: executable
        setup.exe_._.        |                                  | kinds: executable
        saver.scr            |                                  | kinds: executable
        driver.sys           |                                  | kinds: executable
        game.jar             |                                  | kinds: executable
        a.ps1                |                                  | kinds: script
        a.js                 |                                  | kinds: script
        a.vbs                |                                  | kinds: script
        a.hta                |                                  | kinds: script
        a.bat                |                                  | kinds: script
        a.reg                |                                  | kinds: script
        a.msi                |                                  | kinds: installer
        a.deb                |                                  | kinds: installer
        a.apk                |                                  | kinds: installer
        a.iso                |                                  | kinds: disk_image
        a.vhdx               |                                  | kinds: disk_image
        a.dmg                |                                  | kinds: disk_image
        a.lnk                |                                  | kinds: shortcut
        a.url                |                                  | kinds: shortcut
        report.pdf           | executable                       | kinds: executable
        photo.jpg            | executable+archive: a.txt        | kinds: executable
        notes.txt            | script                           | kinds: script
        notes.txt            | disk_image                       | kinds: disk_image
        letter.doc           | installer                        | kinds: installer
        letter.doc           | shortcut                         | kinds: shortcut
        photo.png            | image                            | ok
        photo.jpg            | pdf                              | ok
        folder/setup.exe     |                                  | kinds: executable
        exe                  | text                             | ok
        my.exe.txt           | text                             | ok
        a.unheard-of         | unknown                          | ok
        ",
    );
    assert_eq!(rows, 45);
}

#[test]
fn names_that_deceive_are_refused() {
    // `_` stands for a blank.
    let rows = check(
        r#"{"kinds":[]}"#,
        r"
        invoice.pdf.exe      |                                  | disguises: double_extension
        INVOICE.PDF.EXE      |                                  | disguises: double_extension
        invoice.pdf.exe.     |                                  | disguises: double_extension
        photo.jpg.scr        |                                  | disguises: double_extension
        film.mp4.lnk         |                                  | disguises: double_extension
        a.docx.js            |                                  | disguises: double_extension
        a.zip.vbs            |                                  | disguises: double_extension
        a.pdf________.exe    |                                  | disguises: hidden_extension
        invoice_.exe         |                                  | disguises: hidden_extension
        a__________b.exe     |                                  | disguises: hidden_extension
        setup.exe            |                                  | ok
        jquery.min.js        |                                  | ok
        setup-1.2.3.exe      |                                  | ok
        backup.tar.gz        |                                  | ok
        report.v2.pdf        |                                  | ok
        setup.exe.txt        |                                  | ok
        a__________b.pdf     |                                  | ok
        gpj.\u202eexe        |                                  | disguises: deceptive_characters
        con.txt              |                                  | disguises: device_name
        NUL                  |                                  | disguises: device_name
        com1.pdf             |                                  | disguises: device_name
        lpt9                 |                                  | disguises: device_name
        a/aux/b.pdf          |                                  | disguises: device_name
        contract.txt         |                                  | ok
        com10.txt            |                                  | ok
        console.log          |                                  | ok
        a.txt:b.exe          |                                  | disguises: stream_name
        a.exe::$DATA         |                                  | disguises: stream_name
        ../a.txt             |                                  | disguises: path_traversal
        a/../../b.txt        |                                  | disguises: path_traversal
        a\..\b.txt           |                                  | disguises: path_traversal
        /etc/passwd          |                                  | disguises: path_traversal
        C:\a.txt             |                                  | disguises: path_traversal
        ",
    ) + check(
        r#"{"disguises":"allow"}"#,
        r"
        invoice.pdf.exe      |                                  | kinds: executable
        a.txt:b.exe          |                                  | kinds: executable
        a.exe::$DATA         |                                  | kinds: executable
        a.exe:b.txt          |                                  | kinds: executable
        invoice.pdf_.exe     |                                  | kinds: executable
        con.txt              |                                  | ok
        ",
    );
    assert_eq!(rows, 39);
}

#[test]
fn a_list_of_what_may_be_sent_lets_nothing_else_pass() {
    let rows = check(
        r#"{"mode":"allow","kinds":["pdf","office","image"],"extensions":["dcm","txt","zip"],"archives":{"encrypted":"deny"}}"#,
        r"
        a.pdf                |                                  | ok
        a.pdf                | pdf                              | ok
        a.pdf                | pdf+encrypted_document           | not_listed: encrypted_document
        a.pdf                | executable                       | not_listed: executable
        a.pdf                | unknown                          | not_listed: unknown
        a.pdf                | text                             | not_listed: text
        a.pdf                | image                            | ok
        a.docx               | office                           | ok
        a.docx               | office+office_macros             | not_listed: office_macros
        a.docm               |                                  | not_listed: .docm
        a.txt                | text                             | ok
        a.txt                | unknown                          | ok
        a.txt                | script                           | not_listed: script
        a.txt                | pdf                              | ok
        a.txt                | executable                       | not_listed: executable
        a.csv                |                                  | not_listed: .csv
        a.dcm                | image                            | ok
        a.dcm                | unknown                          | not_listed: unknown
        a.exe                |                                  | not_listed: .exe
        a.mp4                |                                  | not_listed: .mp4
        a.unheard-of         |                                  | not_listed: .unheard-of
        scan                 |                                  | ok
        scan                 | pdf                              | ok
        scan                 | text                             | not_listed: text
        a.zip                | archive: a.pdf, b.txt            | ok
        a.zip                | archive: a.pdf, b.csv            | not_listed: .csv in b.csv
        a.zip                | archive: x/a.exe                 | not_listed: .exe in x/a.exe
        a.zip                | archive: encrypted=a.pdf         | archives.encrypted: a password is needed in a.pdf
        a.rar                |                                  | not_listed: .rar
        ",
    ) + check(
        r#"{"mode":"allow","extensions":["pdf","xyz"],"kinds":[]}"#,
        r"
        a.pdf                | pdf                              | ok
        a.pdf                | office                           | not_listed: office
        a.xyz                | unknown                          | ok
        a.xyz                | text                             | ok
        a.xyz                | image                            | ok
        a.xyz                | executable                       | not_listed: executable
        a.xyz                | office+office_macros             | not_listed: office_macros
        scan                 |                                  | not_listed: a name without an extension
        ",
    ) + check(
        r#"{"mode":"allow","kinds":["text","unknown"]}"#,
        r"
        a.csv                | text                             | ok
        a.csv                | unknown                          | ok
        a.csv                | web                              | ok
        a.unheard-of         | unknown                          | ok
        a.unheard-of         | pdf                              | not_listed: pdf
        ",
    );
    assert_eq!(rows, 42);
}

#[test]
fn what_is_inside_keeps_the_rules_too() {
    let rows = check(
        r#"{"extensions":["mp3"]}"#,
        r"
        a.zip                | archive: a.pdf, b/c.docx         | ok
        a.zip                | archive: b/setup.exe             | kinds: executable in b/setup.exe
        a.zip                | archive: a.pdf, b.pdf.exe        | disguises: double_extension in b.pdf.exe
        a.zip                | archive: song.mp3                | extensions: mp3 in song.mp3
        song.mp3             |                                  | extensions: mp3
        a.zip                | archive: ../../a.txt             | disguises: path_traversal in ../../a.txt
        a.zip                | archive: damaged=no directory    | archives: no directory
        a.zip                | archive: overlapping=a.txt       | archives: files that share their bytes in a.txt
        a.zip                | archive+encrypted_archive: encrypted=a | ok
        a.zip                | archive: closed=inner.zip        | ok
        a.zip                | archive: entries=10000           | ok
        a.zip                | archive: entries=10001           | archives.max_entries: 10001
        a.zip                | archive: depth=3                 | ok
        a.zip                | archive: depth=4                 | archives.max_depth: 4
        a.zip                | archive: packed=1000000, unpacked=200000000 | ok
        a.zip                | archive: packed=1000000, unpacked=201000000 | archives.max_ratio: 201
        a.zip                | archive: packed=100, unpacked=67108864 | ok
        a.zip                | archive: packed=100, unpacked=67108865 | archives.max_ratio: 671088
        a.zip                | archive: packed=0, unpacked=67108865 | archives.max_ratio: 67108865
        a.zip                | archive: packed=9000000000000, unpacked=9000000000000 | archives.max_unpacked_bytes: 9000000000000
        a.docx               | office: word/a.exe               | kinds: executable in word/a.exe
        ",
    ) + check(
        r#"{"archives":{"encrypted":"deny","uninspectable":"deny","max_entries":2}}"#,
        r"
        a.zip                | archive: encrypted=a.txt         | archives.encrypted: a password is needed in a.txt
        a.zip                | archive: closed=inner.zip        | archives.uninspectable: an archive in inner.zip
        a.rar                | archive: closed=a.rar            | archives.uninspectable: an archive in a.rar
        a.zip                | archive: entries=3               | archives.max_entries: 3
        a.zip                | archive: entries=2               | ok
        ",
    ) + check(
        r#"{"archives":{"look_inside":false}}"#,
        r"
        a.zip                | archive: setup.exe               | ok
        a.zip                | archive: damaged=x               | ok
        a.zip                | executable+archive: damaged=x    | kinds: executable
        ",
    ) + check(
        r#"{"kinds":["archive"]}"#,
        r"
        a.zip                |                                  | kinds: archive
        a.pdf                | archive: a.txt                   | kinds: archive
        a.docx               | office                           | ok
        ",
    );
    assert_eq!(rows, 32);
}

#[test]
fn macros_passwords_and_false_names_are_refused_where_the_tenant_wants_it() {
    let rows = check(
        r#"{"kinds":["office_macros","encrypted_document","encrypted_archive","executable"],"mismatch":"deny"}"#,
        r"
        a.docm               |                                  | kinds: office_macros
        a.docx               | office+office_macros             | kinds: office_macros
        a.docx               | office+encrypted_document        | kinds: encrypted_document
        a.pdf                | pdf+encrypted_document           | kinds: encrypted_document
        a.zip                | archive+encrypted_archive: encrypted=a | kinds: encrypted_archive
        a.docx               | office                           | ok
        a.xls                | office                           | ok
        photo.jpg            | image                            | ok
        photo.jpg            | pdf                              | mismatch: pdf
        a.pdf                | text                             | mismatch: text
        a.pdf                | unknown                          | mismatch: unknown
        a.txt                | unknown                          | ok
        a.txt                | image                            | mismatch: image
        a.csv                | web                              | ok
        a.unheard-of         | image                            | ok
        scan                 | image                            | ok
        drawing.dxf          | text                             | ok
        ",
    );
    assert_eq!(rows, 17);
}

#[test]
fn refusals_are_said_in_words() {
    let rules = TypeRules::default();
    let refusal = rules.decide("a.zip", Some(&findings("archive: x/a\u{202e}.exe"))).refusal().unwrap();
    assert_eq!(
        refusal.to_string(),
        "the name deceives: deceptive_characters (in the file: x/a\\u{202e}.exe)"
    );
    let refusal = rules.decide("a.exe", None).refusal().unwrap();
    assert_eq!(refusal.to_string(), "files of the kind executable are not accepted");
}

mod any_name {
    use proptest::prelude::*;
    use sealpost_domain::rules::{Choice, FileKind, ListMode};

    use super::*;

    fn rules() -> impl Strategy<Value = TypeRules> {
        let kinds = prop::collection::vec(prop::sample::select(FileKind::ALL.to_vec()), 0..6);
        let extensions = prop::sample::subsequence(vec!["exe", "pdf", "zip", "xyz"], 0..4);
        (any::<bool>(), any::<bool>(), any::<bool>(), kinds, extensions).prop_map(
            |(allow, disguises, mismatch, kinds, extensions)| {
                let choice = |deny| if deny { Choice::Deny } else { Choice::Allow };
                TypeRules {
                    mode: if allow { ListMode::Allow } else { ListMode::Deny },
                    kinds,
                    extensions: extensions.iter().map(|word| word.parse().unwrap()).collect(),
                    disguises: choice(disguises),
                    mismatch: choice(mismatch),
                    ..TypeRules::default()
                }
            },
        )
    }

    proptest! {
        #[test]
        fn is_read_without_panic_and_is_the_same_in_a_folder(name in "\\PC{0,40}") {
            let (alone, inside) = (NameTraits::of(&name), NameTraits::of(&format!("folder/{name}")));
            prop_assert_eq!(alone.extension, inside.extension);
        }

        #[test]
        fn ends_in_what_runs_it_however_it_is_dressed(stem in "[a-z0-9 ._-]{0,20}", end in "[. ]{0,5}", up in any::<bool>()) {
            let name = format!("{stem}.exe{end}");
            let name = if up { name.to_uppercase() } else { name };
            prop_assert!(!TypeRules::default().decide(&name, None).is_allowed(), "{}", name);
        }

        #[test]
        fn that_is_refused_is_refused_whatever_is_in_it(rules in rules(), name in "[a-z.]{1,12}", kind in 0..FileKind::ALL.len()) {
            let found = Findings::plain(1, "x", [FileKind::ALL[kind]]);
            if !rules.decide(&name, None).is_allowed() {
                prop_assert!(!rules.decide(&name, Some(&found)).is_allowed());
            }
        }

        #[test]
        fn with_more_in_it_is_never_less_refused(rules in rules(), name in "[a-z]{1,4}\\.(pdf|exe|zip|xyz|txt)", one in 0..FileKind::ALL.len(), two in 0..FileKind::ALL.len()) {
            // A kind more can keep what the name promises, but no list becomes wider by it.
            let rules = TypeRules { mismatch: Choice::Allow, ..rules };
            let (one, two) = (FileKind::ALL[one], FileKind::ALL[two]);
            let both = rules.decide(&name, Some(&Findings::plain(1, "x", [one, two])));
            if both.is_allowed() {
                prop_assert!(rules.decide(&name, Some(&Findings::plain(1, "x", [one]))).is_allowed());
            }
        }

        #[test]
        fn is_decided_early_as_it_is_in_the_end(rules in rules(), name in "[a-z]{1,4}\\.(pdf|exe|zip|xyz|txt)", kind in 0..FileKind::ALL.len()) {
            let kind = FileKind::ALL[kind];
            if !rules.decide_kind(&name, kind).is_allowed() {
                let found = Findings::plain(1, "x", kind.implies().into_iter().chain([kind]));
                prop_assert!(!rules.decide(&name, Some(&found)).is_allowed());
            }
        }
    }
}
