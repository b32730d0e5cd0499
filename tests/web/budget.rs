//! How much script a page may bring before it can be used: people meet it once, on a phone, in a hurry.

use std::{collections::BTreeSet, fs};

use sealpost_test_support::tools::web;
use serde_json::Value;

/// Bytes of JavaScript, as Brotli.
const BUDGET: u64 = 160_000;

/// What `file` of the build brings along: the names of chunks that are loaded with it.
fn loaded<'a>(manifest: &'a Value, chunk: &'a str, found: &mut BTreeSet<&'a str>) {
    if found.insert(chunk) {
        for next in manifest[chunk]["imports"].as_array().into_iter().flatten() {
            loaded(manifest, next.as_str().unwrap(), found);
        }
    }
}

/// What each page loads at once, beside the document's own: its catalogues and scripts. Nobody can do anything before.
const FIRST: [(&str, &[&str], &[&str]); 2] = [
    ("senders", &["ui", "senders"], &["src/shell/Shell.tsx"]),
    ("whoever has the link of a request", &["ui", "senders", "outsiders"], &["src/request/RequestPage.tsx"]),
];

#[test]
fn each_page_brings_little_before_it_can_be_used() {
    let dist = web().join("dist/pages");
    let manifest: Value = serde_json::from_slice(&fs::read(dist.join("manifest.json")).unwrap()).unwrap();
    let size = |chunk: &str| {
        let file = manifest[chunk]["file"].as_str().unwrap_or_else(|| panic!("{chunk} is not built"));
        fs::metadata(dist.join(format!("{file}.br"))).unwrap().len()
    };
    // Nothing is shown before the texts of a language are there: those that all pages share, and the pages' own.
    let texts_in = |catalogues: &[&str], language: &str| -> u64 {
        catalogues.iter().map(|name| size(&format!("../../../locales/{language}/{name}.json"))).sum()
    };
    for (who, catalogues, first) in FIRST {
        let texts = ["en", "de", "nl"].map(|language| texts_in(catalogues, language)).into_iter().max();
        let texts = texts.unwrap();
        let mut chunks = BTreeSet::new();
        loaded(&manifest, "index.html", &mut chunks);
        for chunk in first {
            loaded(&manifest, chunk, &mut chunks);
        }
        let sum = texts + chunks.iter().map(|chunk| size(chunk)).sum::<u64>();
        println!("{who}: {sum} bytes of {BUDGET}");
        assert!(sum <= BUDGET, "{who}: {sum} bytes before first use; the budget is {BUDGET}: {chunks:?}");
    }
}
