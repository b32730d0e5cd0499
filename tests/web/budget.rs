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
    let dist = web().join("dist");
    let manifest: Value = serde_json::from_slice(&fs::read(dist.join("manifest.json")).unwrap()).unwrap();
    let size = |chunk: &str| {
        let file = manifest[chunk]["file"].as_str().unwrap();
        fs::metadata(dist.join(format!("{file}.br"))).unwrap().len()
    };
    let mut chunks = BTreeSet::new();
    loaded(&manifest, "index.html", &mut chunks);
    // Nothing is shown before the texts are there.
    let texts: Vec<_> = manifest
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| name.ends_with(".json"))
        .map(String::as_str)
        .collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    let sum: u64 = chunks.iter().map(|chunk| size(chunk)).sum();
    let sum = sum + texts.into_iter().map(size).max().unwrap();
    println!("{sum} bytes of {BUDGET}");
    assert!(sum <= BUDGET, "{sum} bytes of JavaScript before first use; the budget is {BUDGET}: {chunks:?}");
}
