//! What a computer runs, or installs.

use sealpost_domain::rules::FileKind;

use super::Sniffed;
use crate::bytes_of::{stands_at, u32_at};

pub(super) fn sniff(head: &[u8]) -> Option<Sniffed> {
    use FileKind as K;
    let (format, kind) = match head {
        [b'M', b'Z', ..] => (dos(head)?, K::Executable),
        [0x7f, b'E', b'L', b'F', ..] => ("elf", K::Executable),
        [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..] | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] => {
            ("mach-o", K::Executable)
        }
        // Mach-O for several processors, of which there are few; or a class of Java, whose version is higher.
        [0xca, 0xfe, 0xba, 0xbe | 0xbf, _, _, _, _, ..] => ("mach-o or java", K::Executable),
        [0, b'a', b's', b'm', ..] => ("wasm", K::Executable),
        [b'd', b'e', b'x', b'\n', _, _, _, 0, ..] => ("dex", K::Executable),
        _ if head.starts_with(b"!<arch>\ndebian-binary") => ("deb", K::Installer),
        [0xed, 0xab, 0xee, 0xdb, ..] => ("rpm", K::Installer),
        [b'x', b'a', b'r', b'!', ..] => ("xar", K::Installer),
        [b'C', b'r', b'2', b'4', ..] => ("crx", K::Installer),
        [b'I', b'T', b'S', b'F', 3, 0, 0, 0, ..] => ("chm", K::Script),
        // A script names what runs it, whatever load it carries behind its text.
        [b'#', b'!', b'/', ..] | [b'#', b'!', b' ', b'/', ..] => ("script", K::Script),
        // The header's size and the first half of the class that a shortcut is (MS-SHLLINK, 2.1).
        _ if head.starts_with(b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0") => ("lnk", K::Shortcut),
        _ => return None,
    };
    Some(Sniffed::settled(format, kind))
}

/// What begins with MZ: everything but text runs somewhere. Where the newer header lies is said at 60.
fn dos(head: &[u8]) -> Option<&'static str> {
    let newer = u32_at(head, 60).and_then(|at| usize::try_from(at).ok());
    Some(match newer {
        Some(at) if stands_at(head, at, b"PE\0\0") => "pe",
        Some(at) if stands_at(head, at, b"NE") => "ne",
        Some(at) if stands_at(head, at, b"LE") || stands_at(head, at, b"LX") => "le",
        _ if head.len() < 64 || super::text::is_text(head) => return None,
        _ => "mz",
    })
}
