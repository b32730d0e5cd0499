//! The words of the audit log are those of its documentation.

use sealpost_domain::AUDIT_KINDS;

#[test]
fn every_kind_of_entry_is_in_the_documentation_and_no_other() {
    let text = include_str!("../../docs/audit.md");
    let (_, table) = text.split_once("| kind | meaning |").expect("the table of kinds");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.collect::<Vec<_>>(), AUDIT_KINDS, "as domain/src/audit.rs has them, in order");
    assert!(AUDIT_KINDS.is_sorted());
}
