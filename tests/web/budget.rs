//! How much script a page may bring before it can be used: people meet it once, on a phone, in a hurry.

use std::{collections::BTreeSet, fs};

use sealpost_test_support::tools::web;
use serde_json::Value;

/// What `file` of the build brings along: the names of chunks that are loaded with it.
fn loaded<'a>(manifest: &'a Value, chunk: &'a str, found: &mut BTreeSet<&'a str>) {
    if found.insert(chunk) {
        for next in manifest[chunk]["imports"].as_array().into_iter().flatten() {
            loaded(manifest, next.as_str().unwrap(), found);
        }
    }
}

/// What somebody loads before he can do anything: the document's scripts, those of what it shows first, and catalogues.
struct First {
    who: &'static str,
    app: &'static str,
    document: &'static str,
    catalogues: &'static [&'static str],
    shown: &'static [&'static str],
    /// Bytes of JavaScript, as Brotli.
    budget: u64,
}

const FIRST: [First; 5] = [
    First {
        who: "senders",
        app: "pages",
        document: "index.html",
        catalogues: &["ui", "senders"],
        shown: &["src/shell/Shell.tsx"],
        budget: 160_000,
    },
    First {
        who: "whoever has the link of a request",
        app: "pages",
        document: "index.html",
        catalogues: &["ui", "senders", "outsiders"],
        shown: &["src/request/RequestPage.tsx"],
        budget: 162_000,
    },
    First {
        who: "whoever opens what was sealed",
        app: "pages",
        document: "delivery.html",
        catalogues: &["ui", "delivery"],
        shown: &["src/delivery/DeliveryPage.tsx"],
        budget: 150_000,
    },
    First {
        who: "whoever writes a mail",
        app: "pane",
        document: "pane.html",
        catalogues: &["ui", "senders", "pane"],
        shown: &["src/shell/Shell.tsx", "src/compose/Send.tsx"],
        budget: 165_000,
    },
    First {
        who: "whoever reads a mail",
        app: "pane",
        document: "pane.html",
        catalogues: &["ui", "senders", "pane"],
        shown: &["src/shell/Shell.tsx", "src/read/Read.tsx"],
        budget: 150_000,
    },
];

#[test]
fn each_page_brings_little_before_it_can_be_used() {
    for First { who, app, document, catalogues, shown, budget } in FIRST {
        let dist = web().join("dist").join(app);
        let manifest: Value = serde_json::from_slice(&fs::read(dist.join("manifest.json")).unwrap()).unwrap();
        let size = |chunk: &str| {
            let file = manifest[chunk]["file"].as_str().unwrap_or_else(|| panic!("{chunk} is not built"));
            fs::metadata(dist.join(format!("{file}.br"))).unwrap().len()
        };
        // Nothing is shown before the texts of a language are there: those that all pages share, and the pages' own.
        let texts_in = |language: &str| -> u64 {
            catalogues.iter().map(|name| size(&format!("../../../locales/{language}/{name}.json"))).sum()
        };
        let texts = ["en", "de", "nl"].map(texts_in).into_iter().max().unwrap();
        let mut chunks = BTreeSet::new();
        loaded(&manifest, document, &mut chunks);
        for chunk in shown {
            loaded(&manifest, chunk, &mut chunks);
        }
        let sum = texts + chunks.iter().map(|chunk| size(chunk)).sum::<u64>();
        println!("{who}: {sum} bytes of {budget}");
        assert!(sum <= budget, "{who}: {sum} bytes before first use; the budget is {budget}: {chunks:?}");
    }
}

/// Not every browser takes a module as a service worker.
#[test]
fn the_script_that_serves_downloads_is_one_classic_script() {
    let folder = web().join("dist/pages/web");
    let scripts = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<_> = scripts
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with("deliver.worker-") && name.ends_with(".js")
        })
        .collect();
    let [script] = found.as_slice() else { panic!("one script: {found:?}") };
    let text = fs::read_to_string(script).unwrap();
    assert!(text.contains("respondWith"), "it is that script");
    let is_word = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    for word in ["import", "export"] {
        let at = text.match_indices(word).find(|(at, _)| {
            is_word(&text[..*at]) && text[at + word.len()..].starts_with(['(', '{', '*', ' ', '"', '.'])
        });
        assert_eq!(at, None, "{word}");
    }
}
