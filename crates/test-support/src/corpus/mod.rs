//! Tricky files, built byte by byte: what senders should not send, and what looks like it.

mod cfb;
mod zip;

pub use cfb::{compound, installer};
pub use zip::{Zip, ZipFile};

/// A program for Windows, as far as anybody looks: the two headers and nothing behind them.
pub fn pe() -> Vec<u8> {
    let mut bytes = vec![0; 1_024];
    bytes[..4].copy_from_slice(b"MZ\x90\0");
    bytes[60..64].copy_from_slice(&128_u32.to_le_bytes());
    bytes[128..134].copy_from_slice(b"PE\0\0\x64\x86");
    bytes
}

/// A program for Linux.
pub fn elf() -> Vec<u8> {
    let mut bytes = vec![0; 256];
    bytes[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\0");
    bytes
}

/// A shortcut of Windows.
pub fn lnk() -> Vec<u8> {
    let mut bytes = b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46".to_vec();
    bytes.resize(128, 0);
    bytes
}

/// A disc of so many bytes, at least 34 KiB: its signature lies at byte 32,769.
pub fn iso(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    bytes[32_768..32_774].copy_from_slice(b"\x01CD001");
    bytes
}

/// A disk of macOS: bytes that say nothing, and a trailer that does.
pub fn dmg(length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..length).map(|at| (at * 7 + at / 251) as u8).collect();
    bytes.extend_from_slice(b"koly\0\0\0\x04\0\0\x02\0");
    bytes.resize(length + 512, 0);
    bytes
}

/// A disk of Windows of a fixed size: its footer is the only thing that says so.
pub fn vhd(length: usize) -> Vec<u8> {
    let mut bytes = vec![0xa5; length];
    bytes.extend_from_slice(b"conectix");
    bytes.resize(length + 512, 0);
    bytes
}

/// A page of PDF, with a password or without.
pub fn pdf(encrypted: bool) -> Vec<u8> {
    let mut text = String::from("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n");
    let table = text.len();
    let encrypt = if encrypted { " /Encrypt 2 0 R" } else { "" };
    text += &format!(
        "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R{encrypt} >>\nstartxref\n{table}\n%%EOF\n"
    );
    text.into_bytes()
}

/// A PDF whose table of objects is a stream, which lies far from its end.
pub fn pdf_with_stream(encrypted: bool) -> Vec<u8> {
    let encrypt = if encrypted { " /Encrypt 2 0 R" } else { "" };
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let table = bytes.len();
    bytes.extend_from_slice(format!("1 0 obj\n<< /Type /XRef /Length 9000{encrypt} >>\nstream\n").as_bytes());
    bytes.resize(bytes.len() + 9_000, 0x80);
    bytes.extend_from_slice(format!("\nendstream\nendobj\nstartxref\n{table}\n%%EOF\n").as_bytes());
    bytes
}

/// A small picture, as far as anybody looks.
pub fn jpeg() -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    bytes.resize(600, 0x55);
    bytes.extend_from_slice(b"\xff\xd9");
    bytes
}

/// The first bytes of a picture of another format.
pub fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.resize(300, 1);
    bytes
}

/// A document of Word, with macros or without.
pub fn docx(macros: bool) -> Vec<u8> {
    let mut files = vec![
        ZipFile::packed("[Content_Types].xml", 300, 1_000),
        ZipFile::packed("_rels/.rels", 200, 700),
        ZipFile::packed("word/document.xml", 2_000, 9_000),
    ];
    if macros {
        files.push(ZipFile::packed("word/vbaProject.bin", 900, 4_000));
    }
    Zip::of(files).build()
}

/// A RAR archive (version 5) of which even the names are encrypted, or one whose names can be read.
pub fn rar(encrypted: bool) -> Vec<u8> {
    let mut bytes = b"Rar!\x1a\x07\x01\0\x11\x22\x33\x44\x0b".to_vec();
    bytes.push(if encrypted { 4 } else { 1 });
    bytes.resize(200, 9);
    bytes
}

/// A 7z archive with an encoded header, packed with a password or without.
pub fn seven_zip(encrypted: bool) -> Vec<u8> {
    let mut bytes = b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0".to_vec();
    bytes.extend_from_slice(&100_u64.to_le_bytes());
    bytes.extend_from_slice(&20_u64.to_le_bytes());
    bytes.resize(132, 0xee);
    bytes.extend_from_slice(&[0x17, 6, 0, 1, 9, 0x30, 0, 7, 0x0b, 1, 0, 1]);
    bytes.extend_from_slice(if encrypted {
        &[0x24, 6, 0xf1, 7, 1, 0, 0, 0]
    } else {
        &[0x23, 3, 1, 1, 5, 0, 0, 0]
    });
    bytes
}

/// Bytes compressed by gzip, as far as anybody looks.
pub fn gzip() -> Vec<u8> {
    let mut bytes = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec();
    bytes.resize(100, 0x4b);
    bytes
}
