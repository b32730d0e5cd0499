//! The vectors that this crate and `web/packages/sealed` share: each makes its own, and both read both.

mod check;
mod form;
mod make;

use std::{fs, path::Path};

use form::Vectors;

const OURS: &str = "vectors/zero-knowledge.json";
const THEIRS: &str = "../../web/packages/sealed/vectors/zero-knowledge.json";

/// A file that is missing fails the test: nothing would have been compared.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parse(text: &str) -> Vectors {
    serde_json::from_str(text).unwrap()
}

#[test]
fn ours_are_what_is_sealed_today() {
    let made = serde_json::to_string_pretty(&make::vectors()).unwrap() + "\n";
    if std::env::var_os("SEALPOST_RENEW_VECTORS").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(OURS), &made).unwrap();
    }
    assert!(
        read(OURS) == made,
        "SEALPOST_RENEW_VECTORS=1 writes them anew; what was sealed before must still open"
    );
}

#[test]
fn ours_hold() {
    let vectors = parse(&read(OURS));
    assert_eq!(vectors.made_by, "crates/sealed");
    check::check(&vectors);
}

#[test]
fn those_of_the_pages_hold() {
    let vectors = parse(&read(THEIRS));
    assert_eq!(vectors.made_by, "web/packages/sealed");
    check::check(&vectors);
}
