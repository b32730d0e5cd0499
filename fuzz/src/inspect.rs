use bytes::Bytes;
use futures_util::FutureExt as _;
use sealpost_domain::rules::{Findings, NameTraits, TypeRules};

use crate::input::text;

/// Names under which the same bytes are looked at: some are looked into for what they are called.
const NAMES: &[&str] = &["a.zip", "a.bin", "setup.exe.gz", "a.docx"];

/// Whatever a file is, it is something; what was certain of its beginning is true of the whole; what is found inside is
/// bounded, is written as it is read, and can be decided about.
pub fn file_content(data: &[u8]) {
    for name in NAMES {
        let mut source = Bytes::copy_from_slice(data);
        let looked = sealpost_inspect::look(name, Bytes::new(), &mut source).now_or_never();
        let Ok(found) = looked.expect("memory never waits");
        assert!(!found.kinds.is_empty());
        let early = sealpost_inspect::sniff(&data[..data.len() / 2]);
        assert!(early.certain().all(|kind| found.kinds.contains(&kind)));
        if let Some(archive) = &found.archive {
            assert!(archive.names.len() <= 1_000 && archive.depth <= 9);
            assert!(archive.names.iter().all(|name| name.len() <= 255));
        }
        let written = serde_json::to_vec(&found).expect("findings are written");
        let read: Findings = serde_json::from_slice(&written).expect("findings are read");
        assert_eq!(read, found);
        drop(TypeRules::default().decide(name, Some(&found)));
    }
}

/// Names are read whatever they are, and alike in any folder; rules are read as they are written.
pub fn type_rules(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let traits = NameTraits::of(text);
    assert_eq!(
        NameTraits::of(&format!("folder/{text}")).extension,
        traits.extension
    );
    drop(TypeRules::default().decide(text, None));
    let Ok(rules) = serde_json::from_str::<TypeRules>(text) else {
        return;
    };
    let written = serde_json::to_vec(&rules).expect("rules are written");
    assert_eq!(
        serde_json::from_slice::<TypeRules>(&written).ok().as_ref(),
        Some(&rules)
    );
    if rules.validate().is_ok() {
        drop(rules.warnings());
        drop(rules.decide("a.pdf", None));
    }
}
