//! The review of the protocol names tests: they are there.

use std::{
    fs,
    path::{Path, PathBuf},
};

const REVIEW: &str = include_str!("../../docs/security.md");

#[test]
fn every_test_that_the_review_names_is_there() {
    let (_, review) = REVIEW.split_once("### What was tried").expect("the review");
    let (review, _) = review.split_once("### What remains").expect("its end");
    let named: Vec<_> = review
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.matches('_').count() > 2 && !name.contains(['/', '.', ' ']))
        .collect();
    assert!(named.len() > 20, "they are found: {named:?}");
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let sources: Vec<_> = ["tests", "crates"].iter().flat_map(|folder| sources(&root.join(folder))).collect();
    let sources: Vec<_> = sources.iter().map(|path| fs::read_to_string(path).expect("a source")).collect();
    let missing: Vec<_> = named
        .into_iter()
        .filter(|name| !sources.iter().any(|source| source.contains(&format!("fn {name}("))))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|is| is == "rs") {
            found.push(path);
        }
    }
    found
}
