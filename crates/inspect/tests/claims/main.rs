//! What files are, whatever they are called: a corpus of tricky ones, built byte by byte.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod any_bytes;
mod archives;
mod documents;
mod kinds;
mod on_disk;
mod vectors;

use bytes::Bytes;
use futures_util::FutureExt as _;
use sealpost_domain::rules::{ArchiveFindings, Findings};

/// Looks into what lies in memory.
pub(crate) fn look(name: &str, bytes: impl Into<Vec<u8>>) -> Findings {
    let mut bytes = Bytes::from(bytes.into());
    let looked = sealpost_inspect::look(name, Bytes::new(), &mut bytes).now_or_never();
    looked.expect("memory never waits").unwrap()
}

/// The kinds, joined by `+`.
pub(crate) fn kinds(findings: &Findings) -> String {
    findings.kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join("+")
}

pub(crate) fn archive(name: &str, bytes: impl Into<Vec<u8>>) -> ArchiveFindings {
    let findings = look(name, bytes);
    findings.archive.unwrap_or_else(|| panic!("{name} is {}", findings.format))
}
