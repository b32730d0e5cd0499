//! What a file is, by its first bytes.

mod known;
mod programs;
mod text;

use std::borrow::Cow;

use sealpost_domain::rules::FileKind;

use crate::bytes_of::{find, stands_at, u32_at};

/// First bytes that are looked at. The signature of a disc lies 36 KiB behind the beginning.
pub const HEAD_BYTES: usize = 64 << 10;

/// What first bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sniffed {
    /// What it is called.
    pub format: Cow<'static, str>,
    /// What it is, as far as that can be told; empty while that is open.
    pub kinds: Vec<FileKind>,
    /// What else must be looked at to know more.
    pub(crate) next: Next,
}

/// What tells more than first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The directory of a compound file.
    Compound,
    /// Nothing of it can be looked into.
    Closed,
    /// Its last bytes.
    End,
    /// The trailer.
    Pdf,
    /// The encoded header at its end.
    SevenZip,
    /// Nothing.
    Settled,
    /// The list of contents of a ZIP file.
    Zip,
}

impl Sniffed {
    /// What it is for certain, whatever follows. That nothing but text has come by now says nothing of the rest.
    pub fn certain(&self) -> impl Iterator<Item = FileKind> + '_ {
        self.kinds.iter().copied().filter(|kind| !matches!(kind, FileKind::Text | FileKind::Unknown))
    }

    fn new(format: impl Into<Cow<'static, str>>, kinds: &[FileKind], next: Next) -> Self {
        Self { format: format.into(), kinds: kinds.to_vec(), next }
    }

    fn settled(format: impl Into<Cow<'static, str>>, kind: FileKind) -> Self {
        Self::new(format, &[kind], Next::Settled)
    }

    /// Notes that it is this, too.
    fn also(&mut self, kind: FileKind) {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }
}

/// What the first bytes of a file say: as many as there are by now, of which [`HEAD_BYTES`] count. More of them never take
/// back what was certain, so that a file can be refused while it comes in.
pub fn sniff(head: &[u8]) -> Sniffed {
    let head = &head[..head.len().min(HEAD_BYTES)];
    let sniffed = programs::sniff(head).or_else(|| container(head)).or_else(|| text::sniff(head));
    let mut sniffed = sniffed.unwrap_or_else(|| known::sniff(head));
    // The first 32 KiB of a disc belong to nobody: something else may stand there.
    if let Some(format) = disk(head) {
        sniffed.also(FileKind::DiskImage);
        if sniffed.next == Next::End || sniffed.format == "text" {
            sniffed = Sniffed::settled(format, FileKind::DiskImage);
        }
    }
    // Readers accept a PDF that begins anywhere in the first 1,024 bytes.
    let start = &head[..head.len().min(1_024)];
    if find(start, b"%PDF-1.").or_else(|| find(start, b"%PDF-2.")).is_some() {
        sniffed.also(FileKind::Pdf);
    }
    sniffed
}

/// What holds other things.
fn container(head: &[u8]) -> Option<Sniffed> {
    let closed = |format: &'static str| Sniffed::new(format, &[FileKind::Archive], Next::Closed);
    Some(match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Sniffed::new("zip", &[], Next::Zip),
        // Of an archive in several files, which begins or goes on elsewhere.
        [b'P', b'K', 7, 8, ..] | [b'P', b'K', b'0', b'0', ..] => closed("zip"),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => Sniffed::new("cfb", &[], Next::Compound),
        [b'%', b'P', b'D', b'F', b'-', ..] => Sniffed::new("pdf", &[FileKind::Pdf], Next::Pdf),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Sniffed::new("7z", &[FileKind::Archive], Next::SevenZip),
        [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => Sniffed::new("rar", rar(head), Next::Closed),
        [0x1f, 0x8b, 8, ..] => closed("gzip"),
        [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..] => closed("bzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => closed("xz"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => closed("zstd"),
        [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => closed("cab"),
        _ if stands_at(head, 257, b"ustar") => closed("tar"),
        _ if head.starts_with(b"MSWIM\0\0\0") => Sniffed::settled("wim", FileKind::DiskImage),
        [b'h', b's', b'q', b's', ..] => Sniffed::settled("squashfs", FileKind::DiskImage),
        // OneNote (MS-ONESTORE, 2.3.1): a document that holds files.
        [0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, ..] => Sniffed::settled("onenote", FileKind::Office),
        _ => return None,
    })
}

/// Whether the names in a RAR file are readable: its first header, or a flag of it, says so (RAR 5.0 and 4.x).
fn rar(head: &[u8]) -> &'static [FileKind] {
    let encrypted = match head.get(6) {
        // Signature (8), checksum (4), size (one byte while it is small), type.
        Some(1) => head.get(13) == Some(&4),
        // Signature (7), checksum (2), type, flags.
        _ => head.get(9) == Some(&0x73) && head.get(10).is_some_and(|flags| flags & 0x80 != 0),
    };
    if encrypted { &[FileKind::Archive, FileKind::EncryptedArchive] } else { &[FileKind::Archive] }
}

/// Disks and file systems.
fn disk(head: &[u8]) -> Option<&'static str> {
    let disc =
        |at| [&b"CD001"[..], b"BEA01", b"NSR02", b"NSR03"].iter().any(|word| stands_at(head, at, word));
    let boots = stands_at(head, 510, &[0x55, 0xaa]) && matches!(head, [0xeb, _, 0x90, ..] | [0xe9, ..]);
    let volume = boots
        && ([3, 54, 82].iter().any(|at| {
            [&b"NTFS"[..], b"FAT", b"EXFAT", b"MSDOS", b"MSWIN"].iter().any(|word| stands_at(head, *at, word))
        }));
    Some(match head {
        _ if [0x8001, 0x8801, 0x9001].into_iter().any(disc) => "iso",
        _ if head.starts_with(b"conectix") => "vhd",
        _ if head.starts_with(b"vhdxfile") => "vhdx",
        _ if head.starts_with(b"KDMV") || head.starts_with(b"# Disk DescriptorFile") => "vmdk",
        _ if head.starts_with(b"QFI\xfb") => "qcow",
        _ if head.starts_with(b"encrcdsa") => "dmg",
        _ if u32_at(head, 0x40) == Some(0xbeda_107f) => "vdi",
        _ if stands_at(head, 512, b"EFI PART") || volume => "disk",
        // A hard disk: no code to jump to is needed, but a table of partitions of which one is active, or none.
        _ if head.len() > 512
            && stands_at(head, 510, &[0x55, 0xaa])
            && is_partition_table(&head[446..510]) =>
        {
            "disk"
        }
        _ => return None,
    })
}

/// Four entries of 16 bytes: a flag of two values, and at least one type that is not 0.
fn is_partition_table(table: &[u8]) -> bool {
    let mut entries = table.chunks_exact(16);
    let flags = entries.clone().all(|entry| matches!(entry[0], 0 | 0x80));
    flags && entries.any(|entry| entry[4] != 0 && u32_at(entry, 12).is_some_and(|sectors| sectors > 0))
}
