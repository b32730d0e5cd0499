//! A small ZIP file in memory (APPNOTE.TXT 6.3.10): few files, not compressed, the same bytes for the same files.

/// The first of January 1980, midnight: when it was made says nothing.
const MIDNIGHT: u16 = 0;
const FIRST_DAY: u16 = 0x21;
/// 2.0, the first with what everybody reads.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;
const STORED: u16 = 0;

/// A ZIP file of these files, by name; of less than 4 GiB and 65,536 files.
pub(crate) fn stored(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in files {
        let offset = length(&zip);
        let mut entry = Vec::new();
        for field in [VERSION, UTF_8, STORED, MIDNIGHT, FIRST_DAY] {
            entry.extend(field.to_le_bytes());
        }
        for field in [crc32fast::hash(content), length(content), length(content)] {
            entry.extend(field.to_le_bytes());
        }
        entry.extend(short(name.len()).to_le_bytes());
        entry.extend(0_u16.to_le_bytes()); // extra field
        zip.extend(b"PK\x03\x04");
        zip.extend(&entry);
        zip.extend(name.as_bytes());
        zip.extend(content);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&entry);
        directory.extend([0; 10]); // comment, disk, attributes
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (offset, size, count) = (length(&zip), length(&directory), short(files.len()));
    zip.extend(directory);
    zip.extend(b"PK\x05\x06");
    zip.extend([0; 4]); // disks
    zip.extend(count.to_le_bytes());
    zip.extend(count.to_le_bytes());
    zip.extend(size.to_le_bytes());
    zip.extend(offset.to_le_bytes());
    zip.extend(0_u16.to_le_bytes()); // comment
    zip
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("manifests and icons are some kilobytes")
}

fn short(number: usize) -> u16 {
    u16::try_from(number).expect("there are five files with short names")
}
