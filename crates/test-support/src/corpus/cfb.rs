//! Compound files: a header, a table of sectors, a directory.

const SECTOR: usize = 512;

/// A compound file with streams of these names, as older Office documents are.
pub fn compound(streams: &[&str]) -> Vec<u8> {
    build(streams, [0; 16])
}

/// A package of Windows Installer: its root is of a class of its own.
pub fn installer() -> Vec<u8> {
    let mut class = [0; 16];
    class[..4].copy_from_slice(&0x000c_1084_u32.to_le_bytes());
    class[8..].copy_from_slice(&[0xc0, 0, 0, 0, 0, 0, 0, 0x46]);
    build(&["\u{4840}\u{3f3f}"], class)
}

fn build(streams: &[&str], class: [u8; 16]) -> Vec<u8> {
    let mut directory = entry("Root Entry", 5, class);
    streams.iter().for_each(|name| directory.extend(entry(name, 2, [0; 16])));
    directory.resize(directory.len().next_multiple_of(SECTOR), 0);
    let sectors = directory.len() / SECTOR;
    // Sector 0 is the table; the directory lies in 1, 2, …, each of which names the next.
    let mut table: Vec<u32> = vec![0xffff_fffd];
    table.extend((1..sectors).map(|at| at as u32 + 1));
    table.push(0xffff_fffe);
    table.resize(SECTOR / 4, u32::MAX);
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(SECTOR, 0);
    bytes[24..32].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0]);
    bytes[44..48].copy_from_slice(&1_u32.to_le_bytes());
    bytes[48..52].copy_from_slice(&1_u32.to_le_bytes());
    bytes[68..72].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    bytes[76..80].copy_from_slice(&0_u32.to_le_bytes());
    bytes[80..SECTOR].fill(0xff);
    table.iter().for_each(|next| bytes.extend_from_slice(&next.to_le_bytes()));
    bytes.extend(directory);
    bytes
}

fn entry(name: &str, kind: u8, class: [u8; 16]) -> Vec<u8> {
    let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = bytes.len() as u16 + 2;
    bytes.resize(128, 0);
    bytes[64..66].copy_from_slice(&length.to_le_bytes());
    bytes[66] = kind;
    bytes[80..96].copy_from_slice(&class);
    bytes
}
