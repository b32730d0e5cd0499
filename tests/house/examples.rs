//! What `make test` leaves out has nothing in it. To look for examples in documentation takes a run of the compiler for each
//! crate; there are none that it could try.

use std::{fs, path::Path};

use crate::review::sources;

/// What is no code, or no code that stands alone.
const UNTRIED: [&str; 2] = ["ignore", "text"];

#[test]
fn no_documentation_has_an_example_that_would_have_to_be_tried() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates"));
    let mut blocks = 0;
    for path in sources(root) {
        let text = fs::read_to_string(&path).expect("a source");
        let comments =
            text.lines().filter_map(|line| line.trim().strip_prefix("//")?.strip_prefix(['/', '!']));
        // Every other one ends a block.
        let fences = comments.filter_map(|line| line.trim().strip_prefix("```")).step_by(2);
        for word in fences {
            assert!(UNTRIED.contains(&word), "{}: ```{word}: make test would have to try it", path.display());
            blocks += 1;
        }
    }
    assert!(blocks > 2, "they are found");
}
