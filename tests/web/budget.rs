//! How much script a page may bring before it can be used: people meet it once, on a phone, in a hurry.

use std::{collections::BTreeSet, fs};

use sealpost_test_support::tools::web;
use serde_json::Value;

/// Bytes of JavaScript, as Brotli.
const BUDGET: u64 = 170_000;

/// What `file` of the build brings along: the names of chunks that are loaded with it.
fn loaded<'a>(manifest: &'a Value, chunk: &'a str, found: &mut BTreeSet<&'a str>) {
    if found.insert(chunk) {
        for next in manifest[chunk]["imports"].as_array().into_iter().flatten() {
            loaded(manifest, next.as_str().unwrap(), found);
        }
    }
}

#[test]
fn the_page_brings_little_before_it_can_be_used() {
    let dist = web().join("dist/pages");
    let manifest: Value = serde_json::from_slice(&fs::read(dist.join("manifest.json")).unwrap()).unwrap();
    let size = |chunk: &str| {
        let file = manifest[chunk]["file"].as_str().unwrap();
        fs::metadata(dist.join(format!("{file}.br"))).unwrap().len()
    };
    let mut chunks = BTreeSet::new();
    loaded(&manifest, "index.html", &mut chunks);
    let sum: u64 = chunks.iter().map(|chunk| size(chunk)).sum();
    // Nothing is shown before the texts of a language are there: those that all pages share, and the pages' own.
    let texts = |language: &str| -> u64 {
        let name = format!("texts/{language}.json");
        let found: Vec<_> =
            manifest.as_object().unwrap().keys().filter(|chunk| chunk.ends_with(&name)).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        found.into_iter().map(|chunk| size(chunk)).sum()
    };
    let sum = sum + ["en", "de", "nl"].map(texts).into_iter().max().unwrap();
    println!("{sum} bytes of {BUDGET}");
    assert!(sum <= BUDGET, "{sum} bytes of JavaScript before first use; the budget is {BUDGET}: {chunks:?}");
}
